"""What TensorFlow Lite's operators compute: what TensorFlow's ops compute, of which the converter made one operator.

A convolution or dense layer has its bias and its activation in it, arithmetic and pooling an activation. Quantised operators are counted
like those of floats: rescaling the sums is left out. Source: the operators' kernels in tflite/kernels (google-ai-edge/LiteRT).
"""

from __future__ import annotations

from functools import partial
from typing import Any, Dict, List, Mapping, Optional, Sequence

from ...graph.lite_ops import SAME_OP, as_tensorflow
from ...shapes.budget import Unknown
from ...shapes.lite_rules import weights_as_tensorflow
from ...shapes.tensor import Dims, Tensor, product
from ..counted import formulas_of, per_input
from ..layer_calls import run_op, together
from ..movement import NO_FLOPS
from ..op import Formula, Op, Work


class _AsTensorFlow(Op):
    """An operator as the formula of TensorFlow's op sees it."""

    __slots__ = ("_own",)

    def __init__(self, own: Op) -> None:
        self._own, self._attrs, self.row = own, None, own.row

    @property
    def kind(self) -> str:
        return SAME_OP[self._own.kind]

    @property
    def inputs(self) -> List[Tensor]:
        kind = self._own.kind
        return [
            (dtype, weights_as_tensorflow(kind, place, shape))  # type: ignore[misc]
            for place, (dtype, shape) in enumerate(self._own.inputs)
        ]

    @property
    def outputs(self) -> Sequence[Tensor]:
        return self._own.outputs

    def attributes(self) -> Mapping[str, Any]:
        if self._attrs is None:
            self._attrs = as_tensorflow(self._own.kind, self._own.attributes())
        return self._attrs


_BIAS = {
    "CONV_2D": 2,
    "DEPTHWISE_CONV_2D": 2,
    "FULLY_CONNECTED": 2,
    "CONV_3D": 2,
    "TRANSPOSE_CONV": 3,
    "CONV_3D_TRANSPOSE": 3,
}
"""Operator -> which input is added to the product, if there is one."""
_FUSED = {"RELU": "Relu", "RELU6": "Relu6", "RELU_N1_TO_1": "Relu6", "TANH": "Tanh"}
"""Activation that an operator ends with -> an op of as many operations."""


def _as_work(found: Any) -> Optional[Work]:
    return Work(found) if isinstance(found, (int, float)) else found


def _finished(op: Op, main: Optional[Work]) -> Optional[Work]:
    """With the bias and the activation."""
    if main is None:
        return None
    shape = op.shape_out()
    if len(op.inputs) > _BIAS.get(op.kind, len(op.inputs)):
        main = together(main, run_op("BiasAdd", [shape], shape))
    fused = op.attr("fused_activation_function")
    if fused is None:
        return main
    return together(main, run_op(_FUSED[fused], [shape], shape)) if fused in _FUSED else None


def _alike(op: Op) -> Optional[Work]:
    """What TensorFlow's op computes; ``None`` if that has no formula."""
    from . import formulas  # among which are those of this module

    formula = formulas().get(SAME_OP[op.kind])
    return None if formula is None else _finished(op, _as_work(formula(_AsTensorFlow(op))))


def _dense(op: Op) -> Optional[Work]:
    """A multiply-add for each element of the result and each input that feeds it; weights are [units, inputs]."""
    macs = op.size_out() * op.shape_in(1)[-1]
    return _finished(op, Work(2 * macs, macs))


def _recurrent(gates: Sequence[int], weights: Sequence[int], op: Op) -> Work:
    """A recurrent layer: each step multiplies the weights once, and does some 4 operations for the value of each gate, as for `BlockLSTM`.

    `weights` are the places of the inputs that hold weights, `gates` those of them that make a gate of the input.
    """
    omitted = op.attributes().get("omitted_inputs") or []
    places = [place for place in range(max(weights) + 1) if place not in omitted]
    known = {place: op.shape_in(index) for index, place in enumerate(places) if index < len(op.inputs)}
    given = op.shape_in(0)
    steps = product(given[:-1])
    macs = steps * sum(product(known[place]) for place in weights if len(known.get(place, ())) == 2)
    values = steps * sum(known[place][0] for place in gates if len(known.get(place, ())) == 2)
    if not macs:
        raise Unknown
    return Work(2 * macs + 4 * values, macs)


def _l2(op: Op) -> float:
    """`L2_NORMALIZATION`: squares, their sum, and the product with one over its root for each row."""
    shape: Dims = op.shape_in(0)
    rows = product(shape[:-1])
    return 3 * product(shape) + 2 * rows


def _gelu(op: Op) -> float:
    """X / 2 * (1 + erf(x / sqrt(2))), or by tanh(sqrt(2 / pi) * (x + 0.044715 * x ** 3))."""
    return (9 if op.attr("approximate") else 5) * op.size_in(0)


_LSTM = partial(_recurrent, range(1, 5), (*range(1, 9), 16))
_ELEMENTS = {
    2: "PRELU RELU_N1_TO_1 RELU_0_TO_1 DEQUANTIZE",  # a comparison and a product; two comparisons; less the zero point, times the scale
    5: "HARD_SWISH",  # x * min(max(x + 3, 0), 6) / 6
    4: "QUANTIZE FAKE_QUANT",  # as `QuantizeV2`
}
"""Operations for each element of the first input -> the operators that do so many."""
FORMULAS: Dict[str, Formula] = {
    **{op: _alike for op in SAME_OP if op not in NO_FLOPS},
    "FULLY_CONNECTED": _dense,
    **formulas_of(_ELEMENTS, per_input),
    "GELU": _gelu,
    "L2_NORMALIZATION": _l2,
    "LSTM": _LSTM, "UNIDIRECTIONAL_SEQUENCE_LSTM": _LSTM,
    "RNN": partial(_recurrent, (1,), (1, 2)), "UNIDIRECTIONAL_SEQUENCE_RNN": partial(_recurrent, (1,), (1, 2)),
}  # fmt: skip
