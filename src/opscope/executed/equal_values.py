"""Which written ops compute the same: ops of one type with equal attributes, whose inputs are the same. Grappler keeps one of each."""

from __future__ import annotations

from typing import Any, Dict, List, Tuple

from ..graph.content import Content
from ..graph.types import CONTROL
from ..graph.vocabulary import CONSTANTS, ENDS
from ..program.opdefs import OpSignatures

_UNCHANGED = frozenset({"Identity", "IdentityN", "StopGradient", "PreventGradient", "Snapshot"})
"""Ops whose outputs are their inputs."""
_UNCHANGED_IN_SHAPE = frozenset({"Reshape", "Cast", "Squeeze", "ExpandDims", "BroadcastTo"})
"""Ops whose output is their first input, if it has the same dtype and shape."""
_MOST_COMPARED = 1 << 16
"""Attributes with more bytes are compared by identity only."""
_COMMUTATIVE = frozenset(
    {"Add", "AddV2", "AddN", "Mul", "Maximum", "Minimum", "SquaredDifference", "LogicalAnd", "LogicalOr"}
)

_Value = Tuple[int, int]
"""A tensor: number of what computes it, and which output of that."""


def values(content: Content) -> List[int]:
    """For each op a number; ops with the same one compute the same. Each op that may change something has one of its own."""
    table, signatures = content.table, OpSignatures()
    numbers: List[int] = [-1] * len(table)
    handed: Dict[_Value, _Value] = {}  # output of an op that hands on its inputs -> what it hands on
    known: Dict[Any, int] = {}
    seen: Dict[int, Any] = {}
    for row, op in enumerate(table.ops):
        numbers[row] = row
        signature = signatures.get(op)
        if op in ENDS or signature is None or signature.stateful:
            continue
        read: List[_Value] = []
        ready = True
        for edge in table.data_inputs(row):
            # A loop's later rows are not numbered yet; then this op is taken for the only one of its kind.
            ready = ready and numbers[edge.node] >= 0
            read.append(handed.get((numbers[edge.node], edge.output), (numbers[edge.node], edge.output)))
        if not ready or (not read and op not in CONSTANTS):
            continue
        if hands_on(content, row):
            handed.update(((row, output), value) for output, value in enumerate(read[: len(table.outputs[row])]))
            continue
        key = (
            op,
            _attributes(table.raw_attrs[row], table.attrs_key(row), seen),
            tuple(sorted(read) if op in _COMMUTATIVE else read),
        )
        numbers[row] = known.setdefault(key, row)
    return numbers


def hands_on(content: Content, row: int) -> bool:
    """Whether the outputs of an op are its first inputs, unchanged."""
    table = content.table
    if table.ops[row] in _UNCHANGED:
        return True
    if table.ops[row] not in _UNCHANGED_IN_SHAPE or not table.outputs[row]:
        return False
    result, edges = table.outputs[row][0], table.data_inputs(row)
    given = table.input_type(edges[0]) if edges else None
    # With one dimension open the others tell it: the elements are as many.
    return given == result and result.shape is not None and result.shape.count(None) <= 1


def _attributes(raw: Any, key: int, seen: Dict[int, Any]) -> Any:
    """What two ops with equal attributes have in common: they may be equal though they do not share one message."""
    if key not in seen:
        small = hasattr(raw, "ByteSize") and raw.ByteSize() <= _MOST_COMPARED
        seen[key] = raw.SerializeToString(deterministic=True) if small else key
    return seen[key]


def constant_rows(content: Content) -> List[bool]:
    """For each op whether its value is known before anything runs: a constant, or computed from constants alone by an op without a state."""
    table, signatures = content.table, OpSignatures()
    found = [False] * len(table)
    for row, op in enumerate(table.ops):
        signature = signatures.get(op)
        if op in CONSTANTS:
            found[row] = True
        elif signature is not None and not signature.stateful and op not in ENDS:
            start, end = table.edge_start[row], table.edge_start[row + 1]
            sources = [table.edge_node[edge] for edge in range(start, end) if table.edge_output[edge] != CONTROL]
            found[row] = bool(sources) and all(found[source] for source in sources)
    return found
