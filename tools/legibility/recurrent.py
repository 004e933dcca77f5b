"""Networks with a loop over time: a tagger of Keras layers, and a loop written with `tf.while_loop`."""

from __future__ import annotations

from typing import Any, List, Tuple

import tensorflow as tf

from .case import Case, Live

layers = tf.keras.layers


class GatedCell(layers.Layer):  # type: ignore[misc]  # TensorFlow's classes are Any here
    """A minimal gated unit: one gate decides how much of the state is new."""

    def __init__(self, units: int, **options: Any) -> None:
        super().__init__(**options)
        self.units = self.state_size = self.output_size = units
        self.gate = layers.Dense(units, activation="sigmoid", name="gate")
        self.candidate = layers.Dense(units, activation="tanh", name="candidate")

    def build(self, shape: Any) -> None:
        joined = (*shape[:-1], shape[-1] + self.units)
        self.gate.build(joined)
        self.candidate.build(joined)
        self.built = True

    def call(self, value: Any, states: List[Any]) -> Tuple[Any, List[Any]]:
        """(batch, features) of one moment, the state before it -> the state after it, twice."""
        before = states[0]
        gate = self.gate(tf.concat([value, before], axis=-1))
        candidate = self.candidate(tf.concat([value, gate * before], axis=-1))
        after = (1.0 - gate) * before + gate * candidate
        return after, [after]


def tagger() -> Live:
    """A tag for each of 40 words: a bidirectional LSTM, then a layer with a cell of its own."""
    model = tf.keras.Sequential(
        [
            tf.keras.Input((40,), dtype="int32", name="words"),
            layers.Embedding(5000, 64, name="embedding"),
            layers.Dropout(0.2, name="dropout"),
            layers.Bidirectional(layers.LSTM(96, return_sequences=True, name="lstm"), name="both_ways"),
            layers.RNN(GatedCell(48, name="cell"), return_sequences=True, name="gated"),
            layers.LayerNormalization(name="norm"),
            layers.Dense(17, activation="softmax", name="tags"),
        ],
        name="tagger",
    )
    batch = tf.random.stateless_uniform((16, 40), (1, 2), 0, 5000, tf.int32)
    return Live(model, (tf.TensorSpec((None, 40), tf.int32, name="words"),), batch=(batch,))


class LeakyCell(tf.Module):  # type: ignore[misc]
    """A recurrent cell that keeps a part of its state and forgets the rest."""

    def __init__(self, features: int, units: int) -> None:
        super().__init__(name="leaky_cell")
        self.kernel = tf.Variable(tf.random.normal((features, units), stddev=0.1), name="kernel")
        self.recurrent = tf.Variable(tf.random.normal((units, units), stddev=0.1), name="recurrent")
        self.bias = tf.Variable(tf.zeros((units,)), name="bias")
        self.leak = tf.Variable(tf.fill((units,), 0.9), name="leak")

    def __call__(self, value: Any, state: Any) -> Any:
        with self.name_scope:
            new = tf.tanh(value @ self.kernel + state @ self.recurrent + self.bias)
            return self.leak * state + (1.0 - self.leak) * new


class Forecaster(tf.Module):  # type: ignore[misc]
    """Reads 30 moments of 8 sensors and foretells the next value of each."""

    def __init__(self) -> None:
        super().__init__(name="forecaster")
        self.cell = LeakyCell(8, 32)
        self.head = tf.Variable(tf.random.normal((32, 8), stddev=0.1), name="head")

    @tf.function  # type: ignore[untyped-decorator]
    def __call__(self, sensors: Any) -> Any:
        """(batch, 30, 8) -> (batch, 8) and the energy of the state at each moment, (30, batch)."""
        moments = tf.transpose(sensors, (1, 0, 2))
        energies = tf.TensorArray(tf.float32, size=30)

        def step(moment: Any, state: Any, written: Any) -> Tuple[Any, Any, Any]:
            state = self.cell(moments[moment], state)
            return moment + 1, state, written.write(moment, tf.reduce_mean(state**2, axis=1))

        start = (tf.constant(0), tf.zeros((tf.shape(sensors)[0], 32)), energies)
        _, state, energies = tf.while_loop(lambda moment, *_: moment < 30, step, start)
        return {"forecast": state @ self.head, "energy": energies.stack()}


def while_loop_rnn() -> Live:
    return Live(Forecaster(), (tf.TensorSpec((None, 30, 8), name="sensors"),))


CASES = {"tagger": Case(tagger, measured=True), "while_loop_rnn": Case(while_loop_rnn)}
