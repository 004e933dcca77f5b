"""The models that the profiling benchmarks run, each with a batch of inputs."""

from __future__ import annotations

from typing import Any, Tuple

import numpy as np
import tensorflow as tf

WIDTH, HEADS, LENGTH, BATCH = 64, 4, 64, 8


def random(*shape: int) -> Any:
    """The same numbers every time."""
    return np.random.default_rng(0).random(shape).astype("float32")


def resnet() -> Tuple[str, Any, Any]:
    """ResNet50 on one image."""
    return "ResNet50", tf.keras.applications.ResNet50(weights=None), random(1, 224, 224, 3)


def transformer(depth: int = 6, width: int = WIDTH, length: int = LENGTH) -> Tuple[str, Any, Any]:
    """An encoder of stock Keras layers."""
    layers = tf.keras.layers
    value = inputs = tf.keras.Input((length, width))
    for _ in range(depth):
        attended = layers.MultiHeadAttention(HEADS, width // HEADS)(value, value)
        value = layers.LayerNormalization()(value + attended)
        hidden = layers.Dense(width)(layers.Dense(4 * width, activation="relu")(value))
        value = layers.LayerNormalization()(value + hidden)
    return f"{depth}-layer transformer", tf.keras.Model(inputs, layers.Dense(10)(value)), random(BATCH, length, width)


def lstm() -> Tuple[str, Any, Any]:
    """Two LSTMs over 40 steps."""
    layers = tf.keras.layers
    value = inputs = tf.keras.Input((40, 32))
    value = layers.LSTM(64)(layers.LSTM(64, return_sequences=True)(value))
    return "2 LSTMs, 40 steps", tf.keras.Model(inputs, layers.Dense(10)(value)), random(BATCH, 40, 32)


class Cell(tf.keras.layers.Layer):  # type: ignore[misc]
    """A user's own recurrent cell."""

    def __init__(self, units: int) -> None:
        super().__init__()
        self.units = self.state_size = self.output_size = units

    def build(self, shape: Any) -> None:
        """Make the two weights."""
        self.kernel = self.add_weight(name="kernel", shape=(shape[-1], self.units))
        self.recurrent = self.add_weight(name="recurrent", shape=(self.units, self.units))
        self.built = True

    def call(self, value: Any, states: Any, training: Any = None) -> Any:  # noqa: ARG002 - Keras passes it
        """One step."""
        state = tf.tanh(tf.matmul(value, self.kernel) + tf.matmul(states[0], self.recurrent))
        return state, [state]


def custom_rnn() -> Tuple[str, Any, Any]:
    """An RNN of a cell of its own over 40 steps."""
    layers = tf.keras.layers
    inputs = tf.keras.Input((40, 32))
    model = tf.keras.Model(inputs, layers.Dense(10)(layers.RNN(Cell(64))(inputs)))
    return "custom RNN, 40 steps", model, random(BATCH, 40, 32)
