"""The order in which a graph's ops are looked at: producers first, bodies where they are called."""

from __future__ import annotations

from array import array
from typing import Dict, List

from ..graph.graph import Graph


class Schedule:
    """Orders the nodes: each body by its data and control edges, then by row; a call's bodies just before the call."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        groups = graph.groups
        self.body_of = array("i", [-1] * (len(groups) + 1))
        self.bodies: Dict[int, List[int]] = {}
        for index, group in enumerate(groups):
            owned = group.owner >= 0
            self.body_of[index] = index if owned else self.body_of[group.parent]
            if owned:
                self.bodies.setdefault(group.owner, []).append(index)
        self.rows: Dict[int, List[int]] = {-1: []}
        for row, place in enumerate(graph.content.node_group):
            self.rows.setdefault(self.body_of[place], []).append(row)

    def order(self) -> List[int]:
        """All nodes, producers first."""
        result: List[int] = []
        waiting = [(row, False) for row in reversed(self._sorted(-1))]
        while waiting:
            row, opened = waiting.pop()
            bodies = () if opened else self.bodies.get(row, ())
            if not bodies:
                result.append(row)
                continue
            waiting.append((row, True))
            for body in reversed(bodies):
                waiting.extend((inner, False) for inner in reversed(self._sorted(body)))
        return result

    def _sorted(self, body: int) -> List[int]:
        rows, table = self.rows.get(body, []), self._graph.table
        start, producers = table.edge_start, table.edge_node
        if all(max(producers[start[row] : start[row + 1]], default=-1) < row for row in rows):
            return rows
        inside = set(rows)
        done: Dict[int, bool] = {}
        result: List[int] = []
        for root in rows:
            stack = [root]
            while stack:
                row = stack[-1]
                if done.setdefault(row, False):
                    stack.pop()
                    continue
                edges = table.edge_node[table.edge_start[row] : table.edge_start[row + 1]]
                new = [source for source in edges if source in inside and source not in done]
                if new:
                    stack.extend(reversed(new))
                    continue
                done[row] = True
                result.append(row)
                stack.pop()
        return result
