"""`large-constant`: arrays in the graph, and what only looks like one."""

from __future__ import annotations

import numpy as np
import pytest

import opscope
from check.marked_cases import all_cases, reported_and_marked
from check.rule_cases import of_cases

tf = pytest.importorskip("tensorflow")
ARRAY = np.arange(400_000, dtype="float32").reshape(400, 1000)


def bad_in_a_module():
    class Table(tf.Module):
        def __init__(self):
            super().__init__()
            self.table = ARRAY
            self.scale = tf.Variable(1.0)

        @tf.function
        def __call__(self, rows):
            return self.scale * tf.gather(self.table, rows)  # here

    return Table(), tf.TensorSpec((8,), tf.int32)


def bad_in_a_layer():
    class Positions(tf.keras.layers.Layer):
        def call(self, x):
            return x + tf.constant(ARRAY)  # here

    return tf.keras.Sequential([tf.keras.Input((400, 1000)), Positions()]), (2, 400, 1000)


def bad_in_a_training_step():
    weights, data = tf.Variable(tf.ones((1000, 1))), ARRAY.astype("float64")

    @tf.function
    def step():
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(tf.matmul(tf.cast(data, tf.float32), weights))  # here
        weights.assign_sub(0.1 * tape.gradient(loss, weights))

    return (step,)


def good_a_tensor_from_outside():
    table = tf.constant(ARRAY)

    @tf.function
    def target(x):
        return x + table

    return target, (400, 1000)


def good_equal_values():
    @tf.function
    def target(x):
        return x + tf.constant(1.0, shape=(400, 1000)) + tf.zeros((400, 1000))

    return target, (400, 1000)


def good_a_small_array():
    small = ARRAY[:40]

    @tf.function
    def target(x):
        return x + small

    return target, (40, 1000)


@of_cases("large-constant", all_cases(globals(), "bad_"))
def test_an_array_in_the_graph_is_reported_at_its_line(case):
    found, marked = reported_and_marked("large-constant", case)
    assert found == marked


@of_cases("large-constant", all_cases(globals(), "good_"))
def test_nothing_is_said_of_tensors_from_outside_equal_values_and_small_arrays(case):
    assert reported_and_marked("large-constant", case)[0] == set()


def test_the_bytes_are_those_of_the_array_for_each_copy():
    @tf.function
    def target(x):
        for _ in range(3):
            x = x + ARRAY
        return x

    (found,) = opscope.check(target, (400, 1000), select="large-constant")
    assert found.figures["bytes"] == 3 * ARRAY.nbytes
    assert "400×1000 float32" in found.message and "3 times" in found.message and "4.58 MiB" in found.message


def test_the_weights_of_a_frozen_model_are_no_constants_of_the_user():
    model = tf.keras.Sequential([tf.keras.Input((1000,)), tf.keras.layers.Dense(400)])
    assert not opscope.check(opscope.trace(model, (1, 1000), freeze=True), select="large-constant")


def test_a_saved_model_tells_of_its_constants_too(tmp_path):
    target, spec = bad_in_a_module()
    tf.saved_model.save(target, str(tmp_path), target.__call__.get_concrete_function(spec))
    (found,) = opscope.check(tmp_path, select="large-constant")
    assert found.figures["bytes"] == ARRAY.nbytes
