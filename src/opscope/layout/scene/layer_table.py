"""What is known of the layers of Keras 2, Keras 3 and Sonnet: a short kind word, the colour's family, and the form of the settings.

Names of settings: https://keras.io/api/layers/, for Keras 2 the docstrings of its classes; https://sonnet.readthedocs.io/.
Where two libraries have a class of one name, the form takes the settings of either.
"""

from __future__ import annotations

import math
from typing import Dict, Iterator, NamedTuple, Optional, Tuple

from . import layer_forms as forms
from . import sequence_forms as sequence
from . import single_forms as single
from .layer_forms import Form, sized

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
        yield f"UpSampling{size}", Entry("upsample", "shape", single.upsample)
    for name in ("Conv2DLSTM", "Conv1DLSTM", "Conv3DLSTM"):  # Sonnet's do not keep their kernel's size
        yield name, Entry("ConvLSTM", "matmul", sized("ConvLSTM", "output_channels"))


_ENTRIES: Dict[str, Entry] = {
    **dict(_windows()),
    "Dense": Entry("Dense", "matmul", single.dense),
    "Linear": Entry("Linear", "matmul", single.linear),
    "EinsumDense": Entry("einsum", "matmul", single.einsum),
    "Embedding": Entry("Embedding", "shape", forms.table_of("Embedding", rows="input_dim", width="output_dim")),
    "ReversibleEmbedding": Entry(
        "Embedding", "shape", forms.table_of("Embedding", rows="input_dim", width="output_dim")
    ),
    "Embed": Entry("Embed", "shape", forms.table_of("Embed", rows="vocab_size", width="embed_dim")),
    "TokenAndPositionEmbedding": Entry("Embedding", "shape", single.token_positions),
    "PositionEmbedding": Entry("positions", "shape", single.positions),
    "LSTM": Entry("LSTM", "matmul", sequence.recurrent_layer("LSTM")),
    "UnrolledLSTM": Entry("LSTM", "matmul", sequence.recurrent_layer("LSTM")),
    "GRU": Entry("GRU", "matmul", sequence.recurrent_layer("GRU")),
    "SimpleRNN": Entry("RNN", "matmul", sequence.recurrent_layer("simple RNN")),
    "VanillaRNN": Entry("RNN", "matmul", sequence.recurrent_layer("simple RNN")),
    "CuDNNLSTM": Entry("LSTM", "matmul", sequence.recurrent_layer("LSTM")),
    "CuDNNGRU": Entry("GRU", "matmul", sequence.recurrent_layer("GRU")),
    "LSTMCell": Entry("LSTM cell", "matmul", sequence.recurrent_layer("LSTM cell")),
    "GRUCell": Entry("GRU cell", "matmul", sequence.recurrent_layer("GRU cell")),
    "SimpleRNNCell": Entry("RNN cell", "matmul", sequence.recurrent_layer("simple RNN cell")),
    "StackedRNNCells": Entry("cells", "matmul", sequence.stacked_cells),
    "RNN": Entry("RNN", "matmul", sequence.of_cell),
    "Bidirectional": Entry("bidirectional", "matmul", sequence.bidirectional),
    "TimeDistributed": Entry("each step", "other", sequence.wrapped("each step")),
    "SpectralNormalization": Entry("spectral norm", "other", sequence.wrapped("spectral norm")),
    "WeightNormalization": Entry("weight norm", "other", sequence.wrapped("weight norm")),
    "MultiHeadAttention": Entry("attention", "matmul", sequence.heads),
    "CachedMultiHeadAttention": Entry("attention", "matmul", sequence.heads),
    "GroupedQueryAttention": Entry("attention", "matmul", sequence.grouped_heads),
    "Attention": Entry("attention", "matmul", sequence.attention("attention")),
    "AdditiveAttention": Entry("attention", "matmul", sequence.attention("additive attention")),
    "TransformerEncoder": Entry("encoder", "matmul", single.encoder("encoder")),
    "TransformerDecoder": Entry("decoder", "matmul", single.encoder("decoder")),
    "BatchNormalization": Entry("BN", "elementwise", forms.along("BN")),
    "SyncBatchNormalization": Entry("BN", "elementwise", forms.along("BN over replicas")),
    "BatchNorm": Entry("BN", "elementwise", forms.always("BN")),
    "LayerNormalization": Entry("LayerNorm", "elementwise", forms.along("LayerNorm")),
    "LayerNorm": Entry("LayerNorm", "elementwise", forms.along("LayerNorm")),
    "RMSNormalization": Entry("RMSNorm", "elementwise", forms.along("RMSNorm")),
    "GroupNormalization": Entry("GroupNorm", "elementwise", single.group_norm),
    "GroupNorm": Entry("GroupNorm", "elementwise", single.group_norm),
    "InstanceNorm": Entry("InstanceNorm", "elementwise", forms.always("InstanceNorm")),
    "InstanceNormalization": Entry("InstanceNorm", "elementwise", forms.along("InstanceNorm")),
    "UnitNormalization": Entry("unit norm", "elementwise", forms.along("unit norm")),
    "Normalization": Entry("normalize", "elementwise", forms.along("normalize")),
    "Activation": Entry("activation", "elementwise", single.activation_layer),
    "ReLU": Entry("ReLU", "elementwise", single.relu),
    "LeakyReLU": Entry(
        "LeakyReLU", "elementwise", single.sloped("LeakyReLU", "negative_slope", "alpha", silent=math.nan)
    ),
    "PReLU": Entry("PReLU", "elementwise", forms.always("PReLU")),
    "ELU": Entry("ELU", "elementwise", single.sloped("ELU", "alpha", silent=1.0)),
    "ThresholdedReLU": Entry("ReLU", "elementwise", single.sloped("ReLU above", "theta", silent=math.nan)),
    "Softmax": Entry("softmax", "reduce", forms.along("softmax")),
    "Dropout": Entry("Dropout", "random", sized("Dropout", "rate")),
    "AlphaDropout": Entry("alpha Dropout", "random", sized("alpha Dropout", "rate")),
    "GaussianDropout": Entry("Gaussian Dropout", "random", sized("Gaussian Dropout", "rate")),
    "GaussianNoise": Entry("Gaussian noise", "random", sized("Gaussian noise", "stddev")),
    "ActivityRegularization": Entry("activity regularization", "elementwise", forms.always("activity regularization")),
    "Add": Entry("add", "elementwise", forms.always("add")),
    "Subtract": Entry("subtract", "elementwise", forms.always("subtract")),
    "Multiply": Entry("multiply", "elementwise", forms.always("multiply")),
    "Average": Entry("average", "elementwise", forms.always("average")),
    "Maximum": Entry("maximum", "elementwise", forms.always("maximum")),
    "Minimum": Entry("minimum", "elementwise", forms.always("minimum")),
    "Concatenate": Entry("concat", "shape", single.concat_layer),
    "Dot": Entry("dot", "matmul", single.dot_layer),
    "Bias": Entry("bias", "elementwise", forms.always("bias")),
    "Reshape": Entry("reshape", "shape", forms.shaped("reshape to", "target_shape", "output_shape")),
    "Flatten": Entry("flatten", "shape", forms.always("flatten")),
    "Permute": Entry("permute", "shape", forms.shaped("permute", "dims")),
    "RepeatVector": Entry("repeat", "shape", single.repeat_vector),
    "Identity": Entry("identity", "elementwise", forms.always("identity")),
    "InputLayer": Entry("input", "state", forms.always("input")),
    "Masking": Entry("mask", "elementwise", single.mask),
    "Lambda": Entry("lambda", "other", single.lambda_layer),
    "TFOpLambda": Entry("function", "other", single.lambda_layer),
    "SlicingOpLambda": Entry("slice", "shape", single.lambda_layer),
    "Rescaling": Entry("rescale", "elementwise", single.rescale),
    "Resizing": Entry("resize", "shape", single.area("resize to")),
    "CenterCrop": Entry("center crop", "shape", single.area("center crop")),
    "RandomCrop": Entry("random crop", "random", single.area("random crop")),
    "RandomFlip": Entry("random flip", "random", single.flip),
    "RandomRotation": Entry("random rotation", "random", forms.between("random rotation", "factor")),
    "RandomZoom": Entry("random zoom", "random", forms.between("random zoom", "height_factor", "width_factor")),
    "RandomTranslation": Entry(
        "random shift", "random", forms.between("random shift", "height_factor", "width_factor")
    ),
    "RandomContrast": Entry("random contrast", "random", forms.between("random contrast", "factor")),
    "RandomBrightness": Entry("random brightness", "random", forms.between("random brightness", "factor")),
    "RandomHeight": Entry("random height", "random", forms.between("random height", "factor")),
    "RandomWidth": Entry("random width", "random", forms.between("random width", "factor")),
    "CategoryEncoding": Entry("encoding", "shape", single.encoding),
    "Discretization": Entry("bins", "reduce", single.bins),
    "Hashing": Entry("hash", "state", single.hashed),
    "HashedCrossing": Entry("hash", "state", single.hashed),
    "IntegerLookup": Entry("lookup", "state", single.lookup("integer lookup", "integers")),
    "StringLookup": Entry("lookup", "state", single.lookup("string lookup", "words")),
    "TextVectorization": Entry("tokens", "state", single.lookup("tokens of text", "words")),
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
