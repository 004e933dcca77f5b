"""The estimated peak of activation memory beside the one that TensorFlow's allocator reports: forward passes and whole training steps.

Batches are as large as they have to be for nearly all tensors to be reported (256 KiB or more in TensorFlow 2.15 and later). Steps of one run differ, as ops
that run at once take memory in another order: the measured peak is that of the middle step, and the last column has all of them.
"""

from __future__ import annotations

import os
import sys
from statistics import median
from typing import Any, Callable, Dict, List, Tuple

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import tensorflow as tf

import opscope
from opscope.graph import Graph
from opscope.graph.measured_memory import measured_memory

STEPS = 3
Case = Tuple[Any, Tuple[int, ...], Tuple[int, ...]]
"""A model, and the shapes of a batch of its inputs and of what it is trained for."""
layers = tf.keras.layers


def cnn() -> Case:
    """A Sequential of convolutions, with batch normalization, pooling and dropout."""
    kernels = [layers.Conv2D(32, 3, activation="relu"), layers.Conv2D(32, 3, activation="relu"), layers.MaxPooling2D()]
    more = [layers.Conv2D(64, 3, activation="relu"), layers.BatchNormalization(), layers.ReLU(), layers.MaxPooling2D()]
    head = [layers.Flatten(), layers.Dense(128, activation="relu"), layers.Dropout(0.5), layers.Dense(10)]
    model = tf.keras.Sequential([tf.keras.Input((64, 64, 3)), *kernels, *more, *head])
    return model, (32, 64, 64, 3), (32, 10)


def resnet() -> Case:
    """ResNet50."""
    model = tf.keras.applications.ResNet50(weights=None, input_shape=(128, 128, 3), classifier_activation=None)
    return model, (16, 128, 128, 3), (16, 1000)


def mobilenet() -> Case:
    """MobileNetV2."""
    model = tf.keras.applications.MobileNetV2(weights=None, input_shape=(128, 128, 3), classifier_activation=None)
    return model, (16, 128, 128, 3), (16, 1000)


def unet() -> Case:
    """Three levels down and up again."""
    value = inputs = tf.keras.Input((96, 96, 3))
    skips = []
    for width in (16, 32, 64):
        value = _twice(value, width)
        skips.append(value)
        value = layers.MaxPooling2D()(value)
    value = _twice(value, 128)
    for width in (64, 32, 16):
        value = layers.Concatenate()([skips.pop(), layers.Conv2DTranspose(width, 2, 2)(value)])
        value = _twice(value, width)
    return tf.keras.Model(inputs, layers.Conv2D(1, 1)(value)), (8, 96, 96, 3), (8, 96, 96, 1)


def _twice(value: Any, width: int) -> Any:
    for _ in range(2):
        value = layers.ReLU()(layers.BatchNormalization()(layers.Conv2D(width, 3, padding="same")(value)))
    return value


def gpt() -> Case:
    """Four blocks of causal attention, by Keras' own layers."""
    value = inputs = tf.keras.Input((128, 128))
    for _ in range(4):
        normed = layers.LayerNormalization()(value)
        value = value + layers.MultiHeadAttention(4, 32)(normed, normed, use_causal_mask=True)
        value = value + layers.Dense(128)(layers.Dense(512, activation="gelu")(layers.LayerNormalization()(value)))
    model = tf.keras.Model(inputs, layers.Dense(1000)(layers.LayerNormalization()(value)))
    return model, (16, 128, 128), (16, 128, 1000)


def lstm() -> Case:
    """Two LSTMs."""
    inputs = tf.keras.Input((30, 256))
    value = layers.LSTM(256)(layers.LSTM(256, return_sequences=True)(inputs))
    return tf.keras.Model(inputs, layers.Dense(10)(value)), (512, 30, 256), (512, 10)


def mlp() -> Case:
    """Four Dense layers, whose kernels are larger than what they make."""
    value = inputs = tf.keras.Input((784,))
    for _ in range(3):
        value = layers.Dense(1024, activation="relu")(value)
    return tf.keras.Model(inputs, layers.Dense(10)(value)), (128, 784), (128, 10)


def vgg() -> Case:
    """Two convolutions, and a Dense with a kernel of 16 MiB."""
    value = inputs = tf.keras.Input((64, 64, 3))
    for width in (32, 64):
        value = layers.MaxPooling2D()(layers.Conv2D(width, 3, padding="same", activation="relu")(value))
    value = layers.Dense(256, activation="relu")(layers.Flatten()(value))
    return tf.keras.Model(inputs, layers.Dense(10)(value)), (16, 64, 64, 3), (16, 10)


def large_dense() -> Case:
    """Two convolutions with batch normalization, and a Dense with a kernel of 8 MiB."""
    value = inputs = tf.keras.Input((64, 64, 3))
    value = layers.ReLU()(layers.BatchNormalization()(layers.Conv2D(32, 3, padding="same")(value)))
    value = layers.MaxPooling2D()(layers.Conv2D(32, 3, padding="same", activation="relu")(value))
    value = layers.Dense(64, activation="relu")(layers.Flatten()(value))
    return tf.keras.Model(inputs, layers.Dense(10)(value)), (8, 64, 64, 3), (8, 10)


MODELS: Dict[str, Callable[[], Case]] = {
    "MLP": mlp, "small VGG": vgg, "large Dense": large_dense,
    "Sequential CNN": cnn, "U-Net": unet, "GPT": gpt, "LSTM": lstm, "MobileNetV2": mobilenet, "ResNet50": resnet,
}  # fmt: skip
KINDS = ("forward", "fit, SGD", "fit, Adam", "by hand, Adam")


def profiled(case: Case, kind: str) -> Graph:
    """The measured graph of one step of a kind."""
    model, inputs, targets = case
    x, y = tf.random.normal(inputs), tf.random.normal(targets)
    options = {"steps": STEPS, "warmup": 1, "trace_level": 2, "source_lines": False}
    if kind == "forward":
        return opscope.profile(model, x, **options)
    if kind == "by hand, Adam":
        return opscope.profile(by_hand(model), x, y, **options)
    model.compile(kind.rpartition(" ")[2].lower(), "mse")
    return opscope.profile(model, x, y, step="train", **options)


def by_hand(model: Any) -> Any:
    """A training step with a tape."""
    optimizer = tf.keras.optimizers.Adam()
    optimizer.build(model.trainable_variables)

    @tf.function  # type: ignore[untyped-decorator]
    def step(x: Any, y: Any) -> Any:
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(tf.square(model(x, training=True) - y))
        variables = model.trainable_variables
        optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables))
        return loss

    return step


def row(name: str, kind: str, graph: Graph) -> str:
    """One line of the table."""
    entries = measured_memory(graph.measurement)
    estimated = graph.cost.peak_activation_bytes if graph.cost is not None else None
    if not entries or estimated is None:
        return f"| {name} | {kind} | {len(graph):,} | {estimated or 'not known'} | not reported | | |"
    peaks = entries[0]["step_peak_bytes"]
    usual = median(peaks)
    spread = ", ".join(f"{peak / 1e6:.1f}" for peak in peaks)
    return f"| {name} | {kind} | {len(graph):,} | {estimated / 1e6:.1f} | {usual / 1e6:.1f} | {100 * (estimated / usual - 1):+.1f} % | {spread} |"


def main(chosen: List[str]) -> None:
    """Print the table, row by row."""
    sys.stdout.write(f"TensorFlow {tf.__version__}, {STEPS} profiled steps of each. Sizes in MB (1,000,000 bytes).\n\n")
    sys.stdout.write(
        "| model | step | ops | estimated peak | measured peak | difference | peak of each step |\n|---|---|---|---|---|---|---|\n"
    )
    for name, make in MODELS.items():
        for kind in KINDS:
            if not chosen or name in chosen:
                sys.stdout.write(row(name, kind, profiled(make(), kind)) + "\n")
                sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1:])
