"""Records what XLA makes of functions with `jit_compile=True`, for ``tests/executed/compiled``.

$ python tools/record_compiled.py

Run it with each TensorFlow of the matrix; each writes one archive, named after its version, with two functions as they were traced
and the optimised programs (HLO) that XLA told: of a training step that is compiled as a whole, and of a function that calls compiled
ones. ``tests/executed/test_compiled.py`` says what became of each op, as a person reads it in these programs.
"""

from __future__ import annotations

import inspect
import json
import re
import sys
import zipfile
from pathlib import Path
from typing import Any, List

import tensorflow as tf
from record_executed import add_file

from opscope.profile.running.asking_xla import compiled_functions
from opscope.profile.running.session import optimising

FOLDER = Path(__file__).resolve().parents[1] / "tests/executed/compiled"
JIT = "jit_compile" if "jit_compile" in inspect.signature(tf.function).parameters else "experimental_compile"
_SOURCE_FILE = re.compile(r'source_file="[^"]*"')


class Step(tf.Module):
    """A training step that XLA compiles as a whole. Each op of interest has a name of its own."""

    def __init__(self) -> None:
        super().__init__()
        self.kernel = tf.Variable(tf.ones((3, 3, 1, 2)))
        self.weights = tf.Variable(tf.ones((32, 3)))
        self.offset = tf.Variable(tf.zeros(3))

    @tf.function
    def scaled(self, x: tf.Tensor) -> tf.Tensor:
        return tf.multiply(tf.tanh(x, name="tanh"), 2.0, name="double")

    @tf.function(
        input_signature=[
            tf.TensorSpec((2, 4, 4, 1), tf.float32, name="image"),
            tf.TensorSpec((2, 3), tf.float32, name="wanted"),
            tf.TensorSpec((), tf.int32, name="count"),
        ],
        **{JIT: True},
    )
    def run(self, image: tf.Tensor, wanted: tf.Tensor, count: tf.Tensor) -> tf.Tensor:
        variables = [self.kernel, self.weights, self.offset]
        with tf.GradientTape() as tape:
            x = tf.nn.relu(tf.nn.conv2d(image, self.kernel, 1, "SAME", name="conv"), name="relu")
            x = tf.reshape(x, (2, 32), name="flat")
            x = tf.nn.bias_add(tf.matmul(x, self.weights, name="matmul"), self.offset, name="head")
            x = self.scaled(x)
            tf.cos(x, name="unused")
            loss = tf.reduce_mean(tf.math.squared_difference(x, wanted, name="difference"), name="loss")
        gradients = tape.gradient(loss, variables)
        for variable, gradient in zip(variables, gradients):
            variable.assign_sub(0.1 * gradient)
        root = tf.sqrt(tf.constant(4.0, name="four"), name="root")
        total = tf.add(tf.sin(x, name="sine"), tf.sin(x, name="sine_again"), name="sum")
        _, total = tf.while_loop(
            lambda i, _: tf.less(i, count, name="goes_on"),
            lambda i, x: (tf.add(i, 1, name="next"), tf.atan(x, name="arc")),
            (0, total),
            name="loop",
        )
        chosen = tf.cond(
            tf.greater(loss, 0.0, name="is_positive"),
            lambda: tf.exp(total, name="exp"),
            lambda: tf.linalg.matmul(total, total, transpose_a=True, name="square")[:2],
        )
        return tf.realdiv(chosen, root, name="quotient")


class Caller(tf.Module):
    """Calls a compiled function: with a size that is known, in a loop, and with a size that is known only when it runs."""

    def __init__(self) -> None:
        super().__init__()
        self.weights = tf.Variable(tf.ones((8, 16)))

    @tf.function(**{JIT: True})
    def soften(self, x: tf.Tensor, rows: Any) -> tf.Tensor:
        return tf.nn.softmax(
            tf.reshape(tf.matmul(x, self.weights, name="matmul"), (rows, -1), name="reshape"), name="soft"
        )

    @tf.function(
        input_signature=[
            tf.TensorSpec((4, 8), tf.float32, name="x"),
            tf.TensorSpec((), tf.int32, name="rows"),
        ]
    )
    def run(self, x: tf.Tensor, rows: tf.Tensor) -> tf.Tensor:
        first = self.soften(tf.cos(x, name="cosine"), 2)
        _, last = tf.while_loop(lambda i, _: i < 3, lambda i, y: (i + 1, self.soften(y, 4)[:, :8]), (0, x), name="loop")
        unknown = self.soften(tf.sin(x, name="sine"), tf.add(rows, 1, name="more"))
        return (
            tf.reduce_sum(first, name="first") + tf.reduce_sum(last, name="last") + tf.reduce_sum(unknown, name="rest")
        )


def main() -> None:
    """Record and write."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    major, minor = tf.__version__.split(".")[:2]
    path = FOLDER / f"tf{major}{minor}.zip"
    step, caller = Step(), Caller()  # a method keeps no reference to its object
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        _record(archive, "step", step.run, [tf.ones((2, 4, 4, 1)), tf.ones((2, 3)), tf.constant(3)])
        _record(archive, "caller", caller.run, [tf.ones((4, 8)), tf.constant(1)])
    sys.stdout.write(f"{path.name}: {path.stat().st_size / 1024:.0f} KB\n")


def _record(archive: zipfile.ZipFile, name: str, function: Any, inputs: List[tf.Tensor]) -> None:
    concrete = function.get_concrete_function()
    with optimising() as graphs:
        concrete(*inputs)
    collected = graphs.collected_of(concrete)
    found = compiled_functions(concrete, inputs)
    texts = [each._replace(text=_SOURCE_FILE.sub('source_file="tensorflow/ops.py"', each.text)) for each in found]
    add_file(
        archive,
        f"{name}/written.pb",
        concrete.graph.as_graph_def(add_shapes=True).SerializeToString(deterministic=True),
    )
    if collected is not None:
        add_file(archive, f"{name}/collected.pb", collected)
    add_file(archive, f"{name}/compiled.json", json.dumps(texts, indent=1).encode())


if __name__ == "__main__":
    main()
