"""Loops multiply what is in them by their trip count, where it can be known."""

import pytest

from opscope.cost import activation_memory, estimate
from opscope.graph.content import content_of

tf = pytest.importorskip("tensorflow")


def matmuls(graph):
    estimated = estimate(graph)
    return [
        (cost.flops, cost.per)
        for row, cost in sorted(content_of(estimated).costs.items())
        if content_of(estimated).table.ops[row] == "MatMul"
    ]


def test_a_range_loop_counts_each_iteration(from_function):
    def run(x):
        for _ in tf.range(7):
            x = tf.matmul(x, x)
        return x

    assert matmuls(from_function(run, tf.TensorSpec((2, 2)))) == [(7 * 16, "step")]


def test_nested_loops_multiply(from_function):
    def run(x):
        return tf.while_loop(
            lambda i, x: i < 5,
            lambda i, x: (i + 1, tf.while_loop(lambda j, x: j < 3, lambda j, x: (j + 1, x @ x), (0, x))[1]),
            (0, x),
        )

    assert matmuls(from_function(run, tf.TensorSpec((2, 2)))) == [(15 * 16, "step")]


def test_the_gradient_of_a_loop_runs_as_often_as_the_loop(from_function):
    def run(x):
        with tf.GradientTape() as tape:
            tape.watch(x)
            _, y = tf.while_loop(lambda i, y: i < 6, lambda i, y: (i + 1, tf.matmul(y, y)), (0, x))
        return tape.gradient(y, x)

    assert matmuls(from_function(run, tf.TensorSpec((2, 2)))) == [(6 * 16, "step")] * 3


def test_a_loop_until_something_is_computed_stays_per_iteration(from_function):
    def run(x):
        return tf.while_loop(lambda x: tf.reduce_sum(x) < 10.0, lambda x: (x @ x,), (x,))

    graph = from_function(run, tf.TensorSpec((2, 2)))
    assert matmuls(graph) == [(16, "iteration")]
    assert estimate(graph).cost.per == "iteration"


def test_an_early_exit_leaves_the_count_unknown(from_function):
    def run(x):
        return tf.while_loop(
            lambda i, x: tf.logical_and(i < 9, tf.reduce_sum(x) < 10.0), lambda i, x: (i + 1, x @ x), (0, x)
        )

    assert matmuls(from_function(run, tf.TensorSpec((2, 2)))) == [(16, "iteration")]


def test_an_lstm_of_40_steps_is_counted_40_times(from_function):
    layer = tf.keras.layers.LSTM(16)
    layer.build((None, 40, 8))
    graph = estimate(from_function(lambda x: layer(x, training=False), tf.TensorSpec((3, 40, 8))))
    kernels = sum(
        cost.flops
        for row, cost in content_of(graph).costs.items()
        if content_of(graph).table.ops[row] == "MatMul" and "/body/" in content_of(graph).table.names[row]
    )
    assert kernels == 40 * 2 * 3 * (8 + 16) * 4 * 16
    assert graph.cost.per == "step"


def test_memory_counts_what_a_loop_keeps_for_its_gradient(from_function):
    def run(x):
        with tf.GradientTape() as tape:
            tape.watch(x)
            _, y = tf.while_loop(lambda i, y: i < 50, lambda i, y: (i + 1, tf.matmul(y, y)), (0, x))
        return tape.gradient(y, x)

    memory = activation_memory(from_function(run, tf.TensorSpec((10, 10))))
    assert memory.peak >= 50 * 400
