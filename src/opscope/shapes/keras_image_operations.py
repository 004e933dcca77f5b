"""What Keras 3's operations on images return: convolutions and pooling, which take their kernel as an operand, resizing, padding, patches.

Source: ``compute_output_spec`` of the classes in keras/src/ops/nn.py and image.py. Adaptive pooling is not among them: Keras itself tells
another shape for it than it computes.
"""

from __future__ import annotations

from functools import partial
from typing import Any, Callable, Dict, List, Mapping, Optional, Sequence, Tuple

from ..graph.types import Shape
from .budget import Unknown
from .inference import Dim
from .keras_windows import WINDOWS, channels_first

_Settings = Mapping[str, Any]
_Rule = Callable[[_Settings, Sequence[Shape]], List[Shape]]


def _kernel(shapes: Sequence[Shape], place: int = 1) -> Tuple[int, ...]:
    """The shape of an operand that is a kernel."""
    shape = shapes[place]
    if shape is None or len(shape) < 3:
        raise Unknown
    known = tuple(dim for dim in shape if dim is not None)
    if len(known) != len(shape):
        raise Unknown
    return known


def _as_layer(cls: str, dims: int, settings: _Settings, shapes: Sequence[Shape], **more: Any) -> List[Shape]:
    """What the layer of this class returns, set to the same."""
    return WINDOWS[cls.format(dims)]({**settings, **more}, shapes[:1])


def _convolution(settings: _Settings, shapes: Sequence[Shape]) -> List[Shape]:
    kernel = _kernel(shapes)
    return _as_layer("Conv{}D", len(kernel) - 2, settings, shapes, kernel_size=kernel[:-2], filters=kernel[-1])


def _transposed(settings: _Settings, shapes: Sequence[Shape]) -> List[Shape]:
    kernel = _kernel(shapes)
    return _as_layer("Conv{}DTranspose", len(kernel) - 2, settings, shapes, kernel_size=kernel[:-2], filters=kernel[-2])


def _depthwise(settings: _Settings, shapes: Sequence[Shape]) -> List[Shape]:
    kernel = _kernel(shapes)
    more = {"kernel_size": kernel[:-2], "depth_multiplier": kernel[-1]}
    return _as_layer("DepthwiseConv{}D", len(kernel) - 2, settings, shapes, **more)


def _separable(settings: _Settings, shapes: Sequence[Shape]) -> List[Shape]:
    kernel, mixing = _kernel(shapes), _kernel(shapes, 2)
    return _as_layer("Conv{}D", len(kernel) - 2, settings, shapes, kernel_size=kernel[:-2], filters=mixing[-1])


def _pooling(settings: _Settings, shapes: Sequence[Shape]) -> List[Shape]:
    if shapes[0] is None:
        raise Unknown
    return _as_layer("MaxPooling{}D", len(shapes[0]) - 2, settings, shapes)


def _patches(settings: _Settings, shapes: Sequence[Shape]) -> List[Shape]:
    """Each patch is a row of its elements, where a convolution has its filters."""
    size, images = settings["size"], shapes[0]
    if images is None or len(images) != len(size) + 2:
        raise Unknown
    channels = images[1 if channels_first(settings) else -1]
    if channels is None:
        raise Unknown
    elements = channels
    for each in size:
        elements *= each
    strides = settings.get("strides") or size
    return _as_layer("Conv{}D", len(size), settings, shapes, kernel_size=size, filters=elements, strides=strides)


def _image(settings: _Settings, shapes: Sequence[Shape]) -> Tuple[List[Dim], int]:
    """The shape of one or several images, and where its height is, in front of its width."""
    shape = shapes[0]
    if shape is None or len(shape) not in {3, 4}:
        raise Unknown
    return list(shape), len(shape) - (2 if channels_first(settings) else 3)


def _resize(settings: _Settings, shapes: Sequence[Shape]) -> List[Shape]:
    dims, place = _image(settings, shapes)
    dims[place : place + 2] = settings["size"]
    return [tuple(dims)]


def _bordered(sign: int, what: str, settings: _Settings, shapes: Sequence[Shape]) -> List[Shape]:
    """Padding and cropping: to a height and width, or by so much at either end."""
    dims, place = _image(settings, shapes)
    for number, (target, ends) in enumerate((("height", ("top", "bottom")), ("width", ("left", "right")))):
        size: Optional[int] = settings.get(f"target_{target}")
        own = dims[place + number]
        if size is None and own is not None:
            size = own + sign * sum(settings[f"{end}_{what}"] for end in ends)
        dims[place + number] = size
    return [tuple(dims)]


def _gray(settings: _Settings, shapes: Sequence[Shape]) -> List[Shape]:
    dims, _ = _image(settings, shapes)
    dims[-3 if channels_first(settings) else -1] = 1
    return [tuple(dims)]


def _blocks(to_space: bool, settings: _Settings, shapes: Sequence[Shape]) -> List[Shape]:
    """Channels as blocks of pixels, or the other way round."""
    dims, place = _image(settings, shapes)
    size = settings["block_size"]
    channels = (place + 2) if place == 1 else 1
    for axis, times in ((place, size), (place + 1, size), (channels, size * size)):
        own = dims[axis]
        if own is not None:
            dims[axis] = own * times if to_space != (axis == channels) else own // times
    return [tuple(dims)]


IMAGE_OPERATIONS: Dict[str, _Rule] = {
    "Conv": _convolution,
    "ConvTranspose": _transposed,
    "DepthwiseConv": _depthwise,
    "SeparableConv": _separable,
    "MaxPool": _pooling,
    "AveragePool": _pooling,
    "ExtractPatches": _patches,
    "Resize": _resize,
    "PadImages": partial(_bordered, 1, "padding"),
    "CropImages": partial(_bordered, -1, "cropping"),
    "RGBToGrayscale": _gray,
    "DepthToSpace": partial(_blocks, True),
    "SpaceToDepth": partial(_blocks, False),
}
"""Class of an operation -> its rule."""
