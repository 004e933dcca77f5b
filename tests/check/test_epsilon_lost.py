"""`epsilon-lost`: guards that are 0 in float16, and those that are not."""

from __future__ import annotations

import pytest

from check.marked_cases import all_cases, reported_and_marked
from check.rule_cases import of_cases

tf = pytest.importorskip("tensorflow")
RULE = "epsilon-lost"


def halves(*shape):
    return tf.TensorSpec(shape, tf.float16)


def bad_an_epsilon_that_is_cast():
    @tf.function
    def target(x):
        epsilon = tf.cast(tf.constant(1e-8), x.dtype)
        return x / (tf.reduce_sum(tf.abs(x), axis=1, keepdims=True) + epsilon)  # here

    return target, halves(8, 4)


def bad_l2_normalize_in_a_layer():
    class Unit(tf.keras.layers.Layer):
        def call(self, x):
            return tf.math.l2_normalize(x, axis=-1)  # here

    unit = Unit(dtype="float16")
    return tf.keras.Sequential([tf.keras.Input((4,), dtype="float16"), unit]), halves(8, 4)


def bad_a_logarithm_in_a_step():
    weights = tf.Variable(tf.ones((4, 3), tf.float16))

    @tf.function
    def step(x):
        with tf.GradientTape() as tape:
            p = tf.nn.softmax(tf.matmul(x, weights))
            loss = -tf.reduce_mean(tf.math.log(p + 1e-9))  # here
        weights.assign_sub(0.1 * tape.gradient(loss, weights))

    return step, halves(8, 4)


def good_an_epsilon_that_float16_has():
    @tf.function
    def target(x):
        return x / (tf.abs(x) + 1e-4), tf.math.log(tf.maximum(x, 1e-6)), tf.math.l2_normalize(x, epsilon=1e-6)

    return target, halves(8, 4)


def good_float32_and_bfloat16():
    @tf.function
    def target(x, wide):
        small = tf.cast(x, tf.bfloat16)
        return wide / (tf.abs(wide) + 1e-12), small / (tf.abs(small) + tf.constant(1e-12, tf.bfloat16))

    return target, halves(8, 4), (8, 4)


def good_layers_of_keras_in_float16():
    mixed, layers = tf.keras.mixed_precision.Policy("mixed_float16"), tf.keras.layers
    kinds = [layers.LayerNormalization, layers.BatchNormalization, layers.ReLU]
    return tf.keras.Sequential([tf.keras.Input((6, 6, 4)), *(kind(dtype=mixed) for kind in kinds)]), (2, 6, 6, 4)


@of_cases(RULE, all_cases(globals(), "bad_"))
def test_an_epsilon_that_is_0_in_float16_is_reported_where_it_is_added(case):
    found, marked = reported_and_marked(RULE, case)
    assert found == marked


@of_cases(RULE, all_cases(globals(), "good_"))
def test_nothing_is_said_of_epsilons_that_are_there(case):
    assert reported_and_marked(RULE, case)[0] == set()
