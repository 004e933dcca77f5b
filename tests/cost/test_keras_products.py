"""Contractions, convolutions in time, cells and operations: a file's layers cost what the ops cost that the model is traced into."""

from __future__ import annotations

import pytest

import opscope

pytest.importorskip("tensorflow", exc_type=ImportError)
keras = pytest.importorskip("keras", exc_type=ImportError)
if not keras.__version__.startswith("3."):
    pytest.skip("needs Keras 3", allow_module_level=True)
L, ops = keras.layers, keras.ops
SEQUENCE, FILM = (6, 4), {1: (3, 8, 2), 2: (3, 8, 7, 2), 3: (2, 5, 6, 7, 2)}


def both(model, path):
    """Work of the model by its file, and by the ops of the model rebuilt from that file."""
    model.save(path / "model.keras")
    return opscope.load(path / "model.keras").estimate().cost, opscope.trace(path / "model.keras").estimate().cost


EXACT = [
    L.EinsumDense("abc,cd->abd", output_shape=(6, 5), bias_axes="d"), L.EinsumDense("...x,xyz->...yz", output_shape=(2, 3), activation="relu"),
    L.EinsumDense("abc,bd->adc", output_shape=(9, 4), bias_axes="c"), L.ELU(), L.LeakyReLU(),
]  # fmt: skip


@pytest.mark.parametrize("layer", EXACT, ids=lambda layer: f"{layer.name}")
def test_a_layer_costs_what_its_ops_cost(layer, tmp_path):
    given = keras.Input(SEQUENCE, batch_size=2)
    of_file, of_ops = both(keras.Model(given, layer(given)), tmp_path)
    assert not of_file.without_formula
    assert of_file.macs == of_ops.macs
    assert of_file.flops == of_ops.flops


@pytest.mark.parametrize("axes", [1, (2, 2), -1])
def test_a_dot_costs_what_its_ops_cost(axes, tmp_path):
    left, right = keras.Input(SEQUENCE, batch_size=2), keras.Input((6, 4), batch_size=2)
    of_file, of_ops = both(keras.Model([left, right], L.Dot(axes)([left, right])), tmp_path)
    assert not of_file.without_formula
    assert (of_file.flops, of_file.macs) == (of_ops.flops, of_ops.macs)


@pytest.mark.parametrize("dims", [1, 2, 3])
@pytest.mark.parametrize("bias", [True, False])
def test_a_convolution_in_time_costs_what_its_steps_cost(dims, bias, tmp_path):
    given = keras.Input(FILM[dims], batch_size=2)
    of_file, of_ops = both(keras.Model(given, getattr(L, f"ConvLSTM{dims}D")(3, 3, use_bias=bias)(given)), tmp_path)
    assert not of_file.without_formula
    assert of_file.macs == of_ops.macs
    # Keras makes the first state of zeros by a convolution as well, and its loop counts.
    assert of_file.flops == pytest.approx(of_ops.flops, rel=0.03)


@pytest.mark.parametrize("cell", ["LSTMCell", "SimpleRNNCell", "stack"])
def test_cells_cost_what_their_steps_cost(cell, tmp_path):
    made = L.StackedRNNCells([L.LSTMCell(3), L.GRUCell(5)]) if cell == "stack" else getattr(L, cell)(3)
    given = keras.Input(SEQUENCE, batch_size=2)
    of_file, of_ops = both(keras.Model(given, L.RNN(made)(given)), tmp_path)
    assert not of_file.without_formula
    assert of_file.macs == of_ops.macs
    assert of_ops.flops - 20 * SEQUENCE[0] <= of_file.flops <= of_ops.flops


@pytest.mark.parametrize(
    "layer", [L.RandomFlip(), L.RandomRotation(0.1), L.RandomContrast(0.1), L.RandomErasing(), L.RandomZoom(0.1), L.RandomTranslation(0.1, 0.1), L.RandomBrightness(0.1)], ids=lambda layer: layer.name
)  # fmt: skip
def test_what_only_acts_in_training_costs_nothing(layer, tmp_path):
    given = keras.Input((8, 9, 3), batch_size=2)
    of_file, of_ops = both(keras.Model(given, layer(given)), tmp_path)
    assert (of_file.flops, of_ops.flops) == (0, 0)


OPERATIONS = {
    "matmul": lambda x: ops.matmul(x, ops.transpose(x, (0, 2, 1))), "matmul with an array": lambda x: ops.matmul(x, ops.ones((4, 5))), "einsum": lambda x: ops.einsum("abc,abd->acd", x, x),
    "sums": lambda x: ops.sum(x, axis=1) + ops.mean(x, axis=1) * 2.0, "largest": lambda x: ops.max(x, axis=-1) - ops.min(x, axis=-1),
    "numbers": lambda x: 3.0 - ops.exp(-x), "an array that is larger": lambda x: x[:, :1] * ops.ones((6, 4)), "roots": lambda x: ops.sqrt(ops.square(x)) / ops.maximum(x, 1.0),
    "shapes": lambda x: ops.reshape(ops.concatenate([x, ops.flip(x, 1)], axis=1), (2, -1))[:, 3:9], "activations": lambda x: ops.softmax(ops.relu(x)) + ops.sigmoid(ops.tanh(x)),
}  # fmt: skip


@pytest.mark.parametrize("name", OPERATIONS)
def test_operations_cost_what_their_ops_cost(name, tmp_path):
    given = keras.Input(SEQUENCE, batch_size=2)
    of_file, of_ops = both(keras.Model(given, OPERATIONS[name](given)), tmp_path)
    assert not of_file.without_formula
    assert not of_file.unknown_shape
    assert of_file.macs == of_ops.macs
    assert of_file.flops == of_ops.flops
