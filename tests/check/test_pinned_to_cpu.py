"""`pinned-to-cpu`: islands on the CPU, and what belongs there."""

from __future__ import annotations

import pytest

from check.marked_cases import all_cases, reported_and_marked
from check.rule_cases import of_cases

tf = pytest.importorskip("tensorflow")


def bad_in_a_layer():
    class Sorted(tf.keras.layers.Layer):
        def call(self, x):
            with tf.device("/CPU:0"):
                return tf.cumsum(x) * 2.0  # here

    layers = [tf.keras.layers.Dense(4, "relu"), Sorted(), tf.keras.layers.Dense(1)]
    model = tf.keras.Sequential([tf.keras.Input((4,)), *layers])

    @tf.function
    def target(x):
        return model(x)

    return target, (2, 4)


def bad_in_a_training_step():
    weights = tf.Variable(tf.ones((4, 4)))

    @tf.function
    def step(x):
        with tf.GradientTape() as tape:
            x = tf.matmul(x, weights)
            with tf.device("CPU"):
                x = tf.exp(x)  # here
            loss = tf.reduce_sum(tf.nn.relu(x))
        weights.assign_sub(tape.gradient(loss, weights))

    return step, (2, 4)


def bad_between_devices():
    class Net(tf.Module):
        @tf.function
        def __call__(self, x):
            with tf.device("/GPU:0"):
                x = tf.tanh(x)
            with tf.device("/CPU:0"):
                x = tf.nn.softmax(x)  # here
                x = tf.square(x)
            with tf.device("/GPU:0"):
                return tf.reduce_max(x, 1)

    return Net(), (2, 4)


def good_the_whole_model():
    weights = tf.Variable(tf.ones((4, 4)))

    @tf.function
    def target(x):
        with tf.device("/CPU:0"):
            return tf.nn.relu(tf.matmul(tf.tanh(x), weights))

    return target, (2, 4)


def good_inputs_and_outputs():
    @tf.function
    def target(x):
        with tf.device("/CPU:0"):
            x = tf.sqrt(x)
        x = tf.tanh(x)
        with tf.device("/CPU:0"):
            return tf.sort(x)

    return target, (2, 4)


def good_shapes_and_scalars():
    @tf.function
    def target(x):
        x = tf.tanh(x)
        with tf.device("/CPU:0"):
            count = tf.maximum(tf.shape(x)[0], 1)
            scale = tf.cast(count, tf.float32) * 2.0
        return tf.reshape(x, (count, -1)) * scale

    return target, (None, 4)


def good_an_embedding():
    model = tf.keras.Sequential([tf.keras.layers.Embedding(50, 4), tf.keras.layers.LSTM(4), tf.keras.layers.Dense(1)])
    model(tf.zeros((1, 2), tf.int32))
    return model, tf.TensorSpec((2, 3), tf.int32)


@of_cases("pinned-to-cpu", all_cases(globals(), "bad_"))
def test_ops_on_the_cpu_between_others_are_reported_at_their_line(case):
    found, marked = reported_and_marked("pinned-to-cpu", case)
    assert found == marked


@of_cases("pinned-to-cpu", all_cases(globals(), "good_"))
def test_what_begins_or_ends_there_is_not_reported(case):
    assert reported_and_marked("pinned-to-cpu", case)[0] == set()
