"""Which of two graphs a tool made of the other: what ops a graph is made of says how far it was converted."""

from __future__ import annotations

from typing import Optional

from ...graph.lite_ops import SAME_OP
from ...graph.vocabulary import CONSTANTS, layer_class
from ..sides import GraphSide

LAYERS, WITH_VARIABLES, FROZEN, OPTIMISED, LITE, QUANTISED = range(6)
"""How far a graph was converted: an op for each layer; TensorFlow's ops with variables; with constants in their place; with ops that Grappler
fused; TensorFlow Lite's operators; these on integers."""
FUSED = "_Fused"
"""How the types of ops begin that Grappler's remapper makes."""
_OWN_OPERATORS = frozenset(SAME_OP) | {"QUANTIZE", "DEQUANTIZE"}
_QUANTISING = frozenset({"QUANTIZE", "DEQUANTIZE"})
_LEAST_HELD = 0.5
"""So large a share of a graph's variables has to be there as constants, in a graph that is the frozen form of it."""


def dialect(side: GraphSide) -> int:
    """How far a graph was converted."""
    types = set(side.table.ops)
    if any(map(layer_class, types)):
        return LAYERS
    if types & _OWN_OPERATORS:
        return QUANTISED if types & _QUANTISING or _has_quantisation(side) else LITE
    if any(op.startswith(FUSED) for op in types):
        return OPTIMISED
    return WITH_VARIABLES if side.variables else FROZEN


def _has_quantisation(side: GraphSide) -> bool:
    return any(
        op in CONSTANTS and "quantization" in side.table.attrs(row) for row, op in enumerate(side.table.ops)
    )


def converted_side(a: GraphSide, b: GraphSide) -> Optional[int]:
    """Which graph can be the converted one: 0 for `a`, 1 for `b`; ``None`` where both are of one kind, as most pairs are."""
    levels = dialect(a), dialect(b)
    if levels[0] == levels[1]:
        return None
    converted = int(levels[1] > levels[0])
    written = levels[1 - converted]
    if WITH_VARIABLES <= written and levels[converted] <= OPTIMISED and not _holds(*((a, b) if converted else (b, a))):
        return None
    return converted


def _holds(written: GraphSide, converted: GraphSide) -> bool:
    """Whether the variables of the one, as far as their shapes are known, are constants of the other, or both have none."""
    shapes = [variable.shape for variable in written.variables if variable.shape is not None]
    held = {
        types[0].shape
        for op, types in zip(converted.table.ops, converted.table.outputs)
        if op in CONSTANTS and types
    }
    return sum(shape in held for shape in shapes) >= _LEAST_HELD * len(shapes)
