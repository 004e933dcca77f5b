"""The ops of each group, whatever the groups in it."""

from __future__ import annotations

from typing import List, Optional

from ...graph.content import content_of
from ...graph.graph import Graph


class GroupOps:
    """The ops of each group, found once for a graph."""

    def __init__(self, graph: Graph) -> None:
        self._content = content_of(graph)
        self._members, self._children = self._content.members(), self._content.children()

    def inside(self, index: int) -> List[int]:
        """The rows of the ops in a group, at any depth, in their order."""
        rows: List[int] = []
        waiting = [index]
        while waiting:
            at = waiting.pop()
            rows.extend(self._members[at])
            waiting.extend(self._children[at])
        return sorted(rows)

    def few_inside(self, index: int, most: int) -> Optional[List[int]]:
        """The same, but ``None`` if there are more than `most`, or more groups."""
        rows: List[int] = []
        seen = 0
        waiting = [index]
        while waiting:
            at = waiting.pop()
            rows.extend(self._members[at])
            seen += 1
            if len(rows) > most or seen > most:
                return None
            waiting.extend(self._children[at])
        return sorted(rows)
