"""Shape rules of the ops that make a tensor from attributes or values: constants, placeholders, random numbers."""

from __future__ import annotations

from typing import Dict, List

from ..graph.types import Shape
from ..graph.vocabulary import PLACEHOLDERS, REF_VARIABLES
from .inference import InferenceContext
from .rule import Rule, asked
from .value import scalar


def _const(at: InferenceContext) -> List[Shape]:
    return [at.tensor_shape("value")]


def _declared(at: InferenceContext) -> List[Shape]:
    """The shape that an attribute declares.

    The default of a `PlaceholderWithDefault` may be smaller than what is fed.
    """
    return [at.attr_shape("shape")]


def _scalar(_: InferenceContext) -> List[Shape]:
    return [()]


def _shape_op(at: InferenceContext) -> List[Shape]:
    """A shape is a vector, as long as the tensor has dimensions."""
    shape = at.shape(0)
    return [(None if shape is None else len(shape),)]


def _counted(at: InferenceContext) -> List[Shape]:
    """``Range(start, limit, delta)``."""
    start, limit, delta = scalar(at.value(0)), scalar(at.value(1)), scalar(at.value(2))
    if type(delta) is int and delta == 1 and limit >= start:  # a limit may be a symbol
        return [(limit - start,)]
    return [(len(range(start, limit, delta)),)]


_RANDOM = """
RandomUniform RandomUniformInt RandomStandardNormal TruncatedNormal ParameterizedTruncatedNormal StatelessRandomUniform
StatelessRandomUniformV2 StatelessRandomNormal StatelessRandomNormalV2 StatelessTruncatedNormal
StatelessTruncatedNormalV2 StatelessRandomUniformInt StatelessRandomUniformIntV2 StatelessRandomUniformFullInt
StatelessRandomUniformFullIntV2 StatelessRandomGammaV2
"""
SOURCES: Dict[str, Rule] = {
    "Const": _const,
    **dict.fromkeys((*PLACEHOLDERS, *REF_VARIABLES, "ImmutableConst"), _declared),
    **dict.fromkeys(("Fill", "Empty", *_RANDOM.split()), asked(0)),
    "Range": _counted,
    **dict.fromkeys(("Shape", "ShapeN"), _shape_op),
    **dict.fromkeys(("Size", "Rank", "LoopCond"), _scalar),  # LoopCond: a loop of TensorFlow 1
}
"""Op type -> its rule."""
