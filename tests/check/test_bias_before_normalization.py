"""`bias-before-batch-norm`: a bias that the mean of the batch takes away again, and biases that count."""

from __future__ import annotations

import pytest

from check.marked_cases import all_cases, reported_and_marked
from check.rule_cases import of_cases

tf = pytest.importorskip("tensorflow")


def bad_a_dense_layer():
    layers = [tf.keras.layers.Dense(4), tf.keras.layers.BatchNormalization()]
    model = tf.keras.Sequential([tf.keras.Input((4,)), *layers])

    @tf.function
    def target(x):
        return model(x, training=True)  # here

    return target, (8, 4)


def bad_a_training_step():
    layers = [tf.keras.layers.Conv2D(4, 3), tf.keras.layers.BatchNormalization()]
    model = tf.keras.Sequential([tf.keras.Input((8, 8, 1)), *layers])

    @tf.function
    def step(x):
        with tf.GradientTape() as tape:
            loss = tf.reduce_sum(model(x, training=True) ** 2)  # here
        for variable, gradient in zip(model.trainable_variables, tape.gradient(loss, model.trainable_variables)):
            variable.assign_sub(0.1 * gradient)

    return step, (2, 8, 8, 1)


def bad_by_hand():
    kernel, bias, scale = tf.Variable(tf.ones((3, 3, 1, 4))), tf.Variable(tf.ones(4)), tf.Variable(tf.ones(4))

    @tf.function
    def target(x):
        x = tf.nn.bias_add(tf.nn.conv2d(x, kernel, 1, "SAME"), bias)  # here
        return tf.compat.v1.nn.fused_batch_norm(x, scale, scale, is_training=True)[0]

    return target, (2, 8, 8, 1)


def good_moving_averages():
    layers = [tf.keras.layers.Conv2D(4, 3), tf.keras.layers.BatchNormalization()]
    return tf.keras.Sequential([tf.keras.Input((8, 8, 1)), *layers]), (2, 8, 8, 1)


def good_an_activation_in_between():
    layers = [tf.keras.layers.Conv2D(4, 3, activation="relu"), tf.keras.layers.BatchNormalization()]
    model = tf.keras.Sequential([tf.keras.Input((8, 8, 1)), *layers])

    @tf.function
    def target(x):
        return model(x, training=True)

    return target, (2, 8, 8, 1)


def good_used_elsewhere_too():
    dense, norm = tf.keras.layers.Dense(4), tf.keras.layers.BatchNormalization()

    @tf.function
    def target(x):
        x = dense(x)
        return x + norm(x, training=True)

    return target, (8, 4)


def good_layer_normalization():
    layers = [tf.keras.layers.Dense(4), tf.keras.layers.LayerNormalization()]
    return tf.keras.Sequential([tf.keras.Input((4,)), *layers]), (8, 4)


@of_cases("bias-before-batch-norm", all_cases(globals(), "bad_"))
def test_a_bias_without_effect_is_reported_at_its_line(case):
    found, marked = reported_and_marked("bias-before-batch-norm", case)
    assert found == marked


@of_cases("bias-before-batch-norm", all_cases(globals(), "good_"))
def test_a_bias_that_counts_is_not_reported(case):
    assert reported_and_marked("bias-before-batch-norm", case)[0] == set()
