"""Shape rules of the ops in layers: products, convolutions, pooling, normalisation, losses, and their gradients."""

from __future__ import annotations

from typing import Dict, List, Sequence

from ..graph.types import Shape
from .inference import Dim, InferenceContext
from .rule import Rule, asked, broadcast, like


def _matmul(at: InferenceContext) -> List[Shape]:
    left, right = at.shape(0), at.shape(1)
    if left is None or right is None or len(left) < 2 or len(right) < 2:
        return []
    rows = left[-1] if at.flag("transpose_a") or at.flag("adj_x") else left[-2]
    columns = right[-2] if at.flag("transpose_b") or at.flag("adj_y") else right[-1]
    batch = broadcast(left[:-2], right[:-2])  # what comes before the two matrix dimensions
    return [None if batch is None else (*batch, rows, columns)]


def _einsum(at: InferenceContext) -> List[Shape]:
    """``ab,bc->ac``: each letter has the size that some input gives it."""
    left, arrow, right = at.text("equation", "").replace(" ", "").partition("->")
    if not arrow or "..." in right:  # an ellipsis stands for dimensions that have no letter
        return []
    sizes: Dict[str, Dim] = {}
    for index, labels in enumerate(left.split(",")):
        shape = at.shape(index)
        if shape is not None and len(shape) == len(labels):
            sizes.update((label, size) for label, size in zip(labels, shape) if size is not None)
    return [tuple(sizes.get(label) for label in right)]


def _window(size: Dim, kernel: Dim, stride: int, dilation: int, padding: str) -> Dim:
    """One dimension after a sliding window went over it; ``-(-a // b)`` is a / b rounded up."""
    if size is None or stride < 1:
        return None
    if padding == "SAME":  # pads such that the kernel does not matter
        return -(-size // stride)
    # For EXPLICIT, which has its paddings in an attribute, there is no rule.
    return -(-(size - (kernel - 1) * dilation) // stride) if padding == "VALID" and kernel is not None else None


def _spatial(at: InferenceContext, shape: Shape, kernel: Sequence[Dim], channels: Dim) -> List[Shape]:
    """The output of a sliding window over all dimensions of `shape` but the batch and the channels."""
    if shape is None or len(shape) != len(kernel) + 2:
        return []
    first = at.text("data_format", "NHWC").startswith("NC")  # whether the channels come before height and width
    places = range(2, len(shape)) if first else range(1, len(shape) - 1)
    # Strides and dilations have an entry for each dimension; those of the batch and the channels are 1.
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
    """A kernel is (height, width, channels in, channels out), in 3D with the depth in front."""
    shape, kernel = at.shape(0), at.shape(1)
    return _spatial(at, shape, kernel[:-2], kernel[-1]) if kernel is not None and len(kernel) > 2 else []


def _depthwise(at: InferenceContext) -> List[Shape]:
    """A depthwise kernel is (height, width, channels in, multiplier): each input channel becomes that many channels."""
    shape, kernel = at.shape(0), at.shape(1)
    if kernel is None or len(kernel) != 4:
        return []
    channels = None if kernel[2] is None or kernel[3] is None else kernel[2] * kernel[3]
    return _spatial(at, shape, kernel[:2], channels)


def _convs_input(at: InferenceContext) -> List[Shape]:
    """The gradient of a convolution's input has the shape of that input, which the first input of the gradient's op holds.

    There may also be only (height, width), which is not enough.
    """
    shapes = asked(0)(at)
    return [shape for shape in shapes if shape is not None and len(shape) > 2]


def pool(at: InferenceContext) -> List[Shape]:
    """A window of ``ksize`` goes over all dimensions but the batch and the channels."""
    shape, size = at.shape(0), at.numbers("ksize")
    if shape is None or len(size) != len(shape) or len(shape) < 3:
        return []
    first = at.text("data_format", "NHWC").startswith("NC")
    return _spatial(at, shape, size[2:] if first else size[1:-1], shape[1] if first else shape[-1])


def batch_norm(at: InferenceContext) -> List[Shape]:
    """The input's shape for y; that of the scale for the mean, the variance and the two that the gradient needs."""
    return [at.shape(0), *[at.shape(1)] * 4]


def _batch_norm_v3(at: InferenceContext) -> List[Shape]:
    """The sixth output is for cuDNN alone: on any other device it is empty. TensorFlow leaves its shape open."""
    return [*batch_norm(at), (0,)]


def _cross_entropy(at: InferenceContext) -> List[Shape]:
    """A loss for each row, and the gradient of the logits. Logits and labels are broadcast to each other."""
    logits = broadcast(at.shape(0), at.shape(1))
    return [logits[:1], logits] if logits is not None else []


def _sparse_cross_entropy(at: InferenceContext) -> List[Shape]:
    """The same for labels that are numbers of classes, one for each row."""
    logits = at.shape(0)
    return [logits[:1], logits] if logits is not None else []


LAYERS: Dict[str, Rule] = {
    **dict.fromkeys(("MatMul", "BatchMatMul", "BatchMatMulV2", "BatchMatMulV3"), _matmul),
    "Einsum": _einsum,
    **dict.fromkeys(("Conv2D", "Conv3D"), _conv),
    "DepthwiseConv2dNative": _depthwise,
    **dict.fromkeys(
        ("Conv2DBackpropInput", "Conv3DBackpropInputV2", "DepthwiseConv2dNativeBackpropInput"), _convs_input
    ),
    **dict.fromkeys(("MaxPool", "AvgPool", "MaxPool3D", "AvgPool3D"), pool),
    **dict.fromkeys(("MaxPoolGrad", "MaxPool3DGrad"), like(0)),
    **dict.fromkeys(("AvgPoolGrad", "AvgPool3DGrad"), asked(0)),
    **dict.fromkeys(("FusedBatchNorm", "FusedBatchNormV2"), batch_norm),
    "FusedBatchNormV3": _batch_norm_v3,
    **dict.fromkeys(("FusedBatchNormGrad", "FusedBatchNormGradV2", "FusedBatchNormGradV3"), like(1, 2, 2)),
    "SoftmaxCrossEntropyWithLogits": _cross_entropy,
    "SparseSoftmaxCrossEntropyWithLogits": _sparse_cross_entropy,
}
"""Op type -> its rule."""
