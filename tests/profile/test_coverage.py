"""At least 99.5 % of op time comes home, forward and training, on whichever TensorFlow runs the tests."""

import pytest

tf = pytest.importorskip("tensorflow")
import numpy as np  # noqa: E402

from opscope import profile  # noqa: E402
from opscope.graph.content import content_of  # noqa: E402

layers = tf.keras.layers


class Cell(layers.Layer):
    """A user's own recurrent cell."""

    def __init__(self, units):
        super().__init__()
        self.units = self.state_size = self.output_size = units

    def build(self, shape):
        self.kernel = self.add_weight(name="kernel", shape=(shape[-1], self.units))
        self.recurrent = self.add_weight(name="recurrent", shape=(self.units, self.units))
        self.built = True

    def call(self, value, states, training=None):
        state = tf.tanh(tf.matmul(value, self.kernel) + tf.matmul(states[0], self.recurrent))
        return state, [state]


def resnet():
    return tf.keras.applications.ResNet50(weights=None, input_shape=(32, 32, 3), include_top=False, pooling="avg")


def transformer():
    value = inputs = tf.keras.Input((16, 32))
    for _ in range(2):
        value = layers.LayerNormalization()(value + layers.MultiHeadAttention(4, 8)(value, value))
        value = layers.LayerNormalization()(value + layers.Dense(32)(layers.Dense(64, activation="relu")(value)))
    return tf.keras.Model(inputs, layers.Dense(10)(value))


def lstm():
    inputs = tf.keras.Input((12, 8))
    return tf.keras.Model(inputs, layers.LSTM(16)(layers.LSTM(16, return_sequences=True)(inputs)))


def custom_rnn():
    inputs = tf.keras.Input((12, 8))
    return tf.keras.Model(inputs, layers.RNN(Cell(16))(inputs))


@pytest.mark.parametrize("make", [resnet, transformer, lstm, custom_rnn])
def test_op_time_comes_home_and_adds_up(make):
    if make is transformer and not hasattr(layers, "MultiHeadAttention"):
        pytest.skip("this Keras has no MultiHeadAttention")
    model = make()
    x = np.random.default_rng(0).random((2, *model.input_shape[1:])).astype("float32")
    target = np.zeros((2, *model.output_shape[1:]), "float32")
    forward = profile(model, x, steps=2)
    model.compile("adam", "mse")
    training = profile(model, x, target, step="train", steps=2)
    for graph in (forward, training):
        assert graph.measurement["attributed"] >= 0.995, graph.facts["profile"]
        ops = sum(measured.time_us for measured in content_of(graph).measured.values())
        assert ops == pytest.approx(graph.measurement["coverage"]["ops"] * graph.measurement["profiled_step_time_us"])
        assert sum(graph.measurement["coverage"].values()) == pytest.approx(1)
    phases = {group.kind for group in content_of(training).groups if group.measured}
    assert phases >= {"forward", "backward", "optimizer"}
