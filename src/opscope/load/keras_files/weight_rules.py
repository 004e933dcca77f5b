"""The weights that Keras's own layers make, by their settings and the shapes that they are first called on: ``build`` of each class.

TensorSource: the classes in keras/src/layers/ of Keras 3. The order is the one in which Keras lists and saves them.
"""

from __future__ import annotations

from functools import partial
from typing import Any, Callable, Dict, List, Mapping, NamedTuple, Optional, Sequence, Tuple

from ...graph.types import Shape
from ...shapes.budget import Unknown, or_unknown, shape_within
from ...shapes.keras_contractions import CELLS, cells_of, solved
from ...shapes.keras_rules import layer_shapes
from ...shapes.keras_signals import frequencies, spectrum_length
from ...shapes.keras_windows import WINDOWS, channels_first, for_each_dim
from ...shapes.tensor import product
from ...shapes.value import elements

_Settings = Mapping[str, Any]


class Weight(NamedTuple):
    """One weight of a layer."""

    name: str
    shape: Tuple[int, ...]
    trainable: bool = True


_WeightRule = Callable[[_Settings, Sequence[Shape]], List[Weight]]


@or_unknown
def weights_of(cls: str, settings: _Settings, shapes: Sequence[Shape]) -> Optional[List[Weight]]:
    """The weights of one of Keras's own layers; ``None`` if there is no rule for its class, or if a shape is not known."""
    found = _RULES[cls](settings, shapes)
    within = all(None not in weight.shape and shape_within(weight.shape) is not None for weight in found)
    return found if within else None


def _size(shapes: Sequence[Shape], place: int, axis: int = -1) -> int:
    """One dimension of an input."""
    shape = shapes[place]
    dim = None if shape is None else shape[axis]
    if dim is None:
        raise Unknown
    return dim


def _bias(settings: _Settings, *shape: int) -> List[Weight]:
    return [Weight("bias", shape)] if settings.get("use_bias", True) else []


def _dense(settings: _Settings, shapes: Sequence[Shape]) -> List[Weight]:
    units = settings["units"]
    return [Weight("kernel", (_size(shapes, 0), units)), *_bias(settings, units)]


def _embedding(settings: _Settings, _: Sequence[Shape]) -> List[Weight]:
    return [Weight("embeddings", (settings["input_dim"], settings["output_dim"]))]


def _channels(settings: _Settings, shapes: Sequence[Shape]) -> int:
    return _size(shapes, 0, 1 if channels_first(settings) else -1)


def _convolution(dims: int, settings: _Settings, shapes: Sequence[Shape]) -> List[Weight]:
    kernel, filters = for_each_dim(settings, "kernel_size", dims), settings["filters"]
    own = _channels(settings, shapes) // settings.get("groups", 1)
    return [Weight("kernel", (*kernel, own, filters)), *_bias(settings, filters)]


def _transposed(dims: int, settings: _Settings, shapes: Sequence[Shape]) -> List[Weight]:
    kernel, filters = for_each_dim(settings, "kernel_size", dims), settings["filters"]
    return [Weight("kernel", (*kernel, filters, _channels(settings, shapes))), *_bias(settings, filters)]


def _depthwise(dims: int, settings: _Settings, shapes: Sequence[Shape]) -> List[Weight]:
    kernel, channels = for_each_dim(settings, "kernel_size", dims), _channels(settings, shapes)
    times = settings.get("depth_multiplier", 1)
    return [Weight("depthwise_kernel", (*kernel, channels, times)), *_bias(settings, channels * times)]


def _separable(dims: int, settings: _Settings, shapes: Sequence[Shape]) -> List[Weight]:
    kernel, channels = for_each_dim(settings, "kernel_size", dims), _channels(settings, shapes)
    times, filters = settings.get("depth_multiplier", 1), settings["filters"]
    return [
        Weight("depthwise_kernel", (*kernel, channels, times)),
        Weight("pointwise_kernel", (*[1] * dims, channels * times, filters)),
        *_bias(settings, filters),
    ]


def _unshared(dims: int, settings: _Settings, shapes: Sequence[Shape]) -> List[Weight]:
    """A convolution of Keras 2 with other weights at each place, kept in one of three ways: `implementation`."""
    kernel, filters, how = (
        for_each_dim(settings, "kernel_size", dims),
        settings["filters"],
        settings.get("implementation", 1),
    )
    (made,) = WINDOWS[f"LocallyConnected{dims}D"](settings, shapes)
    first = channels_first(settings)
    if made is None or shapes[0] is None:
        raise Unknown
    space = made[2:] if first else made[1:-1]
    before = shapes[0][2:] if first else shapes[0][1:-1]
    channels, places = _channels(settings, shapes), elements(space)
    if places is None or (how == 3 and settings.get("padding", "valid") != "valid"):
        raise Unknown
    inside = channels * product(kernel)
    weights: Tuple[Any, ...] = (places, inside, filters)
    if how == 2:
        weights = (channels, *before, filters, *space) if first else (*before, channels, *space, filters)
    elif how == 3:
        weights = (places * inside * filters,)
    bias = [Weight("bias", (*space, filters))] if settings.get("use_bias", True) else []  # type: ignore[arg-type]
    return [Weight("kernel", weights), *bias]


def _spectrogram(settings: _Settings, _: Sequence[Shape]) -> List[Weight]:
    """The filters of STFTSpectrogram, for the real part, the imaginary part or both."""
    shape = (settings["frame_length"], 1, frequencies(spectrum_length(settings)))
    mode = settings.get("mode")
    names = [name for name, other in (("real_kernel", "imag"), ("imag_kernel", "real")) if mode != other]
    return [Weight(name, shape) for name in names]


def _pipeline(settings: _Settings, shapes: Sequence[Shape]) -> List[Weight]:
    """Those of its layers, each on what the one before returns."""
    found: List[Weight] = []
    given = list(shapes)
    for number, layer in enumerate(settings["layers"]):
        found += _inside(f"layers.{number}", layer, given)
        given = layer_shapes(layer["class"], layer, given)
    return found


def _axes(settings: _Settings, shapes: Sequence[Shape]) -> Tuple[int, ...]:
    """The dimensions that a normalization has weights for."""
    axis = settings.get("axis", -1)
    return tuple(_size(shapes, 0, each) for each in (axis if isinstance(axis, (list, tuple)) else [axis]))


def _scaled(settings: _Settings, shape: Tuple[int, ...]) -> List[Weight]:
    """Scale and offset, each of which may be off."""
    found = [Weight("gamma", shape)] if settings.get("scale", True) else []
    return [*found, *([Weight("beta", shape)] if settings.get("center", True) else [])]


def _batch_norm(settings: _Settings, shapes: Sequence[Shape]) -> List[Weight]:
    shape = _axes(settings, shapes)
    if settings.get("renorm"):
        raise Unknown
    return [*_scaled(settings, shape), Weight("moving_mean", shape, False), Weight("moving_variance", shape, False)]


def _layer_norm(settings: _Settings, shapes: Sequence[Shape]) -> List[Weight]:
    if settings.get("rms_scaling"):
        raise Unknown
    return _scaled(settings, _axes(settings, shapes))


def _prelu(settings: _Settings, shapes: Sequence[Shape]) -> List[Weight]:
    """One slope for each element, but one for all along the shared axes."""
    shape = shapes[0]
    if shape is None:
        raise Unknown
    shared = {axis % len(shape) for axis in settings.get("shared_axes") or ()}
    dims = [1 if axis in shared else shape[axis] for axis in range(1, len(shape))]
    return [Weight("alpha", tuple(dims))]  # type: ignore[arg-type]


def _recurrent(gates: int, settings: _Settings, shapes: Sequence[Shape]) -> List[Weight]:
    units, width = settings["units"], gates * settings["units"]
    found = [Weight("kernel", (_size(shapes, 0), width)), Weight("recurrent_kernel", (units, width))]
    # A GRU that resets after the product has a bias for each of its two products.
    return [*found, *(_bias(settings, 2, width) if settings.get("reset_after") else _bias(settings, width))]


def _einsum_dense(settings: _Settings, shapes: Sequence[Shape]) -> List[Weight]:
    if settings.get("lora_rank"):
        raise Unknown
    sizes = solved(settings, shapes)
    bias = [Weight("bias", sizes.bias)] if sizes.bias else []  # type: ignore[arg-type]
    return [Weight("kernel", sizes.kernel), *bias]  # type: ignore[arg-type]


def _conv_lstm(dims: int, settings: _Settings, shapes: Sequence[Shape]) -> List[Weight]:
    """The kernels of four gates, on the step's image and on the state."""
    kernel, filters = for_each_dim(settings, "kernel_size", dims), settings["filters"]
    channels, width = _size(shapes, 0, 2 if channels_first(settings) else -1), 4 * filters
    found = [Weight("kernel", (*kernel, channels, width)), Weight("recurrent_kernel", (*kernel, filters, width))]
    return [*found, *_bias(settings, width)]


def _of_cells(settings: _Settings, shapes: Sequence[Shape]) -> List[Weight]:
    """RNN: the weights of its cell, or of each in a stack, which takes what the one before returns."""
    found: List[Weight] = []
    inputs = shapes[:1]
    cells = cells_of(settings["cell"])
    for number, cell in enumerate(cells):
        own = _recurrent(CELLS[cell["class"]][0], cell, inputs)
        found += own if len(cells) == 1 else _named(f"cells.{number}", own)
        inputs = [(None, None, cell["units"])]
    return found


def _normalization(settings: _Settings, shapes: Sequence[Shape]) -> List[Weight]:
    """What it has seen of the data, unless that is set."""
    if settings.get("mean") is not None or settings.get("mean_size") is not None:
        return []
    axis = settings.get("axis", -1)
    shape = () if axis is None else _axes(settings, shapes)
    return [Weight("mean", shape, False), Weight("variance", shape, False), Weight("count", (), False)]


def _grouped_attention(settings: _Settings, shapes: Sequence[Shape]) -> List[Weight]:
    """GroupQueryAttention (query, value, key): several heads of the query share one of key and value."""
    if settings.get("use_gate"):
        raise Unknown
    width, heads, shared = settings["head_dim"], settings["num_query_heads"], settings["num_key_value_heads"]
    ends = (("query", 0, heads), ("key", 2 if len(shapes) > 2 else 1, shared), ("value", 1, shared))
    found: List[Weight] = []
    for name, place, count in ends:
        found += _named(name, [Weight("kernel", (_size(shapes, place), count, width)), *_bias(settings, count, width)])
    back = _size(shapes, 0)
    return found + _named("attention_output", [Weight("kernel", (heads, width, back)), *_bias(settings, back)])


def _additive(settings: _Settings, shapes: Sequence[Shape]) -> List[Weight]:
    return [Weight("scale", (_size(shapes, 0),))] if settings.get("use_scale", True) else []


def _spectral(settings: _Settings, shapes: Sequence[Shape]) -> List[Weight]:
    """The layer inside, and a vector for the largest singular value of its kernel."""
    inner = _inside("layer", settings["layer"], shapes)
    kernel = next((weight.shape for weight in inner if weight.name.endswith(("kernel", "embeddings"))), None)
    if kernel is None:
        raise Unknown
    return [Weight("vector_u", (1, kernel[-1]), False), *inner]


def _tied_embedding(settings: _Settings, shapes: Sequence[Shape]) -> List[Weight]:
    """One that also goes back from its vectors to words, by the same weights or by others."""
    if settings.get("lora_rank"):
        raise Unknown
    back = (
        []
        if settings.get("tie_weights", True)
        else [Weight("reverse_embeddings", (settings["output_dim"], settings["input_dim"]))]
    )
    return [*_embedding(settings, shapes), *back]


def _inside(name: str, layer: Any, shapes: Sequence[Shape]) -> List[Weight]:
    """The weights of a layer that stands among the settings of another."""
    found = weights_of(layer["class"], layer, shapes)
    if found is None:
        raise Unknown
    return [weight._replace(name=f"{name}.{weight.name}") for weight in found]


def _bidirectional(settings: _Settings, shapes: Sequence[Shape]) -> List[Weight]:
    backward = settings.get("backward_layer") or settings["layer"]
    return [
        *_inside("forward_layer", settings["layer"], shapes[:1]), *_inside("backward_layer", backward, shapes[:1])
    ]  # fmt: skip


def _distributed(settings: _Settings, shapes: Sequence[Shape]) -> List[Weight]:
    shape = shapes[0]
    if shape is None:
        raise Unknown
    return _inside("layer", settings["layer"], [(shape[0], *shape[2:])])


def _attention(settings: _Settings, shapes: Sequence[Shape]) -> List[Weight]:
    """MultiHeadAttention (query, value, key): three projections to the heads, and one back."""
    if settings.get("use_gate"):
        raise Unknown
    heads, width = settings["num_heads"], settings["key_dim"]
    values, query = settings.get("value_dim") or width, _size(shapes, 0)
    result = settings.get("output_shape")
    if isinstance(result, (list, tuple)):
        (result,) = result
    back = query if result is None else result
    key = 2 if len(shapes) > 2 else 1  # the value is the key too, unless one is given
    ends = (("query", 0, width), ("key", key, width), ("value", 1, values))
    found: List[Weight] = []
    for name, place, size in ends:
        found += _named(name, [Weight("kernel", (_size(shapes, place), heads, size)), *_bias(settings, heads, size)])
    return found + _named("attention_output", [Weight("kernel", (heads, values, back)), *_bias(settings, back)])


def _named(part: str, weights: List[Weight]) -> List[Weight]:
    return [weight._replace(name=f"{part}.{weight.name}") for weight in weights]


def _scale_of_attention(settings: _Settings, _: Sequence[Shape]) -> List[Weight]:
    if settings.get("score_mode", "dot") != "dot":
        raise Unknown
    return [Weight("scale", ())] if settings.get("use_scale") else []


def _none(_: _Settings, __: Sequence[Shape]) -> List[Weight]:
    return []


_WITHOUT = """
    InputLayer Activation ReLU LeakyReLU ELU ThresholdedReLU Softmax Dropout SpatialDropout1D SpatialDropout2D SpatialDropout3D
    AlphaDropout GaussianDropout GaussianNoise ActivityRegularization UnitNormalization Masking Identity Rescaling RandomFlip
    RandomRotation RandomZoom RandomTranslation RandomContrast RandomBrightness Add Subtract Multiply Average Maximum Minimum
    Concatenate Dot Flatten Reshape Permute RepeatVector Resizing CenterCrop RandomCrop
    MaxPooling1D MaxPooling2D MaxPooling3D AveragePooling1D AveragePooling2D AveragePooling3D GlobalMaxPooling1D
    GlobalMaxPooling2D GlobalMaxPooling3D GlobalAveragePooling1D GlobalAveragePooling2D GlobalAveragePooling3D
    ZeroPadding1D ZeroPadding2D ZeroPadding3D Cropping1D Cropping2D Cropping3D UpSampling1D UpSampling2D UpSampling3D
    AdaptiveAveragePooling1D AdaptiveAveragePooling2D AdaptiveAveragePooling3D AdaptiveMaxPooling1D AdaptiveMaxPooling2D AdaptiveMaxPooling3D
    StringLookup IntegerLookup Hashing HashedCrossing CategoryEncoding Discretization TextVectorization
    RandomColorDegeneration RandomColorJitter RandomElasticTransform RandomErasing RandomGaussianBlur RandomGrayscale RandomHue
    RandomInvert RandomPerspective RandomPosterization RandomSaturation RandomSharpness RandomShear Solarization Equalization
    AutoContrast AugMix RandAugment ContrastLimitedAdaptiveHistogramEqualization MixUp CutMix MelSpectrogram
"""

_RULES: Dict[str, _WeightRule] = {
    **dict.fromkeys(_WITHOUT.split(), _none),
    **{f"Conv{dims}D": partial(_convolution, dims) for dims in (1, 2, 3)},
    **{f"Conv{dims}DTranspose": partial(_transposed, dims) for dims in (1, 2, 3)},
    **{f"DepthwiseConv{dims}D": partial(_depthwise, dims) for dims in (1, 2)},
    **{f"SeparableConv{dims}D": partial(_separable, dims) for dims in (1, 2)},
    "Dense": _dense,
    "Embedding": _embedding,
    "BatchNormalization": _batch_norm,
    "SyncBatchNormalization": _batch_norm,
    "LayerNormalization": _layer_norm,
    "GroupNormalization": _layer_norm,
    "RMSNormalization": lambda settings, shapes: [Weight("scale", _axes(settings, shapes))],
    "PReLU": _prelu,
    "LSTM": partial(_recurrent, 4),
    "GRU": partial(_recurrent, 3),
    "SimpleRNN": partial(_recurrent, 1),
    "EinsumDense": _einsum_dense,
    **{f"LocallyConnected{dims}D": partial(_unshared, dims) for dims in (1, 2)},
    "STFTSpectrogram": _spectrogram,
    "Pipeline": _pipeline,
    **{f"ConvLSTM{dims}D": partial(_conv_lstm, dims) for dims in (1, 2, 3)},
    "RNN": _of_cells,
    "Normalization": _normalization,
    "GroupQueryAttention": _grouped_attention,
    "AdditiveAttention": _additive,
    "SpectralNormalization": _spectral,
    "ReversibleEmbedding": _tied_embedding,
    "Bidirectional": _bidirectional,
    "TimeDistributed": _distributed,
    "MultiHeadAttention": _attention,
    "Attention": _scale_of_attention,
}  # fmt: skip
"""Class of a layer -> its rule."""
