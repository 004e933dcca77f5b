"""Shape rules of the ops that rearrange a tensor, take parts of it, put tensors together, or reduce dimensions."""

from __future__ import annotations

from typing import Dict, List, Sequence

from ..graph.types import Shape
from .budget import MOST_ELEMENTS, Unknown
from .inference import Dim, InferenceContext
from .rule import Rule, asked, axis_place, joined
from .value import elements, single, whole
from .value_rules import strided


def _reshape(at: InferenceContext) -> List[Shape]:
    """The wanted shape is a value. If that is not known, its length still tells the rank."""
    wanted, shape = at.value(1), at.shape(0)
    if wanted is None:
        rank = at.shape(1)
        known = rank is not None and len(rank) == 1 and rank[0] is not None and rank[0] <= MOST_ELEMENTS
        return [(None,) * (rank[0] or 0)] if known and rank is not None else []
    dims = [None if dim is None or dim < 0 else dim for dim in wanted]
    # One wanted dimension may be -1: it takes the elements that the others leave.
    if list(wanted).count(-1) == 1 and None not in wanted:
        total, rest = elements(shape), elements(tuple(dim for dim in wanted if dim != -1))
        if total is not None and rest:
            dims[list(wanted).index(-1)] = _quotient(total, rest)
    return [tuple(dims)]


def _quotient(total: int, rest: int) -> Dim:
    """How often the rest goes into the total; ``None`` where that depends on dimensions that have names."""
    try:
        return total // rest
    except Unknown:
        return None


def _transpose(at: InferenceContext) -> List[Shape]:
    shape, order = at.shape(0), at.value(1)
    if shape is None:
        return []
    # The order is not known (or is no permutation); the rank stays the same in any case.
    if order is None or sorted(dim if dim is not None else -1 for dim in order) != list(range(len(shape))):
        return [(None,) * len(shape)]
    return [tuple(shape[dim or 0] for dim in order)]


def _expand_dims(at: InferenceContext) -> List[Shape]:
    shape = at.shape(0)
    axis = None if shape is None else axis_place(at.value(1), len(shape) + 1)
    return [(*shape[:axis], 1, *shape[axis:])] if shape is not None and axis is not None else []


def _squeeze(at: InferenceContext) -> List[Shape]:
    shape = at.shape(0)
    if shape is None:
        return []
    axes = {axis % max(1, len(shape)) for axis in at.numbers("squeeze_dims")}  # at least 1: a scalar has no dimensions
    if not axes and None in shape:  # without axes, every dimension of 1 goes; an open one may be 1
        return []
    return [tuple(dim for place, dim in enumerate(shape) if (place not in axes if axes else dim != 1))]


def _concat(at: InferenceContext, axis_at: int, parts: Sequence[int]) -> List[Shape]:
    shapes = [at.shape(part) for part in parts]
    known = [shape for shape in shapes if shape is not None]
    if not known or any(len(shape) != len(known[0]) for shape in known):
        return []
    axis = axis_place(at.value(axis_at), len(known[0]))
    if axis is None:
        return [(None,) * len(known[0])]
    # Apart from the axis, all parts have equal dimensions: one part may tell what another leaves open.
    dims = [next((shape[place] for shape in known if shape[place] is not None), None) for place in range(len(known[0]))]
    along = [shape[axis] if shape is not None else None for shape in shapes]
    dims[axis] = None if None in along else sum(dim or 0 for dim in along)
    return [tuple(dims)]


def _pack(at: InferenceContext) -> List[Shape]:
    shape = at.shape(0)
    axis = None if shape is None else axis_place((at.number("axis"),), len(shape) + 1)
    return [(*shape[:axis], at.count, *shape[axis:])] if shape is not None and axis is not None else []


def _unpack(at: InferenceContext) -> List[Shape]:
    shape, axis = at.shape(0), at.number("axis")
    if shape is None or not -len(shape) <= axis < len(shape):
        return []
    axis %= len(shape)
    return [(*shape[:axis], *shape[axis + 1 :])] * at.outputs


def _split(at: InferenceContext) -> List[Shape]:
    """``Split(axis, value)`` cuts a tensor into equal parts."""
    shape, count = at.shape(1), at.outputs
    axis = None if shape is None else axis_place(at.value(0), len(shape))
    if shape is None or axis is None or not count:
        return []
    size = shape[axis]
    return _parts(shape, axis, [None if size is None else size // count] * count)


def _split_v(at: InferenceContext) -> List[Shape]:
    """``SplitV(value, sizes, axis)`` cuts a tensor into parts of these sizes; -1 (all that is left) stays unknown."""
    shape, sizes = at.shape(0), at.value(1)
    axis = None if shape is None else axis_place(at.value(2), len(shape))
    if shape is None or axis is None:
        return []
    if sizes is None or len(sizes) != at.outputs:
        sizes = (None,) * at.outputs
    return _parts(shape, axis, [None if size is None or size < 0 else size for size in sizes])


def _parts(shape: Sequence[Dim], axis: int, sizes: Sequence[Dim]) -> List[Shape]:
    """The shapes of a tensor's parts of these sizes along `axis`."""
    # Equal parts share one tuple: an op of a hostile file may claim 65,536 parts of 254 dimensions.
    parts = {size: (*shape[:axis], size, *shape[axis + 1 :]) for size in set(sizes)}
    return [parts[size] for size in sizes]


def reduced_shape(at: InferenceContext) -> List[Shape]:
    """The dimensions that input 1 names are gone, or 1 with ``keep_dims``."""
    shape, axes = at.shape(0), at.value(1)
    keep = at.flag("keep_dims")
    if shape is None:
        return []
    if axes is None:  # any dimension may be gone (or be 1, with keep_dims)
        return [(None,) * len(shape)] if keep else []
    if any(axis is None or not -len(shape) <= axis < len(shape) for axis in axes):
        return []
    gone = {(axis or 0) % len(shape) for axis in axes}
    if keep:
        return [tuple(1 if place in gone else dim for place, dim in enumerate(shape))]
    return [tuple(dim for place, dim in enumerate(shape) if place not in gone)]


def _argument(at: InferenceContext) -> List[Shape]:
    """`ArgMax` and `ArgMin` remove the dimension that they look along."""
    shape = at.shape(0)
    axis = None if shape is None else axis_place(at.value(1), len(shape))
    return [(*shape[:axis], *shape[axis + 1 :])] if shape is not None and axis is not None else []


def _gather(at: InferenceContext) -> List[Shape]:
    """The dimensions of the indices take the place of the axis.

    `Gather` has no axis input and always uses the first.
    """
    shape, indices = at.shape(0), at.shape(1)
    axis = 0 if at.count < 3 or shape is None else axis_place(at.value(2), len(shape))
    if shape is None or indices is None or axis is None or not shape or at.number("batch_dims"):
        return []
    return [(*shape[:axis], *indices, *shape[axis + 1 :])]


def _resource_gather(at: InferenceContext) -> List[Shape]:
    """Rows of a variable.

    Its shape is not that of the first input, a handle, so only the indices' part can be filled in.
    """
    indices, own = at.shape(1), at.own(0)
    if indices is None or own is None or len(own) < len(indices):
        return []
    return [(*indices, *own[len(indices) :])]


def _gather_nd(at: InferenceContext) -> List[Shape]:
    """``GatherNd(params, indices)``: the last dimension of the indices names a place, or a slice, of the params."""
    params, indices = at.shape(0), at.shape(1)
    if params is None or not indices or indices[-1] is None or indices[-1] > len(params):
        return []
    return [(*indices[:-1], *params[indices[-1] :])]


def unsorted_segments(at: InferenceContext) -> List[Shape]:
    """``UnsortedSegmentSum(data, segment_ids, num_segments)`` and its like: the ids' dimensions become one, of num_segments."""
    data, ids = at.shape(0), at.shape(1)
    return [(single(at.value(2)), *data[len(ids) :])] if data is not None and ids is not None else []


def _one_hot(at: InferenceContext) -> List[Shape]:
    """``OneHot(indices, depth, ...)`` adds a dimension of `depth`; only the default place, the end, is handled."""
    shape, depth = at.shape(0), at.value(1)
    if shape is None or depth is None or at.number("axis", -1) != -1:
        return []
    return [(*shape, depth[0])]


def _pad(at: InferenceContext) -> List[Shape]:
    shape, pads = at.shape(0), at.value(1)
    if shape is None:
        return []
    if pads is None or len(pads) != 2 * len(shape):
        return [(None,) * len(shape)]
    # The paddings are a matrix of (before, after) for each dimension, here in row-major order.
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
    """``Slice(input, begin, size)``: a size of -1 means all that is left after `begin`."""
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
    rest = list(shape)  # the dimensions that no step has dealt with yet; those left at the end are kept whole
    for what, cut in parts:
        if what == "new":
            dims.append(1)
            continue
        if not rest:
            return []
        dim = rest.pop(0)
        if what == "cut":  # a dropped dimension leaves nothing
            whole = cut is not None and cut.start is None and cut.stop is None and cut.step == 1
            dims.append(dim if whole else None if dim is None or cut is None else len(range(*cut.indices(dim))))
    return [tuple(dims + rest)]


def _blocks(at: InferenceContext, forward: bool) -> List[Shape]:
    """``SpaceToBatchND(input, block_shape, paddings)`` moves blocks of space into the batch, or back."""
    shape, block, pads = at.shape(0), whole(at.value(1)), whole(at.value(2))
    if shape is None or None in shape or len(pads) != 2 * len(block):
        return []
    batch, *dims = whole(shape)
    for place, size in enumerate(block):
        around = pads[2 * place] + pads[2 * place + 1]
        batch = batch * size if forward else batch // size
        dims[place] = (dims[place] + around) // size if forward else dims[place] * size - around
    return [(batch, *dims)]


def _stacked(at: InferenceContext) -> List[Shape]:
    """The items of a list become the rows of a tensor."""
    item, count = at.item_shape(), at.list_length()
    return [(count, *item)] if item is not None else []


def _gathered(at: InferenceContext) -> List[Shape]:
    """``TensorArrayGatherV3(handle, indices, flow)``: an item for each index."""
    return [joined(at.shape(1), at.item_shape())]


ARRAYS: Dict[str, Rule] = {
    "Reshape": _reshape, "Transpose": _transpose, "ExpandDims": _expand_dims, "Squeeze": _squeeze,
    "BroadcastTo": asked(1),
    "ConcatV2": lambda at: _concat(at, at.count - 1, range(at.count - 1)),
    "Concat": lambda at: _concat(at, 0, range(1, at.count)),
    "Pack": _pack, "Unpack": _unpack,
    "Split": _split, "SplitV": _split_v,
    **dict.fromkeys(("Sum", "Mean", "Max", "Min", "Prod", "All", "Any", "EuclideanNorm"), reduced_shape),
    **dict.fromkeys(("ArgMax", "ArgMin"), _argument),
    **dict.fromkeys(("Gather", "GatherV2"), _gather),
    "ResourceGather": _resource_gather, "GatherNd": _gather_nd, "ScatterNd": asked(2), "UnsortedSegmentSum": unsorted_segments, "OneHot": _one_hot,
    **dict.fromkeys(("Pad", "PadV2", "MirrorPad"), _pad),
    "Tile": _tile, "Slice": _slice, "StridedSlice": _strided_slice, "StridedSliceGrad": asked(0),
    "SpaceToBatchND": lambda at: _blocks(at, forward=True), "BatchToSpaceND": lambda at: _blocks(at, forward=False),
    "TensorListGetItem": lambda at: [at.item_shape()], "TensorListPopBack": lambda at: [(), at.item_shape()],
    "TensorListStack": _stacked, "TensorArrayReadV3": lambda at: [at.item_shape()], "TensorArrayGatherV3": _gathered,
}  # fmt: skip
"""Op type -> its rule."""
