"""Which of two graphs a tool made of the other: what ops a graph is made of says how far it was converted."""

from __future__ import annotations

from enum import IntEnum
from typing import Optional

from ...graph.lite_ops import SAME_OP
from ...graph.vocabulary import CONSTANTS, layer_class
from ..sides import GraphSide


class Dialect(IntEnum):
    """How far a graph was converted."""

    LAYERS = 0
    """An op for each layer."""
    WITH_VARIABLES = 1
    """TensorFlow's ops."""
    FROZEN = 2
    """With constants in the place of variables."""
    OPTIMISED = 3
    """With ops that Grappler fused."""
    LITE = 4
    """TensorFlow Lite's operators."""
    QUANTISED = 5
    """These, some of them on integers."""


_REMAPPED = "_Fused"
"""How the types of ops begin that Grappler's remapper makes."""
_TRACE = "_grappler"
_OWN_OPERATORS = frozenset(SAME_OP) | {"QUANTIZE", "DEQUANTIZE"}
_QUANTISING = frozenset({"QUANTIZE", "DEQUANTIZE"})
_LEAST_HELD = 0.5
"""So large a share of a graph's variables has to be there as constants, in a graph that is the frozen form of it."""


def dialect(side: GraphSide) -> Dialect:
    """How far a graph was converted."""
    types = set(side.table.ops)
    if any(map(layer_class, types)):
        return Dialect.LAYERS
    if types & _OWN_OPERATORS:
        return Dialect.QUANTISED if types & _QUANTISING or _has_quantisation(side) else Dialect.LITE
    if any(op.startswith(_REMAPPED) for op in types):
        return Dialect.OPTIMISED
    return Dialect.WITH_VARIABLES if side.variables else Dialect.FROZEN


def _looked_for_traces(side: GraphSide) -> Dialect:
    """The dialect of a frozen graph: Grappler's passes leave attributes where they fused nothing."""
    known = {id(raw): row for row, raw in enumerate(side.table.raw_attrs)}
    has_traces = any(key.startswith(_TRACE) for row in known.values() for key in side.table.attrs(row))
    return Dialect.OPTIMISED if has_traces else Dialect.FROZEN


def _has_quantisation(side: GraphSide) -> bool:
    return any(op in CONSTANTS and "quantization" in side.table.attrs(row) for row, op in enumerate(side.table.ops))


def converted_side(a: GraphSide, b: GraphSide) -> Optional[int]:
    """Which graph can be the converted one: 0 for `a`, 1 for `b`; ``None`` where both are of one kind, as most pairs are."""
    levels = dialect(a), dialect(b)
    if levels == (Dialect.FROZEN, Dialect.FROZEN):
        levels = _looked_for_traces(a), _looked_for_traces(b)
    if levels[0] == levels[1]:
        return None
    converted = int(levels[1] > levels[0])
    written = levels[1 - converted]
    if (
        written >= Dialect.WITH_VARIABLES
        and levels[converted] <= Dialect.OPTIMISED
        and not _holds(*((a, b) if converted else (b, a)))
    ):
        return None
    return converted


def _holds(written: GraphSide, converted: GraphSide) -> bool:
    """Whether the variables of the one, as far as their shapes are known, are constants of the other, or both have none."""
    shapes = [variable.shape for variable in written.variables if variable.shape is not None]
    held = {
        types[0].shape for op, types in zip(converted.table.ops, converted.table.outputs) if op in CONSTANTS and types
    }
    return sum(shape in held for shape in shapes) >= _LEAST_HELD * len(shapes)
