"""One body beside the TensorFlow graph it was read from: which recorded call made each of its rows."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from typing import Any, Dict, List, Optional, Sequence, Tuple

from ..graph.types import CONTROL
from ..graph.vocabulary import FED
from ..program.body import Body
from .recorder import APPLY, CALL, GRADIENT, GradientCall, Record, Recorder
from .seams import ordered_ops


@dataclass
class Site:
    """The ops of a body in the order they were made; `rows` gives each its row (-1: none in the body).

    `calls`, `gradients` and `applies` are the records made in this graph; `call_of`, `gradient_of` and `apply_of` give
    each row the innermost call, the outermost gradient, the optimizer step that made it, as positions in these (-1: none).
    """

    body: Body
    graph: Any
    ops: List[Any]
    ends: List[int]
    rows: List[int]
    names: Dict[str, int]
    arguments: "set[int]"
    calls: List[Record] = field(default_factory=list)
    gradients: List[Record] = field(default_factory=list)
    applies: List[Record] = field(default_factory=list)
    gradient_calls: List[GradientCall] = field(default_factory=list)
    call_of: List[int] = field(default_factory=list)
    gradient_of: List[int] = field(default_factory=list)
    apply_of: List[int] = field(default_factory=list)

    def made(self, start: int, end: int) -> List[int]:
        """The rows of the ops numbered from `start` (exclusive) to `end` (inclusive)."""
        first, last = bisect_right(self.ends, start), bisect_right(self.ends, end)
        return [row for row in self.rows[first:last] if row >= 0 and row not in self.arguments]

    def row_of(self, tensor: Any) -> int:
        """The row whose op makes `tensor`; -1 where that is in another graph."""
        return self.names.get(tensor.op.name, -1) if tensor.graph is self.graph else -1


def site(body: Body, graph: Any, recorder: Optional[Recorder]) -> Site:
    """Match a body with its graph by the names of the ops, and with the records made in it."""
    ops, ends = ordered_ops(graph)
    known = body.rows()
    rows = [known.get(op.name, -1) for op in ops]
    inputs = [known[tensor.op.name] for tensor in graph.inputs if tensor.op.name in known]
    arguments = {row for row in inputs if body.ops[row] in FED}
    found = Site(body, graph, ops, ends, rows, known, arguments)
    if recorder is not None:
        here = [record for record in recorder.records if record.graph is graph and record.end >= 0]
        outer = [record for record in here if not record.inside(GRADIENT)]
        found.calls = [record for record in outer if record.kind == CALL and not record.inside(APPLY)]
        if not is_gradient_function(graph):
            found.gradients = [record for record in outer if record.kind == GRADIENT]
        found.applies = [record for record in outer if record.kind == APPLY]
        found.gradient_calls = [call for call in recorder.gradients if call.graph is graph]
    found.call_of = _owners(found, found.calls)
    found.gradient_of = _owners(found, found.gradients)
    found.apply_of = _owners(found, found.applies)
    return found


def is_gradient_function(graph: Any) -> bool:
    """Whether TensorFlow built the graph as the gradient of a function: its gradient calls are nobody's training step."""
    return str(getattr(graph, "name", "")).startswith(("__backward_", "_backward_"))


def _owners(found: Site, records: Sequence[Record]) -> List[int]:
    """For each row the last opened of the records that made it: of nested ones the innermost."""
    owners = [-1] * len(found.body)
    for index, record in enumerate(records):
        for row in found.made(record.start, record.end):
            owners[row] = index
    return owners


def parent_call(record: Record, index: Dict[int, int]) -> int:
    """The position (`index`, by identity) of the innermost call around `record` in the same graph, -1 for none."""
    above = record.parent
    while above is not None and above.graph is record.graph:
        if id(above) in index:
            return index[id(above)]
        above = above.parent
    return -1


def producers(body: Body) -> List[Tuple[int, ...]]:
    """The data inputs of each row, as rows."""
    node, output, start = body.edge_node, body.edge_output, body.edge_start
    return [
        ()
        if row < body.args
        else tuple(node[edge] for edge in range(start[row], start[row + 1]) if output[edge] != CONTROL)
        for row in range(len(body))
    ]


def reach(starts: Sequence[int], edges: Sequence[Sequence[int]], barred: "Sequence[int] | bytearray") -> bytearray:
    """1 for every row that can be reached from `starts` along `edges` without entering a barred row."""
    seen = bytearray(len(edges))
    waiting = [row for row in starts if row >= 0 and not barred[row]]
    for row in waiting:
        seen[row] = 1
    while waiting:
        for row in edges[waiting.pop()]:
            if not seen[row] and not barred[row]:
                seen[row] = 1
                waiting.append(row)
    return seen
