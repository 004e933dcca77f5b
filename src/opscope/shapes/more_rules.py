"""Shape rules for the ops that only training steps and loops have, beside those of `shapes.rules`."""

from __future__ import annotations

from typing import Dict, List

from ..graph.types import Shape
from .inference import Dim, InferenceContext
from .rules import RULES as LOADED
from .rules import Rule


def _asked(index: int) -> Rule:
    """The shape is the value of an input."""

    def rule(at: InferenceContext) -> List[Shape]:
        value = at.value(index)
        return [tuple(None if dim is None or dim < 0 else dim for dim in value)] if value is not None else []

    return rule


def _like(*indices: int) -> Rule:
    """One output for each index, shaped as that input."""
    return lambda at: [at.shape(index) for index in indices]


def _einsum(at: InferenceContext) -> List[Shape]:
    left, arrow, right = at.text("equation", "").replace(" ", "").partition("->")
    if not arrow or "..." in right:
        return []
    sizes: Dict[str, Dim] = {}
    for index, labels in enumerate(left.split(",")):
        shape = at.shape(index)
        if shape is not None and len(shape) == len(labels):
            sizes.update((label, size) for label, size in zip(labels, shape) if size is not None)
    return [tuple(sizes.get(label) for label in right)]


def _batch_norm(at: InferenceContext) -> List[Shape]:
    """The last output is cuDNN's own; everywhere else it is empty, and TensorFlow leaves its shape open."""
    return [at.shape(0), *[at.shape(1)] * 4, (0,)]


def _cross_entropy(at: InferenceContext) -> List[Shape]:
    logits = at.shape(0)
    return [logits[:1], logits] if logits is not None else []


def _unpack(at: InferenceContext) -> List[Shape]:
    shape, axis = at.shape(0), at.number("axis")
    if shape is None or not -len(shape) <= axis < len(shape):
        return []
    axis %= len(shape)
    return [(*shape[:axis], *shape[axis + 1 :])] * at.outputs


def _one_hot(at: InferenceContext) -> List[Shape]:
    shape, depth = at.shape(0), at.value(1)
    if shape is None or depth is None or at.number("axis", -1) != -1:
        return []
    return [(*shape, depth[0])]


def _resource_gather(at: InferenceContext) -> List[Shape]:
    """The rows that the indices choose: what is behind them is the variable's, in the op's own type."""
    indices, own = at.shape(1), at.own(0)
    if indices is None or own is None or len(own) < len(indices):
        return []
    return [(*indices, *own[len(indices) :])]


def _segments(at: InferenceContext) -> List[Shape]:
    """`UnsortedSegmentSum` (data, segment_ids, num_segments)."""
    data, ids, count = at.shape(0), at.shape(1), at.value(2)
    if data is None or ids is None or count is None:
        return []
    return [(count[0], *data[len(ids) :])]


def _blocks(at: InferenceContext, forward: bool) -> List[Shape]:
    """`SpaceToBatchND` (input, block_shape, paddings) and back: the batch grows by the blocks, the space shrinks."""
    shape, block, pads = at.shape(0), at.value(1), at.value(2)
    if shape is None or block is None or pads is None or len(pads) != 2 * len(block) or None in shape:
        return []
    batch, dims = shape[0] or 0, list(shape)
    for place, size in enumerate(block):
        around = (pads[2 * place] or 0) + (pads[2 * place + 1] or 0)
        size = size or 1
        batch = batch * size if forward else batch // size
        here = dims[1 + place] or 0
        dims[1 + place] = (here + around) // size if forward else here * size - around
    return [(batch, *dims[1:])]


def _counted(at: InferenceContext) -> List[Shape]:
    bounds = [at.value(index) for index in range(3)]
    numbers = [bound[0] for bound in bounds if bound is not None and len(bound) == 1 and bound[0] is not None]
    return [(len(range(*numbers)),)] if len(numbers) == 3 and numbers[2] else []


def _stacked(at: InferenceContext) -> List[Shape]:
    item, count = at.item(), at.items()
    return [(count, *item)] if item is not None else []


_REST: Dict[str, Rule] = {
    **dict.fromkeys("BroadcastTo StatelessRandomGammaV2".split(), _asked(1)),
    **dict.fromkeys(
        """RandomUniformInt StatelessRandomUniform StatelessRandomUniformV2 StatelessRandomNormal
        StatelessRandomNormalV2 StatelessTruncatedNormal StatelessTruncatedNormalV2 StatelessRandomUniformInt
        StatelessRandomUniformIntV2 StatelessRandomUniformFullInt StatelessRandomUniformFullIntV2 ParameterizedTruncatedNormal
        Conv2DBackpropInput Conv3DBackpropInputV2 DepthwiseConv2dNativeBackpropInput StridedSliceGrad Empty
        AvgPoolGrad AvgPool3DGrad""".split(),
        _asked(0),
    ),
    "TensorListGetItem": lambda at: [at.item()], "TensorListPopBack": lambda at: [(), at.item()],
    "TensorListStack": _stacked,
    **dict.fromkeys(
        """MaxPoolGrad MaxPool3DGrad MatrixBandPart TensorScatterUpdate TensorScatterAdd TensorScatterSub Roll Conj
        LeakyReluGrad Relu6Grad EluGrad SeluGrad SoftplusGrad SoftsignGrad RsqrtGrad SqrtGrad InvGrad ReciprocalGrad
        BesselI0e EnsureShape Erfinv Lgamma Digamma Expint Cumprod CumulativeLogsumexp Invert""".split(),
        _like(0),
    ),
    **dict.fromkeys(("FusedBatchNormGrad", "FusedBatchNormGradV2", "FusedBatchNormGradV3"), _like(1, 2, 2)),
    **dict.fromkeys(("SoftmaxCrossEntropyWithLogits", "SparseSoftmaxCrossEntropyWithLogits"), _cross_entropy),
    "FusedBatchNormV3": _batch_norm,
    "IdentityN": lambda at: [at.shape(index) for index in range(at.count)],
    "Einsum": _einsum, "Unpack": _unpack, "OneHot": _one_hot, "ResourceGather": _resource_gather, "ScatterNd": _asked(2),
    "UnsortedSegmentSum": _segments, "Range": _counted, "SpaceToBatchND": lambda at: _blocks(at, forward=True),
    "BatchToSpaceND": lambda at: _blocks(at, forward=False),
}  # fmt: skip

ALL_RULES: Dict[str, Rule] = {**LOADED, **_REST}
"""Op type -> its rule; see `shapes.rules`."""
