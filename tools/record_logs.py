"""Record log directories for the tests of `opscope.profile(graph, logdir=...)`, with the TensorFlow that runs this.

Writes tests/profile/logs/tf<version>.zip with two log directories, as TensorFlow wrote them, but for the files that opscope does not read:

- ``keras``: ``fit`` with the callback ``TensorBoard(profile_batch=...)``. Keras 2 logs its training function too, Keras 3 only the layers.
- ``loop``: a loop of one's own, in which no step is marked, with the function's graph.

and with ``step.json``, the graph of Keras's training step, as opscope traces it. Run it once for each TensorFlow of the matrix; it needs TensorBoard.
"""

from __future__ import annotations

import sys
import tempfile
import zipfile
from importlib import import_module
from pathlib import Path

import numpy as np
import tensorflow as tf

import opscope

FOLDER = Path(__file__).resolve().parents[1] / "tests" / "profile" / "logs"
BATCHES = 8
READ = (".xplane.pb", ".v2", "step.json")


def model() -> tf.keras.Model:
    """A small convolutional classifier."""
    layers = tf.keras.layers
    return tf.keras.Sequential(
        [
            tf.keras.Input((8, 8, 1)),
            layers.Conv2D(4, 3, activation="relu", name="conv"),
            layers.Flatten(name="flat"),
            layers.Dense(16, activation="relu", name="hidden"),
            layers.Dense(3, name="head"),
        ],
        name="small",
    )


def fit(folder: Path, images: np.ndarray, labels: np.ndarray) -> None:
    """Train with Keras, and have it profile some batches."""
    made = model()
    made.compile("sgd", tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    step = opscope.trace(made, images[:8], labels[:8], step="train", source_lines=False)
    step.save(folder / "step.json")
    old = tf.__version__.startswith("2.4.")
    board = tf.keras.callbacks.TensorBoard(str(folder / "keras"), profile_batch="3,6" if old else (3, 6))
    made.fit(images, labels, batch_size=8, epochs=1, callbacks=[board], verbose=0)


def loop(folder: Path, images: np.ndarray) -> None:
    """Call a function again and again, and another one now and then, with nothing that says what a step is."""
    weights = tf.Variable(tf.ones((64, 32)), name="weights")

    @tf.function(input_signature=[tf.TensorSpec((8, 64))])
    def step(x: tf.Tensor) -> tf.Tensor:
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(
                tf.square(tf.tanh(tf.matmul(x, weights, name="product"), name="bent"), name="squared")
            )
        weights.assign_sub(0.1 * tape.gradient(loss, weights))
        return loss

    @tf.function(input_signature=[tf.TensorSpec((8, 64))])
    def report(x: tf.Tensor) -> tf.Tensor:
        return tf.reduce_max(tf.abs(x, name="sizes"), name="largest")

    flat = tf.constant(images[:8].reshape(8, 64))
    for function in (step, report):
        function(flat)
    with tf.summary.create_file_writer(str(folder / "loop" / "train")).as_default():
        log_graph(step.get_concrete_function().graph)
    tf.profiler.experimental.start(str(folder / "loop"))
    for number in range(BATCHES):
        step(flat)
        if number % 4 == 3:
            report(flat)
    tf.profiler.experimental.stop()


def log_graph(graph: tf.Graph) -> None:
    """Log a function's graph; TensorFlow 2.4 can, but has no public name for it."""
    if hasattr(tf.summary, "graph"):
        tf.summary.graph(graph)
    else:
        import_module("tensorflow.python.ops.summary_ops_v2").graph(graph, step=0)


def main() -> None:
    """Record and write."""
    tf.random.set_seed(1)
    images = np.random.default_rng(1).random((8 * BATCHES, 8, 8, 1), dtype="float32")
    labels = np.arange(8 * BATCHES) % 3
    major, minor = tf.__version__.split(".")[:2]
    path = FOLDER / f"tf{major}{minor}.zip"
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        folder = Path(name)
        fit(folder, images, labels)
        loop(folder, images)
        for file in sorted(folder.rglob("*")):
            if file.name.endswith(READ):
                info = zipfile.ZipInfo(file.relative_to(folder).as_posix(), (2020, 1, 1, 0, 0, 0))
                info.compress_type = zipfile.ZIP_DEFLATED
                archive.writestr(info, file.read_bytes())
    sys.stdout.write(f"{path.name}: {path.stat().st_size / 1024:.0f} KB\n")


if __name__ == "__main__":
    main()
