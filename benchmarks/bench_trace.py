"""`opscope.trace` against the bare `get_concrete_function`, on ResNet50 and on a 12-layer transformer training step.

In one process, in turn, several times; medians of CPU time, which other programs on the machine do not lengthen. *recording*
adds only the noting of layers while TensorFlow traces; *all* is `opscope.trace` up to the finished graph, source lines
included.
"""

from __future__ import annotations

import gc
import os
import statistics
import time
from typing import Any, Callable, Dict, List, Tuple

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import tensorflow as tf

from opscope.capture import trace
from opscope.capture.patches import recording
from opscope.capture.recorder import Recorder
from opscope.capture.seams import default_graph
from opscope.graph.content import content_of

RUNS = 7
LAYERS, WIDTH, HEADS, LENGTH, BATCH = 12, 64, 4, 32, 8

Case = Tuple[str, Callable[..., Any], List[Any]]


def resnet() -> Case:
    """ResNet50's forward pass, with fresh weights."""
    model = tf.keras.applications.ResNet50(weights=None)
    return "ResNet50, forward", lambda image: model(image, training=False), [tf.TensorSpec((1, 224, 224, 3))]


def transformer() -> Case:
    """One training step of an encoder: tape, gradients, Adam."""
    layers = tf.keras.layers
    value = inputs = tf.keras.Input((LENGTH, WIDTH))
    for _ in range(LAYERS):
        attended = layers.MultiHeadAttention(HEADS, WIDTH // HEADS)(value, value)
        value = layers.LayerNormalization()(value + attended)
        hidden = layers.Dense(WIDTH)(layers.Dense(4 * WIDTH, activation="relu")(value))
        value = layers.LayerNormalization()(value + hidden)
    model = tf.keras.Model(inputs, layers.Dense(10)(value))
    optimizer = tf.keras.optimizers.Adam()

    def step(x: Any, y: Any) -> Any:
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((model(x, training=True) - y) ** 2)
        gradients = tape.gradient(loss, model.trainable_variables)
        optimizer.apply_gradients(zip(gradients, model.trainable_variables))
        return loss

    specs = [tf.TensorSpec((BATCH, LENGTH, WIDTH)), tf.TensorSpec((BATCH, LENGTH, 10))]
    step(*(tf.zeros(spec.shape) for spec in specs))  # makes the optimizer's variables
    return f"{LAYERS}-layer transformer, training step", step, specs


def ways(function: Callable[..., Any], specs: List[Any]) -> Dict[str, Callable[[], Any]]:
    """The three things that are timed, each on a function that was never traced."""

    def recorded() -> None:
        recorder = Recorder(default_graph())
        fresh = tf.function(function)
        with recording(recorder):
            recorder.copy_of(fresh).get_concrete_function(*specs)

    return {
        "bare": lambda: tf.function(function).get_concrete_function(*specs),
        "recording": recorded,
        "all": lambda: content_of(trace(tf.function(function), *specs)),
    }


def measure(case: Case) -> str:
    """One row of the table."""
    name, function, specs = case
    timed = ways(function, specs)
    laps: Dict[str, List[float]] = {way: [] for way in timed}
    for way in timed.values():
        way()
    for _ in range(RUNS):
        for way, run in timed.items():
            gc.collect()
            started = time.process_time()
            run()
            laps[way].append(time.process_time() - started)
    medians = {way: statistics.median(found) for way, found in laps.items()}
    ops = len(trace(tf.function(function), *specs))
    ratios = [f"{medians[way] / medians['bare']:.2f}x" for way in ("recording", "all")]
    return f"| {name} | {ops:,} | {medians['bare']:.2f} s | {' | '.join(ratios)} |"


def main() -> None:
    """Print the table."""
    print(f"TensorFlow {tf.__version__}, medians of {RUNS} in one process\n")
    print("| traced | ops | bare | recording | all |\n|---|---|---|---|---|")
    for make in (resnet, transformer):
        print(measure(make()), flush=True)
    print("\nLimits: recording 1.05x; all 1.25x on ResNet50, 1.15x on the training step.")


if __name__ == "__main__":
    main()
