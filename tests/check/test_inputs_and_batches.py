"""Shapes that meet by accident, inputs without a use, and batch sizes that are fixed in a graph for any batch."""

from __future__ import annotations

import pytest

import opscope
from check.marked_cases import all_cases, reported_and_marked
from check.rule_cases import of_cases

tf = pytest.importorskip("tensorflow")


def dense(units, activation=None):
    return tf.keras.layers.Dense(units, activation=activation)


def pairs_in_a_training_step():
    model, optimizer = dense(1), tf.keras.optimizers.SGD(0.1)

    @tf.function
    def step(x, y):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(tf.math.squared_difference(model(x), y))  # here
        variables = model.trainable_variables
        optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables))
        return loss

    return step, (None, 6), (None,)


def pairs_in_an_accuracy_by_hand():
    class Classifier(tf.Module):
        def __init__(self):
            super().__init__()
            self.w = tf.Variable(tf.ones((6, 1)))

        @tf.function
        def __call__(self, x, y):
            guessed = tf.cast(tf.sigmoid(x @ self.w) > 0.5, tf.float32)
            return tf.reduce_mean(tf.cast(tf.equal(guessed, y), tf.float32))  # here

    return Classifier(), (None, 6), (None,)


def pairs_of_a_column_of_labels():
    model = dense(1)

    @tf.function
    def target(x, y):
        return tf.reduce_mean(tf.abs(y - tf.squeeze(model(x), axis=1)))  # here

    return target, (8, 6), (8, 1)


def wanted_pairs_of_one_vector():
    model = dense(1)

    @tf.function
    def target(x):
        scores = model(x)
        return tf.reduce_mean(tf.nn.relu(1.0 - (scores - tf.squeeze(scores, 1))))

    return target, (None, 6)


def wanted_pairs_of_labels():
    @tf.function
    def target(labels):
        return tf.cast(tf.equal(labels[:, None], labels), tf.float32)

    return target, (None,)


def wanted_pairs_of_two_vectors():
    @tf.function
    def target(x, y):
        return tf.expand_dims(x, 1) - y

    return target, (None,), (None,)


def wanted_columns_of_one_shape():
    model = tf.keras.Sequential([tf.keras.Input((6,)), dense(1)])
    model.compile("sgd", "mse")
    return (opscope.trace(model, (None, 6), (None,), step="train"),)


def forgotten_input_of_a_layer():
    class Net(tf.keras.layers.Layer):
        def __init__(self):
            super().__init__()
            self.out = dense(1)

        def call(self, inputs):  # here
            x, _ = inputs
            return self.out(x)

    return Net(), [(None, 6), (None, 2)]


def forgotten_labels_of_a_step():
    w = tf.Variable(tf.ones((6, 1)))

    @tf.function
    def step(x, y):  # here
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(x @ w)
        w.assign_sub(0.1 * tape.gradient(loss, w))
        return loss

    return step, (None, 6), (None, 1)


def forgotten_since_the_result_is():
    @tf.function
    def target(x, mask):  # here
        weights = tf.cast(mask, tf.float32) * 2.0
        del weights
        return x + 1.0

    return target, (None, 6), tf.TensorSpec((None, 6), tf.bool)


def heeded_by_a_branch():
    @tf.function
    def target(x, flag):
        return tf.cond(flag, lambda: x, lambda: -x)

    return target, (None, 6), tf.TensorSpec((), tf.bool)


def heeded_for_its_shape():
    @tf.function
    def target(x, like):
        return tf.zeros_like(like) + tf.reduce_sum(x)

    return target, (None, 6), (None, 2)


def heeded_as_it_is():
    @tf.function
    def target(x, y):
        return tf.identity(x), y

    return target, (None, 6), (None, 2)


def fixed_in_a_layer():
    class Split(tf.keras.Model):
        def __init__(self):
            super().__init__()
            self.out = dense(8)

        def call(self, x):
            h = self.out(x)
            return tf.reshape(h, (16, 2, 4))  # here

    return Split(), (None, 6)


def fixed_by_hand():
    class Flat(tf.Module):
        @tf.function
        def __call__(self, x):
            return tf.reduce_sum(tf.reshape(x, [4, 5 * 6]), axis=1)  # here

    return Flat(), (None, 5, 6)


def fixed_in_a_training_step():
    w, size = tf.Variable(tf.ones((6, 4))), 8

    @tf.function
    def step(x, y):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((tf.reshape(x @ w, (size, 2, 2)) - y) ** 2)  # here
        w.assign_sub(0.1 * tape.gradient(loss, w))
        return loss

    return step, (None, 6), (8, 2, 2)


def any_by_its_shape():
    @tf.function
    def target(x):
        return tf.reshape(x, (tf.shape(x)[0], 30)) + tf.reshape(x, (-1, 30))

    return target, (None, 5, 6)


def any_where_the_batch_is_traced():
    @tf.function
    def target(x):
        return tf.reshape(x, (8, 30))

    return target, (8, 5, 6)


def any_grouped():
    @tf.function
    def target(x):
        return tf.reduce_mean(tf.reshape(x, (4, -1, 5, 6)), axis=0)

    return target, (None, 5, 6)


def any_of_the_weights():
    w = tf.Variable(tf.ones((6, 4)))

    @tf.function
    def target(x):
        return x @ tf.reshape(tf.transpose(w), (6, 4))

    return target, (None, 6)


@of_cases("column-meets-row", all_cases(globals(), ("pairs_", "wanted_")))
def test_a_column_that_meets_a_row(case):
    found, marked = reported_and_marked("column-meets-row", case)
    assert found == marked


@of_cases("unused-input", all_cases(globals(), ("forgotten_", "heeded_")))
def test_an_input_that_nothing_uses(case):
    found, marked = reported_and_marked("unused-input", case)
    assert found == marked


@of_cases("batch-in-reshape", all_cases(globals(), ("fixed_", "any_")))
def test_a_batch_size_in_a_reshape(case):
    found, marked = reported_and_marked("batch-in-reshape", case)
    assert found == marked
