"""What Keras 3's operations return (``keras.ops.reshape(x, ...)`` in a functional model), by their settings and what they are called on.

Source: ``compute_output_spec`` of the classes in keras/src/ops/ (numpy.py, nn.py, math.py, core.py, linalg.py).
"""

from __future__ import annotations

from typing import Any, Callable, Dict, Iterator, List, Mapping, Optional, Sequence, Tuple

from ..graph.types import Shape
from .budget import MOST_ELEMENTS, Unknown
from .inference import Dim
from .keras_image_operations import IMAGE_OPERATIONS
from .keras_signals import SIGNAL_OPERATIONS
from .rule import broadcast
from .value import elements

_Settings = Mapping[str, Any]
_Rule = Callable[[_Settings, Sequence[Shape]], List[Shape]]
ARGUMENTS, TENSOR = "arguments", "tensor"
"""The setting in which an operation has what it is called on, if not all of that are tensors; and what stands for a tensor there."""


def operands(settings: _Settings, shapes: Sequence[Shape]) -> List[Shape]:
    """The shapes of all that an operation is called on: of tensors, numbers and arrays, in their order."""
    arguments = settings.get(ARGUMENTS)
    return list(shapes) if arguments is None else list(_operands(arguments, iter(shapes)))


def _operands(arguments: Any, shapes: Iterator[Shape]) -> Iterator[Shape]:
    for each in arguments:
        if each == TENSOR:
            yield next(shapes, None)
        elif isinstance(each, list):
            yield from _operands(each, shapes)
        elif isinstance(each, dict):
            yield tuple(each["shape"])
        elif isinstance(each, (bool, int, float)):
            yield ()
        else:
            raise Unknown


def _known(shapes: Sequence[Shape], place: int = 0) -> List[Dim]:
    shape = shapes[place]
    if shape is None:
        raise Unknown
    return list(shape)


def _same(_: _Settings, shapes: Sequence[Shape]) -> List[Shape]:
    return [tuple(_known(shapes))]


def _joined(_: _Settings, shapes: Sequence[Shape]) -> List[Shape]:
    found: Shape = tuple(_known(shapes))
    for shape in shapes[1:]:
        found = broadcast(found, shape)
    return [found]


def _places(axis: Any, rank: int) -> List[int]:
    axes = axis if isinstance(axis, (list, tuple)) else [axis]
    if not all(type(each) is int and -rank <= each < rank for each in axes):
        raise Unknown
    return [each % rank for each in axes]


def _reduced(settings: _Settings, shapes: Sequence[Shape]) -> List[Shape]:
    dims, axis = _known(shapes), settings.get("axis")
    gone = range(len(dims)) if axis is None else _places(axis, len(dims))
    if settings.get("keepdims"):
        return [tuple(1 if place in gone else dim for place, dim in enumerate(dims))]
    return [tuple(dim for place, dim in enumerate(dims) if place not in gone)]


def _reshape(settings: _Settings, shapes: Sequence[Shape]) -> List[Shape]:
    size, target = elements(tuple(_known(shapes))), settings["newshape"]
    wanted = list(target) if isinstance(target, (list, tuple)) else [target]
    fixed = elements(tuple(dim for dim in wanted if dim != -1))
    if wanted.count(-1) > 1 or not fixed:
        raise Unknown
    return [tuple((None if size is None else size // fixed) if dim == -1 else dim for dim in wanted)]


def _transpose(settings: _Settings, shapes: Sequence[Shape]) -> List[Shape]:
    dims, axes = _known(shapes), settings.get("axes")
    order = list(reversed(range(len(dims)))) if axes is None else _places(axes, len(dims))
    if sorted(order) != list(range(len(dims))):
        raise Unknown
    return [tuple(dims[place] for place in order)]


def _swap(settings: _Settings, shapes: Sequence[Shape]) -> List[Shape]:
    dims = _known(shapes)
    one, other = _places([settings["axis1"], settings["axis2"]], len(dims))
    dims[one], dims[other] = dims[other], dims[one]
    return [tuple(dims)]


def _move(settings: _Settings, shapes: Sequence[Shape]) -> List[Shape]:
    dims = _known(shapes)
    (source,), (to,) = _places(settings["source"], len(dims)), _places(settings["destination"], len(dims))
    dims.insert(to, dims.pop(source))
    return [tuple(dims)]


def _expand(settings: _Settings, shapes: Sequence[Shape]) -> List[Shape]:
    dims = _known(shapes)
    (place,) = _places(settings["axis"], len(dims) + 1)
    dims.insert(place, 1)
    return [tuple(dims)]


def _squeeze(settings: _Settings, shapes: Sequence[Shape]) -> List[Shape]:
    dims, axis = _known(shapes), settings.get("axis")
    if axis is None and None in dims:
        raise Unknown
    gone = [place for place, dim in enumerate(dims) if dim == 1] if axis is None else _places(axis, len(dims))
    return [tuple(dim for place, dim in enumerate(dims) if place not in gone)]


def _stack(settings: _Settings, shapes: Sequence[Shape]) -> List[Shape]:
    dims = _known(_joined(settings, shapes))
    (place,) = _places(settings.get("axis", 0), len(dims) + 1)
    dims.insert(place, len(shapes))
    return [tuple(dims)]


def _concatenate(settings: _Settings, shapes: Sequence[Shape]) -> List[Shape]:
    dims = _known(shapes)
    (place,) = _places(settings.get("axis", -1), len(dims))
    total: Dim = 0
    for number in range(len(shapes)):
        own = _known(shapes, number)
        total = None if total is None or own[place] is None else total + own[place]  # type: ignore[operator]
        dims = [one if one is not None else other for one, other in zip(dims, own)]
    dims[place] = total
    return [tuple(dims)]


def _split(settings: _Settings, shapes: Sequence[Shape]) -> List[Shape]:
    dims, parts = _known(shapes), settings["indices_or_sections"]
    (place,) = _places(settings.get("axis", 0), len(dims))
    size = dims[place]
    if isinstance(parts, (list, tuple)):
        if size is None:
            raise Unknown
        ends = [0, *parts, size]
        sizes: List[Dim] = [end - start for start, end in zip(ends, ends[1:])]
    else:
        sizes = [None if size is None else size // parts] * min(parts, MOST_ELEMENTS)
    return [(*dims[:place], each, *dims[place + 1 :]) for each in sizes]


def _unstack(settings: _Settings, shapes: Sequence[Shape]) -> List[Shape]:
    dims = _known(shapes)
    (place,) = _places(settings.get("axis", 0), len(dims))
    size = dims.pop(place)
    count = settings.get("num") or size
    if count is None:
        raise Unknown
    found: List[Shape] = [tuple(dims)]
    return found * min(count, MOST_ELEMENTS)


def _matmul(_: _Settings, shapes: Sequence[Shape]) -> List[Shape]:
    left, right = _known(shapes), _known(shapes, 1)
    if not left or not right:
        raise Unknown
    rows, columns = left[-2:-1], right[-1:] if len(right) > 1 else []
    around = broadcast(tuple(left[:-2]), tuple(right[:-2]))
    if around is None:
        raise Unknown
    return [(*around, *rows, *columns)]


def _dot(_: _Settings, shapes: Sequence[Shape]) -> List[Shape]:
    left, right = _known(shapes), _known(shapes, 1)
    if not left or not right:
        return _joined({}, shapes)
    return [(*left[:-1], *right[:-2], *(right[-1:] if len(right) > 1 else []))]


def _einsum(settings: _Settings, shapes: Sequence[Shape]) -> List[Shape]:
    left, arrow, result = settings["subscripts"].replace(" ", "").partition("->")
    parts = left.split(",")
    if not arrow or "." in left or len(parts) != len(shapes):
        raise Unknown
    sizes: Dict[str, Dim] = {}
    for number, letters in enumerate(parts):
        dims = _known(shapes, number)
        if len(letters) != len(dims):
            raise Unknown
        sizes.update({letter: dim for letter, dim in zip(letters, dims) if dim is not None or letter not in sizes})
    return [tuple(sizes[letter] for letter in result)]


def _repeat(settings: _Settings, shapes: Sequence[Shape]) -> List[Shape]:
    dims, times = _known(shapes), settings["repeats"]
    (place,) = _places(settings["axis"], len(dims))
    size = dims[place]
    if isinstance(times, (list, tuple)):
        dims[place] = sum(times) if len(times) > 1 else size if size is None else size * times[0]
    else:
        dims[place] = None if size is None else size * times
    return [tuple(dims)]


def _tile(settings: _Settings, shapes: Sequence[Shape]) -> List[Shape]:
    dims, times = _known(shapes), settings["repeats"]
    each = list(times) if isinstance(times, (list, tuple)) else [times]
    rank = max(len(dims), len(each))
    sizes: List[Dim] = [*[1] * (rank - len(dims)), *dims]
    each = [1] * (rank - len(each)) + each
    return [tuple(None if dim is None else dim * count for dim, count in zip(sizes, each))]


def _take(settings: _Settings, shapes: Sequence[Shape]) -> List[Shape]:
    dims, indices = _known(shapes), _known(shapes, 1)
    if settings.get("axis") is None:
        return [tuple(indices)]
    (place,) = _places(settings["axis"], len(dims))
    return [(*dims[:place], *indices, *dims[place + 1 :])]


def _pad(settings: _Settings, shapes: Sequence[Shape]) -> List[Shape]:
    dims, width = _known(shapes), settings["pad_width"]
    both = [width] * len(dims) if isinstance(width[0], int) else width * len(dims) if len(width) == 1 else width
    if len(both) != len(dims):
        raise Unknown
    return [tuple(None if dim is None else dim + sum(each) for dim, each in zip(dims, both))]


def _one_hot(settings: _Settings, shapes: Sequence[Shape]) -> List[Shape]:
    dims = _known(shapes)
    (place,) = _places(settings.get("axis", -1), len(dims) + 1)
    dims.insert(place, settings["num_classes"])
    return [tuple(dims)]


def _top_k(settings: _Settings, shapes: Sequence[Shape]) -> List[Shape]:
    found = (*_known(shapes)[:-1], settings["k"])
    return [found, found]


def _broadcast_to(settings: _Settings, _: Sequence[Shape]) -> List[Shape]:
    return [tuple(settings["shape"])]


def _item(settings: _Settings, shapes: Sequence[Shape]) -> List[Shape]:
    """Indexing: a slice keeps a dimension, a number takes it away, ``...`` stands for all that are not named."""
    key = settings[ARGUMENTS][1]
    wanted = key if isinstance(key, list) else [key]
    dims = _known(shapes)
    left = dims[:]
    named = sum(each != "..." for each in wanted)
    found: List[Dim] = []
    for each in wanted:
        if each == "...":
            whole = len(dims) - named
            found, left = [*found, *left[:whole]], left[whole:]
            continue
        size = left.pop(0)
        if isinstance(each, dict) and "step" in each:
            found.append(_sliced(size, each))
        elif type(each) is not int:
            raise Unknown
    return [(*found, *left)]


def _sliced(size: Dim, part: Mapping[str, Any]) -> Dim:
    bounds: Tuple[Optional[int], ...] = tuple(part.get(name) for name in ("start", "stop", "step"))
    if bounds in {(None, None, None), (0, None, None), (None, None, 1), (None, None, -1)}:
        return size
    if size is None:
        return None
    return len(range(*slice(*bounds).indices(size)))


def _moments(settings: _Settings, shapes: Sequence[Shape]) -> List[Shape]:
    """Mean and variance."""
    return _reduced({**settings, "axis": settings["axes"]}, shapes) * 2


def _halved(settings: _Settings, shapes: Sequence[Shape]) -> List[Shape]:
    """Glu: one half of an axis gates the other."""
    dims = _known(shapes)
    (place,) = _places(settings.get("axis", -1), len(dims))
    size = dims[place]
    dims[place] = None if size is None else size // 2
    return [tuple(dims)]


_JOINING = """
    Add Subtract Multiply Divide TrueDivide Maximum Minimum Power FloorDivide Mod Arctan2 Equal NotEqual Greater GreaterEqual Less LessEqual
    LogicalAnd LogicalOr LogicalXor Where Logaddexp
"""
_POINTWISE = """
    Abs Absolute Exp Log Negative Relu Sigmoid Tanh Softmax Gelu Silu Sqrt Rsqrt Square Softplus Softsign Elu Selu LeakyRelu HardSigmoid
    LogSoftmax Relu6 HardSilu HardTanh LogSigmoid Celu Cast StopGradient Clip Flip Roll Cumsum Cumprod Sort Sin Cos Tan Sinh Cosh Arcsin Arccos Arctan
    Log1p Log10 Log2 Expm1 Floor Ceil Round Sign Reciprocal Erf Erfinv LogicalNot Isnan Isfinite Isinf OnesLike ZerosLike FullLike Copy
    Erfc Squareplus SparsePlus SparseSigmoid SoftShrink HardShrink TanhShrink Threshold Sparsemax BatchNorm LayerNorm RMSNorm Normalize
    DotProductAttention RGBToHSV HSVToRGB GaussianBlur ElasticTransform AffineTransform PerspectiveTransform
"""
_REDUCING = "Mean Sum Max Min Prod Var Std Any All Amax Amin Median CountNonzero Logsumexp Argmax Argmin Norm"
OPERATION_RULES: Dict[str, _Rule] = {
    **dict.fromkeys(_POINTWISE.split(), _same),
    **dict.fromkeys(_JOINING.split(), _joined),
    **dict.fromkeys(_REDUCING.split(), _reduced),
    "Reshape": _reshape,
    "Transpose": _transpose,
    "Swapaxes": _swap,
    "Moveaxis": _move,
    "ExpandDims": _expand,
    "Squeeze": _squeeze,
    "Stack": _stack,
    "Concatenate": _concatenate,
    "Split": _split,
    "Unstack": _unstack,
    "Matmul": _matmul,
    "Dot": _dot,
    "Einsum": _einsum,
    "Repeat": _repeat,
    "Tile": _tile,
    "Take": _take,
    "Pad": _pad,
    "OneHot": _one_hot,
    "TopK": _top_k,
    "BroadcastTo": _broadcast_to,
    "GetItem": _item,
    "Moments": _moments,
    "Glu": _halved,
    **IMAGE_OPERATIONS,
    **SIGNAL_OPERATIONS,
}
"""Class of an operation -> its rule."""
_ON_TENSORS = frozenset({"GetItem", "Pad"})
"""Operations whose rule looks at the arguments that are no tensors itself, or does not need them."""


def operation_shapes(cls: str, settings: _Settings, shapes: Sequence[Shape]) -> List[Shape]:
    """The shapes of what one of Keras's operations returns. `Unknown` for a class without a rule."""
    rule = OPERATION_RULES.get(cls)
    if rule is None:
        raise Unknown
    alone = cls in _ON_TENSORS or rule in {_same, _reduced}
    return rule(settings, list(shapes) if alone else operands(settings, shapes))
