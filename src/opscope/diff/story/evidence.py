"""`Evidence`: two graphs, what corresponds, what is not the same; and what all parts of the story ask of it."""

from __future__ import annotations

from functools import cached_property
from typing import Dict, List, NamedTuple, Sequence, Set, Tuple

from ..matching.origins import layers_behind
from ..matching.stems import full_stem
from ..model import Delta, Matches, WireDelta, inverse
from ..sides import GraphSide


class Lists(NamedTuple):
    """What is not the same, as lists."""

    nodes: Sequence[Delta]
    groups: Sequence[Delta]
    variables: Sequence[Delta]
    edges: Sequence[WireDelta]


class Evidence:
    """Sides are 0 for `a` and 1 for `b`, so that what is said of one is said of the other by the same code."""

    def __init__(self, a: GraphSide, b: GraphSide, matches: Matches, lists: Lists) -> None:
        self.sides = (a, b)
        self.lists = lists
        self.nodes = (matches.nodes, inverse(matches.nodes, len(b.table)))
        # The last entry is that of -1, the top, which corresponds to the top.
        self.groups = ((*matches.groups, -1), (*inverse(matches.groups, len(b.groups)), -1))
        self.variables = (matches.variables, inverse(matches.variables, len(b.variables)))
        self.children = (a.content.children(), b.content.children())
        self.members = (a.content.members(), b.content.members())

    @cached_property
    def sizes(self) -> Tuple[List[int], List[int]]:
        """For each group how many ops it holds, inner ones included."""
        return self._summed([[len(rows) for rows in members] for members in self.members])

    @cached_property
    def kept(self) -> Tuple[List[int], List[int]]:
        """For each group how many of its ops and inner groups have a counterpart."""
        return self._summed(
            [
                [
                    sum(self.nodes[side][row] >= 0 for row in self.members[side][group])
                    + sum(self.groups[side][child] >= 0 for child in self.children[side][group])
                    for group in range(len(self.sides[side].groups))
                ]
                for side in (0, 1)
            ]
        )

    def _summed(self, counts: List[List[int]]) -> Tuple[List[int], List[int]]:
        for side, own in zip(self.sides, counts):
            for index in range(len(side.groups) - 1, -1, -1):
                if side.groups[index].parent >= 0:
                    own[side.groups[index].parent] += own[index]
        return counts[0], counts[1]

    def path(self, side: int, group: int) -> str:
        """The path of a group."""
        return self.sides[side].groups[group].path

    def label(self, side: int, group: int) -> str:
        """The class of a group, or its kind if it has none."""
        found = self.sides[side].groups[group]
        return found.cls or found.kind

    def home(self, side: int, group: int) -> int:
        """The innermost group around, itself included, that has a counterpart; -1 for the top."""
        groups = self.sides[side].groups
        while group >= 0 and self.groups[side][group] < 0:
            group = groups[group].parent
        return group

    def same_home(self, group: int, other: int) -> bool:
        """Whether two groups correspond once groups that only one side has are looked through."""
        here, there = self.home(0, group), self.home(1, other)
        return self.groups[0][here] == there and (here < 0) == (there < 0)

    def is_alone(self, side: int, group: int) -> bool:
        """Whether nothing of a group has a counterpart: it was removed or added with all that is in it."""
        return group >= 0 and self.groups[side][group] < 0 and not self.kept[side][group]

    @cached_property
    def names(self) -> Tuple[Dict[str, int], Dict[str, int]]:
        """Path -> group."""
        one, two = [{group.path: index for index, group in enumerate(side.groups)} for side in self.sides]
        return one, two

    @cached_property
    def wires(self) -> Dict[str, List[WireDelta]]:
        """Name of an op in `b` -> its inputs that are not the same."""
        found: Dict[str, List[WireDelta]] = {}
        for delta in self.lists.edges:
            for wire, names in ((delta.b, None), (delta.a, self.renamed)):
                if wire is not None:
                    found.setdefault(wire.node if names is None else names[wire.node], []).append(delta)
                    break
        return found

    @cached_property
    def renamed(self) -> Dict[str, str]:
        """What the ops of `a` that have a counterpart are called in `b`."""
        a, b = self.sides
        return {a.table.names[row]: b.table.names[other] for row, other in enumerate(self.nodes[0]) if other >= 0}

    @cached_property
    def one_sided(self) -> Tuple[Set[str], Set[str]]:
        """The names of the ops that have no counterpart."""
        one, two = [
            {name for name, other in zip(side.table.names, match) if other < 0}
            for side, match in zip(self.sides, self.nodes)
        ]
        return one, two

    @cached_property
    def renamed_stems(self) -> Set[Tuple[str, str]]:
        """The old and new names of groups that were renamed, without their numbers."""
        pairs = [
            (full_stem(self.sides[0].groups[row].name), full_stem(self.sides[1].groups[other].name))
            for row, other in enumerate(self.groups[0][:-1])
            if other >= 0
        ]
        return {pair for pair in pairs if pair[0] != pair[1]}

    @cached_property
    def one_sided_stems(self) -> Set[str]:
        """The names of the groups that only one side has, without their numbers."""
        return {
            full_stem(group.name)
            for side in (0, 1)
            for group, other in zip(self.sides[side].groups, self.groups[side])
            if other < 0
        }

    @cached_property
    def replaced(self) -> Tuple[Set[int], Set[int]]:
        """The groups that are calls of another class on the other side."""
        rows = [(delta.row_a, delta.row_b) for delta in self.lists.groups if delta.change("class") is not None]
        return {row for row, _ in rows}, {other for _, other in rows}

    def is_replaced(self, side: int, group: int) -> bool:
        """Whether a group is, or lies in, one that was replaced by another one, which tells all of it."""
        while group >= 0 and group not in self.replaced[side]:
            group = self.sides[side].groups[group].parent
        return group >= 0

    @cached_property
    def held(self) -> Tuple[Set[int], Set[int]]:
        """The variables of the groups that only one side has."""
        one, two = [
            {number for group, other in zip(side.groups, match) if other < 0 for number in group.variables}
            for side, match in zip(self.sides, self.groups)
        ]
        return one, two

    @cached_property
    def layers(self) -> Tuple[List[int], List[int]]:
        """For each group the one that it is the gradient of, or whose variables it updates; -1 for all others."""
        return layers_behind(self.sides[0]), layers_behind(self.sides[1])
