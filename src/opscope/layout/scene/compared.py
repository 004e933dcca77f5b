"""Of a drawing of two graphs in one: what is in one of them only, or not the same in both, in the words that marks have."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Dict, Iterable, List, NamedTuple, Optional, Set

from ...graph.content import content_of

if TYPE_CHECKING:
    from ...graph.graph import Graph

SIGNS = {"added": "+", "removed": "\u2212", "changed": "~"}
"""What is only in the second graph, only in the first one, not the same in both -> the sign that says so without colour."""


class DiffMark(NamedTuple):
    """How what a mark stands for differs between the two graphs."""

    status: str
    """``added``, ``removed`` or ``changed``."""
    text: str
    """The sign; of what holds changed ops among others how many of which kind: ``+3 −1 ~2``."""


class Comparisons:
    """Tells of ops and groups how they differ."""

    def __init__(self, graph: "Graph") -> None:
        content = content_of(graph)
        self._marks = content.marks
        self._counts: Dict[int, "Counter[str]"] = {}
        """Group -> how many ops in it, at any depth, are of which status; those that are the same in both are of none."""
        self._alone: Set[int] = set()
        """The groups that are set otherwise though nothing in them is marked, such as a layer whose setting no op tells."""
        if not content.is_of_two:
            return
        own: List["Counter[str]"] = [Counter() for _ in content.groups]
        for row, group in enumerate(content.node_group):
            if group >= 0:
                own[group][self._marks.get(row, "")] += 1
        for index in range(len(own) - 1, -1, -1):
            if content.groups[index].path in content.marked_groups and own[index].keys() <= {""}:
                own[index]["changed"] += 1  # in the groups around it counts as one thing that changed
                self._alone.add(index)
            parent = content.groups[index].parent
            if parent >= 0:
                own[parent] += own[index]
            self._counts[index] = own[index]

    def of_op(self, row: int) -> Optional[DiffMark]:
        """How an op differs; ``None`` if it is the same in both graphs."""
        status = self._marks.get(row)
        return DiffMark(status, SIGNS[status]) if status else None

    def of_ops(self, rows: Iterable[int]) -> Optional[DiffMark]:
        """How several ops differ that one mark stands for."""
        return _together(Counter([self._marks.get(row, "") for row in rows])) if self._marks else None

    def of_group(self, index: int) -> Optional[DiffMark]:
        """How a group differs as a whole."""
        counts = self._counts.get(index)
        if index in self._alone:
            return DiffMark("changed", SIGNS["changed"])
        return _together(counts) if counts else None

    def mixed(self, index: int) -> bool:
        """Whether a group holds something that differs beside something that does not, or differs otherwise."""
        counts = self._counts.get(index, Counter())
        return len(counts) > 1 and index not in self._alone


def _together(counts: "Counter[str]") -> Optional[DiffMark]:
    found = {status: counts[status] for status in SIGNS if counts[status]}
    if not found:
        return None
    if len(counts) == 1:
        (status,) = found
        return DiffMark(status, SIGNS[status])
    return DiffMark("changed", " ".join(f"{SIGNS[status]}{count:,}" for status, count in found.items()))
