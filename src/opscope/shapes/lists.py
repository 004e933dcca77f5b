"""What a tensor list holds: starting where a list is used, walk back to where a tensor was put into it.

A recurrent layer writes each time step's result into a list (`TensorListSetItem` in the loop) and stacks the list
behind the loop (`TensorListStack`). TensorFlow often leaves the stack's shape open; the shape of what was put in tells
it. A TensorArray of TensorFlow 1 is such a list too: its "flow" is the edge that is followed.
"""

from __future__ import annotations

from typing import List, NamedTuple, Optional

from ..graph.table import NodeTable
from ..graph.types import Edge
from ..graph.vocabulary import ARGUMENT, ITERATED, LOOPS, MERGES
from .bodies import Bodies
from .budget import or_unknown

_KEPT = {
    "TensorListPushBack": 1, "TensorListSetItem": 2, "TensorListFromTensor": 0, "TensorArrayWriteV3": 2, "TensorArrayScatterV3": 2,
}  # fmt: skip
"""Ops that put a tensor into a list -> which of their inputs that is."""
_OF_ROWS = frozenset({"TensorListFromTensor", "TensorArrayScatterV3"})
"""Those of them that put each row of the tensor into the list."""
_HANDED_ON = (
    frozenset(
        """Identity TensorListPopBack TensorListResize TensorListPushBack TensorListSetItem _Retval Enter Exit
    Switch""".split()
    )
    | ITERATED
)
"""Ops whose first input is the list that they return, changed or not. Two of them are in `_KEPT` too: `item` ends there, and
`length` goes on."""
_MOST_STEPS = 1000
"""A walk ends after this many ops: in a damaged file, ops may form a circle."""


class ListItem(NamedTuple):
    """A tensor that was put into a list."""

    edge: Edge
    rows: bool
    """Whether the items of the list are the rows of this tensor, rather than the tensor itself."""


@or_unknown
def item(table: NodeTable, bodies: Bodies, edge: Edge) -> Optional[ListItem]:
    """What the list on `edge` holds; ``None`` when that was not found.

    One item speaks for all: the items of a list have the same shape. A list that comes out of a loop is followed into
    the loop's body, to what the body puts in.
    """
    for _ in range(_MOST_STEPS):
        op, inputs = table.ops[edge.node], table.data_inputs(edge.node)
        kept = _KEPT.get(op)
        if kept is not None:  # what was put in last is met first
            return ListItem(inputs[kept], op in _OF_ROWS)
        further = _loop_result(table, bodies, edge) if op in LOOPS else _before(bodies, op, inputs, edge, table)
        if further is None:
            return None
        edge = further
    return None


@or_unknown
def length(table: NodeTable, bodies: Bodies, edge: Edge) -> Optional[Edge]:
    """The tensor that holds the length of the list on `edge`: input 1 of the `TensorListReserve` that made the list.

    ``None`` when the list was made otherwise, or when anything on the way may make it longer or shorter. A loop is passed
    by if its body only overwrites items: then the list that comes out is as long as the one that went in.
    """
    for _ in range(_MOST_STEPS):
        if table.ops[edge.node] == "TensorListReserve":
            return table.data_inputs(edge.node)[1]
        further = _as_long(table, bodies, edge)
        if further is None:
            return None
        edge = further
    return None


def _as_long(table: NodeTable, bodies: Bodies, edge: Edge) -> Optional[Edge]:
    """The list that the list on `edge` was made of, if it was as long; ``None`` if not, or when the trail ends here."""
    op, inputs = table.ops[edge.node], table.data_inputs(edge.node)
    if _may_grow(table, edge.node):
        return None
    if op in LOOPS:
        # A loop's output and the input with the same number are one variable.
        return inputs[edge.output] if _keeps_length(table, bodies, edge) else None
    return _before(bodies, op, inputs, edge, table)


def _may_grow(table: NodeTable, row: int) -> bool:
    """Whether an op on a list may change how many items it has."""
    op = table.ops[row]
    grows = op == "TensorListSetItem" and table.attrs(row).get("resize_if_index_out_of_bounds")
    return bool(grows) or op in {"TensorListPushBack", "TensorListPopBack", "TensorListResize"}


def _keeps_length(table: NodeTable, bodies: Bodies, edge: Edge) -> bool:
    """Whether the body of a loop returns the list that it got, as long as it was."""
    parts = bodies.loops.get(edge.node, {})
    if "body" not in parts:
        return False
    arguments, results = bodies.ends(parts["body"])
    if edge.output not in results:
        return False
    here = table.data_inputs(results[edge.output])[0]
    for _ in range(_MOST_STEPS):
        if here.node in arguments:
            return arguments[here.node] == edge.output
        further = _as_long(table, bodies, here)
        if further is None:
            return False
        here = further
    return False


def _loop_result(table: NodeTable, bodies: Bodies, edge: Edge) -> Optional[Edge]:
    """For a list that comes out of a loop: the one that the body returns, or, if it is unchanged, the loop's input."""
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
    """The list that an op got, or, for a call, that its function returns; ``None`` when the trail ends here.

    The input of an argument is what the call or loop passes to it.
    """
    returned = bodies.result(edge.node, edge.output)
    if returned is not None:
        return table.data_inputs(returned)[0]
    if op in MERGES:  # the variable of a loop in TensorFlow 1: what the iteration before wrote
        return next((given for given in reversed(inputs) if table.ops[given.node] in ITERATED), None)
    if op == ARGUMENT and edge.node in table.elements:
        return None  # it is an element of something, not the list that its input brings
    return inputs[0] if inputs and (op in _HANDED_ON or op == ARGUMENT) else None
