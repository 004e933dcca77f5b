"""`dense-gather-gradient`: sparse gradients that are made dense, and those that are dense or small anyway."""

from __future__ import annotations

import pytest

import opscope
from check.marked_cases import all_cases, reported_and_marked
from check.rule_cases import of_cases

tf = pytest.importorskip("tensorflow")
WORDS = tf.TensorSpec((2, 3), tf.int32)


def trained(variables, optimizer, loss_of):
    """A training step."""

    @tf.function
    def step(words):
        with tf.GradientTape() as tape:
            loss = loss_of(words)
        optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables))
        return loss

    return step


def bad_scaled_before_the_gather():
    table = tf.Variable(tf.ones((50, 4)))
    factor = tf.constant([1.0, 2.0, 3.0, 4.0])

    def loss_of(words):
        return tf.reduce_sum(tf.gather(tf.tanh(2.0 * table), words) * factor)  # here

    return trained([table], tf.keras.optimizers.SGD(0.1), loss_of), WORDS


def bad_arithmetic_on_the_gradient_of_a_layer():
    layer = tf.keras.layers.Embedding(50, 4)
    layer(tf.zeros((1, 1), tf.int32))

    @tf.function
    def step(words):
        with tf.GradientTape() as tape:
            loss = tf.reduce_sum(layer(words) ** 2)  # here
        (gradient,) = tape.gradient(loss, layer.trainable_variables)
        layer.trainable_variables[0].assign_sub(0.1 * tf.multiply(gradient, 2.0))
        return loss

    return step, WORDS


def bad_a_module():
    class Bag(tf.Module):
        def __init__(self):
            super().__init__()
            self.table = tf.Variable(tf.ones((50, 4)))

        @tf.function
        def __call__(self, words):
            with tf.GradientTape() as tape:
                rows = tf.nn.embedding_lookup(self.table, words)  # here
                loss = tf.reduce_sum(tf.reduce_mean(rows, 1) ** 2)
            self.table.assign_sub(0.1 * tf.convert_to_tensor(tape.gradient(loss, self.table)))

    return Bag(), WORDS


def good_sparse_updates():
    layer = tf.keras.layers.Embedding(50, 4)
    layer(tf.zeros((1, 1), tf.int32))
    step = trained(
        layer.trainable_variables, tf.keras.optimizers.SGD(0.1), lambda words: tf.reduce_sum(layer(words) ** 2)
    )
    return step, WORDS


def good_tied_weights():
    table = tf.Variable(tf.ones((50, 4)))

    def loss_of(words):
        rows = tf.gather(table, words)
        return tf.reduce_sum(tf.matmul(rows, table, transpose_b=True) ** 2)

    return trained([table], tf.keras.optimizers.SGD(0.1), loss_of), WORDS


def good_gathered_activations():
    weights = tf.Variable(tf.ones((4, 4)))

    def loss_of(words):
        hidden = tf.matmul(tf.ones((50, 4)), weights)
        return tf.reduce_sum(tf.gather(hidden, words) ** 2)

    return trained([weights], tf.keras.optimizers.SGD(0.1), loss_of), WORDS


def good_a_table_smaller_than_the_batch():
    table = tf.Variable(tf.ones((5, 4)))

    @tf.function
    def step(words):
        with tf.GradientTape() as tape:
            loss = tf.reduce_sum(tf.gather(table, words) ** 2)
        table.assign_sub(0.1 * tf.convert_to_tensor(tape.gradient(loss, table)))

    return step, WORDS


def good_a_sum_by_segments():
    weights = tf.Variable(tf.ones((4, 4)))

    def loss_of(words):
        rows = tf.matmul(tf.ones((6, 4)), weights)
        return tf.reduce_sum(tf.math.unsorted_segment_sum(rows, tf.reshape(words, (6,)), 50) ** 2)

    return trained([weights], tf.keras.optimizers.SGD(0.1), loss_of), WORDS


@of_cases("dense-gather-gradient", all_cases(globals(), "bad_"))
def test_a_gradient_that_becomes_dense_is_reported_at_the_gather(case):
    found, marked = reported_and_marked("dense-gather-gradient", case)
    assert found == marked


@of_cases("dense-gather-gradient", all_cases(globals(), "good_"))
def test_sparse_gradients_and_those_that_are_dense_anyway_are_not_reported(case):
    assert reported_and_marked("dense-gather-gradient", case)[0] == set()


def test_of_two_tables_that_are_asked_for_the_same_rows_the_dense_one_is_told():
    sparse, dense = tf.keras.layers.Embedding(50, 4), tf.keras.layers.Embedding(50, 4)
    for layer in (sparse, dense):
        layer(tf.zeros((1, 1), tf.int32))
    variables = sparse.trainable_variables + dense.trainable_variables
    optimizer = tf.keras.optimizers.SGD(0.1)

    @tf.function
    def step(words):
        with tf.GradientTape() as tape:
            loss = tf.reduce_sum(sparse(words) * dense(words))
        one, two = tape.gradient(loss, variables)
        optimizer.apply_gradients([(one, variables[0])])
        variables[1].assign_sub(tf.convert_to_tensor(two))

    (found,) = opscope.check(step, WORDS, select="dense-gather-gradient")
    assert found.group is not None and found.group.endswith(dense.name)
