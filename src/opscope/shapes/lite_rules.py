"""Shape rules of TensorFlow Lite's operators: that of TensorFlow's op, which sees the operator in its own words, or one of their own.

Source: the operators' kernels in tflite/kernels (google-ai-edge/LiteRT). Weights are (units, inputs) of a dense layer, (filters, height,
width, channels) of a convolution, (1, height, width, channels) of a depthwise one.
"""

from __future__ import annotations

from typing import Callable, Dict, List, Mapping, Optional, Tuple, TypeVar

from ..graph.lite_ops import SAME_OP, as_tensorflow
from ..graph.types import Shape
from ..graph.vocabulary import LITE_RUNNERS
from .attributes import Attributes, PlainAttributes
from .inference import InferenceContext
from .rule import Rule, axis_place, like
from .tensor import product

Answer = TypeVar("Answer")
_WEIGHTS: Dict[str, Tuple[int, Tuple[int, ...]]] = {
    "CONV_2D": (1, (1, 2, 3, 0)),
    "DEPTHWISE_CONV_2D": (1, (1, 2, 3, 0)),
    "TRANSPOSE_CONV": (1, (1, 2, 0, 3)),
}
"""Operator -> which input has the weights, and where TensorFlow's op has each of their dimensions."""


def weights_as_tensorflow(op: str, place: int, shape: Shape) -> Shape:
    """The shape of an input, as TensorFlow's op has it.

    >>> weights_as_tensorflow("CONV_2D", 1, (64, 3, 3, 16))
    (3, 3, 16, 64)
    """
    at, order = _WEIGHTS.get(op, (-1, ()))
    if place != at or shape is None or len(shape) != len(order):
        return shape
    return tuple(shape[dim] for dim in order)


class _AsTensorFlow(InferenceContext):
    """An operator as the rule of TensorFlow's op sees it."""

    __slots__ = ("_op",)

    def __init__(self, at: InferenceContext, op: str) -> None:
        super().__init__(at._source, at._values, at.row, at.inputs, at.output)  # noqa: SLF001, the same op under another name
        self._op = op

    @property
    def attributes(self) -> Attributes:
        if self._attributes is None:
            self._attributes = PlainAttributes(as_tensorflow(self._op, self._source.attributes(self.row).plain()))
        return self._attributes

    def shape(self, index: int) -> Shape:
        place = index if index >= 0 else index + len(self.inputs)
        return weights_as_tensorflow(self._op, place, super().shape(index))


def seen_as_tensorflow(op: str, rule: Callable[[InferenceContext], Answer]) -> Callable[[InferenceContext], Answer]:
    """The rule of TensorFlow's op for the operator `op`."""

    def asked(at: InferenceContext) -> Answer:
        seen = _AsTensorFlow(at, op)
        try:
            return rule(seen)
        finally:
            at.looked = at.looked or seen.looked

    return asked


def lite_rules(
    known: Mapping[str, Callable[[InferenceContext], Answer]],
) -> Dict[str, Callable[[InferenceContext], Answer]]:
    """The rules of operators that compute the same as an op with a rule."""
    return {
        op: seen_as_tensorflow(op, known[same])
        for op, same in SAME_OP.items()
        if same in known and op not in _OTHERWISE
    }


_OTHERWISE = LITE_RUNNERS | {"CONCATENATION", "GATHER", "FULLY_CONNECTED"}
"""Operators that get their inputs in another way than TensorFlow's op."""


def _dense(at: InferenceContext) -> List[Shape]:
    """A row of units for each row of inputs; all dimensions but the last are one, unless they are to be kept."""
    given, weights = at.shape(0), at.shape(1)
    if given is None or weights is None or len(weights) != 2 or not given:
        return []
    if at.flag("keep_num_dims") or len(given) == 2:
        return [(*given[:-1], weights[0])]
    if None in given or not weights[1]:
        return [(None, weights[0])]
    return [(product([dim or 0 for dim in given]) // weights[1], weights[0])]


def _concatenation(at: InferenceContext) -> List[Shape]:
    first = at.shape(0)
    if first is None:
        return []
    place = axis_place((at.number("axis"),), len(first))
    if place is None:
        return []
    dims: List[Optional[int]] = list(first)
    along: Optional[int] = 0
    for index in range(at.count):
        shape = at.shape(index)
        if shape is None or len(shape) != len(first):
            return []
        dims = [own if own is not None else other for own, other in zip(dims, shape)]
        along = None if along is None or shape[place] is None else along + (shape[place] or 0)
    dims[place] = along
    return [tuple(dims)]


def _gather(at: InferenceContext) -> List[Shape]:
    table, wanted = at.shape(0), at.shape(1)
    if table is None or wanted is None:
        return []
    place, batch = axis_place((at.number("axis"),), len(table)), at.number("batch_dims")
    if place is None or not 0 <= batch <= min(place, len(wanted)):
        return []
    return [(*table[:place], *wanted[batch:], *table[place + 1 :])]


def _lookup(at: InferenceContext) -> List[Shape]:
    wanted, table = at.shape(0), at.shape(1)
    return [] if wanted is None or table is None else [(*wanted, *table[1:])]


def _reshape(at: InferenceContext) -> List[Shape]:
    """The shape is an input, or as in old files an option."""
    asked = at.value(1) if at.count > 1 else tuple(at.numbers("new_shape"))
    return [] if asked is None else [tuple(None if dim is None or dim < 0 else dim for dim in asked)]


LITE: Dict[str, Rule] = {
    "FULLY_CONNECTED": _dense,
    "CONCATENATION": _concatenation,
    "GATHER": _gather,
    "EMBEDDING_LOOKUP": _lookup,
    "RESHAPE": _reshape,
    **dict.fromkeys(
        """QUANTIZE DEQUANTIZE DENSIFY HARD_SWISH GELU PRELU RELU_N1_TO_1 RELU_0_TO_1 L2_NORMALIZATION FAKE_QUANT
        STABLEHLO_LOGISTIC STABLEHLO_ABS STABLEHLO_COSINE STABLEHLO_EXPONENTIAL STABLEHLO_FLOOR STABLEHLO_LOG STABLEHLO_NEGATE STABLEHLO_RSQRT
        STABLEHLO_TANH STABLEHLO_CONVERT STABLEHLO_CBRT""".split(),
        like(0),
    ),
}  # fmt: skip
"""Operators with rules of their own."""
