"""Stacks in which some copies have more than the others, or lack something: which copies may be in the stack at all.

What a copy has more than the drawn one has no place in the drawing: it is counted in the fold and told in words. So nothing
that is drawn may take a tensor from it. What a copy lacks is drawn for the others, and told as well.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Dict, List, Sequence, Set, Tuple

from ..graph.content import content_of
from ..graph.view import LACKING
from .reach import users_of

if TYPE_CHECKING:
    from ..graph.graph import Graph
    from .structure import Part


def in_order(stack: Sequence[Part]) -> List[Part]:
    """The copies of a stack as the data run through them."""
    return sorted(stack, key=lambda part: part.place)


def common(stack: Sequence[Part]) -> int:
    """At how many places ops of a stack's copies correspond: the first of each. Behind them is what one has more."""
    return min([len(part.ops()) for part in stack])


def in_all(stack: Sequence[Part]) -> List[int]:
    """The places at which every copy of a stack has an op."""
    ops = [part.ops() for part in stack]
    return [place for place in range(common(stack)) if all(own[place] != LACKING for own in ops)]


def without_used_extras(graph: Graph, stacks: Sequence[List[Part]], passed: bytes) -> List[List[Part]]:
    """The stacks without the copies whose own ops are used outside of the copy, where a wire would have to come from them.

    `passed` says which ops a wire runs through: such an op gives what it takes.
    """
    found = [list(stack) for stack in stacks]
    while True:
        bad = _Extras(graph, found, passed).used()
        if not bad:
            return [stack for stack in found if stack]
        found = [[part for part in stack if part.serial not in bad] for stack in found]


class _Extras:
    """The ops for which nothing is drawn: what copies have more, and what corresponds to it in the copies of an outer stack."""

    def __init__(self, graph: Graph, stacks: Sequence[List[Part]], passed: bytes) -> None:
        self._graph, self._passed = graph, passed
        self._stacks = [stack for stack in stacks if stack]
        self._waiting: List[Tuple[int, Part, Part]] = []
        """Ops to look at: each with the copy that has it more, and the copy outside of which nothing may use it."""
        self._seen: Set[Tuple[int, int]] = set()
        self._inside: Dict[int, Set[int]] = {}  # serial number of a copy -> its ops
        self._users: Dict[int, List[int]] = {}
        self._places: Dict[int, List[Tuple[int, int]]] = {}
        """Op -> the stacks that hold it, each with its place in the copy."""
        for stack in self._stacks:
            if any(part.is_aligned for part in stack):
                for part in stack:
                    for op in part.ops()[common(stack) :]:
                        self._look_at(op, part, part)
        if self._waiting:
            self._index()

    def _look_at(self, op: int, extra: Part, home: Part) -> None:
        if (op, extra.serial) not in self._seen:
            self._seen.add((op, extra.serial))
            self._waiting.append((op, extra, home))

    def _index(self) -> None:
        for number, stack in enumerate(self._stacks):
            shared = common(stack)
            for part in stack:
                for place, op in enumerate(part.ops()[:shared]):
                    if op == LACKING:
                        continue
                    self._places.setdefault(op, []).append((number, place))
        wanted = {*self._places, *(op for op, _, _ in self._waiting)}
        self._users = users_of(content_of(self._graph).table, wanted)

    def used(self) -> Set[int]:
        """The serial numbers of the copies with an own op that something outside of the copy uses."""
        ends = {port.node for port in content_of(self._graph).outputs}
        bad: Set[int] = set()
        while self._waiting:
            op, extra, home = self._waiting.pop()
            inside = self._inside.setdefault(home.serial, set(home.traced()))
            users = self._users.get(op, [])
            if op in ends or not inside.issuperset(users):
                bad.add(extra.serial)
            for user in users:
                if self._passed[user] and user in inside:  # a wire from the op begins there
                    self._look_at(user, extra, home)
            for number, place in self._places.get(op, ()):
                for part in self._stacks[number]:
                    if part.ops()[place] != LACKING:
                        self._look_at(part.ops()[place], extra, part)
        return bad
