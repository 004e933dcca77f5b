"""Keeps rules from ops that no TensorFlow would run: a damaged file may hold a division without a divisor."""

from __future__ import annotations

from dataclasses import replace
from typing import Dict, Optional, Tuple

from ..graph.content import content_of, with_content
from ..graph.graph import Graph
from ..graph.types import CONTROL
from ..graph.vocabulary import ENDS, MISSING
from ..program.opdefs import OpSignature, OpSignatures

_Bounds = Tuple[int, Optional[int]]


def with_sound_ops(graph: Graph) -> Graph:
    """The graph, in which ops that have too few or too many inputs for their type are of none that a rule knows."""
    table = content_of(graph).table
    bounds: Dict[str, Optional[_Bounds]] = {}
    signatures = OpSignatures()
    unsound = []
    for row, op in enumerate(table.ops):
        if op not in bounds:
            bounds[op] = None if op in ENDS else _bounds(signatures.get(op))
        limits = bounds[op]
        if limits is not None:
            start, end = table.edge_start[row], table.edge_start[row + 1]
            least, most = limits
            given = end - start
            if given and table.edge_output[end - 1] == CONTROL:  # control inputs come last
                given = sum(output != CONTROL for output in table.edge_output[start:end])
            if given < least or (most is not None and given > most):
                unsound.append(row)
    if not unsound:
        return graph
    ops = list(table.ops)
    for row in unsound:
        ops[row] = MISSING
    return with_content(graph, table=replace(table, ops=ops))


def _bounds(signature: Optional[OpSignature]) -> Optional[_Bounds]:
    """The least and the most inputs of an op of this type; ``None`` for a type that TensorFlow does not declare."""
    if signature is None:
        return None
    single = sum(not (arg.number_attr or arg.type_list_attr) for arg in signature.inputs)
    return single, single if single == len(signature.inputs) else None
