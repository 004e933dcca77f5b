"""What tensor lists hold: the tensor put into a list in one place of the graph, seen from where it is taken out."""

from __future__ import annotations

from typing import List, NamedTuple, Optional

from ..graph.table import NodeTable
from ..graph.types import Edge
from ..graph.vocabulary import ARGUMENT, LOOPS
from .bodies import Bodies

_KEPT = {"TensorListPushBack": 1, "TensorListSetItem": 2, "TensorListFromTensor": 0}
"""Ops that put a tensor into a list, and which input it is; the last makes a list of the tensor's rows."""
_HANDED_ON = frozenset(
    "Identity TensorListPopBack TensorListResize TensorListPushBack TensorListSetItem _Retval".split()
)
_MOST_STEPS = 1000


class ListItem(NamedTuple):
    """A tensor that a list holds, or the tensor whose rows it holds."""

    edge: Edge
    rows: bool


def item(table: NodeTable, bodies: Bodies, edge: Edge) -> Optional[ListItem]:
    """What the list on `edge` holds; ``None`` where nothing was found. Loops are followed to what their bodies put in."""
    for _ in range(_MOST_STEPS):
        op, inputs = table.ops[edge.node], table.data_inputs(edge.node)
        kept = _KEPT.get(op)
        if kept is not None:
            return ListItem(inputs[kept], op == "TensorListFromTensor")
        further = _loop_result(table, bodies, edge) if op in LOOPS else _before(bodies, op, inputs, edge, table)
        if further is None:
            return None
        edge = further
    return None


def length(table: NodeTable, bodies: Bodies, edge: Edge) -> Optional[Edge]:
    """The tensor that says how many items the list on `edge` was made for (`TensorListReserve`)."""
    for _ in range(_MOST_STEPS):
        op, inputs = table.ops[edge.node], table.data_inputs(edge.node)
        if op == "TensorListReserve":
            return inputs[1]
        further = inputs[edge.output] if op in LOOPS else _before(bodies, op, inputs, edge, table)
        if further is None:
            return None
        edge = further
    return None


def _loop_result(table: NodeTable, bodies: Bodies, edge: Edge) -> Optional[Edge]:
    """What the loop's body returns for this variable; its initial value where that is what came in."""
    parts = bodies.loops.get(edge.node, {})
    if "body" not in parts:
        return None
    arguments, results = bodies.ends(parts["body"])
    if edge.output not in results:
        return None
    returned = table.data_inputs(results[edge.output])[0]
    unchanged = arguments.get(returned.node) == edge.output
    return table.data_inputs(edge.node)[edge.output] if unchanged else returned


def _before(bodies: Bodies, op: str, inputs: List[Edge], edge: Edge, table: NodeTable) -> Optional[Edge]:
    returned = bodies.result(edge.node, edge.output)
    if returned is not None:
        return table.data_inputs(returned)[0]
    return inputs[0] if inputs and (op in _HANDED_ON or op == ARGUMENT) else None
