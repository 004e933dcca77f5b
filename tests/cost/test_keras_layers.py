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


def test_what_a_formula_does_not_know_has_no_figure(tmp_path):
    given = keras.Input(FLAT, batch_size=2)
    of_file, _ = both(keras.Model(given, L.Dense(3, activation="gelu")(given)), tmp_path)
    assert of_file.without_formula == {"Keras>Dense": 1}
    assert of_file.bytes is None


def test_formulas_are_of_layers_that_keras_has():
    names = [
        op[len(KERAS_LAYER) :] for op in formulas() if op.startswith(KERAS_LAYER) and not op.startswith("Keras>ops.")
    ]
    assert names
    assert all(issubclass(getattr(L, name), L.Layer) for name in names)


def test_a_layer_called_as_an_op_of_tensorflow_is_not_taken_for_it(tmp_path):
    given = keras.Input(FLAT, name="x", batch_size=2)
    keras.Model(given, L.Identity(name="same")(L.Add(name="sum")([given, given]))).save(tmp_path / "model.keras")
    graph = opscope.load(tmp_path / "model.keras")
    assert content_of(graph).table.ops == ["Placeholder", "Keras>Add", "Keras>Identity"]
