"""What Keras's own layers return, by their settings and the shapes that they are given: ``compute_output_shape`` of each class.

Source: the classes in keras/src/layers/ of Keras 3, which agree with those of Keras 1 and 2. A layer that is not in the table, or is
set to something that its rule does not know, tells nothing.
"""

from __future__ import annotations

from typing import Any, Callable, Dict, List, Mapping, Sequence

from ..graph.types import Shape
from ..graph.vocabulary import KERAS_LAYER, KERAS_OPERATION
from .budget import MOST_ELEMENTS, Unknown
from .inference import Dim, InferenceContext
from .keras_contractions import CONTRACTING
from .keras_lookups import LOOKUPS
from .keras_operations import OPERATION_RULES, operation_shapes
from .keras_signals import SIGNALS
from .keras_windows import WINDOWS, channels_first
from .rule import Rule, broadcast
from .value import elements

LayerRule = Callable[[Mapping[str, Any], Sequence[Shape]], List[Shape]]
"""Gives the shapes of a layer's outputs, of its settings and the shapes of its inputs. It may raise any of `budget.FAILURES`."""


def _first(shapes: Sequence[Shape]) -> Sequence[Dim]:
    if not shapes or shapes[0] is None:
        raise Unknown
    return shapes[0]


def _same(_: Mapping[str, Any], shapes: Sequence[Shape]) -> List[Shape]:
    return [tuple(_first(shapes))]


def _dense(settings: Mapping[str, Any], shapes: Sequence[Shape]) -> List[Shape]:
    return [(*_first(shapes)[:-1], settings["units"])]


def _embedding(settings: Mapping[str, Any], shapes: Sequence[Shape]) -> List[Shape]:
    return [(*_first(shapes), settings["output_dim"])]


def _flatten(_: Mapping[str, Any], shapes: Sequence[Shape]) -> List[Shape]:
    batch, *rest = _first(shapes)
    return [(batch, elements(tuple(rest)))]


def _reshape(settings: Mapping[str, Any], shapes: Sequence[Shape]) -> List[Shape]:
    """One entry of the target may be -1: whatever the elements leave for it."""
    target = [int(dim) for dim in settings["target_shape"]]
    batch, *rest = _first(shapes)
    fixed = elements(tuple(dim for dim in target if dim != -1))
    size = elements(tuple(rest))
    if target.count(-1) > 1 or not fixed:
        raise Unknown
    left = None if size is None else size // fixed
    return [(batch, *(left if dim == -1 else dim for dim in target))]


def _permute(settings: Mapping[str, Any], shapes: Sequence[Shape]) -> List[Shape]:
    dims = _first(shapes)
    return [(dims[0], *(dims[place] for place in settings["dims"]))]


def _repeat(settings: Mapping[str, Any], shapes: Sequence[Shape]) -> List[Shape]:
    batch, width = _first(shapes)
    return [(batch, settings["n"], width)]


def _merge(_: Mapping[str, Any], shapes: Sequence[Shape]) -> List[Shape]:
    """Add, Multiply, ...: the inputs are broadcast to each other. Of inputs of unlike rank Keras transposes some."""
    found: Shape = tuple(_first(shapes))
    for shape in shapes[1:]:
        if shape is None or found is None or len(shape) != len(found):
            raise Unknown
        found = broadcast(found, shape)
    return [found]


def _concatenate(settings: Mapping[str, Any], shapes: Sequence[Shape]) -> List[Shape]:
    dims = list(_first(shapes))
    axis = settings.get("axis", -1)
    total: Dim = 0
    for shape in shapes:
        if shape is None or len(shape) != len(dims):
            raise Unknown
        total = None if total is None or shape[axis] is None else total + shape[axis]
        dims = [one if one is not None else other for one, other in zip(dims, shape)]
    dims[axis] = total
    return [tuple(dims)]


def _recurrent(settings: Mapping[str, Any], shapes: Sequence[Shape]) -> List[Shape]:
    batch, steps, _ = _first(shapes)
    units = settings["units"]
    states = _STATES[str(settings.get("class", ""))] if settings.get("return_state") else 0
    whole = (batch, steps, units) if settings.get("return_sequences") else (batch, units)
    return [whole, *[(batch, units)] * states]


_STATES = {"LSTM": 2, "CuDNNLSTM": 2, "GRU": 1, "CuDNNGRU": 1, "SimpleRNN": 1}


def _bidirectional(settings: Mapping[str, Any], shapes: Sequence[Shape]) -> List[Shape]:
    """Both directions take the input; their results are joined as ``merge_mode`` says, ``null`` gives both. States of both follow."""
    result, *states = _of_layer(settings["layer"], shapes)
    if result is None:
        raise Unknown
    mode = settings.get("merge_mode", "concat")
    both: List[Shape] = (
        [(*result[:-1], None if result[-1] is None else 2 * result[-1])] if mode == "concat" else [result]
    )
    return [*([result, result] if mode is None else both), *states, *states]


def _distributed(settings: Mapping[str, Any], shapes: Sequence[Shape]) -> List[Shape]:
    """The layer inside sees each step by itself."""
    batch, steps, *rest = _first(shapes)
    inner = _of_layer(settings["layer"], [(batch, *rest)])[0]
    if inner is None:
        raise Unknown
    return [(inner[0], steps, *inner[1:])]


def _wrapped(settings: Mapping[str, Any], shapes: Sequence[Shape]) -> List[Shape]:
    """What the layer inside returns."""
    return _of_layer(settings["layer"], shapes)


def _attention(settings: Mapping[str, Any], shapes: Sequence[Shape]) -> List[Shape]:
    """MultiHeadAttention: the query's shape, unless the width of the result is set."""
    query, width = _first(shapes), settings.get("output_shape")
    if width is None:
        return [tuple(query)]
    return [(*query[:-1], *(width if isinstance(width, (list, tuple)) else (width,)))]


def _dot_attention(_: Mapping[str, Any], shapes: Sequence[Shape]) -> List[Shape]:
    """Attention on [query, value]: for each step of the query something of the value's width."""
    query, value = shapes[0], shapes[1]
    if query is None or value is None:
        raise Unknown
    return [(*query[:-1], value[-1])]


def _images(settings: Mapping[str, Any], shapes: Sequence[Shape]) -> List[Shape]:
    """Resizing and cropping to a height and width."""
    dims = list(_first(shapes))
    place = len(dims) - (2 if channels_first(settings) else 3)
    if place < 0:
        raise Unknown
    dims[place : place + 2] = settings["height"], settings["width"]
    return [tuple(dims)]


def _pipeline(settings: Mapping[str, Any], shapes: Sequence[Shape]) -> List[Shape]:
    """Layers one behind the other."""
    found = list(shapes)
    for layer in settings["layers"]:
        found = _of_layer(layer, found)
    return found


def _mixed(_: Mapping[str, Any], shapes: Sequence[Shape]) -> List[Shape]:
    """MixUp and CutMix, on images or a mapping of these, labels and more, all of which keep their shapes."""
    return list(shapes)


_SAME = """
    Activation ReLU LeakyReLU PReLU ELU ThresholdedReLU Softmax Dropout SpatialDropout1D SpatialDropout2D SpatialDropout3D AlphaDropout
    GaussianDropout GaussianNoise ActivityRegularization BatchNormalization SyncBatchNormalization LayerNormalization
    GroupNormalization RMSNormalization UnitNormalization Normalization Masking Identity Rescaling RandomFlip RandomRotation RandomZoom
    RandomTranslation RandomContrast RandomBrightness RandomColorDegeneration RandomColorJitter RandomElasticTransform RandomErasing
    RandomGaussianBlur RandomGrayscale RandomHue RandomInvert RandomPerspective RandomPosterization RandomSaturation RandomSharpness
    RandomShear Solarization Equalization AutoContrast AugMix RandAugment ContrastLimitedAdaptiveHistogramEqualization
"""

LAYER_RULES: Dict[str, LayerRule] = {
    **WINDOWS,
    **CONTRACTING,
    **LOOKUPS,
    **SIGNALS,
    **dict.fromkeys(_SAME.split(), _same),
    **dict.fromkeys(("Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum"), _merge),
    **dict.fromkeys(_STATES, _recurrent),
    "Dense": _dense,
    **dict.fromkeys(("Embedding", "ReversibleEmbedding"), _embedding),
    "GroupQueryAttention": _same,
    "SpectralNormalization": _wrapped,
    "Flatten": _flatten,
    "Reshape": _reshape,
    "Permute": _permute,
    "RepeatVector": _repeat,
    "Concatenate": _concatenate,
    "Bidirectional": _bidirectional,
    "TimeDistributed": _distributed,
    "MultiHeadAttention": _attention,
    **dict.fromkeys(("Attention", "AdditiveAttention"), _dot_attention),
    "Pipeline": _pipeline,
    **dict.fromkeys(("MixUp", "CutMix"), _mixed),
    **dict.fromkeys(("Resizing", "CenterCrop", "RandomCrop"), _images),
}  # fmt: skip
"""Class of a layer -> its rule."""


def layer_shapes(cls: str, settings: Mapping[str, Any], shapes: Sequence[Shape]) -> List[Shape]:
    """The shapes of the outputs of one of Keras's own layers. `Unknown` for a class without a rule."""
    rule = LAYER_RULES.get(cls)
    if rule is None:
        raise Unknown
    return rule({**settings, "class": cls}, shapes)


def _of_layer(layer: Any, shapes: Sequence[Shape]) -> List[Shape]:
    """The outputs of a layer that stands among the settings of another; see `graph.settings.CLASS`."""
    if not isinstance(layer, dict) or not isinstance(layer.get("class"), str):
        raise Unknown
    return layer_shapes(layer["class"], layer, shapes)


def _rule(cls: str) -> Rule:
    def rule(at: InferenceContext) -> List[Shape]:
        count = min(at.count, MOST_ELEMENTS)
        return layer_shapes(cls, at.attributes.plain(), [at.shape(index) for index in range(count)])

    return rule


def _operation(cls: str) -> Rule:
    def rule(at: InferenceContext) -> List[Shape]:
        count = min(at.count, MOST_ELEMENTS)
        return operation_shapes(cls, at.attributes.plain(), [at.shape(index) for index in range(count)])

    return rule


KERAS: Dict[str, Rule] = {
    **{KERAS_LAYER + cls: _rule(cls) for cls in LAYER_RULES},
    **{KERAS_OPERATION + cls: _operation(cls) for cls in OPERATION_RULES},
}
"""Type of the op that a call of a layer is -> its rule."""
