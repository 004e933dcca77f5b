"""Records what TensorFlow makes of a function before it runs it, for ``tests/executed/recorded``.

$ python tools/record_executed.py

Run it with each TensorFlow of the matrix; each writes one archive, named after its version: the function as it was traced, and the
graphs that TensorFlow collected when it ran. ``tests/executed/test_recorded_graphs.py`` says what became of each op, as a person reads it.
"""

from __future__ import annotations

import sys
import zipfile
from pathlib import Path

import tensorflow as tf

from opscope.profile.running.session import optimising

FOLDER = Path(__file__).resolve().parents[1] / "tests/executed/recorded"


class Model(tf.Module):
    """Has one of everything that TensorFlow does to a graph on a CPU. Each op has a name of its own."""

    def __init__(self) -> None:
        super().__init__()
        self.kernel = tf.Variable(tf.ones((3, 3, 2, 4)))
        self.bias = tf.Variable(tf.ones(4))
        self.weights = tf.Variable(tf.ones((64, 3)))
        self.offset = tf.Variable(tf.ones(3))

    @tf.function
    def twice(self, x: tf.Tensor) -> tf.Tensor:
        return tf.multiply(tf.tanh(x, name="tanh"), 2.0, name="double")

    @tf.function(input_signature=[tf.TensorSpec((2, 4, 4, 2), tf.float32, name="image")])
    def run(self, image: tf.Tensor) -> tf.Tensor:
        padded = tf.pad(image, [[0, 0], [1, 1], [1, 1], [0, 0]], name="pad")
        product = tf.nn.conv2d(padded, self.kernel, 1, "VALID", name="conv")
        x = tf.nn.relu(tf.nn.bias_add(product, self.bias, name="conv_bias"), name="relu")
        x = tf.identity(x, name="handed_on")
        root = tf.sqrt(tf.constant(4.0, name="four"), name="root")
        x = tf.realdiv(x, root, name="quotient")
        x = tf.add(tf.sin(x, name="sine"), tf.sin(x, name="sine_again"), name="sum")
        x = tf.reshape(x, tf.constant((2, 64), name="flat_shape"), name="flat")
        x = tf.nn.bias_add(tf.matmul(x, self.weights, name="matmul"), self.offset, name="head")
        tf.cos(x, name="unused")
        x = self.twice(x)
        x = tf.cond(
            tf.greater(tf.reduce_sum(x, name="total"), 0.0, name="is_positive"),
            lambda: tf.exp(x, name="exp"),
            lambda: x,
        )
        _, x = tf.while_loop(
            lambda i, _: tf.less(i, 3, name="goes_on"),
            lambda i, x: (tf.add(i, 1, name="next"), tf.atan(x, name="arc")),
            (0, x),
            name="loop",
        )
        return tf.square(x, name="result")


def main() -> None:
    """Record and write."""
    model = Model()  # a method keeps no reference to its object
    concrete = model.run.get_concrete_function()
    with optimising() as graphs:
        concrete(tf.ones((2, 4, 4, 2)))
    FOLDER.mkdir(parents=True, exist_ok=True)
    major, minor = tf.__version__.split(".")[:2]
    path = FOLDER / f"tf{major}{minor}.zip"
    collected = graphs.collected_of(concrete)
    assert collected is not None
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        add_file(
            archive, "written.pb", concrete.graph.as_graph_def(add_shapes=True).SerializeToString(deterministic=True)
        )
        add_file(archive, "collected.pb", collected)
    sys.stdout.write(f"{path.name}: {path.stat().st_size / 1024:.0f} KB\n")


def add_file(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    """With a fixed date, so that the same content gives the same file."""
    info = zipfile.ZipInfo(name, (2020, 1, 1, 0, 0, 0))
    info.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(info, content)


if __name__ == "__main__":
    main()
