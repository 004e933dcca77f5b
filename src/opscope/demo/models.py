"""The models of the demo, written as users write theirs. `uses` draws them."""

from __future__ import annotations

from typing import Any, List, Tuple

import tensorflow as tf


def small_model() -> Any:
    """A Sequential that takes (None, 10): Dense(64, relu), Dense(10, softmax)."""
    return tf.keras.Sequential(
        [
            tf.keras.Input((10,)),
            tf.keras.layers.Dense(64, activation="relu", name="hidden"),
            tf.keras.layers.Dense(10, activation="softmax", name="classes"),
        ],
        name="small",
    )


class Wave(tf.keras.layers.Layer):  # type: ignore[misc]  # TensorFlow's classes are Any here
    """A custom layer: a sine of a learned frequency for each feature."""

    def build(self, shape: Any) -> None:
        """Make the frequencies, one for each feature."""
        self.frequency = self.add_weight(shape=(shape[-1],), initializer="ones", name="frequency")

    def call(self, inputs: Any) -> Any:
        """Compute sin(frequency * inputs), of the inputs' shape."""
        return tf.sin(self.frequency * inputs)


def wave_model() -> Any:
    """A model with the layer `Wave` in it. It is not built, so its shapes are known only from the trace."""
    return tf.keras.Sequential(
        [
            tf.keras.layers.Dense(64, activation="relu", name="hidden"),
            Wave(name="wave"),
            tf.keras.layers.Dense(10, activation="softmax", name="classes"),
        ],
        name="waves",
    )


class GatedCell(tf.keras.layers.Layer):  # type: ignore[misc]  # TensorFlow's classes are Any here
    """A hand-written recurrent cell: a gate decides how much of the state is replaced."""

    def __init__(self, units: int, **options: Any) -> None:
        super().__init__(**options)
        self.units = units
        self.state_size = units
        self.gate = tf.keras.layers.Dense(units, activation="sigmoid", name="gate")
        self.candidate = tf.keras.layers.Dense(units, activation="tanh", name="candidate")

    def build(self, shape: Any) -> None:
        """Build both layers for the input and the state, concatenated."""
        joined = (shape[0], shape[-1] + self.units)
        self.gate.build(joined)
        self.candidate.build(joined)
        self.built = True

    def call(self, inputs: Any, states: Any) -> Tuple[Any, List[Any]]:
        """One step: inputs (batch, features), state (batch, units)."""
        state = states[0]
        joined = tf.concat([inputs, state], axis=-1)
        gate = self.gate(joined)
        state = gate * self.candidate(joined) + (1.0 - gate) * state
        return state, [state]


class SpeechTagger(tf.keras.Model):  # type: ignore[misc]  # TensorFlow's classes are Any here
    """Tags a sequence of frames, (batch, time, features): an embedding, a custom recurrent layer, a head."""

    def __init__(self, units: int = 64, tags: int = 10, **options: Any) -> None:
        super().__init__(**options)
        self.embed = tf.keras.layers.Dense(units, activation="relu", name="embed")
        self.rnn = tf.keras.layers.RNN(GatedCell(units, name="cell"), name="rnn")
        self.head = tf.keras.layers.Dense(tags, name="head")

    def call(self, inputs: Any) -> Any:
        """Compute the scores of the tags, (batch, tags)."""
        return self.head(self.rnn(self.embed(inputs)))
