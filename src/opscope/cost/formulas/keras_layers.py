"""What Keras's layers compute, in a graph whose ops are calls of layers: what the formulas of the ops that Keras makes of them give.

Source: the ``call`` of each class in keras/src/layers/, and what keras/src/backend/tensorflow/ makes of it, at inference. A layer that
is set to something else than its formula knows has no figure.
"""

from __future__ import annotations

from functools import partial
from typing import Dict, Optional

from ...shapes.keras_windows import channels_first, for_each_dim
from ...shapes.tensor import Dims, product
from ..layer_calls import NOTHING, LayerCall, LayerFormula, activated, formulas_of_layers, run_op, together
from ..op import Formula, Work


def _finished(layer: LayerCall, main: Work) -> Optional[Work]:
    """With the bias and the activation that stand behind the product."""
    bias = run_op("BiasAdd", [layer.output], layer.output) if layer.settings.get("use_bias", True) else NOTHING
    activation = activated(layer.settings.get("activation"), layer.output)
    return None if activation is None else together(main, bias, activation)


def _dense(layer: LayerCall) -> Optional[Work]:
    rows = (product(layer.output[:-1]), layer.inputs[0][-1])
    return _finished(layer, run_op("MatMul", [rows], (rows[0], layer.output[-1])))


def _channels(layer: LayerCall) -> int:
    return layer.inputs[0][1 if channels_first(layer.settings) else -1]


def _convolution(dims: int, layer: LayerCall) -> Optional[Work]:
    kernel = for_each_dim(layer.settings, "kernel_size", dims)
    inside = _channels(layer) // layer.settings.get("groups", 1)
    weights = (*kernel, inside, layer.settings["filters"])
    return _finished(layer, run_op("Conv2D", [layer.inputs[0], weights], layer.output))


def _transposed(dims: int, layer: LayerCall) -> Optional[Work]:
    """The gradient of the convolution that would make the input of the output."""
    weights = (*for_each_dim(layer.settings, "kernel_size", dims), layer.settings["filters"], _channels(layer))
    return _finished(layer, run_op("Conv2DBackpropInput", [(dims + 2,), weights, layer.inputs[0]], layer.output))


def _depthwise(dims: int, layer: LayerCall) -> Optional[Work]:
    return _finished(layer, _each_channel(dims, layer, layer.output))


def _each_channel(dims: int, layer: LayerCall, made: Dims) -> Work:
    kernel = for_each_dim(layer.settings, "kernel_size", dims)
    flat = (*kernel, *[1] * (2 - dims), _channels(layer), 1)  # TensorFlow's op is for two dimensions
    return run_op("DepthwiseConv2dNative", [layer.inputs[0], flat], made)


def _separable(dims: int, layer: LayerCall) -> Optional[Work]:
    """A depthwise convolution, then one that mixes the channels."""
    between = _channels(layer) * layer.settings.get("depth_multiplier", 1)
    first = channels_first(layer.settings)
    space = layer.output[2:] if first else layer.output[1:-1]
    middle = (layer.output[0], *space, between)
    mixed = run_op("Conv2D", [middle, (*[1] * dims, between, layer.settings["filters"])], layer.output)
    return _finished(layer, together(_each_channel(dims, layer, middle), mixed))


def _pooling(kind: str, dims: int, layer: LayerCall) -> Work:
    return run_op(kind, [layer.inputs[0]], layer.output, ksize=for_each_dim(layer.settings, "pool_size", dims, 2))


def _global_pooling(kind: str, layer: LayerCall) -> Work:
    return run_op(kind, [layer.inputs[0]], layer.output)


def _batch_norm(layer: LayerCall) -> Work:
    """X * (gamma / sqrt(variance + epsilon)) + (beta - mean * that): two operations for each element, the rest for each channel."""
    axis = layer.settings.get("axis", -1)
    (place,) = axis if isinstance(axis, (list, tuple)) else [axis]
    shape, channels = layer.output, (layer.output[place],)
    scale, center = layer.settings.get("scale", True), layer.settings.get("center", True)
    each = [
        run_op("AddV2", [channels] * 2, channels),
        run_op("Rsqrt", [channels], channels),
        run_op("Mul", [channels] * 2, channels),
    ]
    each += [run_op("Mul", [channels] * 2, channels)] if scale else []
    each += [run_op("Sub", [channels] * 2, channels)] if center else [run_op("Neg", [channels], channels)]
    return together(*each, run_op("Mul", [shape, channels], shape), run_op("AddV2", [shape, channels], shape))


def _layer_norm(layer: LayerCall) -> Optional[Work]:
    """Mean and variance over the last dimension, then as a batch normalization, with a scale of its own for each row."""
    settings, shape = layer.settings, layer.output
    axis = settings.get("axis", -1)
    last = axis[0] if isinstance(axis, (list, tuple)) and len(axis) == 1 else axis
    plain = settings.get("scale", True) and settings.get("center", True) and not settings.get("rms_scaling")
    if last not in {-1, len(shape) - 1} or not plain:
        return None
    rows = (*shape[:-1], 1)
    moments = [
        run_op("Mean", [shape], rows),
        run_op("SquaredDifference", [shape, rows], shape),
        run_op("Mean", [shape], rows),
    ]
    each = [run_op("AddV2", [rows], rows), run_op("Rsqrt", [rows], rows), run_op("Neg", [rows], rows)]
    return together(
        *moments, *each, *[run_op("Mul", [shape, shape], shape)] * 3, *[run_op("AddV2", [shape, shape], shape)] * 2
    )


def _rms_norm(layer: LayerCall) -> Optional[Work]:
    """X * rsqrt(mean(x * x) + epsilon) * scale, over the last dimension."""
    axis, shape = layer.settings.get("axis", -1), layer.output
    if (axis[0] if isinstance(axis, (list, tuple)) and len(axis) == 1 else axis) not in {-1, len(shape) - 1}:
        return None
    rows = (*shape[:-1], 1)
    moments = together(run_op("Square", [shape], shape), run_op("Mean", [shape], rows))
    each = together(run_op("AddV2", [rows], rows), run_op("Rsqrt", [rows], rows))
    return together(moments, each, *[run_op("Mul", [shape, shape], shape)] * 2)


def _of_activation(layer: LayerCall) -> Optional[Work]:
    return activated(layer.settings.get("activation"), layer.output)


def _relu(layer: LayerCall) -> Optional[Work]:
    settings = layer.settings
    if settings.get("negative_slope") or settings.get("threshold"):
        return None
    most = settings.get("max_value")
    return activated("relu" if most is None else "relu6" if most == 6 else "", layer.output)


def _named(name: str, layer: LayerCall) -> Optional[Work]:
    return activated(name, layer.output)


def _merge(op: str, layer: LayerCall) -> Work:
    """One operation fewer than there are inputs, for each element."""
    once = run_op(op, [layer.output] * 2, layer.output)
    return Work(once.flops * (len(layer.inputs) - 1))


def _average(layer: LayerCall) -> Work:
    return together(_merge("AddV2", layer), run_op("RealDiv", [layer.output] * 2, layer.output))


def _rescaling(layer: LayerCall) -> Work:
    """X * scale + offset."""
    return together(run_op("Mul", [layer.output] * 2, layer.output), run_op("AddV2", [layer.output] * 2, layer.output))


def _nothing(_: LayerCall) -> Work:
    return NOTHING


_WITHOUT = """
    InputLayer Dropout SpatialDropout1D SpatialDropout2D SpatialDropout3D AlphaDropout GaussianDropout GaussianNoise
    ActivityRegularization Identity Flatten Reshape Permute RepeatVector Concatenate Embedding ZeroPadding1D ZeroPadding2D ZeroPadding3D
    Cropping1D Cropping2D Cropping3D RandomFlip RandomRotation RandomZoom RandomTranslation RandomContrast RandomBrightness
    RandomErasing RandomHue RandomShear RandomSharpness RandomSaturation RandomPosterization RandomInvert RandomGrayscale
    RandomColorDegeneration RandomColorJitter RandomGaussianBlur RandomPerspective RandomElasticTransform AugMix RandAugment MixUp CutMix
"""
"""Layers that compute nothing at inference: they hand on, choose or copy. Some draw a few random numbers all the same."""
LAYER_FORMULAS: Dict[str, LayerFormula] = {
    **dict.fromkeys(_WITHOUT.split(), _nothing),
    **{f"Conv{dims}D": partial(_convolution, dims) for dims in (1, 2, 3)},
    **{f"Conv{dims}DTranspose": partial(_transposed, dims) for dims in (1, 2, 3)},
    **{f"DepthwiseConv{dims}D": partial(_depthwise, dims) for dims in (1, 2)},
    **{f"SeparableConv{dims}D": partial(_separable, dims) for dims in (1, 2)},
    **{f"MaxPooling{dims}D": partial(_pooling, "MaxPool", dims) for dims in (1, 2, 3)},
    **{f"AveragePooling{dims}D": partial(_pooling, "AvgPool", dims) for dims in (1, 2, 3)},
    **{f"GlobalMaxPooling{dims}D": partial(_global_pooling, "Max") for dims in (1, 2, 3)},
    **{f"GlobalAveragePooling{dims}D": partial(_global_pooling, "Mean") for dims in (1, 2, 3)},
    "Dense": _dense,
    "BatchNormalization": _batch_norm,
    "SyncBatchNormalization": _batch_norm,
    "RMSNormalization": _rms_norm,
    "LayerNormalization": _layer_norm,
    "Activation": _of_activation,
    "ReLU": _relu,
    "Softmax": partial(_named, "softmax"),
    "ELU": partial(_named, "elu"),
    "LeakyReLU": partial(_named, "leaky_relu"),
    "Add": partial(_merge, "AddV2"),
    "Subtract": partial(_merge, "Sub"),
    "Multiply": partial(_merge, "Mul"),
    "Maximum": partial(_merge, "Maximum"),
    "Minimum": partial(_merge, "Minimum"),
    "Average": _average,
    "Rescaling": _rescaling,
}  # fmt: skip
"""Class of a layer -> its formula."""

FORMULAS: Dict[str, Formula] = formulas_of_layers(LAYER_FORMULAS)
