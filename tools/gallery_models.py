"""The gallery's models, as a user would write them."""

from __future__ import annotations

from typing import Any

import tensorflow as tf

layers = tf.keras.layers


def sequential() -> Any:
    """A classifier of (28, 28, 1) images."""
    return tf.keras.Sequential(
        [
            tf.keras.Input((28, 28, 1)),
            layers.Conv2D(16, 3, activation="relu", name="edges"),
            layers.MaxPooling2D(name="pool"),
            layers.Flatten(name="flat"),
            layers.Dropout(0.5, name="dropout"),
            layers.Dense(10, activation="softmax", name="digits"),
        ],
        name="classifier",
    )


def tagger() -> Any:
    """An LSTM over (batch, time, 32) with a head."""
    return tf.keras.Sequential([layers.LSTM(64, name="lstm"), layers.Dense(10, name="head")], name="tagger")


class Attention(layers.Layer):  # type: ignore[misc]  # TensorFlow's classes are Any here
    """Self-attention of one head."""

    def __init__(self, width: int, **options: Any) -> None:
        super().__init__(**options)
        self.width = width
        self.query = layers.Dense(width, name="query")
        self.key = layers.Dense(width, name="key")
        self.value = layers.Dense(width, name="value")
        self.merge = layers.Dense(width, name="merge")

    def call(self, inputs: Any) -> Any:
        """(batch, time, width) -> the same."""
        scores = tf.matmul(self.query(inputs), self.key(inputs), transpose_b=True) / self.width**0.5
        return self.merge(tf.matmul(tf.nn.softmax(scores), self.value(inputs)))


class Block(layers.Layer):  # type: ignore[misc]
    """Attention and two dense layers, each normalised and added to what came in."""

    def __init__(self, width: int, **options: Any) -> None:
        super().__init__(**options)
        self.attention = Attention(width, name="attention")
        self.widen = layers.Dense(4 * width, activation="relu", name="widen")
        self.narrow = layers.Dense(width, name="narrow")
        self.before = layers.LayerNormalization(name="before")
        self.after = layers.LayerNormalization(name="after")

    def call(self, inputs: Any) -> Any:
        """(batch, time, width) -> the same."""
        inputs = inputs + self.attention(self.before(inputs))
        return inputs + self.narrow(self.widen(self.after(inputs)))


class Transformer(tf.keras.Model):  # type: ignore[misc]
    """Blocks in a row and a head."""

    def __init__(self, blocks: int, width: int = 64, **options: Any) -> None:
        super().__init__(**options)
        self.blocks = [Block(width, name=f"block_{number}") for number in range(blocks)]
        self.head = layers.Dense(width, name="head")

    def call(self, inputs: Any) -> Any:
        """(batch, time, width) -> the same."""
        for block in self.blocks:
            inputs = block(inputs)
        return self.head(inputs)


class GAN:
    """Two models that learn in one step."""

    def __init__(self) -> None:
        self.generator = tf.keras.Sequential(
            [tf.keras.Input((16,)), layers.Dense(32, activation="relu"), layers.Dense(64)], name="generator"
        )
        self.critic = tf.keras.Sequential(
            [tf.keras.Input((64,)), layers.Dense(32, activation="relu"), layers.Dense(1)], name="critic"
        )
        self.optimizers = [tf.keras.optimizers.SGD(0.01), tf.keras.optimizers.SGD(0.01)]

    @tf.function  # type: ignore[untyped-decorator]
    def step(self, real: Any) -> Any:
        """One step of both on real samples (batch, 64); the two losses."""
        loss = tf.nn.sigmoid_cross_entropy_with_logits
        with tf.GradientTape() as outer, tf.GradientTape() as inner:
            made = self.generator(tf.random.normal((8, 16)))
            on_real, on_made = self.critic(real), self.critic(made)
            fooled = tf.reduce_mean(loss(tf.ones_like(on_made), on_made))
            told = tf.reduce_mean(loss(tf.ones_like(on_real), on_real) + loss(tf.zeros_like(on_made), on_made))
        for tape, value, model, optimizer in zip(
            (outer, inner), (fooled, told), (self.generator, self.critic), self.optimizers
        ):
            weights = model.trainable_variables
            optimizer.apply_gradients(zip(tape.gradient(value, weights), weights))
        return fooled, told
