"""The order in which ops are looked at: an op comes after its producers, a body just before the op that runs it."""

from __future__ import annotations

from array import array
from itertools import compress, count
from typing import Dict, List, Optional

from ..graph.content import content_of
from ..graph.edges import rises
from ..graph.graph import Graph
from ..graph.vocabulary import ITERATED, MERGES

_ELSEWHERE, _WAITING, _BEGUN, _DONE = range(4)
"""An op is in another body; it waits; it is on the stack, and its producers come first; it is in the result."""


class Schedule:
    """Orders the ops of a graph, body by body.

    Inside a body an op follows its producers (data and control edges); apart from that, ops are in the order of the
    table. The ops of a call's, loop's or branch's bodies come just before the op itself. Edges that close a circle are
    ignored.
    """

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        groups = content_of(graph).groups
        # Group -> the body that it lies in. One entry more than there are groups: index -1, the last one, is for what
        # lies in no group, and stays -1 (the main graph).
        self.body_of = array("i", [-1] * (len(groups) + 1))
        self.bodies: Dict[int, List[int]] = {}
        for index, group in enumerate(groups):
            owned = group.owner >= 0
            self.body_of[index] = index if owned else self.body_of[group.parent]
            if owned:
                self.bodies.setdefault(group.owner, []).append(index)
        self.is_table_order = rises(content_of(graph).table.edge_node, content_of(graph).table.edge_users())
        """Whether all of the table is in such an order already, as in most files."""
        self._order: Optional[List[int]] = None
        self._state = bytearray(len(graph))
        """How far `_sorted` is with each op; `_ELSEWHERE` until its body is looked at."""
        self.rows: Dict[int, List[int]] = {}
        if not self.bodies:
            self.rows[-1] = list(range(len(graph)))
            return
        for row, place in enumerate(content_of(graph).node_group):
            self.rows.setdefault(self.body_of[place], []).append(row)

    def order(self) -> List[int]:
        """The rows of all ops, producers first; worked out when it is first asked for."""
        if self._order is None:
            self._order = self._ordered()
        return self._order

    def _ordered(self) -> List[int]:
        if not self.bodies:
            return list(self._sorted(-1))
        result: List[int] = []
        # A stack: the flag says whether the bodies of the op have been put on it already, so that the op itself is
        # next.
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
        """The rows of one body, producers first: a depth-first walk, not recursive since chains may be very long."""
        rows, table = self.rows.get(body, []), content_of(self._graph).table
        start, producers, state = table.edge_start, table.edge_node, self._state
        if self.is_table_order:
            return rows
        waits = (max(producers[start[row] : start[row + 1]], default=-1) >= row for row in rows)
        ordered = next(compress(count(), waits), len(rows))
        if ordered == len(rows):
            return rows
        # In many files it is one of the last ops that waits for a later one: those before it stay as they are.
        result = rows[:ordered]
        for row in result:
            state[row] = _DONE
        for row in rows[ordered:]:
            state[row] = _WAITING
        merging = not MERGES.isdisjoint(table.ops)
        for root in rows[ordered:]:
            stack = [root]
            while stack:
                row = stack[-1]
                if state[row] == _DONE:
                    stack.pop()
                    continue
                state[row] = _BEGUN
                new = [source for source in producers[start[row] : start[row + 1]] if state[source] == _WAITING]
                if new and merging and table.ops[row] in MERGES:
                    # What an iteration hands to the next does not come before the first one.
                    new = [source for source in new if table.ops[source] not in ITERATED]
                if new:
                    stack.extend(reversed(new))
                    continue
                state[row] = _DONE
                result.append(row)
                stack.pop()
        return result
