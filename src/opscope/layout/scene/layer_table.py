"""What is known of the layers of Keras 2, Keras 3 and Sonnet: a short kind word, the colour's family, and the form of the settings.

Names of settings: https://keras.io/api/layers/, for Keras 2 the docstrings of its classes; https://sonnet.readthedocs.io/.
Where two libraries have a class of one name, the form takes the settings of either.
"""

from __future__ import annotations

import math
from typing import Dict, Iterator, NamedTuple, Optional, Tuple

from . import layer_forms as forms
from . import setting_values as values
from .layer_forms import Form, Seen, activation, sized
from .setting_values import joined, number, number_words, numbers, text

LIBRARIES = frozenset(
    {
        "keras",
        "tf_keras",
        "tensorflow",
        "sonnet",
        "keras_hub",
        "keras_nlp",
        "keras_cv",
        "tensorflow_addons",
        "tensorflow_models",
        "official",
    }
)
"""Packages whose classes the table tells of. A class of the same name in another package is another class."""


class Entry(NamedTuple):
    """One class of layers."""

    kind: str
    """What it is in a word: ``conv``, ``BN``, ``ReLU``."""
    family: str
    """The family of the op that does most of its work (`families.FAMILIES`)."""
    form: Form


def _dense(seen: Seen) -> Optional[str]:
    size = number(seen.settings, "units", "output_size")
    return None if size is None else joined(f"Dense {number_words(size)}", activation(seen))


def _linear(seen: Seen) -> Optional[str]:
    size = number(seen.settings, "output_size")
    return None if size is None else f"Linear {number_words(size)}"


def _einsum(seen: Seen) -> Optional[str]:
    equation = text(seen.settings, "equation")
    return joined(f"einsum {equation.replace('->', '→')}", activation(seen)) if equation else None


def _activation(seen: Seen) -> Optional[str]:
    found = seen.settings.get("activation")
    return "linear" if found == "linear" else activation(seen) or None


def _relu(seen: Seen) -> Optional[str]:
    if "max_value" not in seen.settings:  # it may be a ReLU6
        return None
    top, slope, threshold = (number(seen.settings, name) for name in ("max_value", "negative_slope", "threshold"))
    capped = "ReLU" if top is None else "ReLU6" if top == 6 else f"ReLU up to {number_words(top)}"
    return joined(
        capped,
        f"slope {number_words(slope)}" if slope else "",
        f"threshold {number_words(threshold)}" if threshold else "",
    )


def _slope(word: str, *names: str, silent: float) -> Form:
    """An activation with one number, which is not said if it is the `silent` one."""

    def form(seen: Seen) -> str:
        found = number(seen.settings, *names)
        return word if found is None or found == silent else f"{word} {number_words(found)}"

    return form


def _concat(seen: Seen) -> str:
    found = number(seen.settings, "axis")
    return "concat" if found is None else f"concat, axis {number_words(found)}"


def _dot(seen: Seen) -> str:
    axes = numbers(seen.settings, "axes")
    said = "" if axes is None else f"{'axis' if len(axes) == 1 else 'axes'} {forms.tuple_words_plain(axes)}"
    return joined("cosine" if values.is_on(seen.settings, "normalize") else "dot", said)


def _upsample(seen: Seen) -> Optional[str]:
    size, how = numbers(seen.settings, "size"), text(seen.settings, "interpolation")
    if size is None:
        return None
    factor = number_words(size[0]) + "×" if len(set(size)) == 1 else values.times_words(size)
    return joined(f"{factor} upsample", how if how != "nearest" else "")


def _groups(seen: Seen) -> Optional[str]:
    count = number(seen.settings, "groups")
    if count is None:
        return None
    return joined("InstanceNorm" if count == -1 else f"GroupNorm, {number_words(count)} groups", forms.axis(seen))


def _lambda(seen: Seen) -> Optional[str]:
    name = text(seen.settings, "function")
    return "lambda" if name == "lambda" else name.replace("__operators__.getitem", "slice") or None


def _rescale(seen: Seen) -> Optional[str]:
    scale, offset = number(seen.settings, "scale"), number(seen.settings, "offset")
    if scale is None:
        return "rescale" if "scale" in seen.settings else None
    whole = 1 / scale if scale else 0.0
    is_share = abs(scale) < 1 and abs(whole * 2 - round(whole * 2)) < 1e-6 and round(whole * 2) != 0
    factor = f"1/{number_words(round(whole * 2) / 2)}" if is_share else number_words(scale)
    behind = "" if not offset else f" + {number_words(offset)}" if offset > 0 else f" − {number_words(-offset)}"
    return f"rescale × {factor}{behind}"


def _area(word: str) -> Form:
    """``resize to 224×224``."""

    def form(seen: Seen) -> Optional[str]:
        size, how = [number(seen.settings, name) for name in ("height", "width")], text(seen.settings, "interpolation")
        if None in size:
            return None
        return joined(
            f"{word} {values.times_words(each for each in size if each is not None)}", how if how != "bilinear" else ""
        )

    return form


def _vocabulary(word: str, unit: str) -> Form:
    """``string lookup, 10,000 words``: as many as it may have, or as it was given."""

    def form(seen: Seen) -> str:
        given, most = seen.settings.get("vocabulary"), number(seen.settings, "max_tokens")
        count = len(given) if isinstance(given, (list, tuple)) else number(seen.settings, "vocabulary_size")
        said = (
            f"{number_words(count)} {unit}"
            if count
            else f"at most {number_words(most)} {unit}"
            if most is not None
            else ""
        )
        mode, length = text(seen.settings, "output_mode"), number(seen.settings, "output_sequence_length")
        return joined(
            word,
            said,
            mode.replace("_", "-") if mode != "int" else "",
            f"length {number_words(length)}" if length else "",
        )

    return form


def _encoding(seen: Seen) -> Optional[str]:
    mode, count = text(seen.settings, "output_mode"), number(seen.settings, "num_tokens", "max_tokens")
    return None if not mode or count is None else f"{mode.replace('_', '-')} {number_words(count)}"


def _bins(seen: Seen) -> str:
    edges, count = seen.settings.get("bin_boundaries"), number(seen.settings, "num_bins")
    # `n` boundaries make `n + 1` bins.
    known = len(edges) if isinstance(edges, (list, tuple)) else number(seen.settings, "bin_boundaries_size")
    count = known + 1 if known else count
    return "bins" if count is None else f"{number_words(count)} bins"


def _hash(seen: Seen) -> Optional[str]:
    count = number(seen.settings, "num_bins")
    return None if count is None else f"hash into {number_words(count)}"


def _encoder(word: str) -> Form:
    """A layer of KerasHub: ``encoder, 8 heads, feed-forward 2048``."""

    def form(seen: Seen) -> Optional[str]:
        count, wide, rate = (number(seen.settings, name) for name in ("num_heads", "intermediate_dim", "dropout"))
        if count is None or wide is None:
            return None
        return joined(
            word,
            f"{number_words(count)} heads",
            f"feed-forward {number_words(wide)}",
            f"dropout {number_words(rate)}" if rate else "",
        )

    return form


def _positions(seen: Seen) -> Optional[str]:
    length = number(seen.settings, "sequence_length")
    return None if length is None else f"positions, {number_words(length)}"


def _token_positions(seen: Seen) -> Optional[str]:
    words, length, wide = (
        number(seen.settings, name) for name in ("vocabulary_size", "sequence_length", "embedding_dim")
    )
    if words is None or length is None or wide is None:
        return None
    return f"Embedding {number_words(words)} × {number_words(wide)}, {number_words(length)} positions"


def _repeat(seen: Seen) -> Optional[str]:
    count = number(seen.settings, "n")
    return None if count is None else f"repeat {number_words(count)} times"


def _flip(seen: Seen) -> str:
    mode = text(seen.settings, "mode").replace("_and_", " and ")
    return joined("random flip", mode if mode != "horizontal and vertical" else "")


def _mask(seen: Seen) -> Optional[str]:
    value = number(seen.settings, "mask_value")
    return None if value is None else f"masks {number_words(value)}"


def _windows() -> Iterator[Tuple[str, Entry]]:
    """Convolutions and pooling, which exist for one, two and three dimensions."""
    convolutions = (
        ("Conv{}", "conv", True), ("Conv{}Transpose", "transposed conv", True), ("SeparableConv{}", "separable conv", True),
        ("SeparableDepthwiseConv{}", "separable conv", False), ("DepthwiseConv{}", "depthwise conv", False),
        ("LocallyConnected{}", "locally connected", True),
    )  # fmt: skip
    for dims in (1, 2, 3):
        size = f"{dims}D"
        for name, word, has_filters in convolutions:
            yield name.format(size), Entry(word, "matmul", forms.convolution(word, dims, has_filters=has_filters))
        yield f"ConvLSTM{size}", Entry("ConvLSTM", "matmul", forms.convolution("ConvLSTM", dims, is_recurrent=True))
        for name, word in (("Max", "max pool"), ("Average", "average pool")):
            yield f"{name}Pooling{size}", Entry(word, "reduce", forms.pooling(word, dims))
            yield (
                f"Global{name}Pooling{size}",
                Entry(f"global {word}", "reduce", forms.global_pooling(f"global {word}")),
            )
            adaptive = forms.windowed(f"adaptive {word} to", "output_size", dims)
            yield f"Adaptive{name}Pooling{size}", Entry(f"adaptive {word}", "reduce", adaptive)
        yield f"SpatialDropout{size}", Entry("spatial Dropout", "random", sized("spatial Dropout", "rate"))
        yield f"Cropping{size}", Entry("crop", "shape", forms.padded("crop", "cropping"))
        yield f"ZeroPadding{size}", Entry("zero pad", "shape", forms.padded("zero pad", "padding"))
        yield f"UpSampling{size}", Entry("upsample", "shape", _upsample)
    for name in ("Conv2DLSTM", "Conv1DLSTM", "Conv3DLSTM"):  # Sonnet's do not keep their kernel's size
        yield name, Entry("ConvLSTM", "matmul", sized("ConvLSTM", "output_channels"))


_ENTRIES: Dict[str, Entry] = {
    **dict(_windows()),
    "Dense": Entry("Dense", "matmul", _dense),
    "Linear": Entry("Linear", "matmul", _linear),
    "EinsumDense": Entry("einsum", "matmul", _einsum),
    "Embedding": Entry("Embedding", "shape", forms.table_of("Embedding", rows="input_dim", width="output_dim")),
    "ReversibleEmbedding": Entry(
        "Embedding", "shape", forms.table_of("Embedding", rows="input_dim", width="output_dim")
    ),
    "Embed": Entry("Embed", "shape", forms.table_of("Embed", rows="vocab_size", width="embed_dim")),
    "TokenAndPositionEmbedding": Entry("Embedding", "shape", _token_positions),
    "PositionEmbedding": Entry("positions", "shape", _positions),
    "LSTM": Entry("LSTM", "matmul", forms.recurrent("LSTM")),
    "UnrolledLSTM": Entry("LSTM", "matmul", forms.recurrent("LSTM")),
    "GRU": Entry("GRU", "matmul", forms.recurrent("GRU")),
    "SimpleRNN": Entry("RNN", "matmul", forms.recurrent("simple RNN")),
    "VanillaRNN": Entry("RNN", "matmul", forms.recurrent("simple RNN")),
    "CuDNNLSTM": Entry("LSTM", "matmul", forms.recurrent("LSTM")),
    "CuDNNGRU": Entry("GRU", "matmul", forms.recurrent("GRU")),
    "LSTMCell": Entry("LSTM cell", "matmul", forms.recurrent("LSTM cell")),
    "GRUCell": Entry("GRU cell", "matmul", forms.recurrent("GRU cell")),
    "SimpleRNNCell": Entry("RNN cell", "matmul", forms.recurrent("simple RNN cell")),
    "StackedRNNCells": Entry("cells", "matmul", forms.stacked_cells),
    "RNN": Entry("RNN", "matmul", forms.of_cell),
    "Bidirectional": Entry("bidirectional", "matmul", forms.bidirectional),
    "TimeDistributed": Entry("each step", "other", forms.wrapped("each step")),
    "SpectralNormalization": Entry("spectral norm", "other", forms.wrapped("spectral norm")),
    "WeightNormalization": Entry("weight norm", "other", forms.wrapped("weight norm")),
    "MultiHeadAttention": Entry("attention", "matmul", forms.heads),
    "CachedMultiHeadAttention": Entry("attention", "matmul", forms.heads),
    "GroupedQueryAttention": Entry("attention", "matmul", forms.grouped_heads),
    "Attention": Entry("attention", "matmul", forms.attention("attention")),
    "AdditiveAttention": Entry("attention", "matmul", forms.attention("additive attention")),
    "TransformerEncoder": Entry("encoder", "matmul", _encoder("encoder")),
    "TransformerDecoder": Entry("decoder", "matmul", _encoder("decoder")),
    "BatchNormalization": Entry("BN", "elementwise", forms.along("BN")),
    "SyncBatchNormalization": Entry("BN", "elementwise", forms.along("BN over replicas")),
    "BatchNorm": Entry("BN", "elementwise", forms.plain("BN")),
    "LayerNormalization": Entry("LayerNorm", "elementwise", forms.along("LayerNorm")),
    "LayerNorm": Entry("LayerNorm", "elementwise", forms.along("LayerNorm")),
    "RMSNormalization": Entry("RMSNorm", "elementwise", forms.along("RMSNorm")),
    "GroupNormalization": Entry("GroupNorm", "elementwise", _groups),
    "GroupNorm": Entry("GroupNorm", "elementwise", _groups),
    "InstanceNorm": Entry("InstanceNorm", "elementwise", forms.plain("InstanceNorm")),
    "InstanceNormalization": Entry("InstanceNorm", "elementwise", forms.along("InstanceNorm")),
    "UnitNormalization": Entry("unit norm", "elementwise", forms.along("unit norm")),
    "Normalization": Entry("normalize", "elementwise", forms.along("normalize")),
    "Activation": Entry("activation", "elementwise", _activation),
    "ReLU": Entry("ReLU", "elementwise", _relu),
    "LeakyReLU": Entry("LeakyReLU", "elementwise", _slope("LeakyReLU", "negative_slope", "alpha", silent=math.nan)),
    "PReLU": Entry("PReLU", "elementwise", forms.plain("PReLU")),
    "ELU": Entry("ELU", "elementwise", _slope("ELU", "alpha", silent=1.0)),
    "ThresholdedReLU": Entry("ReLU", "elementwise", _slope("ReLU above", "theta", silent=math.nan)),
    "Softmax": Entry("softmax", "reduce", forms.along("softmax")),
    "Dropout": Entry("Dropout", "random", sized("Dropout", "rate")),
    "AlphaDropout": Entry("alpha Dropout", "random", sized("alpha Dropout", "rate")),
    "GaussianDropout": Entry("Gaussian Dropout", "random", sized("Gaussian Dropout", "rate")),
    "GaussianNoise": Entry("Gaussian noise", "random", sized("Gaussian noise", "stddev")),
    "ActivityRegularization": Entry("activity regularization", "elementwise", forms.plain("activity regularization")),
    "Add": Entry("add", "elementwise", forms.plain("add")),
    "Subtract": Entry("subtract", "elementwise", forms.plain("subtract")),
    "Multiply": Entry("multiply", "elementwise", forms.plain("multiply")),
    "Average": Entry("average", "elementwise", forms.plain("average")),
    "Maximum": Entry("maximum", "elementwise", forms.plain("maximum")),
    "Minimum": Entry("minimum", "elementwise", forms.plain("minimum")),
    "Concatenate": Entry("concat", "shape", _concat),
    "Dot": Entry("dot", "matmul", _dot),
    "Bias": Entry("bias", "elementwise", forms.plain("bias")),
    "Reshape": Entry("reshape", "shape", forms.shaped("reshape to", "target_shape", "output_shape")),
    "Flatten": Entry("flatten", "shape", forms.plain("flatten")),
    "Permute": Entry("permute", "shape", forms.shaped("permute", "dims")),
    "RepeatVector": Entry("repeat", "shape", _repeat),
    "Identity": Entry("identity", "elementwise", forms.plain("identity")),
    "InputLayer": Entry("input", "state", forms.plain("input")),
    "Masking": Entry("mask", "elementwise", _mask),
    "Lambda": Entry("lambda", "other", _lambda),
    "TFOpLambda": Entry("function", "other", _lambda),
    "SlicingOpLambda": Entry("slice", "shape", _lambda),
    "Rescaling": Entry("rescale", "elementwise", _rescale),
    "Resizing": Entry("resize", "shape", _area("resize to")),
    "CenterCrop": Entry("center crop", "shape", _area("center crop")),
    "RandomCrop": Entry("random crop", "random", _area("random crop")),
    "RandomFlip": Entry("random flip", "random", _flip),
    "RandomRotation": Entry("random rotation", "random", forms.between("random rotation", "factor")),
    "RandomZoom": Entry("random zoom", "random", forms.between("random zoom", "height_factor", "width_factor")),
    "RandomTranslation": Entry(
        "random shift", "random", forms.between("random shift", "height_factor", "width_factor")
    ),
    "RandomContrast": Entry("random contrast", "random", forms.between("random contrast", "factor")),
    "RandomBrightness": Entry("random brightness", "random", forms.between("random brightness", "factor")),
    "RandomHeight": Entry("random height", "random", forms.between("random height", "factor")),
    "RandomWidth": Entry("random width", "random", forms.between("random width", "factor")),
    "CategoryEncoding": Entry("encoding", "shape", _encoding),
    "Discretization": Entry("bins", "reduce", _bins),
    "Hashing": Entry("hash", "state", _hash),
    "HashedCrossing": Entry("hash", "state", _hash),
    "IntegerLookup": Entry("lookup", "state", _vocabulary("integer lookup", "integers")),
    "StringLookup": Entry("lookup", "state", _vocabulary("string lookup", "words")),
    "TextVectorization": Entry("tokens", "state", _vocabulary("tokens of text", "words")),
}


def entry_of(cls: Optional[str], package: Optional[str]) -> Optional[Entry]:
    """What the table knows of a class, unless a package other than the libraries of the table defines it."""
    if cls is None or (package is not None and package not in LIBRARIES):
        return None
    # Keras 2 exports some classes under a name without the version that stands in the class's own.
    return _ENTRIES.get(cls) or _ENTRIES.get(cls[:-2] if cls.endswith(("V1", "V2")) else cls)


def known_classes() -> Tuple[str, ...]:
    """The classes that the table has an entry for."""
    return tuple(_ENTRIES)
