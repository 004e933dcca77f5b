"""What a traced layer's group knows of its settings: in every Keras, and whatever a user's class does."""

from __future__ import annotations

import pytest

tf = pytest.importorskip("tensorflow")

import opscope  # noqa: E402
from opscope.capture import trace  # noqa: E402
from opscope.capture.layer_settings import layer_settings  # noqa: E402
from opscope.graph.content import content_of  # noqa: E402

keras = tf.keras
layers = keras.layers


def told(settings, *names):
    return {name: settings.get(name) for name in names}


def groups_by_class(target, *inputs):
    return {group.cls: group for group in content_of(trace(target, *inputs)).groups if group.cls}


def test_each_layer_of_a_model_says_what_it_is_set_to():
    inputs = keras.Input((8, 8, 3))
    x = layers.Conv2D(4, 3, strides=2, padding="same", activation="relu")(inputs)
    x = layers.BatchNormalization()(x)
    x = layers.Reshape((16, 4))(x)
    x = layers.Bidirectional(layers.LSTM(5, return_sequences=True), merge_mode="sum")(x)
    x = layers.RNN(layers.GRUCell(4))(x)
    model = keras.Model(inputs, layers.Dense(3, activation=tf.nn.tanh)(x))
    found = groups_by_class(model, (None, 8, 8, 3))
    conv = {"filters": 4, "kernel_size": [3, 3], "strides": [2, 2], "padding": "same", "activation": "relu"}
    assert told(found["Conv2D"].settings, *conv) == conv
    assert found["Reshape"].settings == {"target_shape": [16, 4]}
    assert told(layer_settings(layers.Dropout(0.25)), "rate") == {"rate": 0.25}
    assert told(found["Dense"].settings, "units", "activation") == {"units": 3, "activation": "tanh"}
    wrapper = found["Bidirectional"].settings
    assert wrapper["merge_mode"] == "sum"
    assert told(wrapper["layer"], "class", "units", "return_sequences") == {
        "class": "LSTM",
        "units": 5,
        "return_sequences": True,
    }
    assert told(found["RNN"].settings["cell"], "class", "units") == {"class": "GRUCell", "units": 4}
    assert {group.defined_in for group in found.values()} == {"keras"}
    # What initializes or punishes a weight is no part of a figure, and a model's layers are groups of their own.
    silent = ("initializer", "regularizer", "constraint", "name", "dtype", "trainable")
    assert not [name for group in found.values() for name in group.settings if name.endswith(silent)]
    assert found[type(model).__name__].settings == {}


class Gated(layers.Layer):
    def __init__(self, units, rate=0.5):
        super().__init__()
        self.units, self.rate, self.sizes, self.inner = units, rate, (1, 2), layers.Dense(units)
        self._hidden = 3

    def call(self, x):
        return self.inner(x)


class Told(Gated):
    def get_config(self):
        return {**layers.Layer.get_config(self), "width": self.units}


class Broken(Gated):
    def get_config(self):
        raise KeyboardError


class KeyboardError(Exception):
    pass


class Module(tf.Module):
    def __init__(self):
        super().__init__()
        self.width, self.mode, self.many, self.weight = 4, "fast", [1] * 100, tf.Variable(tf.zeros([4, 4]))

    def __call__(self, x):
        return x @ self.weight


def test_a_users_layer_says_its_arguments_or_attributes():
    found = groups_by_class(keras.Sequential([Gated(4), Told(4), Broken(4)]), (None, 4))
    assert found["Gated"].settings == {"units": 4, "rate": 0.5, "sizes": [1, 2]}
    assert found["Told"].settings == {"width": 4}
    assert found["Broken"].settings == {"units": 4, "rate": 0.5, "sizes": [1, 2]}
    assert {found[name].defined_in for name in ("Gated", "Told", "Broken")} == {Gated.__module__.partition(".")[0]}


def test_a_module_says_its_plain_attributes():
    found = groups_by_class(Module(), tf.TensorSpec((None, 4)))
    assert found["Module"].settings == {"width": 4, "mode": "fast"}


def test_sonnet_keeps_arguments_in_private_attributes():
    """A stand-in for `sonnet.LSTM` of Sonnet 2.0.2, whose attributes these are: Sonnet is in no environment of the tests."""
    lstm = type("LSTM", (tf.Module,), {"__module__": "sonnet.src.recurrent"})()
    lstm._hidden_size, lstm._eff_hidden_size, lstm._forget_bias, lstm._auto_repr = 7, 7, 1.0, "LSTM(hidden_size=7)"
    assert layer_settings(lstm) == {"hidden_size": 7, "forget_bias": 1.0}


def test_a_users_model_does_not_write_out_its_layers():
    class Net(keras.Model):
        def __init__(self, depth):
            super().__init__()
            self.depth, self.dense = depth, layers.Dense(4)

        def call(self, x):
            return self.dense(x)

        def get_config(self):
            raise AssertionError("a model's configuration holds all its layers")

    assert groups_by_class(Net(2), (None, 4))["Net"].settings == {"depth": 2}


def test_a_wrapper_does_not_write_out_the_model_in_it():
    wrapper = layers.TimeDistributed(keras.Sequential([layers.Dense(4)]))
    assert layer_settings(wrapper) == {"layer": {"class": "Sequential"}}


def test_functions_are_told_by_name():
    def halved(x):
        return x / 2

    assert layer_settings(layers.Lambda(halved)) == {"function": "halved"}
    assert layer_settings(layers.Lambda(lambda x: x / 2)) == {"function": "lambda"}
    assert layer_settings(layers.Activation(halved)) == {"activation": "halved"}


class Hostile(layers.Layer):
    """Each way to ask it for something fails or gives nonsense."""

    class Number(int):
        def __int__(self):
            raise KeyboardError

    class Text(str):
        __slots__ = ()

        def __str__(self):
            raise KeyboardError

    def __init__(self):
        super().__init__()
        self.size, self.mode = self.Number(3), self.Text("a")

    def get_config(self):
        return [self]

    def call(self, x):
        return x + 1.0


def test_nothing_that_a_class_does_stops_the_trace():
    assert layer_settings(Hostile()) == {}
    assert layer_settings(object()) == {}
    assert groups_by_class(Hostile(), (None, 4))["Hostile"].settings == {}


def test_a_layer_is_asked_once_however_often_it_is_called():
    asked = []

    class Counted(layers.Dense):
        def get_config(self):
            asked.append(self.name)
            return super().get_config()

    layer = Counted(4)
    graph = trace(tf.function(lambda x: layer(layer(layer(x)))), tf.TensorSpec((None, 4)))
    calls = [group for group in content_of(graph).groups if group.cls == "Counted"]
    assert len(calls) == 3
    assert [group.settings is calls[0].settings for group in calls] == [True] * 3
    assert told(calls[0].settings, "units") == {"units": 4}
    assert len(asked) == 1


@pytest.mark.skipif(tuple(map(int, tf.__version__.split(".")[:2])) > (2, 15), reason="needs Keras 2")
def test_a_saved_model_of_keras_2_tells_the_same(tmp_path):
    """Before Keras 3, a SavedModel kept the configuration of each layer."""
    inputs = keras.Input((6, 4))
    x = layers.Conv1D(8, 3, padding="same", activation="relu")(inputs)
    x = layers.LSTM(5)(x)
    model = keras.Model(inputs, layers.Dense(3, activation="softmax")(x))
    model.save(str(tmp_path / "saved"), save_format="tf")
    live = groups_by_class(model, (None, 6, 4))
    loaded = {group.cls: group for group in content_of(opscope.load(tmp_path / "saved")).groups if group.cls}
    for name in ("Conv1D", "LSTM", "Dense"):
        assert loaded[name].settings == live[name].settings
        assert loaded[name].defined_in == "keras"
