"""Shape rules of the ops on images, and of those that count or pick along an axis."""

from __future__ import annotations

from typing import Dict, List

from ..graph.types import Shape
from .inference import InferenceContext
from .layer_rules import pool
from .rule import Rule, keeps_batch, like
from .value import single


def _resized(size_at: int) -> Rule:
    """An op that gives images another height and width, which an input names."""

    def rule(at: InferenceContext) -> List[Shape]:
        shape, size = at.shape(0), at.value(size_at)
        if shape is None or len(shape) != 4 or size is None or len(size) != 2:
            return []
        return [(shape[0], *size, shape[3])]

    return rule


def _cropped(at: InferenceContext) -> List[Shape]:
    """``CropAndResize(image, boxes, box_ind, crop_size)``: one image for each box."""
    image, boxes, size = at.shape(0), at.shape(1), at.value(3)
    if image is None or boxes is None or size is None or len(image) != 4 or len(size) != 2:
        return []
    return [(boxes[0], *size, image[3])]


def _moved(at: InferenceContext, shrinks: bool) -> List[Shape]:
    """``SpaceToDepth`` makes channels of blocks of pixels; ``DepthToSpace`` pixels of channels."""
    shape, block = at.shape(0), at.number("block_size")
    if shape is None or len(shape) != 4 or block < 1 or at.text("data_format", "NHWC") != "NHWC":
        return []
    batch, *sides, depth = shape
    sides = [None if dim is None else dim // block if shrinks else dim * block for dim in sides]
    if depth is not None:
        depth = depth * block**2 if shrinks else depth // block**2
    return [(batch, *sides, depth)]


def _top(at: InferenceContext) -> List[Shape]:
    """``TopKV2(input, k)``: the k largest of the last dimension, and their places."""
    shape, kept = at.shape(0), single(at.value(1)) if at.count > 1 else at.number("k")
    return [(*shape[:-1], kept)] * 2 if shape else []


def _bins(at: InferenceContext) -> List[Shape]:
    """``DenseBincount(input, size, weights)``: a count for each bin, for each row of a matrix."""
    shape, size = at.shape(0), single(at.value(1))
    return [(*shape[:-1], size)] if shape else []


def _drawn(at: InferenceContext) -> List[Shape]:
    """``Multinomial(logits, num_samples)``: so many numbers of classes for each row."""
    shape, count = at.shape(0), single(at.value(1))
    return [(shape[0], count)] if shape is not None and len(shape) == 2 else []


IMAGES: Dict[str, Rule] = {
    **dict.fromkeys("ResizeBilinear ResizeBicubic ResizeNearestNeighbor ResizeArea".split(), _resized(1)),
    **dict.fromkeys(("ImageProjectiveTransformV2", "ImageProjectiveTransformV3"), _resized(2)),
    "CropAndResize": _cropped, "MaxPoolWithArgmax": lambda at: pool(at) * 2,
    "SpaceToDepth": lambda at: _moved(at, shrinks=True), "DepthToSpace": lambda at: _moved(at, shrinks=False),
    **dict.fromkeys(
        """AdjustHue AdjustSaturation AdjustContrastv2 RGBToHSV HSVToRGB DrawBoundingBoxes DrawBoundingBoxesV2
        RandomShuffle""".split(),
        like(0),
    ),
    **dict.fromkeys(("CombinedNonMaxSuppression", "ExtractImagePatches", "ExtractVolumePatches"), keeps_batch(0, 1)),
    **dict.fromkeys(("TopK", "TopKV2"), _top), "DenseBincount": _bins,
    **dict.fromkeys(("Multinomial", "StatelessMultinomial"), _drawn),
    **dict.fromkeys(("InTopK", "InTopKV2"), like(1)), **dict.fromkeys(("LowerBound", "UpperBound"), like(1)),
    "Bucketize": like(0),
}  # fmt: skip
"""Op type -> its rule."""
