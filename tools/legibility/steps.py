"""Training steps written by hand: a GAN's, and one that sums gradients over several batches."""

from __future__ import annotations

from typing import Any, Tuple

import tensorflow as tf

from .case import Case, Live

layers = tf.keras.layers


class PixelNorm(layers.Layer):  # type: ignore[misc]  # TensorFlow's classes are Any here
    """Each pixel's features scaled to unit length."""

    def call(self, value: Any) -> Any:
        return value * tf.math.rsqrt(tf.reduce_mean(value**2, axis=-1, keepdims=True) + 1e-8)


class MinibatchStdDev(layers.Layer):  # type: ignore[misc]
    """One more channel that tells how much the samples of the batch differ."""

    def call(self, value: Any) -> Any:
        spread = tf.reduce_mean(tf.math.reduce_std(value, axis=0))
        return tf.concat([value, tf.fill((*value.shape[:-1], 1), spread)], axis=-1)


class Generator(tf.keras.Model):  # type: ignore[misc]
    """Noise (batch, 64) -> images (batch, 28, 28, 1)."""

    def __init__(self) -> None:
        super().__init__(name="generator")
        self.start = layers.Dense(7 * 7 * 64, activation="relu", name="start")
        self.fold = layers.Reshape((7, 7, 64), name="fold")
        self.grow_1 = layers.Conv2DTranspose(64, 4, strides=2, padding="same", activation="relu", name="grow_1")
        self.norm_1 = PixelNorm(name="norm_1")
        self.grow_2 = layers.Conv2DTranspose(32, 4, strides=2, padding="same", activation="relu", name="grow_2")
        self.norm_2 = PixelNorm(name="norm_2")
        self.paint = layers.Conv2D(1, 3, padding="same", activation="tanh", name="paint")

    def call(self, noise: Any) -> Any:
        value = self.fold(self.start(noise))
        value = self.norm_1(self.grow_1(value))
        value = self.norm_2(self.grow_2(value))
        return self.paint(value)


class Discriminator(tf.keras.Model):  # type: ignore[misc]
    """Images (batch, 28, 28, 1) -> how real they look (batch, 1)."""

    def __init__(self) -> None:
        super().__init__(name="discriminator")
        self.look_1 = layers.Conv2D(32, 4, strides=2, padding="same", activation="leaky_relu", name="look_1")
        self.look_2 = layers.Conv2D(64, 4, strides=2, padding="same", activation="leaky_relu", name="look_2")
        self.compare = MinibatchStdDev(name="compare")
        self.flat = layers.Flatten(name="flat")
        self.dropout = layers.Dropout(0.3, name="dropout")
        self.verdict = layers.Dense(1, name="verdict")

    def call(self, images: Any, training: bool = False) -> Any:
        value = self.compare(self.look_2(self.look_1(images)))
        return self.verdict(self.dropout(self.flat(value), training=training))


class GAN:
    """Two networks that learn against each other, each with an optimizer of its own."""

    def __init__(self) -> None:
        self.generator, self.discriminator = Generator(), Discriminator()
        self.generator_optimizer = tf.keras.optimizers.Adam(1e-4, beta_1=0.5)
        self.discriminator_optimizer = tf.keras.optimizers.RMSprop(2e-4)
        self.loss = tf.keras.losses.BinaryCrossentropy(from_logits=True)

    @tf.function  # type: ignore[untyped-decorator]
    def train_step(self, real: Any) -> Any:
        """One step of both on real images (batch, 28, 28, 1)."""
        noise = tf.random.normal((real.shape[0], 64))
        with tf.GradientTape() as generator_tape, tf.GradientTape() as discriminator_tape:
            fake = self.generator(noise, training=True)
            on_real = self.discriminator(real, training=True)
            on_fake = self.discriminator(fake, training=True)
            generator_loss = self.loss(tf.ones_like(on_fake), on_fake)
            # One-sided label smoothing: real images are only 0.9 real.
            discriminator_loss = self.loss(0.9 * tf.ones_like(on_real), on_real) + self.loss(
                tf.zeros_like(on_fake), on_fake
            )
        weights = self.generator.trainable_variables
        gradients = generator_tape.gradient(generator_loss, weights)
        self.generator_optimizer.apply_gradients(zip(gradients, weights))
        weights = self.discriminator.trainable_variables
        gradients = discriminator_tape.gradient(discriminator_loss, weights)
        self.discriminator_optimizer.apply_gradients(zip(gradients, weights))
        return {"generator_loss": generator_loss, "discriminator_loss": discriminator_loss}


def gan_step() -> Live:
    gan = GAN()
    return Live(gan.train_step, (tf.TensorSpec((16, 28, 28, 1), name="real"),), owner=gan)


class PatchEmbed(layers.Layer):  # type: ignore[misc]
    """Cuts images into patches and makes a vector of each."""

    def __init__(self, patch: int, width: int, **options: Any) -> None:
        super().__init__(**options)
        self.width = width
        self.project = layers.Conv2D(width, patch, strides=patch, name="project")

    def call(self, images: Any) -> Any:
        patches = self.project(images)
        return tf.reshape(patches, (-1, patches.shape[1] * patches.shape[2], self.width))


class GatedBlock(layers.Layer):  # type: ignore[misc]
    """A residual block in which one half of the features gates the other, across patches."""

    def __init__(self, width: int, **options: Any) -> None:
        super().__init__(**options)
        self.norm = layers.LayerNormalization(name="norm")
        self.widen = layers.Dense(2 * width, activation="gelu", name="widen")
        self.mix = layers.Dense(64, name="mix")
        self.narrow = layers.Dense(width, name="narrow")

    def call(self, value: Any) -> Any:
        """(batch, 64 patches, width) -> the same."""
        kept, gate = tf.split(self.widen(self.norm(value)), 2, axis=-1)
        gate = tf.transpose(self.mix(tf.transpose(gate, (0, 2, 1))), (0, 2, 1))
        return value + self.narrow(kept * gate)


class PatchClassifier(tf.keras.Model):  # type: ignore[misc]
    """Images (batch, 32, 32, 3) -> ten logits."""

    def __init__(self) -> None:
        super().__init__(name="patch_classifier")
        self.embed = PatchEmbed(4, 96, name="patch_embed")
        self.blocks = [GatedBlock(96, name=f"gated_block_{number}") for number in range(4)]
        self.pool = layers.GlobalAveragePooling1D(name="pool")
        self.head = layers.Dense(10, name="head")

    def call(self, images: Any) -> Any:
        value = self.embed(images)
        for block in self.blocks:
            value = block(value)
        return self.head(self.pool(value))


class Accumulator:
    """Sums gradients over four batches, then clips them and updates the weights once."""

    every = 4

    def __init__(self) -> None:
        self.model = PatchClassifier()
        self.model(tf.zeros((1, 32, 32, 3)))
        self.optimizer = tf.keras.optimizers.AdamW(1e-3)
        self.optimizer.build(self.model.trainable_variables)
        self.sums = [tf.Variable(tf.zeros_like(weight), trainable=False) for weight in self.model.trainable_variables]
        self.seen = tf.Variable(0, trainable=False, dtype=tf.int64, name="seen")
        self.loss = tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        self.accuracy = tf.keras.metrics.SparseCategoricalAccuracy()

    def apply(self) -> None:
        gradients, _ = tf.clip_by_global_norm([total / self.every for total in self.sums], 1.0)
        self.optimizer.apply_gradients(zip(gradients, self.model.trainable_variables))
        for total in self.sums:
            total.assign(tf.zeros_like(total))

    @tf.function  # type: ignore[untyped-decorator]
    def train_step(self, images: Any, labels: Any) -> Tuple[Any, Any]:
        with tf.GradientTape() as tape:
            logits = self.model(images, training=True)
            loss = self.loss(labels, logits)
        for total, gradient in zip(self.sums, tape.gradient(loss, self.model.trainable_variables)):
            total.assign_add(gradient)
        self.seen.assign_add(1)
        if self.seen % self.every == 0:
            self.apply()
        self.accuracy.update_state(labels, logits)
        return loss, self.accuracy.result()


def gradient_accumulation() -> Live:
    accumulator = Accumulator()
    batch = (tf.TensorSpec((32, 32, 32, 3), name="images"), tf.TensorSpec((32,), tf.int64, name="labels"))
    return Live(accumulator.train_step, batch, owner=accumulator)


CASES = {"gan_step": Case(gan_step, measured=True), "gradient_accumulation": Case(gradient_accumulation)}
