"""One rule for each kind of op: from its inputs' shapes (and the few values that shapes are made of) to its outputs'."""

from __future__ import annotations

from typing import Callable, Dict, List, Optional, Sequence

from ..graph.types import Shape
from ..graph.vocabulary import FED, REF_VARIABLES
from .budget import MOST_ELEMENTS
from .inference import Dim, InferenceContext
from .value import Value, elements, single
from .value_rules import strided

Rule = Callable[[InferenceContext], List[Shape]]


def _same(at: InferenceContext) -> List[Shape]:
    return [at.shape(0)] * max(1, min(at.outputs, 1))


def _same_all(at: InferenceContext) -> List[Shape]:
    return [at.shape(0)] * at.outputs


def broadcast(left: Shape, right: Shape) -> Shape:
    """The shape of two tensors broadcast to each other; unknown where they do not fit.

    >>> broadcast((None, 1, 3), (4, 1)), broadcast((2,), (3,))
    ((None, 4, 3), None)
    """
    if left is None or right is None:
        return None
    size = max(len(left), len(right))
    pairs = zip((1,) * (size - len(left)) + left, (1,) * (size - len(right)) + right)
    dims: List[Dim] = []
    for one, other in pairs:
        if one in (1, other):
            dims.append(other)
        elif other == 1 or other is None:
            dims.append(one)
        elif one is None:
            dims.append(other)
        else:
            return None
    return tuple(dims)


def _binary(at: InferenceContext) -> List[Shape]:
    return [broadcast(at.shape(0), at.shape(1))]


def _select(at: InferenceContext) -> List[Shape]:
    return [broadcast(at.shape(0), broadcast(at.shape(1), at.shape(2)))]


def _scalar(_: InferenceContext) -> List[Shape]:
    return [()]


def _const(at: InferenceContext) -> List[Shape]:
    return [at.tensor_shape("value")]


def _matmul(at: InferenceContext) -> List[Shape]:
    left, right = at.shape(0), at.shape(1)
    if left is None or right is None or len(left) < 2 or len(right) < 2:
        return []
    if at.flag("transpose_a") or at.flag("adj_x"):
        left = (*left[:-2], left[-1], left[-2])
    if at.flag("transpose_b") or at.flag("adj_y"):
        right = (*right[:-2], right[-1], right[-2])
    batch = broadcast(left[:-2], right[:-2])
    return [None if batch is None else (*batch, left[-2], right[-1])]


def _window(size: Dim, kernel: Dim, stride: int, dilation: int, padding: str) -> Dim:
    if size is None or stride < 1 or (padding != "SAME" and kernel is None):
        return None
    if padding == "SAME":
        return -(-size // stride)
    return max(0, -(-(size - ((kernel or 1) - 1) * dilation) // stride)) if padding == "VALID" else None


def _spatial(at: InferenceContext, shape: Shape, kernel: Sequence[Dim], channels: Dim) -> List[Shape]:
    """The output of a sliding window over the two (or more) middle dimensions of `shape`."""
    if shape is None or len(shape) != len(kernel) + 2:
        return []
    first = at.text("data_format", "NHWC").startswith("NC")
    places = range(2, len(shape)) if first else range(1, len(shape) - 1)
    strides = at.numbers("strides") or [1] * len(shape)
    dilations = at.numbers("dilations") or [1] * len(shape)
    if len(strides) != len(shape) or len(dilations) != len(shape):
        return []
    padding = at.text("padding", "VALID")
    dims = [
        _window(shape[place], size, strides[place], dilations[place], padding) for place, size in zip(places, kernel)
    ]
    return [(shape[0], channels, *dims) if first else (shape[0], *dims, channels)]


def _conv(at: InferenceContext) -> List[Shape]:
    shape, kernel = at.shape(0), at.shape(1)
    return _spatial(at, shape, kernel[:-2], kernel[-1]) if kernel is not None and len(kernel) > 2 else []


def _depthwise(at: InferenceContext) -> List[Shape]:
    shape, kernel = at.shape(0), at.shape(1)
    if kernel is None or len(kernel) != 4:
        return []
    channels = None if kernel[2] is None or kernel[3] is None else kernel[2] * kernel[3]
    return _spatial(at, shape, kernel[:2], channels)


def _pool(at: InferenceContext) -> List[Shape]:
    shape, size = at.shape(0), at.numbers("ksize")
    if shape is None or len(size) != len(shape) or len(shape) < 3:
        return []
    first = at.text("data_format", "NHWC").startswith("NC")
    return _spatial(at, shape, size[2:] if first else size[1:-1], shape[1] if first else shape[-1])


def _batch_norm(at: InferenceContext) -> List[Shape]:
    return [at.shape(0), *[at.shape(1)] * 4]


def _reshape(at: InferenceContext) -> List[Shape]:
    wanted, shape = at.value(1), at.shape(0)
    if wanted is None:
        rank = at.shape(1)
        known = rank is not None and len(rank) == 1 and rank[0] is not None and rank[0] <= MOST_ELEMENTS
        return [(None,) * (rank[0] or 0)] if known and rank is not None else []
    dims = [None if dim is None or dim < 0 else dim for dim in wanted]
    if list(wanted).count(-1) == 1 and None not in [dim for dim in wanted if dim != -1]:
        total, rest = elements(shape), elements(tuple(dim for dim in wanted if dim != -1))
        if total is not None and rest:
            dims[list(wanted).index(-1)] = total // rest
    return [tuple(dims)]


def _transpose(at: InferenceContext) -> List[Shape]:
    shape, order = at.shape(0), at.value(1)
    if shape is None:
        return []
    if order is None or sorted(dim if dim is not None else -1 for dim in order) != list(range(len(shape))):
        return [(None,) * len(shape)]
    return [tuple(shape[dim or 0] for dim in order)]


def _axis(value: Value, rank: int) -> Optional[int]:
    axis: Optional[int] = single(value)
    return axis % rank if axis is not None and -rank <= axis < rank else None


def _expand_dims(at: InferenceContext) -> List[Shape]:
    shape = at.shape(0)
    axis = None if shape is None else _axis(at.value(1), len(shape) + 1)
    return [(*shape[:axis], 1, *shape[axis:])] if shape is not None and axis is not None else []


def _squeeze(at: InferenceContext) -> List[Shape]:
    shape = at.shape(0)
    if shape is None:
        return []
    axes = {axis % max(1, len(shape)) for axis in at.numbers("squeeze_dims")}
    if not axes and None in shape:
        return []
    return [tuple(dim for place, dim in enumerate(shape) if (place not in axes if axes else dim != 1))]


def _concat(at: InferenceContext, axis_at: int, parts: Sequence[int]) -> List[Shape]:
    shapes = [at.shape(part) for part in parts]
    known = [shape for shape in shapes if shape is not None]
    if not known or any(len(shape) != len(known[0]) for shape in known):
        return []
    axis = _axis(at.value(axis_at), len(known[0]))
    if axis is None:
        return [(None,) * len(known[0])]
    dims = [next((shape[place] for shape in known if shape[place] is not None), None) for place in range(len(known[0]))]
    along = [shape[axis] if shape is not None else None for shape in shapes]
    dims[axis] = None if None in along else sum(dim or 0 for dim in along)
    return [tuple(dims)]


def _pack(at: InferenceContext) -> List[Shape]:
    shape = at.shape(0)
    axis = None if shape is None else _axis((at.number("axis"),), len(shape) + 1)
    return [(*shape[:axis], at.count, *shape[axis:])] if shape is not None and axis is not None else []


def _split(at: InferenceContext, axis_at: int, data_at: int, sizes: Value) -> List[Shape]:
    shape = at.shape(data_at)
    axis = None if shape is None else _axis(at.value(axis_at), len(shape))
    if shape is None or axis is None or not at.outputs:
        return []
    size = shape[axis]
    each = list(sizes) if sizes is not None and len(sizes) == at.outputs else []
    if not each:
        each = [None if size is None else size // at.outputs] * at.outputs
    known = [None if dim is None or dim < 0 else dim for dim in each]
    # Equal parts are one object: an op may claim 65,536 parts of 254 dimensions.
    parts = {dim: (*shape[:axis], dim, *shape[axis + 1 :]) for dim in set(known)}
    return [parts[dim] for dim in known]


def _reduce(at: InferenceContext) -> List[Shape]:
    shape, axes = at.shape(0), at.value(1)
    keep = at.flag("keep_dims")
    if shape is None:
        return []
    if axes is None:
        return [(None,) * len(shape)] if keep else []
    if any(axis is None or not -len(shape) <= axis < len(shape) for axis in axes):
        return []
    gone = {(axis or 0) % len(shape) for axis in axes}
    if keep:
        return [tuple(1 if place in gone else dim for place, dim in enumerate(shape))]
    return [tuple(dim for place, dim in enumerate(shape) if place not in gone)]


def _argument(at: InferenceContext) -> List[Shape]:
    shape = at.shape(0)
    axis = None if shape is None else _axis(at.value(1), len(shape))
    return [(*shape[:axis], *shape[axis + 1 :])] if shape is not None and axis is not None else []


def _gather(at: InferenceContext) -> List[Shape]:
    shape, indices = at.shape(0), at.shape(1)
    axis = 0 if at.count < 3 or shape is None else _axis(at.value(2), len(shape))
    if shape is None or indices is None or axis is None or not shape or at.number("batch_dims"):
        return []
    return [(*shape[:axis], *indices, *shape[axis + 1 :])]


def _from_value(at: InferenceContext) -> List[Shape]:
    value = at.value(0)
    return [tuple(None if dim is None or dim < 0 else dim for dim in value)] if value is not None else []


def _shape_op(at: InferenceContext) -> List[Shape]:
    shape = at.shape(0)
    return [(None if shape is None else len(shape),)]


def _pad(at: InferenceContext) -> List[Shape]:
    shape, pads = at.shape(0), at.value(1)
    if shape is None:
        return []
    if pads is None or len(pads) != 2 * len(shape):
        return [(None,) * len(shape)]
    dims = []
    for place, dim in enumerate(shape):
        before, after = pads[2 * place], pads[2 * place + 1]
        dims.append(None if dim is None or before is None or after is None else dim + before + after)
    return [tuple(dims)]


def _tile(at: InferenceContext) -> List[Shape]:
    shape, times = at.shape(0), at.value(1)
    if shape is None or times is None or len(times) != len(shape):
        return []
    return [tuple(None if dim is None or count is None else dim * count for dim, count in zip(shape, times))]


def _slice(at: InferenceContext) -> List[Shape]:
    shape, begin, size = at.shape(0), at.value(1), at.value(2)
    if shape is None or size is None or len(size) != len(shape):
        return []
    dims: List[Dim] = []
    for place, want in enumerate(size):
        start, dim = begin[place] if begin is not None and len(begin) == len(shape) else None, shape[place]
        rest = None if dim is None or start is None else dim - start
        dims.append(rest if want == -1 else want)
    return [tuple(dims)]


def _strided_slice(at: InferenceContext) -> List[Shape]:
    shape, parts = at.shape(0), strided(at)
    if shape is None or parts is None:
        return []
    dims: List[Dim] = []
    rest = list(shape)
    for what, cut in parts:
        if what == "new":
            dims.append(1)
            continue
        if not rest:
            return []
        dim = rest.pop(0)
        if what == "cut":
            whole = cut is not None and cut.start is None and cut.stop is None and cut.step == 1
            dims.append(dim if whole else None if dim is None or cut is None else len(range(*cut.indices(dim))))
    return [tuple(dims + rest)]


_UNARY = """
Abs Acos Acosh Asin Asinh Atan Atanh Bitcast Cast Ceil Cos Cosh Elu Erf Erfc Exp Expm1 Floor Identity Inv IsFinite IsInf
IsNan LeakyRelu Log Log1p LogSoftmax LogicalNot Neg OnesLike PreventGradient Reciprocal Relu Relu6 Rint Round Rsqrt
Selu Sigmoid Sign Sin Sinh Snapshot Softmax Softplus Softsign Sqrt Square StopGradient Tan Tanh ZerosLike BiasAdd LRN
Enter RefEnter CheckNumerics ClipByValue Reverse ReverseV2 ReverseSequence Cumsum Assign
RefIdentity ReluGrad SigmoidGrad TanhGrad FakeQuantWithMinMaxVars FakeQuantWithMinMaxArgs InvertPermutation
"""
_BINARY = """
Add AddV2 Sub Mul Div RealDiv FloorDiv FloorMod Mod Maximum Minimum Pow SquaredDifference Equal NotEqual Less LessEqual
Greater GreaterEqual LogicalAnd LogicalOr DivNoNan MulNoNan TruncateDiv Atan2 Xdivy Xlogy BitwiseAnd BitwiseOr
"""
RULES: Dict[str, Rule] = {
    **dict.fromkeys(_UNARY.split(), _same),
    **dict.fromkeys(_BINARY.split(), _binary),
    **dict.fromkeys(("MatMul", "BatchMatMul", "BatchMatMulV2", "BatchMatMulV3"), _matmul),
    **dict.fromkeys(("Conv2D", "Conv3D"), _conv),
    **dict.fromkeys(("MaxPool", "AvgPool", "MaxPool3D", "AvgPool3D"), _pool),
    **dict.fromkeys(("FusedBatchNorm", "FusedBatchNormV2", "FusedBatchNormV3"), _batch_norm),
    **dict.fromkeys(("Sum", "Mean", "Max", "Min", "Prod", "All", "Any"), _reduce),
    **dict.fromkeys(("ArgMax", "ArgMin"), _argument),
    **dict.fromkeys(("Gather", "GatherV2", "ResourceGather"), _gather),
    **dict.fromkeys(("Fill", "RandomUniform", "RandomStandardNormal", "TruncatedNormal"), _from_value),
    **dict.fromkeys(("Shape", "ShapeN"), _shape_op),
    **dict.fromkeys(("Pad", "PadV2", "MirrorPad"), _pad),
    **dict.fromkeys(("Size", "Rank", "LoopCond"), _scalar),
    "PlaceholderWithDefault": _same,
    **dict.fromkeys((*FED, *REF_VARIABLES, "ImmutableConst"), lambda at: [at.attr_shape("shape")]),
    **dict.fromkeys(("Switch", "RefSwitch", "IdentityN"), lambda at: _same_all(at) if at.count < 3 else []),
    "AddN": _same, "Select": lambda at: [at.shape(1)], "SelectV2": _select, "Const": _const,
    "DepthwiseConv2dNative": _depthwise, "Reshape": _reshape, "Transpose": _transpose, "ExpandDims": _expand_dims,
    "Squeeze": _squeeze, "Pack": _pack, "Tile": _tile, "Slice": _slice, "StridedSlice": _strided_slice,
    "ConcatV2": lambda at: _concat(at, at.count - 1, range(at.count - 1)),
    "Concat": lambda at: _concat(at, 0, range(1, at.count)),
    "Split": lambda at: _split(at, 0, 1, None), "SplitV": lambda at: _split(at, 2, 0, at.value(1)),
}  # fmt: skip
"""Op -> its rule. A rule gives as many shapes as it knows, in the order of the op's outputs."""
