"""What Keras 3's operations compute (``keras.ops.matmul`` in a functional model): what the formula of the op of TensorFlow behind each gives.

Source: keras/src/backend/tensorflow/ (numpy.py, nn.py, math.py, core.py).
"""

from __future__ import annotations

from functools import partial
from typing import Dict, List, Mapping, Optional, Sequence

from ...graph.vocabulary import KERAS_OPERATION
from ...shapes.budget import Unknown
from ...shapes.keras_operations import operands
from ...shapes.keras_windows import channels_first, for_each_dim
from ...shapes.tensor import Dims
from ..layer_calls import NOTHING, resized, run_op, together
from ..op import Formula, Op, Work


def _operands(op: Op) -> List[Dims]:
    """The shapes of what the operation is called on, numbers and arrays among it."""
    found = operands(op.attributes(), [op.shape_in(index) for index in range(len(op.inputs))])
    if not all(shape is not None and None not in shape for shape in found):
        raise Unknown
    return [tuple(dim or 0 for dim in shape or ()) for shape in found]


def _as_op(kind: str, op: Op) -> Work:
    """An operation that is one op on its first operand's elements, or on all of its result's."""
    return run_op(kind, [op.shape_in(0)], op.shape_out())


def _joined(kind: str, op: Op) -> Work:
    return run_op(kind, _operands(op), op.shape_out())


def _einsum(op: Op) -> Optional[Work]:
    return run_op("Einsum", _operands(op), op.shape_out(), equation=op.attributes()["subscripts"].replace(" ", ""))


def _convolution(op: Op) -> Work:
    """A convolution, whose kernel is its second operand, as it is the op's."""
    return run_op("Conv2D", _operands(op)[:2], op.shape_out())


def _transposed(op: Op) -> Work:
    given, kernel, *_ = _operands(op)
    return run_op("Conv2DBackpropInput", [(len(given),), kernel, given], op.shape_out())


def _depthwise(op: Op) -> Work:
    """TensorFlow's op is for two dimensions."""
    given, kernel, *_ = _operands(op)
    return run_op("DepthwiseConv2dNative", [given, _in_two(kernel)], op.shape_out())


def _separable(op: Op) -> Work:
    """A depthwise convolution, then one that mixes the channels."""
    given, kernel, mixing = _operands(op)
    made, first = op.shape_out(), channels_first(op.attributes())
    space = made[2:] if first else made[1:-1]
    middle = (made[0], *space, mixing[-2])
    return together(
        run_op("DepthwiseConv2dNative", [given, _in_two(kernel)], middle), run_op("Conv2D", [middle, mixing], made)
    )


def _in_two(kernel: Dims) -> Dims:
    return (*kernel[:-2], *[1] * (4 - len(kernel)), *kernel[-2:])


def _pooling(kind: str, op: Op) -> Work:
    dims = len(op.shape_out()) - 2
    return run_op(kind, [op.shape_in(0)], op.shape_out(), ksize=for_each_dim(op.attributes(), "pool_size", dims))


def _resize(op: Op) -> Optional[Work]:
    return resized(op.attributes(), op.shape_in(0), op.shape_out())


def _nothing(_: Op) -> Work:
    return NOTHING


_ONE = {
    "Abs": "Abs", "Absolute": "Abs", "Exp": "Exp", "Log": "Log", "Negative": "Neg", "Relu": "Relu", "Relu6": "Relu6", "Sigmoid": "Sigmoid", "Tanh": "Tanh",
    "Softmax": "Softmax", "LogSoftmax": "LogSoftmax", "Sqrt": "Sqrt", "Rsqrt": "Rsqrt", "Square": "Square", "Softplus": "Softplus",
    "Softsign": "Softsign", "Elu": "Elu", "Selu": "Selu", "Sin": "Sin", "Cos": "Cos", "Floor": "Floor", "Ceil": "Ceil",
    "Mean": "Mean", "Sum": "Sum", "Max": "Max", "Min": "Min", "Prod": "Prod", "Argmax": "ArgMax", "Argmin": "ArgMin",
}  # fmt: skip
"""Operation -> the op that it is."""
_TWO = {
    "Add": "AddV2", "Subtract": "Sub", "Multiply": "Mul", "Divide": "RealDiv", "TrueDivide": "RealDiv", "Maximum": "Maximum", "Minimum": "Minimum",
    "Power": "Pow", "Matmul": "BatchMatMulV2", "Dot": "BatchMatMulV2",
}  # fmt: skip
"""Operation on two, of which either may be a number or an array -> the op that it is."""
_WITHOUT = """
    Reshape Transpose Swapaxes Moveaxis ExpandDims Squeeze Stack Concatenate Split Unstack Repeat Tile Take Pad GetItem Cast BroadcastTo
    StopGradient Copy Flip CropImages PadImages DepthToSpace SpaceToDepth
"""
"""Operations that compute nothing: they hand on, choose or copy."""
_PRODUCTS: Dict[str, Formula] = {
    "Einsum": _einsum,
    "Conv": _convolution,
    "ConvTranspose": _transposed,
    "DepthwiseConv": _depthwise,
    "SeparableConv": _separable,
}
_WINDOWS: Dict[str, Formula] = {
    "MaxPool": partial(_pooling, "MaxPool"), "AveragePool": partial(_pooling, "AvgPool"), "Resize": _resize
}  # fmt: skip
_TABLES: Sequence[Mapping[str, Formula]] = (
    dict.fromkeys(_WITHOUT.split(), _nothing),
    {cls: partial(_as_op, kind) for cls, kind in _ONE.items()},
    {cls: partial(_joined, kind) for cls, kind in _TWO.items()},
    _PRODUCTS,
    _WINDOWS,
)
FORMULAS: Dict[str, Formula] = {KERAS_OPERATION + cls: formula for table in _TABLES for cls, formula in table.items()}
