"""How many parameters each line of an overview has: each variable counts in one line, so that the column adds up to the model's total.

A variable that several lines use counts where it is used first; the others are told to share it. So it is again among the lines inside one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, AbstractSet, Dict, Iterable, List, NamedTuple, Optional, Sequence, Set

from ...graph.content import content_of
from ...graph.model_variables import told_apart, whole_size
from ...graph.vocabulary import chain
from ..scene.items import Box, Card, ChainRow
from .shared_weights import shared_weights

if TYPE_CHECKING:
    from ...graph.graph import Graph
    from ..scene.items import Item
    from .row_owners import LineTree


class RowParameters(NamedTuple):
    """The parameters of one line."""

    size: Optional[int]
    """Of the variables that count here; ``None`` where that is not known, or there are none."""
    shared: bool
    """Whether the line also uses variables that count in another one."""


class CountedParameters:
    """Which variables count in which line."""

    def __init__(self, whole: Graph, drawn: Graph, lines: LineTree, used: Sequence[Set[int]]) -> None:
        """`used` are the variables of each line, without those of the lines inside it."""
        self._lines = lines
        self._further = set(shared_weights(drawn))
        self._groups, self._homes = content_of(drawn).groups, content_of(drawn).node_group
        # Other variables, such as counters, are no parameters, as in the total that the title tells.
        self._known = {variable.id: variable for variable in told_apart(content_of(whole)).parameters}
        self._used = [set(each) for each in used]
        for place in range(len(used) - 1, -1, -1):  # a line comes before those inside it
            if lines.around[place] >= 0:
                self._used[lines.around[place]] |= self._used[place]
        self._own: List[Set[int]] = [set() for _ in used]
        """The variables that count in each line, and in those around it."""
        self.places: Dict[int, int] = {}
        """Variable -> the innermost line in which it counts."""
        self._divide(lines.outer, None)
        for place in range(len(used)):
            self._divide(lines.inside(place), self._own[place])

    def _divide(self, places: Sequence[int], among: Optional[AbstractSet[int]]) -> None:
        """Give each variable to the first of some lines that uses it; where these are inside another line, of those that count there.

        The first is the topmost that is not a further call of a layer (``same weights as ...``).
        """
        given: Dict[int, int] = {}
        for place in sorted(places, key=lambda place: (self._again(self._lines.items[place]), place)):
            for variable in self._used[place]:
                if among is None or variable in among:
                    given.setdefault(variable, place)
        for variable, place in given.items():
            self._own[place].add(variable)
        self.places.update(given)

    def _again(self, item: Item) -> bool:
        parts = item.items if isinstance(item, ChainRow) else (item,)
        places = [part.group for part in parts if isinstance(part, Card)]
        places += [self._homes[part.node] for part in parts if isinstance(part, Box) and part.node >= 0]
        return any(
            around in self._further for place in places for around in (chain(self._groups, place) if place >= 0 else ())
        )

    def of(self, place: int) -> RowParameters:
        """The parameters of a line."""
        known = self._used[place] & self._known.keys()
        return RowParameters(self._size(self._own[place]), bool(known - self._own[place]))

    def beside(self, place: int) -> Optional[int]:
        """The parameters that count in a line, but in none inside it."""
        inner = [self._own[each] for each in self._lines.inside(place)]
        return self._size(self._own[place].difference(*inner))

    def _size(self, variables: Iterable[int]) -> Optional[int]:
        own = [self._known[each] for each in sorted(variables) if each in self._known]
        return whole_size(own) if own else None
