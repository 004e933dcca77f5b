"""Of how many copies the figures of a line are that is inside open stacks, of which one copy each is drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING, List, NamedTuple, Optional, Sequence, Set, Tuple

from ...graph.content import content_of
from ...graph.view import ALONE, LACKING
from .row_figures import copies_of

if TYPE_CHECKING:
    from ...graph.graph import Graph
    from ..scene.items import Item


class StacksAround(NamedTuple):
    """The stacks that a line of figures is inside, the outermost first."""

    drawn: Graph
    """The graph that is drawn."""
    cards: Tuple[Item, ...] = ()

    def within(self, item: Item) -> StacksAround:
        """Those of what is inside an item."""
        return self._replace(cards=(*self.cards, item)) if copies_of(item) > 1 else self

    @property
    def copies(self) -> Optional[int]:
        """How many copies of the innermost stack there are in all; 1 if there is no stack, ``None`` if it is not known.

        Of a stack in another one the copies of the outer one need not have the same number each: they are counted.
        """
        if len(self.cards) < 2:
            return copies_of(self.cards[0]) if self.cards else 1
        stacks = content_of(self.drawn).view.stacks
        copies = [stacks.get(getattr(card, "group", -1), ALONE).copies for card in self.cards]
        return _counted(copies) if all(copies) else None


def _counted(stacks: Sequence[Sequence[Sequence[int]]]) -> int:
    """How many copies the last of several stacks has, each in the drawn copy of the one before, in all of their copies together.

    >>> _counted([[[1, 2, 3, 4], [5, 6, 7, 8]], [[2], [3]]])
    4
    >>> _counted([[[1, 2, 3, 4], [5, 6, -1, 8]], [[2], [3]]])
    3
    """
    found: List[Set[int]] = [set(copy) - {LACKING} for copy in stacks[-1]]
    for copies in reversed(stacks[:-1]):
        place = {op: number for number, op in enumerate(copies[0])}
        inside = [[place[op] for op in ops if op in place] for ops in found]
        found = [{copy[number] for number in numbers} - {LACKING} for copy in copies for numbers in inside]
        found = [ops for ops in found if ops]
    return len(found)
