"""Draws, of the copies of a decoder, the one that takes what the drawn copy of the encoder gives.

The levels of a U-Net are two stacks: the last level down gives its skip connection to the first one up, the one before to the second,
and so on. With the first copy of each drawn, the one wire between them would stand for no tensor that there is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Dict, Iterator, List, NamedTuple, Optional, Sequence, Set

from ..graph.content import content_of
from ..graph.view import CHIP
from ..graph.vocabulary import chain, outer_phases
from .peculiar import can_be_drawn
from .rewire import origin

if TYPE_CHECKING:
    from ..graph.graph import Graph
    from .structure import Part


class _Copy(NamedTuple):
    """A copy of a stack."""

    stack: int
    place: int
    """In the order of the data."""


def partners_drawn(graph: Graph, stacks: Sequence[List[Part]], passed: bytes) -> List[List[Part]]:
    """The stacks, each with the copy in front that is drawn: of two stacks that are joined from the last copy to the first the two that belong together.

    Before: `Part.place` is known, and the copy in front may be drawn. Backward passes take what the layers give in that order too; there the
    drawn copy stays. `passed` says which ops a wire runs through.
    """
    homes = _Homes(graph, stacks, passed)
    found = list(stacks)
    for number, stack in enumerate(stacks):
        giver = homes.giver(number)
        if giver is None:
            continue
        place = len(stack) - 1 - found[giver][0].place
        partner = next(part for part in stack if part.place == place)
        if partner is not stack[0] and can_be_drawn(graph, stack, partner):
            found[number] = [partner, *(part for part in stack if part is not partner)]
    return found


class _Homes:
    """Tells in which copies of which stacks ops are."""

    def __init__(self, graph: Graph, stacks: Sequence[List[Part]], passed: bytes) -> None:
        self._content, self._stacks, self._passed = content_of(graph), stacks, passed
        self._phases = outer_phases(self._content.groups)
        self._groups: Dict[int, List[_Copy]] = {}
        self._loose: Dict[int, List[_Copy]] = {}
        """Ops that lie in a copy that was made of siblings, and there in no group."""
        for number, stack in enumerate(stacks):
            for part in stack:
                self._enter(part, _Copy(number, part.place))

    def _enter(self, part: Part, copy: _Copy) -> None:
        """Note where a copy's groups and loose ops are."""
        if part.group >= 0:
            self._groups.setdefault(part.group, []).append(copy)
            return
        for child in part.children:
            if isinstance(child, int):
                self._loose.setdefault(child, []).append(copy)
            else:
                self._enter(child, copy)

    def giver(self, number: int) -> Optional[int]:
        """The stack whose last copy gives to the first one of this stack, the one before to the second, and so on; ``None`` if none does, or several."""
        last = len(self._stacks[number]) - 1
        among: Optional[Set[int]] = None
        for part in self._stacks[number]:
            places: Dict[int, Set[int]] = {}
            for copy in self._givers(part):
                places.setdefault(copy.stack, set()).add(copy.place)
            own = {stack for stack, found in places.items() if found == {last - part.place}}
            among = own if among is None else among & own
            if not among:
                return None
        fitting = [stack for stack in among or () if stack != number and len(self._stacks[stack]) == last + 1]
        return fitting[0] if len(fitting) == 1 and self._phase(fitting[0]) == self._phase(number) else None

    def _givers(self, part: Part) -> Iterator[_Copy]:
        """The copies that hold what a copy takes, weights apart."""
        table = self._content.table
        for _, _, producer, output in part.outer:
            source = origin(table, producer, output, self._passed)[0]
            if self._content.view.role(source) != CHIP:
                yield from self._loose.get(source, ())
                for group in chain(self._content.groups, self._content.node_group[source]):
                    yield from self._groups.get(group, ())

    def _phase(self, number: int) -> int:
        """The phase of a training step in which a stack lies; -1 if in none."""
        home = self._content.node_group[self._stacks[number][0].first]
        return self._phases[home] if home >= 0 else -1
