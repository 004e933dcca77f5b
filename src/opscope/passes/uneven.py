"""Stacks in which some copies have more than the others, or lack something: which copies may be in the stack at all.

What a copy has more than the drawn one has no place in the drawing: it is counted in the fold and told in words. So nothing
that is drawn may have a wire from it. Gradients have none from the forward pass, whose tensors they name (`NamedOnly`). What a copy
lacks is drawn for the others, and told as well.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Dict, List, NamedTuple, Sequence, Set, Tuple

from ..graph.content import content_of
from ..graph.view import LACKING
from ..graph.vocabulary import outer_phases
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


class NamedOnly:
    """Tells which uses of tensors are no wires but names: a gradient names what it uses of the forward pass."""

    def __init__(self, graph: Graph) -> None:
        groups = content_of(graph).groups
        self._phases = [groups[phase].kind if phase >= 0 else "" for phase in outer_phases(groups)]
        self._node_group = content_of(graph).node_group
        self.any = "backward" in self._phases
        # A file's forward pass is in no phase, see `file_phases`.
        self._forward = "forward" if "forward" in self._phases else ""
        self._handles = content_of(graph).handles

    def __call__(self, source: int, user: int) -> bool:
        """Whether the op `user` names what it takes of the op `source`; the update of a variable names its handle."""
        if source in self._handles and self._phase(user) == "optimizer":
            return True
        return (
            self._phase(source) == self._forward and self._phase(user) == "backward" and self._node_group[source] >= 0
        )

    def _phase(self, op: int) -> str:
        return self._phases[self._node_group[op]] if self._node_group[op] >= 0 else ""


class _Extra(NamedTuple):
    """An op for which nothing is drawn."""

    op: int
    copy: Part
    """The copy that has it more than the others, or whose op corresponds to it."""
    home: Part
    """The copy outside of which nothing may use it."""


class _Extras:
    """The ops for which nothing is drawn: what copies have more, and what corresponds to it in the copies of an outer stack."""

    def __init__(self, graph: Graph, stacks: Sequence[List[Part]], passed: bytes) -> None:
        self._graph, self._passed, self._is_named = graph, passed, NamedOnly(graph)
        self._stacks = [stack for stack in stacks if stack]
        self._waiting: List[_Extra] = []
        self._seen: Set[Tuple[int, int]] = set()
        self._inside: Dict[int, Set[int]] = {}  # serial number of a copy -> its ops
        for stack in self._stacks:
            shared = common(stack)
            for part in stack:
                for op in part.ops()[shared:] if part.is_aligned else ():
                    self._look_at(_Extra(op, part, part))

    def _look_at(self, one: _Extra) -> None:
        if (one.op, one.copy.serial) not in self._seen:
            self._seen.add((one.op, one.copy.serial))
            self._waiting.append(one)

    def used(self) -> Set[int]:
        """The serial numbers of the copies with an own op that something outside of the copy uses."""
        bad: Set[int] = set()
        while self._waiting:
            walked = self._walk(bad)
            self._go_across(walked)
        return bad

    def _walk(self, bad: Set[int]) -> List[_Extra]:
        """Look at all ops that wait, and at those of their homes that a wire from them runs through; put copies into `bad`."""
        ends = {port.node for port in content_of(self._graph).outputs}
        users = users_of(content_of(self._graph).table, self._reachable())
        walked = []
        while self._waiting:
            one = self._waiting.pop()
            walked.append(one)
            inside = self._inside_of(one.home)
            its_users = users.get(one.op, [])
            if one.op in ends or not all(user in inside or self._only_names(one.op, user) for user in its_users):
                bad.add(one.copy.serial)
            for user in its_users:
                if self._passed[user] and user in inside:  # a wire from the op begins there
                    self._look_at(one._replace(op=user))
        return walked

    def _only_names(self, op: int, user: int) -> bool:
        """Whether an op outside of the copy has no wire from `op`, nor any behind it."""
        return not self._passed[user] and self._is_named(op, user)

    def _reachable(self) -> Set[int]:
        """The ops that wait, and all of their homes that a wire may run through: the table is searched for their users once."""
        homes = {one.home.serial: one.home for one in self._waiting}
        passed = {op for home in homes.values() for op in self._inside_of(home) if self._passed[op]}
        return passed.union(one.op for one in self._waiting)

    def _inside_of(self, home: Part) -> Set[int]:
        if home.serial not in self._inside:
            self._inside[home.serial] = set(home.traced())
        return self._inside[home.serial]

    def _go_across(self, walked: Sequence[_Extra]) -> None:
        """Let what corresponds to these ops in the other copies of the stacks around them wait to be looked at."""
        by_op: Dict[int, List[_Extra]] = {}
        for one in walked:
            by_op.setdefault(one.op, []).append(one)
        for stack in self._stacks:
            shared = common(stack)
            for part in stack:
                # Few ops are walked, and a stack has many: most copies hold none of them, which a set tells quickly.
                if by_op.keys().isdisjoint(part.ops()):
                    continue
                for place, op in enumerate(part.ops()[:shared]):
                    for one in by_op.get(op, ()):
                        for other in stack:
                            if other.ops()[place] != LACKING:
                                self._look_at(_Extra(other.ops()[place], one.copy, other))
