"""`python-in-graph`: Python code that a step runs, and Python code in an input pipeline."""

from __future__ import annotations

import pytest

from check.marked_cases import all_cases, reported_and_marked
from check.rule_cases import of_cases

tf = pytest.importorskip("tensorflow")


def doubled(value):
    return value * 2.0


def bad_in_a_layer():
    class Double(tf.keras.layers.Layer):
        def call(self, x):
            return tf.ensure_shape(tf.numpy_function(doubled, [x], tf.float32), x.shape)  # here

    @tf.function
    def target(x):
        return Double()(x)

    return target, (2, 4)


def bad_in_a_training_step():
    scale = tf.Variable(2.0)

    @tf.function
    def step(x):
        with tf.GradientTape() as tape:
            y = tf.py_function(doubled, [scale * x], tf.float32)  # here
            loss = tf.reduce_sum(y)
        scale.assign_sub(tape.gradient(loss, scale))

    return step, (2, 4)


def bad_in_a_loop():
    class Steps(tf.Module):
        @tf.function
        def __call__(self, x):
            for _ in tf.range(3):
                x = tf.ensure_shape(tf.numpy_function(doubled, [x], tf.float32), (2, 4))  # here
            return x

    return Steps(), (2, 4)


def good_in_a_pipeline_of_the_function():
    @tf.function
    def target(x):
        total = tf.zeros(())
        rows = tf.data.Dataset.from_tensor_slices(x)
        for row in rows.map(lambda row: tf.ensure_shape(tf.numpy_function(doubled, [row], tf.float32), (4,))):
            total += tf.reduce_sum(row)
        return total

    return target, (2, 4)


def good_in_a_pipeline_outside():
    rows = tf.data.Dataset.range(4).map(lambda i: tf.py_function(float, [i], tf.float32))

    @tf.function
    def target(x):
        for row in rows:
            x += tf.ensure_shape(row, ())
        return x

    return target, (2, 4)


def good_python_while_tracing():
    traced = []

    def at_once(x):
        traced.append(x.shape)
        return doubled(x)

    return at_once, (2, 4)


@of_cases("python-in-graph", all_cases(globals(), "bad_"))
def test_python_in_a_step_is_reported_at_its_line(case):
    found, marked = reported_and_marked("python-in-graph", case)
    assert found == marked


@of_cases("python-in-graph", all_cases(globals(), "good_"))
def test_input_pipelines_may_run_python(case):
    assert reported_and_marked("python-in-graph", case)[0] == set()
