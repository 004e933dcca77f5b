"""`Pairs`: what is matched so far. The rooms of this folder add to it, and never take anything away but in `refining`."""

from __future__ import annotations

from typing import List, Tuple

from ..model import Matches
from ..sides import GraphSide


class Pairs:
    """Rows of `a` and rows of `b` that correspond; -1 where a row has no counterpart yet."""

    def __init__(self, a: GraphSide, b: GraphSide) -> None:
        self.a = a
        self.b = b
        self.nodes = [-1] * len(a.table)
        """For each op of `a` its counterpart in `b`."""
        self.nodes_back = [-1] * len(b.table)
        """For each op of `b` its counterpart in `a`."""
        # The last entry is that of -1, the top of the graph: the tops correspond from the start.
        self.groups = [-1] * (len(a.groups) + 1)
        self.groups_back = [-1] * (len(b.groups) + 1)
        self.variables: Tuple[int, ...] = ()

    def join_nodes(self, row: int, other: int) -> None:
        """These two ops correspond."""
        self.nodes[row] = other
        self.nodes_back[other] = row

    def part_nodes(self, row: int) -> None:
        """This op of `a` has no counterpart after all."""
        self.nodes_back[self.nodes[row]] = -1
        self.nodes[row] = -1

    def join_groups(self, group: int, other: int) -> None:
        """These two groups correspond."""
        self.groups[group] = other
        self.groups_back[other] = group

    def same_home(self, row: int, other: int) -> bool:
        """Whether two ops lie in groups that correspond."""
        return self.corresponding(self.a.group_of[row], self.b.group_of[other])

    def corresponding(self, group: int, other: int) -> bool:
        """Whether two groups correspond; -1 is the top of the graph."""
        return self.groups[group] == other and (group < 0) == (other < 0)

    def free(self) -> Tuple[List[int], List[int]]:
        """The ops of both sides that have no counterpart."""
        return (
            [row for row, other in enumerate(self.nodes) if other < 0],
            [row for row, other in enumerate(self.nodes_back) if other < 0],
        )

    def free_groups(self) -> Tuple[List[int], List[int]]:
        """The groups of both sides that have no counterpart."""
        return (
            [group for group in range(len(self.a.groups)) if self.groups[group] < 0],
            [group for group in range(len(self.b.groups)) if self.groups_back[group] < 0],
        )

    def matches(self) -> Matches:
        """The result."""
        return Matches(tuple(self.nodes), tuple(self.groups[:-1]), self.variables)
