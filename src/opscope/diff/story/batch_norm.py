"""Which ops are a batch norm that is written as arithmetic: ``x * (gamma * rsqrt(variance + e)) + (beta - mean * ...)``."""

from __future__ import annotations

from typing import Dict, Set

from ..conversion.fusions import is_by_channel
from ..sides import GraphSide

BATCH_NORM = "batch norm"
_WHOLE = ("FusedBatchNorm", "_FusedBatchNorm")
_ARITHMETIC = frozenset("Mul Add AddV2 Sub".split())
_HANDED_ON = 64
"""So many ops are looked back through for the root of a constant."""


def batch_norms(side: GraphSide) -> Set[int]:
    """The ops that scale or shift by what a reciprocal root of a constant is in, and those that are a whole batch norm."""
    found = {row for row, op in enumerate(side.table.ops) if op.startswith(_WHOLE)}
    known: Dict[int, bool] = {}
    for row, op in enumerate(side.table.ops):
        if op in _ARITHMETIC and any(_is_scale(side, edge.node, known) for edge in side.table.data_inputs(row)):
            found.add(row)
    return found


def _is_scale(side: GraphSide, row: int, known: Dict[int, bool]) -> bool:
    """Whether a tensor is made of an ``Rsqrt``, by arithmetic with nothing but constants."""
    if row not in known:
        known[row] = False  # on a circle nothing is known
        seen, waiting, has_root = {row}, [row], False
        while waiting and len(seen) < _HANDED_ON:
            here = waiting.pop()
            inputs = side.table.data_inputs(here)
            has_root = has_root or side.table.ops[here] == "Rsqrt"
            if any(not is_by_channel(each) for each in side.table.outputs[here]):
                return False
            for edge in inputs:
                if edge.node not in seen:
                    seen.add(edge.node)
                    waiting.append(edge.node)
        known[row] = has_root
    return known[row]
