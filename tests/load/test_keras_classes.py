"""Every layer class that Keras has, saved in a small model: shape and parameters are those that Keras itself tells."""

from __future__ import annotations

import inspect
from importlib import import_module

import pytest

import opscope
from opscope.graph.content import content_of

pytest.importorskip("tensorflow", exc_type=ImportError)
keras = pytest.importorskip("keras", exc_type=ImportError)
if not keras.__version__.startswith("3."):
    pytest.skip("needs Keras 3", allow_module_level=True)
pytest.importorskip("h5py", exc_type=ImportError)
L = keras.layers

ROW, SEQUENCE, IMAGE, VOLUME = (6,), (7, 4), (8, 9, 3), (6, 7, 8, 2)
FILM = {1: (5, 9, 3), 2: (5, 9, 8, 3), 3: (5, 6, 7, 8, 2)}
SPACES = {1: SEQUENCE, 2: IMAGE, 3: VOLUME}


def made(cls, shapes, *args, dtype="float32", **options):
    """A layer's name, and a function that makes it and what it is called on."""
    return (cls, shapes, args, options, dtype)


CASES = [
    *(made(f"{kind}{n}D", [SPACES[n]], 2) for n in (1, 2, 3) for kind in ("MaxPooling", "AveragePooling", "AdaptiveAveragePooling", "AdaptiveMaxPooling")),
    *(made(f"Global{kind}Pooling{n}D", [SPACES[n]]) for n in (1, 2, 3) for kind in ("Max", "Average")),
    *(made(f"Conv{n}D", [SPACES[n]], 4, 3, strides=2, padding="same") for n in (1, 2, 3)),
    *(made(f"Conv{n}DTranspose", [SPACES[n]], 4, 3, strides=2) for n in (1, 2, 3)),
    *(made(f"DepthwiseConv{n}D", [SPACES[n]], 3) for n in (1, 2)), *(made(f"SeparableConv{n}D", [SPACES[n]], 4, 3) for n in (1, 2)),
    *(made(f"ZeroPadding{n}D", [SPACES[n]], 2) for n in (1, 2, 3)), *(made(f"Cropping{n}D", [SPACES[n]], 1) for n in (1, 2, 3)),
    *(made(f"UpSampling{n}D", [SPACES[n]], 2) for n in (1, 2, 3)), *(made(f"SpatialDropout{n}D", [SPACES[n]], 0.1) for n in (1, 2, 3)),
    *(made(f"ConvLSTM{n}D", [FILM[n]], 4, 3, return_sequences=n == 2, padding="same" if n == 3 else "valid") for n in (1, 2, 3)),
    made("ConvLSTM2D", [FILM[2]], 4, 3, return_state=True, strides=2),
    made("EinsumDense", [SEQUENCE], "abc,cd->abd", output_shape=(7, 5), bias_axes="d"),
    made("EinsumDense", [SEQUENCE], "...x,xyz->...yz", output_shape=(2, 3), bias_axes="yz"),
    made("EinsumDense", [(7, 2, 4)], "abcd,cde->abe", output_shape=(7, 8), bias_axes="e"),
    made("EinsumDense", [SEQUENCE], "abc,bd->adc", output_shape=(9, 4), bias_axes="d"),
    made("Dot", [SEQUENCE, (7, 5)], axes=1), made("Dot", [ROW, ROW], axes=-1, normalize=True), made("Dot", [SEQUENCE, (5, 4)], axes=(2, 2)),
    made("Dense", [SEQUENCE], 3), made("Embedding", [(7,)], 20, 4, dtype="int32"), made("ReversibleEmbedding", [(7,)], 20, 4, dtype="int32"),
    made("ReversibleEmbedding", [(7,)], 20, 4, tie_weights=False, dtype="int32"),
    *(made(name, [SEQUENCE], 5, return_sequences=back) for name in ("LSTM", "GRU", "SimpleRNN") for back in (False, True)),
    made("RNN", [SEQUENCE], lambda: L.LSTMCell(3)), made("RNN", [SEQUENCE], lambda: L.GRUCell(3), return_sequences=True, return_state=True),
    made("RNN", [SEQUENCE], lambda: L.StackedRNNCells([L.LSTMCell(3), L.SimpleRNNCell(5)])),
    made("Bidirectional", [SEQUENCE], lambda: L.LSTM(3)), made("TimeDistributed", [(5, 8, 8, 3)], lambda: L.Conv2D(2, 3)),
    made("SpectralNormalization", [IMAGE], lambda: L.Conv2D(2, 3)),
    *(made(name, [IMAGE, IMAGE]) for name in "Add Subtract Multiply Average Maximum Minimum Concatenate".split()),
    *(made(name, [IMAGE]) for name in """
        ReLU LeakyReLU PReLU ELU Softmax Identity Flatten BatchNormalization LayerNormalization UnitNormalization RMSNormalization
        Normalization RandomFlip ActivityRegularization Masking""".split()),
    made("GroupNormalization", [(8, 9, 4)], groups=2), made("Activation", [ROW], "tanh"), made("Rescaling", [IMAGE], 0.5),
    made("AlphaDropout", [ROW], 0.1), made("Dropout", [ROW], 0.1), made("GaussianDropout", [ROW], 0.1), made("GaussianNoise", [ROW], 0.1),
    made("Reshape", [SEQUENCE], (2, -1)), made("Permute", [SEQUENCE], (2, 1)), made("RepeatVector", [ROW], 4),
    made("Resizing", [IMAGE], 4, 5), made("CenterCrop", [IMAGE], 4, 5), made("RandomCrop", [IMAGE], 4, 5),
    made("Attention", [SEQUENCE, SEQUENCE], use_scale=True), made("AdditiveAttention", [SEQUENCE, SEQUENCE]),
    made("MultiHeadAttention", [SEQUENCE, SEQUENCE], 2, 3), made("GroupQueryAttention", [SEQUENCE, SEQUENCE], 3, 4, 2),
    made("SyncBatchNormalization", [IMAGE]) if hasattr(L, "SyncBatchNormalization") else made("BatchNormalization", [IMAGE], axis=1),
    made("RandomBrightness", [IMAGE], 0.1), made("RandomContrast", [IMAGE], 0.1), made("RandomRotation", [IMAGE], 0.1),
    made("RandomTranslation", [IMAGE], 0.1, 0.1), made("RandomZoom", [IMAGE], 0.1), made("RandomHue", [IMAGE], 0.1), made("RandomShear", [IMAGE], 0.1),
    made("RandomSharpness", [IMAGE], 0.1), made("RandomSaturation", [IMAGE], 0.1), made("RandomPosterization", [IMAGE], 4), made("RandomInvert", [IMAGE]),
    made("RandomErasing", [IMAGE]), made("RandomGrayscale", [IMAGE]), made("RandomColorDegeneration", [IMAGE], 0.1), made("AutoContrast", [IMAGE]),
    made("RandomColorJitter", [IMAGE]), made("RandomGaussianBlur", [IMAGE]), made("Solarization", [IMAGE], 0.5),
    made("RandomPerspective", [IMAGE]), made("RandomElasticTransform", [IMAGE]), made("AugMix", [IMAGE]), made("RandAugment", [IMAGE]),
    made("MelSpectrogram", [(300,)], num_mel_bins=20, sequence_stride=10), made("Pipeline", [IMAGE], lambda: [L.RandomFlip(), L.Resizing(4, 5)]),
    made("Pipeline", [ROW], lambda: [L.Dense(3), L.BatchNormalization()]), made("HashedCrossing", [(1,), (1,)], 7, dtype="int32"),
    *(made("STFTSpectrogram", [(100, 3)], mode=mode, frame_length=20, expand_dims=more) for mode in ("log", "stft", "imag") for more in (True, False)),
    made("STFTSpectrogram", [(100, 3)], mode="real", frame_length=21, frame_step=4, fft_length=64, padding="same"),
    made("Discretization", [ROW], [0.0, 1.0]), made("Discretization", [ROW], [0.0, 1.0], output_mode="one_hot"), made("Discretization", [ROW], [0.0, 1.0], output_mode="count"),
    made("CategoryEncoding", [ROW], 9, dtype="int32"), made("CategoryEncoding", [(1,)], 9, output_mode="one_hot", dtype="int32"), made("CategoryEncoding", [ROW], 9, output_mode="one_hot", dtype="int32"),
    made("Hashing", [ROW], 9, dtype="string"), made("Hashing", [(1,)], 9, output_mode="one_hot", dtype="string"), made("Hashing", [ROW], 9, output_mode="multi_hot", dtype="string"),
    made("StringLookup", [ROW], vocabulary=["a", "b"], dtype="string"),
    made("StringLookup", [ROW], vocabulary=["a", "b"], max_tokens=12, pad_to_max_tokens=True, output_mode="multi_hot", dtype="string"),
    made("IntegerLookup", [ROW], vocabulary=[3, 5], dtype="int64"),
    made("TextVectorization", [(1,)], output_sequence_length=11, vocabulary=["a"], dtype="string"),
    made("TextVectorization", [()], output_sequence_length=11, vocabulary=["a"], dtype="string"),
]  # fmt: skip
NOT_ALONE = set("""
    InputLayer Layer Wrapper Lambda GRUCell LSTMCell SimpleRNNCell StackedRNNCells TFSMLayer JaxLayer FlaxLayer TorchModuleWrapper
    Equalization MaxNumBoundingBoxes CutMix MixUp LocallyConnected1D LocallyConnected2D
    ContrastLimitedAdaptiveHistogramEqualization
""".split())  # fmt: skip
"""Classes that are bases, parts of others, made of code, on something else than one tensor, or (Equalization) that Keras cannot save."""


def classes():
    found = [getattr(L, name) for name in dir(L)]
    return {each.__name__ for each in found if inspect.isclass(each) and issubclass(each, L.Layer)}


def test_no_class_of_keras_is_left_out():
    """A class that a newer Keras adds has no rule yet and is unknown, which is no fault; those of this list have one."""
    known = {case[0] for case in CASES} | NOT_ALONE
    rules = import_module("opscope.shapes.keras_rules").LAYER_RULES
    assert {name for name in classes() if name in rules} <= known


@pytest.mark.parametrize("case", CASES, ids=lambda case: case[0])
def test_shape_and_parameters_are_those_that_keras_tells(case, tmp_path, monkeypatch):
    cls, shapes, args, options, dtype = case
    if not hasattr(L, cls):
        pytest.skip(f"this Keras has no {cls}")
    if cls == "STFTSpectrogram":
        pytest.importorskip("scipy", reason="Keras makes the filters with SciPy")
    layer = getattr(L, cls)(*(each() if callable(each) else each for each in args), **options)
    inputs = [keras.Input(shape, dtype=dtype, batch_size=2) for shape in shapes]
    given = (
        inputs if cls in {"MultiHeadAttention", "GroupQueryAttention"} else [inputs if len(inputs) > 1 else inputs[0]]
    )
    results = keras.tree.flatten(layer(*given))
    keras.Model(inputs, results).save(tmp_path / "model.keras")
    expected = [tuple(each.shape) for each in results]
    for weights_are_read in (True, False):
        if not weights_are_read:
            monkeypatch.setattr(import_module("opscope.load.keras_files.h5_file"), "has_h5py", lambda: False)
        graph = opscope.load(tmp_path / "model.keras")
        content = content_of(graph)
        assert [kind.shape for kind in content.table.outputs[-1]] == expected
        assert content.groups[-1].parameters == _parameters(layer)


@pytest.mark.parametrize("cls", ["MixUp", "CutMix"])
def test_images_and_labels_in_a_mapping_keep_their_shapes(cls, tmp_path):
    if not hasattr(L, cls):
        pytest.skip(f"this Keras has no {cls}")
    given = {"labels": keras.Input((5,), batch_size=4), "images": keras.Input((8, 9, 3), batch_size=4)}
    result = getattr(L, cls)()(given)
    keras.Model(given, [result["labels"], result["images"]]).save(tmp_path / "model.keras")
    content = content_of(opscope.load(tmp_path / "model.keras"))
    found = [content.table.outputs[port.node][port.output].shape for port in content.outputs]
    assert found == [tuple(result[name].shape) for name in ("labels", "images")]


def _parameters(layer):
    """What Keras counts, without the states of random generators, which it counts for some layers."""
    return sum(_size(each.shape) for each in layer.variables if "seed_generator" not in each.path)


def _size(shape):
    size = 1
    for dim in shape:
        size *= dim
    return size


def operations(x, other, text):
    """Operations on (batch, 6, 4), (batch, 1, 4) and whole numbers (batch, 6)."""
    ops = keras.ops
    array = ops.ones((4, 5))
    return [
        ops.reshape(x, (-1, 8, 3)), ops.transpose(x, (0, 2, 1)), ops.swapaxes(x, 1, 2), ops.moveaxis(x, 1, 2), ops.matmul(x, ops.transpose(x, (0, 2, 1))),
        ops.matmul(x, array), ops.dot(x, array), ops.einsum("abc,abd->acd", x, x), ops.einsum("abc,cd->abd", x, array), x + other, x * 2.0, 3.0 - x,
        x + ops.ones((3, 1, 6, 4))[:1], ops.maximum(x, ops.ones((6, 1))), ops.where(x > 0, x, other), ops.mean(x, axis=1, keepdims=True), ops.sum(x, axis=(1, 2)), ops.max(x, axis=-1),
        ops.argmax(x, axis=-1), ops.logsumexp(x, axis=-1), ops.norm(x, axis=-1), ops.std(x, axis=1), ops.concatenate([x, other], axis=1), ops.stack([x, x], axis=1),
        *ops.split(x, 2, axis=-1), *ops.split(x, [1, 4], axis=1), *ops.unstack(x, axis=1), ops.expand_dims(x, 1), ops.squeeze(other, 1), x[:, 1], x[..., :2], x[:, ::2, 1:3], x[:, -1, :],
        ops.cast(x, "float16"), ops.repeat(x, 2, axis=1), ops.tile(x, (1, 2, 1)), ops.take(x, [0, 1, 2], axis=1), ops.pad(x, ((0, 0), (1, 2), (0, 0))), ops.softmax(x), ops.clip(x, 0, 1),
        *ops.moments(x, axes=[1]), ops.glu(x), ops.layer_normalization(x), ops.normalize(x), ops.dot_product_attention(x[:, None], x[:, None], x[:, None]),
        ops.max_pool(x, 2), ops.average_pool(x, 2, 1, padding="same"), ops.conv(x, ops.ones((3, 4, 5)), 2, padding="same"), ops.conv(x, ops.ones((2, 4, 6)), dilation_rate=2),
        ops.depthwise_conv(x, ops.ones((3, 4, 2))), ops.separable_conv(x, ops.ones((3, 4, 2)), ops.ones((1, 8, 3))), ops.conv_transpose(x, ops.ones((3, 7, 4)), 2),
        *ops.rfft(x), *ops.stft(x, 4, 2, 4), ops.extract_sequences(x, 3, 1),
        ops.flip(x, 1), ops.one_hot(text, 5), ops.top_k(x, 2)[0], ops.cumsum(x, axis=1), ops.relu(x), ops.gelu(x), ops.square(x), ops.abs(x), ops.log(x), ops.sin(x), x / 2.0, x**2, -x, x > 1.0,
    ]  # fmt: skip


@pytest.mark.parametrize("batch", [2, None])
def test_operations_return_what_keras_says(batch, tmp_path):
    inputs = [
        keras.Input((6, 4), batch_size=batch), keras.Input((1, 4), batch_size=batch), keras.Input((6,), batch_size=batch, dtype="int32")
    ]  # fmt: skip
    results = operations(*inputs)
    keras.Model(inputs, results).save(tmp_path / "model.keras")
    content = content_of(opscope.load(tmp_path / "model.keras"))
    for port, result in zip(content.outputs, results):
        found = content.table.outputs[port.node][port.output].shape
        assert found == tuple(result.shape), content.table.ops[port.node]


@pytest.mark.parametrize("batch", [2, None])
def test_operations_on_images_return_what_keras_says(batch, tmp_path):
    image, ops = keras.Input((12, 10, 3), batch_size=batch), keras.ops
    results = [
        ops.image.resize(image, (5, 6)), ops.image.rgb_to_grayscale(image), ops.image.rgb_to_hsv(image), ops.image.pad_images(image, 1, 2, target_height=20, target_width=20),
        ops.image.pad_images(image, 1, 2, 3, 4), ops.image.crop_images(image, 1, 1, target_height=5, target_width=6), ops.image.crop_images(image, 1, 2, 3, 4),
        ops.image.extract_patches(image, (3, 3)), ops.image.extract_patches(image, (3, 2), strides=2, padding="same"), ops.image.gaussian_blur(image),
        *([ops.depth_to_space(ops.concatenate([image] * 4, axis=-1), 2), ops.space_to_depth(image, 2)] if hasattr(ops, "depth_to_space") else []),
    ]  # fmt: skip
    keras.Model(image, results).save(tmp_path / "model.keras")
    content = content_of(opscope.load(tmp_path / "model.keras"))
    for port, result in zip(content.outputs, results):
        found = content.table.outputs[port.node][port.output].shape
        assert found == tuple(result.shape), content.table.ops[port.node]


def test_with_the_batch_put_in_what_follows_operations_is_known(tmp_path):
    x = given = keras.Input((6, 4))
    x = keras.ops.reshape(keras.ops.transpose(x, (0, 2, 1)), (-1, 24))
    model = keras.Model(given, L.Dense(3)(keras.ops.concatenate([x, x[:, :1]], axis=-1)))
    model.save(tmp_path / "model.keras")
    cost = opscope.load(tmp_path / "model.keras").estimate(batch=5).cost
    assert cost.flops == 5 * (2 * 25 * 3 + 3)
