"""Parameters: trainable or not, for each layer, and once however many layers share them."""

import pytest

from opscope.cost import count_parameters
from opscope.load import load

tf = pytest.importorskip("tensorflow")


def shared_layer_model():
    layers = tf.keras.layers
    given = tf.keras.Input((4,))
    twice = layers.Dense(4, name="twice")
    fixed = layers.Dense(3, name="fixed", trainable=False)
    return tf.keras.Model(given, fixed(layers.BatchNormalization(name="norm")(twice(twice(given)))), name="net")


EXPECTED = {"twice": (20, 20), "norm": (16, 8), "fixed": (15, 0), "net": (51, 28)}
"""Layer -> all its parameters, those that training changes."""


def by_last_name(found):
    return {path.rpartition("/")[2]: sizes for path, sizes in found.by_layer.items()}


def test_a_keras_model_counts_a_shared_layer_once_and_tells_what_is_trained():
    from opscope import trace

    model = shared_layer_model()
    found = count_parameters(trace(model))
    assert (found.total, found.trainable, found.frozen) == (51, 28, 23)
    assert found.total == model.count_params()
    assert by_last_name(found) == EXPECTED


def test_an_optimizers_state_is_no_parameter_of_the_model():
    from opscope import trace

    model = shared_layer_model()
    model.compile("adam", "mse")
    graph = trace(model, (8, 4), (8, 3), step="train")
    assert graph.parameters == 51
    assert by_last_name(count_parameters(graph))["net"] == (51, 28)


class Scaled(tf.Module):
    def __init__(self):
        super().__init__()
        self.scale = tf.Variable(tf.ones((5,)))
        self.seen = tf.Variable(tf.zeros(()), trainable=False)

    @tf.function(input_signature=[tf.TensorSpec((None, 5))])
    def __call__(self, x):
        self.seen.assign_add(1.0)
        return x * self.scale


def test_a_module_and_its_saved_model_read_without_tensorflow_have_the_same(tmp_path):
    from opscope import trace

    module = Scaled()
    live = count_parameters(trace(module, (None, 5)))
    tf.saved_model.save(module, str(tmp_path / "saved"), signatures=module.__call__.get_concrete_function())
    read = count_parameters(load(tmp_path / "saved"))
    for found in (live, read):
        assert (found.total, found.trainable, found.unknown) == (6, 5, ())
