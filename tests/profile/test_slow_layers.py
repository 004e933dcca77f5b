"""A model with layers that are slow on purpose, each in its own way: opscope names each one and its source line."""

from pathlib import Path

import pytest

from opscope import profile
from opscope.graph.content import content_of
from opscope.profile.tables import tables

tf = pytest.importorskip("tensorflow")
TRIPS = 3000


class BigProduct(tf.keras.layers.Layer):
    def build(self, shape):
        self.kernel = self.add_weight(name="kernel", shape=(1024, 1024))

    def call(self, x):
        return tf.matmul(x, self.kernel)  # slow: the big product


class LongLoop(tf.keras.layers.Layer):
    def call(self, x):
        def body(index, value):
            return index + 1, value * 0.5 + 1.0  # slow: the small ops of a long loop

        start = tf.reduce_sum(x[:1, :4])
        return x + 0.0 * tf.while_loop(lambda index, _: index < TRIPS, body, (0, start))[1]


class HugeTranspose(tf.keras.layers.Layer):
    def call(self, x):
        cube = tf.tile(tf.reshape(x, (256, 32, 32)), (1, 4, 4))
        turned = tf.transpose(cube, (2, 1, 0))  # slow: the huge transpose
        return tf.reshape(tf.transpose(turned[:32, :32], (2, 1, 0)), (256, 1024))


@pytest.fixture(scope="module")
def measured():
    layers = tf.keras.layers
    model = tf.keras.Sequential(
        [
            layers.Activation("relu", name="quick"), BigProduct(name="product"), LongLoop(name="loop"),
            HugeTranspose(name="transpose"),
        ], name="net",
    )  # fmt: skip
    graph = profile(model, (256, 1024), steps=3)
    if graph.measurement["trace_level"] < 3:
        pytest.skip(f"TensorFlow {tf.__version__} does not report the small ops of the loop here")
    return graph


def line(marker):
    """This file's line that says which of its code is slow."""
    texts = Path(__file__).read_text(encoding="utf-8").splitlines()
    return next(number for number, text in enumerate(texts, 1) if text.endswith(f"# slow: {marker}"))


def test_the_slow_layers_are_the_first_of_the_layers_table(measured):
    first = [row["name"] for row in tables(measured)["layers"][:3]]
    assert {name.rpartition("/")[2] for name in first} == {"product", "loop", "transpose"}


@pytest.mark.parametrize("marker", ["the big product", "the small ops of a long loop", "the huge transpose"])
def test_the_slow_lines_are_in_the_table_of_source_lines(measured, marker):
    lines = [row["name"].rpartition("/")[2] for row in tables(measured)["sources"]]
    assert f"{Path(__file__).name}:{line(marker)}" in lines


@pytest.mark.parametrize(("op", "marker"), [("MatMul", "the big product"), ("Transpose", "the huge transpose")])
def test_the_slow_op_is_in_the_table_of_ops_with_its_line(measured, op, marker):
    row = next(row for row in tables(measured)["ops"] if row["name"].rpartition("/")[2].lower() == op.lower())
    assert row["source"].endswith(f"{Path(__file__).name}:{line(marker)}")


def test_the_loops_ops_are_counted_by_their_iterations(measured):
    (trips,) = measured.cost.loops.values()
    assert trips == TRIPS
    product = next(
        row
        for row, op in enumerate(content_of(measured).table.ops)
        if op == "Mul" and "body" in content_of(measured).table.names[row]
    )
    assert content_of(measured).measured[product].calls == TRIPS
