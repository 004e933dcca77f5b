"""FLOPs of a file of layers are those of the ops that Keras makes of these layers: the same model, traced."""

from __future__ import annotations

import pytest

import opscope
from opscope.cost.formulas import formulas
from opscope.graph.content import content_of
from opscope.graph.vocabulary import KERAS_LAYER

pytest.importorskip("tensorflow", exc_type=ImportError)
keras = pytest.importorskip("keras", exc_type=ImportError)
if not keras.__version__.startswith("3."):
    pytest.skip("needs Keras 3", allow_module_level=True)
L = keras.layers

IMAGE, VOLUME, TEXT, FLAT = (12, 10, 4), (6, 5, 7, 2), (9, 6), (8,)
LAYERS = [
    (L.Conv1D(5, 3, strides=2, activation="tanh"), TEXT),
    (L.Conv2D(6, (3, 2), groups=2, activation="sigmoid"), IMAGE),
    (L.Conv2D(6, 3, padding="same", use_bias=False, activation="softmax"), IMAGE),
    (L.Conv3D(3, 2, activation="elu"), VOLUME),
    (L.Conv2DTranspose(3, 3, strides=2, activation="selu"), IMAGE),
    (L.DepthwiseConv2D(3, depth_multiplier=2, activation="softplus"), IMAGE),
    (L.SeparableConv2D(5, 3, depth_multiplier=2, activation="swish"), IMAGE),
    (L.Dense(7, activation="relu"), FLAT), (L.Dense(7, activation="softsign"), IMAGE),
    (L.MaxPooling2D(3, strides=2), IMAGE), (L.AveragePooling2D((2, 3), padding="same"), IMAGE),
    (L.GlobalAveragePooling2D(), IMAGE), (L.GlobalMaxPooling2D(), IMAGE),
    (L.BatchNormalization(), IMAGE), (L.BatchNormalization(scale=False), FLAT),
    (L.LayerNormalization(), TEXT), (L.Activation("exponential"), TEXT), (L.ReLU(), TEXT), (L.ReLU(6.0), TEXT), (L.Softmax(), TEXT),
    (L.Dropout(0.5), TEXT), (L.Flatten(), TEXT), (L.Reshape((6, 9)), TEXT), (L.Rescaling(2.0, 1.0), IMAGE),
    (L.TimeDistributed(L.Dense(3)), TEXT),
    (L.PReLU(), IMAGE), (L.PReLU(shared_axes=[1, 2]), IMAGE), (L.UpSampling2D(2, interpolation="bilinear"), IMAGE), (L.Resizing(6, 7), IMAGE),
    *([(L.RMSNormalization(), TEXT)] if hasattr(L, "RMSNormalization") else []),
]  # fmt: skip
JOINS = [L.Add(), L.Multiply(), L.Maximum(), L.Minimum(), L.Average(), L.Concatenate()]
RECURRENT = [
    L.LSTM(5),
    L.LSTM(5, use_bias=False, return_sequences=True),
    L.GRU(4),
    L.SimpleRNN(3),
    L.Bidirectional(L.LSTM(4)),
]


def both(model, path):
    """Work of the model by its file, and by the ops that it is traced into."""
    model.save(path / "model.keras")
    return opscope.load(path / "model.keras").estimate().cost, opscope.trace(model).estimate().cost


def named(layers):
    return [f"{type(each).__name__}{number}" for number, each in enumerate(layers)]


@pytest.mark.parametrize(("layer", "shape"), LAYERS, ids=named(layer for layer, _ in LAYERS))
def test_a_layer_costs_what_its_ops_cost(layer, shape, tmp_path):
    given = keras.Input(shape, batch_size=2)
    of_file, of_ops = both(keras.Model(given, layer(given)), tmp_path)
    assert not of_file.without_formula
    assert not of_file.unknown_shape
    assert (of_file.flops, of_file.macs) == (of_ops.flops, of_ops.macs)


@pytest.mark.parametrize("layer", JOINS, ids=named(JOINS))
def test_what_joins_tensors_costs_what_its_ops_cost(layer, tmp_path):
    given = [keras.Input(FLAT, batch_size=2) for _ in range(3)]
    of_file, of_ops = both(keras.Model(given, layer(given)), tmp_path)
    assert not of_file.without_formula
    assert (of_file.flops, of_file.macs) == (of_ops.flops, of_ops.macs)


@pytest.mark.parametrize("layer", RECURRENT, ids=named(RECURRENT))
def test_a_recurrent_layer_costs_what_its_cell_costs(layer, tmp_path):
    given = keras.Input(TEXT, batch_size=2)
    of_file, of_ops = both(keras.Model(given, layer(given)), tmp_path)
    assert of_file.macs == of_ops.macs
    # The loop's counters and conditions, which traced ops have as well, are some operations a step.
    assert of_ops.flops - 12 * TEXT[0] * (1 + isinstance(layer, L.Bidirectional)) <= of_file.flops <= of_ops.flops


def test_attention_costs_what_its_ops_cost(tmp_path):
    query, value = keras.Input((5, 6), batch_size=2), keras.Input((7, 4), batch_size=2)
    of_file, of_ops = both(keras.Model([query, value], L.MultiHeadAttention(2, 3, value_dim=4)(query, value)), tmp_path)
    assert of_file.macs == of_ops.macs
    assert of_file.flops == pytest.approx(of_ops.flops, rel=0.02)  # where it scales the scores differs by version


@pytest.mark.parametrize("use_bias", [True, False])
def test_attention_of_shared_keys_costs_what_its_ops_cost(use_bias, tmp_path):
    query, value = keras.Input((5, 6), batch_size=2), keras.Input((7, 6), batch_size=2)
    layer = L.GroupQueryAttention(3, 4, 2, use_bias=use_bias)
    of_file, of_ops = both(keras.Model([query, value], layer(query, value)), tmp_path)
    assert of_file.macs == of_ops.macs
    assert of_file.flops == pytest.approx(of_ops.flops, rel=0.02)  # where it scales the scores differs by version


@pytest.mark.parametrize("use_scale", [True, False])
def test_attention_without_weights_costs_what_its_ops_cost(use_scale, tmp_path):
    given = [keras.Input((5, 6), batch_size=2), keras.Input((7, 6), batch_size=2)]
    of_file, of_ops = both(keras.Model(given, L.Attention(use_scale=use_scale)(given)), tmp_path)
    assert (of_file.flops, of_file.macs) == (of_ops.flops, of_ops.macs)


ADAPTIVE = [
    ("AdaptiveAveragePooling1D", 4, TEXT),
    ("AdaptiveMaxPooling2D", (3, 7), IMAGE),
    ("AdaptiveAveragePooling3D", 2, VOLUME),
]


@pytest.mark.parametrize(("cls", "size", "shape"), ADAPTIVE, ids=[case[0] for case in ADAPTIVE])
def test_pooling_to_a_size_costs_what_its_ops_cost(cls, size, shape, tmp_path):
    if not hasattr(L, cls):
        pytest.skip(f"this Keras has no {cls}")
    given = keras.Input(shape, batch_size=2)
    layer = getattr(L, cls)(size)
    of_file, of_ops = both(keras.Model(given, layer(given)), tmp_path)
    # Where the windows begin is computed from constants, in 11 operations for each place.
    places = sum(size) if isinstance(size, tuple) else size * (len(shape) - 1)
    assert of_ops.flops - 11 * places == of_file.flops


@pytest.mark.parametrize("mode", ["log", "magnitude", "psd", "real", "imag", "stft", "angle"])
def test_a_spectrogram_costs_what_its_ops_cost(mode, tmp_path):
    pytest.importorskip("scipy", reason="Keras makes the filters with SciPy")
    if not hasattr(L, "STFTSpectrogram"):
        pytest.skip("this Keras has no STFTSpectrogram")
    given = keras.Input((100, 3), batch_size=2)
    layer = L.STFTSpectrogram(mode=mode, frame_length=20, frame_step=5, fft_length=32)
    of_file, of_ops = both(keras.Model(given, layer(given)), tmp_path)
    assert (of_file.flops, of_file.macs) == (of_ops.flops, of_ops.macs)


def test_operations_on_images_cost_what_their_ops_cost(tmp_path):
    ops, ones, given = keras.ops, keras.ops.ones, keras.Input(IMAGE, batch_size=2)
    results = [
        ops.conv(given, ones((3, 2, 4, 6)), strides=2, padding="same"), ops.conv(given, ones((3, 3, 4, 6))), ops.depthwise_conv(given, ones((3, 3, 4, 2))),
        ops.separable_conv(given, ones((3, 3, 4, 2)), ones((1, 1, 8, 5))),
        ops.max_pool(given, 2), ops.average_pool(given, (3, 2), 2, padding="same"), ops.image.resize(given, (5, 6), data_format="channels_last"),
        ops.image.resize(given, (5, 6), interpolation="nearest", data_format="channels_last"),
    ]  # fmt: skip
    of_file, of_ops = both(keras.Model(given, results), tmp_path)
    assert not of_file.without_formula
    assert (of_file.flops, of_file.macs) == (of_ops.flops, of_ops.macs)


def test_a_transposed_convolution_costs_as_much_as_the_layer_does(tmp_path):
    """Keras cannot run the operation in a model: it takes the padding for the output's."""
    given = keras.Input(IMAGE, batch_size=2)
    costs = []
    for result in (
        keras.ops.conv_transpose(given, keras.ops.ones((3, 3, 6, 4)), 2),
        L.Conv2DTranspose(6, 3, 2, use_bias=False)(given),
    ):
        keras.Model(given, result).save(tmp_path / "model.keras")
        costs.append(opscope.load(tmp_path / "model.keras").estimate().cost)
    assert (costs[0].flops, costs[0].macs) == (costs[1].flops, costs[1].macs) and costs[0].macs > 0


def test_a_pipeline_costs_what_its_layers_cost(tmp_path):
    if not hasattr(L, "Pipeline"):
        pytest.skip("this Keras has no Pipeline")
    given = keras.Input(IMAGE, batch_size=2)
    layer = L.Pipeline([L.RandomFlip(), L.Resizing(6, 6), L.Rescaling(2.0)])
    of_file, of_ops = both(keras.Model(given, layer(given)), tmp_path)
    assert not of_file.without_formula
    assert of_file.flops == of_ops.flops > 0


def test_what_a_formula_does_not_know_has_no_figure(tmp_path):
    given = keras.Input(FLAT, batch_size=2)
    of_file, _ = both(keras.Model(given, L.Dense(3, activation="gelu")(given)), tmp_path)
    assert of_file.without_formula == {"Keras>Dense": 1}
    assert of_file.bytes is None


def test_formulas_are_of_layers_that_keras_has():
    names = [
        op[len(KERAS_LAYER) :] for op in formulas() if op.startswith(KERAS_LAYER) and not op.startswith("Keras>ops.")
    ]
    only_others = {"LocallyConnected1D", "LocallyConnected2D", "SyncBatchNormalization"}  # of Keras 2, or of the newest
    names = [name for name in names if name not in only_others]
    assert names
    assert all(issubclass(getattr(L, name), L.Layer) for name in names)


def test_a_layer_called_as_an_op_of_tensorflow_is_not_taken_for_it(tmp_path):
    given = keras.Input(FLAT, name="x", batch_size=2)
    keras.Model(given, L.Identity(name="same")(L.Add(name="sum")([given, given]))).save(tmp_path / "model.keras")
    graph = opscope.load(tmp_path / "model.keras")
    assert content_of(graph).table.ops == ["Placeholder", "Keras>Add", "Keras>Identity"]
