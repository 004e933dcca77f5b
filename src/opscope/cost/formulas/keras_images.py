"""What Keras's layers compute that pool to a set size, look at spectra, scale images or have weights for each place.

Source: keras/src/backend/tensorflow/nn.py (`adaptive_average_pool`), the layers' own ``call``, and for layers of Keras 2
keras/layers/locally_connected/. The few numbers that say where windows begin are left out.
"""

from __future__ import annotations

from functools import partial
from math import ceil
from typing import Dict, Optional

from ...shapes.keras_rules import layer_shapes
from ...shapes.keras_signals import frequencies, spectrum_length
from ...shapes.keras_windows import channels_first, for_each_dim
from ...shapes.tensor import Dims, product
from ..layer_calls import NOTHING, LayerCall, LayerFormula, activated, formulas_of_layers, resized, run_op, together
from ..op import Formula, Work
from .keras_layers import LAYER_FORMULAS


def _adaptive(kind: str, dims: int, layer: LayerCall) -> Work:
    """One dimension after the other is pooled twice, with the smaller and the larger window that are needed, at every place."""
    first = 2 if channels_first(layer.settings) else 1
    shape, found = list(layer.inputs[0]), NOTHING
    for place in range(first, first + dims):
        window = ceil(shape[place] / layer.output[place])
        for size in (window, window + 1):
            made = (*shape[:place], max(0, shape[place] - size + 1), *shape[place + 1 :])
            found = together(found, run_op(kind, [tuple(shape)], made, ksize=[size]))
        shape[place] = layer.output[place]
    return found


def _prelu(layer: LayerCall) -> Work:
    """Relu(x) - slope * relu(-x): the slope, of which there is one along shared axes, is negated first."""
    shape = layer.output
    shared = {axis % len(shape) for axis in layer.settings.get("shared_axes") or ()}
    slopes = tuple(1 if axis in shared else dim for axis, dim in enumerate(shape) if axis)
    return together(
        run_op("Relu", [shape], shape), run_op("Relu", [shape], shape), run_op("Neg", [shape], shape), run_op("Neg", [slopes], slopes),
        run_op("Mul", [shape, shape], shape), run_op("AddV2", [shape, shape], shape),
    )  # fmt: skip


def _unshared(dims: int, layer: LayerCall) -> Optional[Work]:
    """A product at each place, with the weights of that place. Kept as one large matrix (`implementation` 2), it multiplies by zeros too."""
    settings, shape = layer.settings, layer.output
    if settings.get("implementation", 1) == 2:
        return None
    channels = layer.inputs[0][1 if channels_first(settings) else -1]
    inside = channels * product(for_each_dim(settings, "kernel_size", dims))
    bias = run_op("BiasAdd", [shape], shape) if settings.get("use_bias", True) else NOTHING
    activation = activated(settings.get("activation"), shape)
    multiplied = run_op("BatchMatMulV2", [(1, inside)], shape)
    return None if activation is None else together(multiplied, bias, activation)


_OF_POWER: Dict[str, str] = {"psd": "AddV2", "magnitude": "Maximum Sqrt", "log": "Maximum Sqrt Maximum Log"}
"""What STFTSpectrogram makes of the sum of both squares, by its mode."""


def _spectrogram(layer: LayerCall) -> Optional[Work]:
    """A convolution for the real part, one for the imaginary, with a filter for each frequency."""
    settings, given = layer.settings, layer.inputs[0]
    first, mode = channels_first(settings), settings.get("mode", "log")
    count, length = frequencies(spectrum_length(settings)), settings["frame_length"]
    rows = given[0] * given[1 if first else -1]
    frames = product(layer.output) // (rows * count * (2 if mode == "stft" else 1))
    part: Dims = (rows, frames, count)
    convolved = run_op("Conv2D", [(rows, given[2 if first else 1], 1), (length, 1, count)], part)
    both = together(convolved, convolved)
    if mode in {"real", "imag"}:
        return convolved
    if mode == "stft":
        return both
    if mode == "angle":
        return together(both, run_op("Atan2", [part, part], part))
    if mode not in _OF_POWER:
        return None
    ops = ["Square", "Square", "AddV2", *_OF_POWER[mode].split()]
    return together(both, *(run_op(op, [part, part], part) for op in ops))


def _resizing(layer: LayerCall) -> Optional[Work]:
    return resized(layer.settings, layer.inputs[0], layer.output)


def _upsampling(layer: LayerCall) -> Optional[Work]:
    return resized({"interpolation": "nearest", **layer.settings}, layer.inputs[0], layer.output)


def _pipeline(layer: LayerCall) -> Optional[Work]:
    """Its layers, each on what the one before returns."""
    found, given = NOTHING, layer.inputs[0]
    for inner in layer.settings["layers"]:
        rule = (_IMAGES.get(inner["class"]) or LAYER_FORMULAS.get(inner["class"])) if isinstance(inner, dict) else None
        (shape,) = layer_shapes(inner["class"], inner, [given])
        made = tuple(dim or 0 for dim in shape or ())
        own = None if rule is None or shape is None or None in shape else rule(LayerCall(inner, [given], made))
        if own is None:
            return None
        found, given = together(found, own), made
    return found


_IMAGES: Dict[str, LayerFormula] = {
    **{f"AdaptiveAveragePooling{dims}D": partial(_adaptive, "AvgPool", dims) for dims in (1, 2, 3)},
    **{f"AdaptiveMaxPooling{dims}D": partial(_adaptive, "MaxPool", dims) for dims in (1, 2, 3)},
    **{f"LocallyConnected{dims}D": partial(_unshared, dims) for dims in (1, 2)},
    "PReLU": _prelu,
    "STFTSpectrogram": _spectrogram,
    "Resizing": _resizing,
    "UpSampling1D": lambda _: NOTHING,
    "UpSampling2D": _upsampling,
    "UpSampling3D": lambda _: NOTHING,
    "Pipeline": _pipeline,
}  # fmt: skip
FORMULAS: Dict[str, Formula] = formulas_of_layers(_IMAGES)
