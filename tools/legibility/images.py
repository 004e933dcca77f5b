"""Networks for images: stock ones, a small Sequential, a U-Net with gates of its own."""

from __future__ import annotations

from functools import partial
from typing import Any, Sequence

import tensorflow as tf

from .case import Case, Live

layers = tf.keras.layers


def sequential_cnn() -> Live:
    """A classifier of small images, as in a first tutorial; only its first convolution is 5×5."""
    model = tf.keras.Sequential(
        [
            tf.keras.Input((32, 32, 3), name="images"),
            layers.Conv2D(32, 5, padding="same", activation="relu"),
            layers.Conv2D(32, 3, activation="relu"),
            layers.MaxPooling2D(),
            layers.Dropout(0.25),
            layers.Conv2D(64, 3, padding="same", activation="relu"),
            layers.Conv2D(64, 3, activation="relu"),
            layers.MaxPooling2D(),
            layers.Dropout(0.25),
            layers.Flatten(),
            layers.Dense(512, activation="relu"),
            layers.Dropout(0.5),
            layers.Dense(10),
        ],
        name="cifar_cnn",
    )
    return Live(model, ((None, 32, 32, 3),))


def application(name: str, size: int = 224) -> Live:
    """A network of `tf.keras.applications`, with random weights."""
    model = getattr(tf.keras.applications, name)(weights=None)
    return Live(model, ((None, size, size, 3),), batch=((4, size, size, 3),))


def resnet50_wrong() -> Live:
    """ResNet50 with five blocks in its third stage instead of six."""
    # Keras does not publish the builder; no other way gives the same names as `applications.ResNet50`.
    from keras.src.applications import resnet  # noqa: PLC0415

    def stages(value: Any) -> Any:
        for width, blocks, stride, name in (
            (64, 3, 1, "conv2"),
            (128, 4, 2, "conv3"),
            (256, 5, 2, "conv4"),
            (512, 3, 2, "conv5"),
        ):
            value = resnet.stack_residual_blocks_v1(value, width, blocks, stride1=stride, name=name)
        return value

    model = resnet.ResNet(stages, preact=False, use_bias=True, weights=None, name="resnet50")
    return Live(model, ((None, 224, 224, 3),), batch=((4, 224, 224, 3),))


class AttentionGate(layers.Layer):  # type: ignore[misc]  # TensorFlow's classes are Any here
    """Weighs a skip connection by what the decoder is about to look at (Attention U-Net)."""

    def __init__(self, filters: int, **options: Any) -> None:
        super().__init__(**options)
        self.of_skip = layers.Conv2D(filters, 1, use_bias=False, name="of_skip")
        self.of_gate = layers.Conv2D(filters, 1, name="of_gate")
        self.weigh = layers.Conv2D(1, 1, activation="sigmoid", name="weigh")

    def call(self, skip: Any, gate: Any) -> Any:
        """Both (batch, rows, columns, channels) -> the weighed skip."""
        return skip * self.weigh(tf.nn.relu(self.of_skip(skip) + self.of_gate(gate)))


def convolve(value: Any, filters: int) -> Any:
    """Twice a 3×3 convolution with its normalisation."""
    for _ in range(2):
        value = layers.Conv2D(filters, 3, padding="same", use_bias=False)(value)
        value = layers.BatchNormalization()(value)
        value = layers.ReLU()(value)
    return value


def unet(widths: Sequence[int] = (16, 32, 64, 128), bottom: int = 256) -> Live:
    """A U-Net for three classes of pixels."""
    images = tf.keras.Input((128, 128, 1), name="scans")
    value, skips = images, []
    for filters in widths:
        value = convolve(value, filters)
        skips.append(value)
        value = layers.MaxPooling2D()(value)
    value = layers.Dropout(0.3)(convolve(value, bottom))
    for filters, skip in zip(reversed(widths), reversed(skips)):
        value = layers.Conv2DTranspose(filters, 2, strides=2, padding="same")(value)
        value = layers.Concatenate()([AttentionGate(filters // 2)(skip, value), value])
        value = convolve(value, filters)
    masks = layers.Conv2D(3, 1, activation="softmax", name="masks")(value)
    model = tf.keras.Model(images, masks, name="attention_unet")
    return Live(model, ((None, 128, 128, 1),), batch=((4, 128, 128, 1),))


CASES = {
    "sequential_cnn": Case(sequential_cnn),
    "resnet50": Case(partial(application, "ResNet50"), measured=True),
    "resnet50-wrong": Case(resnet50_wrong, measured=True),
    "mobilenetv2": Case(partial(application, "MobileNetV2"), measured=True),
    "efficientnetb0": Case(partial(application, "EfficientNetB0")),
    "inceptionv3": Case(partial(application, "InceptionV3", 299)),
    "densenet121": Case(partial(application, "DenseNet121")),
    "unet": Case(unet, measured=True),
    "unet-wrong": Case(partial(unet, (16, 32, 48, 128)), measured=True),
}
