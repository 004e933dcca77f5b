"""What Keras's layers return that go over an image, a sequence or a volume: convolutions, pooling, padding, cropping, upsampling.

Source: keras/src/ops/operation_utils.py (`compute_conv_output_shape`, `compute_pooling_output_shape`), keras/src/backend/common/
backend_utils.py (`compute_conv_transpose_output_shape`) and the layers' own ``compute_output_shape``.
"""

from __future__ import annotations

from functools import partial
from typing import Any, Callable, Dict, List, Mapping, Sequence

from ..graph.types import Shape
from .budget import Unknown
from .inference import Dim

_Settings = Mapping[str, Any]
_Rule = Callable[[_Settings, Sequence[Shape]], List[Shape]]


def channels_first(settings: _Settings) -> bool:
    """Whether the channels come before the other dimensions."""
    return settings.get("data_format") == "channels_first"


def for_each_dim(settings: _Settings, name: str, dims: int, default: Any = 1) -> List[int]:
    """A setting that has a number for each dimension, or one for all."""
    value = settings.get(name)
    value = default if value is None else value
    found = list(value) if isinstance(value, (list, tuple)) else [value] * dims
    if len(found) != dims or not all(type(each) is int and each > 0 for each in found):
        raise Unknown
    return found


class _Parts:
    """A shape in parts: the batch, the dimensions that a window goes over, the channels."""

    def __init__(self, settings: _Settings, shapes: Sequence[Shape], dims: int) -> None:
        shape = shapes[0] if shapes else None
        if shape is None or len(shape) != dims + 2:
            raise Unknown
        self._first = channels_first(settings)
        self._batch = shape[0]
        self.space = list(shape[2:] if self._first else shape[1:-1])
        self.channels = shape[1] if self._first else shape[-1]

    def with_space(self, space: Sequence[Dim], channels: Dim) -> List[Shape]:
        """The shape with other dimensions and channels."""
        return [(self._batch, channels, *space) if self._first else (self._batch, *space, channels)]


def after_window(size: Dim, kernel: int, stride: int, dilation: int, padding: Any) -> Dim:
    """One dimension after a window went over it."""
    if size is None:
        return None
    if padding == "valid":
        size = size - (kernel - 1) * dilation
    elif padding not in {"same", "causal"}:
        raise Unknown
    return (size + stride - 1) // stride


def _convolution(dims: int, settings: _Settings, shapes: Sequence[Shape], *, depthwise: bool = False) -> List[Shape]:
    parts = _Parts(settings, shapes, dims)
    kernel, strides = for_each_dim(settings, "kernel_size", dims), for_each_dim(settings, "strides", dims)
    dilations, padding = for_each_dim(settings, "dilation_rate", dims), settings.get("padding", "valid")
    space = [after_window(*each, padding) for each in zip(parts.space, kernel, strides, dilations)]
    if not depthwise:
        return parts.with_space(space, settings["filters"])
    channels = None if parts.channels is None else parts.channels * settings.get("depth_multiplier", 1)
    return parts.with_space(space, channels)


def _transposed(dims: int, settings: _Settings, shapes: Sequence[Shape]) -> List[Shape]:
    """A transposed convolution: the size from which a convolution would give the input's. Only with Keras's own output padding."""
    if settings.get("output_padding") is not None:
        raise Unknown
    parts = _Parts(settings, shapes, dims)
    kernel, strides = for_each_dim(settings, "kernel_size", dims), for_each_dim(settings, "strides", dims)
    dilations, padding = for_each_dim(settings, "dilation_rate", dims), settings.get("padding", "valid")
    if padding not in {"same", "valid"}:
        raise Unknown
    space: List[Dim] = []
    for size, width, stride, dilation in zip(parts.space, kernel, strides, dilations):
        more = max((width - 1) * dilation + 1 - stride, 0) if padding == "valid" else 0
        space.append(None if size is None else size * stride + more)
    return parts.with_space(space, settings["filters"])


def _pooling(dims: int, settings: _Settings, shapes: Sequence[Shape]) -> List[Shape]:
    parts = _Parts(settings, shapes, dims)
    pool = for_each_dim(settings, "pool_size", dims, 2)
    strides, padding = for_each_dim(settings, "strides", dims, pool), settings.get("padding", "valid")
    space = [after_window(size, width, stride, 1, padding) for size, width, stride in zip(parts.space, pool, strides)]
    return parts.with_space(space, parts.channels)


def _global_pooling(dims: int, settings: _Settings, shapes: Sequence[Shape]) -> List[Shape]:
    parts = _Parts(settings, shapes, dims)
    if settings.get("keepdims"):
        return parts.with_space([1] * dims, parts.channels)
    return parts.with_space([], parts.channels)


def _padding(dims: int, sign: int, name: str, settings: _Settings, shapes: Sequence[Shape]) -> List[Shape]:
    """Padding and cropping: a pair of numbers for each dimension; in one dimension the pair alone."""
    parts = _Parts(settings, shapes, dims)
    value = settings[name]
    if isinstance(value, int):
        value = [value] * dims if dims > 1 else [[value, value]]
    elif dims == 1 and not isinstance(value[0], (list, tuple)):
        value = [value]
    both = [sum(each) if isinstance(each, (list, tuple)) else 2 * each for each in value]
    if len(both) != dims:
        raise Unknown
    return parts.with_space(
        [None if size is None else size + sign * more for size, more in zip(parts.space, both)], parts.channels
    )


def _upsampling(dims: int, settings: _Settings, shapes: Sequence[Shape]) -> List[Shape]:
    parts = _Parts(settings, shapes, dims)
    times = for_each_dim(settings, "size", dims, 2)
    return parts.with_space([None if size is None else size * n for size, n in zip(parts.space, times)], parts.channels)


def _windows() -> Dict[str, _Rule]:
    found: Dict[str, _Rule] = {}
    for dims in (1, 2, 3):
        own: Dict[str, _Rule] = {
            "Conv{}D": partial(_convolution, dims),
            "Conv{}DTranspose": partial(_transposed, dims),
            "SeparableConv{}D": partial(_convolution, dims),
            "DepthwiseConv{}D": partial(_convolution, dims, depthwise=True),
            "MaxPooling{}D": partial(_pooling, dims),
            "AveragePooling{}D": partial(_pooling, dims),
            "GlobalMaxPooling{}D": partial(_global_pooling, dims),
            "GlobalAveragePooling{}D": partial(_global_pooling, dims),
            "ZeroPadding{}D": partial(_padding, dims, 1, "padding"),
            "Cropping{}D": partial(_padding, dims, -1, "cropping"),
            "UpSampling{}D": partial(_upsampling, dims),
            "LocallyConnected{}D": partial(_convolution, dims),  # of Keras 2
        }
        found.update({name.format(dims): rule for name, rule in own.items()})
    return found


WINDOWS = _windows()
"""Class of a layer -> its rule."""
