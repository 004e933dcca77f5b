"""Decides which groups are open in the overview: what the author wrote is open, what a library wrote is closed.

Groups open one after the other while there is room: first what shows how the model is built, then library blocks. A later stage that
has the structure of an earlier one stays closed: what is in it has been told.
"""

from __future__ import annotations

from heapq import heappop, heappush
from typing import TYPE_CHECKING, Callable, Dict, FrozenSet, List, Mapping, Set

from ..graph.content import content_of
from ..graph.vocabulary import BODY_KINDS, FIRST_PHASES, FLOW_KINDS, LATER_PHASES, REPLICA
from .fold import box_counts, close

if TYPE_CHECKING:
    from ..graph.graph import Graph
    from ..graph.groups import Group

BUILT, OWN, LIBRARY = 0, 1, 2
"""When groups open: what shows how the model is built, then layers that the author wrote, then library blocks."""
_BUILT = FIRST_PHASES | BODY_KINDS | FLOW_KINDS | {"model", REPLICA}


def open_for_overview(graph: Graph, rows: int, like: Mapping[int, int], is_own: Callable[[Group], bool]) -> Graph:
    """Close all groups but those that are open in an overview with about so many rows.

    Args:
        graph: what to draw; its roles are decided and its repeats are stacks.
        rows: how many boxes may be drawn.
        like: group -> an earlier one of the same structure.
        is_own: whether the author of the model wrote the class of a layer.
    """
    return close(graph, _Opening(graph, like, is_own).closed(rows))


class _Opening:
    """Opens groups, best first."""

    def __init__(self, graph: Graph, like: Mapping[int, int], is_own: Callable[[Group], bool]) -> None:
        self._groups, self._like = content_of(graph).groups, like
        self._view = content_of(graph).view
        self._own = [group.is_call and is_own(group) for group in self._groups]
        self._direct, self._below = box_counts(graph)
        self._holds_calls = [False] * len(self._groups)  # whether a call of a layer is inside the group
        self._holds_own = [False] * len(self._groups)  # whether one that the author wrote is
        self._inner: Dict[int, List[int]] = {}
        for index in range(len(self._groups) - 1, -1, -1):
            group = self._groups[index]
            if self._below[index]:
                self._inner.setdefault(group.parent, []).append(index)
            if group.parent >= 0:
                self._holds_calls[group.parent] |= group.is_call or self._holds_calls[index]
                self._holds_own[group.parent] |= self._holds_own[index] or self._own[index]

    def closed(self, rows: int) -> FrozenSet[int]:
        """The groups to close so that about so many rows are left."""
        shown = len(self._inner.get(-1, ()))
        opened: Set[int] = set()
        waiting: List["tuple[int, int, int, int]"] = []
        self._add(waiting, -1, 0)
        while waiting:
            _, level, _, index = heappop(waiting)
            more = self._direct[index] - 1
            if shown + more > rows and more > 0 and not self._is_frame(index):
                continue
            shown += more
            opened.add(index)
            self._add(waiting, index, level + 1)
        return frozenset(index for index in range(len(self._groups)) if index not in opened)

    def _is_frame(self, index: int) -> bool:
        """Whether a group holds all that there is, but for the later phases: closed it would tell nothing."""
        while index >= 0:
            parent = self._groups[index].parent
            beside = [other for other in self._inner.get(parent, ()) if self._groups[other].kind not in LATER_PHASES]
            if beside != [index]:
                return False
            index = parent
        return True

    def _add(self, waiting: List["tuple[int, int, int, int]"], parent: int, level: int) -> None:
        for index in self._inner.get(parent, ()):
            rank = self._rank(index)
            if rank is not None:
                heappush(waiting, (rank, level, -self._below[index], index))

    def _rank(self, index: int) -> "int | None":
        """When a group opens; ``None`` for one that stays closed."""
        group = self._groups[index]
        if group.kind in LATER_PHASES:
            return None
        rank = LIBRARY
        if group.kind in _BUILT or index in self._view.stacks or index in self._view.made or self._holds_own[index]:
            rank = BUILT
        elif self._own[index]:
            rank = BUILT if self._holds_calls[index] else OWN
        elif group.is_call and not self._holds_calls[index]:
            return None
        return None if index in self._like else rank
