"""FLOPs of images that are resized, warped or recoloured, and of sound.

Counted is one for each arithmetic operation, comparison and elementary function of TensorFlow's kernels for the CPU (2.21):
`kernels/image/resize_*_op.cc`, `crop_and_resize_op.cc`, `image_ops.h`, `colorspace_op.h`, `adjust_*_op.cc`,
`lib/wav/wav_io.cc`. Where a kernel branches, the longest way is counted.
"""

from __future__ import annotations

from typing import Dict

from ..counted import formulas_of, per_input, per_output
from ..op import Formula, Op

_PER_OUTPUT = {
    9: "ResizeBilinear CropAndResize",  # three interpolations of a - b, times, plus
    39: "ResizeBicubic",  # five sums of four products (four rows, then their results), and the four weights
    1: "DecodeWav",  # a sample times the scale
}
_PER_GRADIENT = {
    12: "ResizeBilinearGrad",  # four corners: two products and a sum each
    35: "ResizeBicubicGrad",  # as forward, without the weights: sixteen places
}
"""Operations for each element of the gradient that comes in. It is added to all pixels that its output was made of."""
_PER_PIXEL = {
    # The largest and least of three 4, range 1, saturation 2, norm 2, which is largest 2, the hue 3, three checks of it 3.
    17: "RGBToHSV",
    # 6 h 1, the distances from three hues, clamped, 5 + 6 + 6, 1 - s 2, three colours of 3.
    29: "HSVToRGB",
    # To hue and range: comparisons 3 + 1, ratio 3, hue 2. The new hue 2, back into its range 3. To colours: 5.
    19: "AdjustHue",
    # To hue, saturation and value as RGBToHSV, saturation times scale, clamped 3, back: 3 products, 3 wraps, 4, 3 sums.
    33: "AdjustSaturation",
}
"""Operations for each pixel of three channels."""


def _per_pixel(count: int) -> Formula:
    return lambda op: count * op.size_in(0) // 3


def _contrast(op: Op) -> float:
    """A mean of each channel, then for each element minus it, times, plus it."""
    return 4 * op.size_in(0)


def _warp(op: Op) -> float:
    """For each element of the result where it comes from (two quotients of two products and two sums each), then what is there.

    Bilinear: four neighbours, three interpolations. What is outside of the image is put in by comparisons that are not counted.
    """
    return (34 if op.attr("interpolation") == "BILINEAR" else 17) * op.size_out()


def _encode_wav(op: Op) -> float:
    """Each sample is scaled, rounded and clamped."""
    return 4 * op.size_in(0)


FORMULAS: Dict[str, Formula] = {
    "AdjustContrastv2": _contrast,
    "ImageProjectiveTransformV2": _warp,
    "ImageProjectiveTransformV3": _warp,
    "EncodeWav": _encode_wav,
    **formulas_of(_PER_OUTPUT, per_output),
    **formulas_of(_PER_GRADIENT, per_input),
    **formulas_of(_PER_PIXEL, _per_pixel),
}
