"""`cancelling-transposes`: transposes that take each other back, and those that are needed."""

from __future__ import annotations

import pytest

from check.marked_cases import all_cases, reported_and_marked
from check.rule_cases import of_cases

tf = pytest.importorskip("tensorflow")


def bad_side_by_side():
    @tf.function
    def target(x):
        rows = tf.transpose(x)
        return tf.transpose(rows)  # here

    return target, (4, 3)


def bad_in_a_layer():
    class Swap(tf.keras.layers.Layer):
        def call(self, x):
            x = tf.transpose(x, (0, 2, 3, 1))
            x = tf.nn.relu(2.0 * tf.tanh(x)) + 1.0
            return tf.transpose(x, (0, 3, 1, 2))  # here

    return tf.keras.Sequential([tf.keras.Input((4, 3, 2)), Swap()]), (2, 4, 3, 2)


def bad_in_a_training_step():
    scale = tf.Variable(2.0)

    class Net(tf.Module):
        @tf.function
        def step(self, x):
            with tf.GradientTape() as tape:
                y = tf.sigmoid(scale * tf.transpose(x, (1, 0, 2)))
                loss = tf.reduce_sum(tf.transpose(y, (1, 0, 2))[:, 0] ** 2)  # here
            scale.assign_sub(tape.gradient(loss, scale))

    return Net().step, (2, 4, 3)


def good_another_order():
    @tf.function
    def target(x):
        return tf.transpose(tf.nn.relu(tf.transpose(x, (1, 2, 0))), (1, 2, 0))

    return target, (2, 4, 3)


def good_along_an_axis_in_between():
    weights = tf.Variable(tf.ones((4, 4)))

    @tf.function
    def target(x):
        mixed = tf.transpose(tf.nn.softmax(tf.transpose(x, (0, 2, 1))), (0, 2, 1))
        return mixed + tf.transpose(tf.transpose(x, (0, 2, 1)) @ weights, (0, 2, 1))

    return target, (2, 4, 3)


def good_what_is_in_between_is_used():
    @tf.function
    def target(x):
        rows = tf.nn.relu(tf.transpose(x))
        return tf.transpose(rows), rows @ x

    return target, (4, 3)


def good_recurrent_layers_and_attention():
    layers = [tf.keras.layers.LSTM(4, return_sequences=True), tf.keras.layers.GRU(4, return_sequences=True)]
    attention = tf.keras.layers.MultiHeadAttention(2, 4)
    model = tf.keras.Sequential([tf.keras.Input((5, 4)), *layers])

    @tf.function
    def target(x):
        x = model(x)
        return attention(x, x)

    return target, (2, 5, 4)


@of_cases("cancelling-transposes", all_cases(globals(), "bad_"))
def test_the_second_transpose_is_reported_at_its_line(case):
    found, marked = reported_and_marked("cancelling-transposes", case)
    assert found == marked


@of_cases("cancelling-transposes", all_cases(globals(), "good_"))
def test_transposes_that_are_needed_are_not_reported(case):
    assert reported_and_marked("cancelling-transposes", case)[0] == set()
