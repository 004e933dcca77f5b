"""Where a tensor really comes from, when what only passes it on (identities, arguments, results, calls) is seen through."""

from __future__ import annotations

from typing import Dict, List, Sequence, Tuple

from ..graph.attrs import whole_of
from ..graph.graph import Graph
from ..graph.types import CONTROL
from ..graph.view import WIRE
from ..graph.vocabulary import ARGUMENT, RESULT, is_body, is_called

TensorRef = Tuple[int, int]
"""An op's row in the table and which of its outputs."""


def bodies(graph: Graph) -> List[int]:
    """For each op the innermost body it lies in (a function, cond, body or branch group); -1 in the main graph."""
    inner: List[int] = []
    for index, group in enumerate(graph.groups):
        inner.append(index if is_body(group) else inner[group.parent] if group.parent >= 0 else -1)
    return [inner[group] if group >= 0 else -1 for group in graph.content.node_group]


def ends_of_bodies(graph: Graph, op: str) -> Dict[int, List[int]]:
    """Body group -> its `_Arg` or `_Retval` nodes, by their index."""
    table, found = graph.table, {}  # type: ignore[var-annotated]
    rows = [row for row, kind in enumerate(table.ops) if kind == op]
    if not rows:
        return {}
    body = bodies(graph)
    for row in rows:
        found.setdefault(body[row], []).append((whole_of(table.attrs(row), "index"), row))
    return {group: [row for _, row in sorted(pairs)] for group, pairs in found.items() if group >= 0}


class Flow:
    """Sees through calls, arguments, results and every op whose role is `WIRE`.

    A loop and a branch are real: their outputs come from them. A loop's condition sees the variables of its body.
    `roles` may still be changing while the passes run; only a resolver made for finished roles may `remember`.
    """

    def __init__(self, graph: Graph, roles: Sequence[int], *, remember: bool = True) -> None:
        self._table = graph.table
        self._roles = roles
        self._memo: Dict[TensorRef, TensorRef] = {}
        self._remember = remember
        self.args = ends_of_bodies(graph, ARGUMENT)
        self.results = ends_of_bodies(graph, RESULT)
        self.loops: Dict[int, int] = {}
        """While op -> its body group."""
        self._calls: Dict[int, List[int]] = {}
        self._conds: Dict[int, int] = {}
        self._link(graph)

    def _link(self, graph: Graph) -> None:
        conds: Dict[int, int] = {}
        for index, group in enumerate(graph.groups):
            if group.owner < 0:
                continue
            if group.kind == "body":
                self.loops[group.owner] = index
            elif group.kind == "cond":
                conds[group.owner] = index
            elif is_called(group):
                self._calls[group.owner] = self.results.get(index, [])
        for owner, cond in conds.items():
            inside = self.args.get(self.loops.get(owner, -1), [])
            self._conds.update(zip(self.args.get(cond, []), inside))

    def source(self, node: int, output: int) -> TensorRef:
        """The op output that really makes this tensor."""
        first = (node, output)
        found = self._memo.get(first)
        if found is not None:
            return found
        path = {first}
        here = first
        while True:
            further = self._step(*here)
            if further == here or further in path:
                break
            here = further
            path.add(here)
        if self._remember:
            self._memo.update((passed, here) for passed in path if passed != here)
        return here

    def _step(self, node: int, output: int) -> TensorRef:
        results = self._calls.get(node)
        if results is not None:
            return (results[output], 0) if 0 <= output < len(results) else (node, output)
        body = self.loops.get(node)
        if body is not None:
            return self._around(node, output, body)
        if self._roles[node] != WIRE:
            return (node, output)
        if node in self._conds:
            return (self._conds[node], 0)
        return self._passed(node, output)

    def _around(self, node: int, output: int, body: int) -> TensorRef:
        """A loop's output is its input where the body never changes it."""
        args = self.args.get(body, ())
        if 0 <= output < len(args) and self._roles[args[output]] == WIRE:
            return (args[output], 0)
        return (node, output)

    def _passed(self, node: int, output: int) -> TensorRef:
        table = self._table
        start, end = table.edge_start[node], table.edge_start[node + 1]
        row = start + (output if table.ops[node] == "IdentityN" else 0)
        if row >= end or table.edge_output[row] == CONTROL:
            return (node, output)
        return (table.edge_node[row], table.edge_output[row])
