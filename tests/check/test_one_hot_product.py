"""`one-hot-product`: products that pick rows of a matrix, and those that do more."""

from __future__ import annotations

import pytest

from check.marked_cases import all_cases, reported_and_marked
from check.rule_cases import of_cases

tf = pytest.importorskip("tensorflow")


def words(*shape):
    return tf.TensorSpec(shape, tf.int32)


def bad_sequences_in_a_dense_layer():
    class Embed(tf.keras.Model):
        def __init__(self):
            super().__init__()
            self.dense = tf.keras.layers.Dense(4, use_bias=False)

        def call(self, x):
            return self.dense(tf.one_hot(x, 20))  # here

    return Embed(), words(2, 5)


def bad_einsum_in_a_training_step():
    table = tf.Variable(tf.ones((20, 4)))

    @tf.function
    def step(x):
        with tf.GradientTape() as tape:
            loss = tf.reduce_sum(tf.einsum("bsv,vd->bsd", tf.one_hot(x, 20), table))  # here
        table.assign_sub(tape.gradient(loss, table))

    return step, words(2, 5)


def bad_transposed_and_cast():
    table = tf.Variable(tf.ones((4, 20)))

    @tf.function
    def target(x):
        picked = tf.cast(tf.one_hot(x, 20, dtype=tf.int32), tf.float32)
        return tf.matmul(table, picked, transpose_b=True)  # here

    return target, words(5)


def good_sums_over_the_batch():
    @tf.function
    def counts(x, y):
        return tf.matmul(tf.one_hot(x, 20), y, transpose_a=True)

    return counts, words(5), (5, 4)


def good_a_choice_in_each_sample():
    @tf.function
    def chosen(x, values):
        return tf.einsum("bv,bvd->bd", tf.one_hot(x, 20), values), tf.reduce_sum(tf.one_hot(x, 20) * values[:, :, 0], 1)

    return chosen, words(5), (5, 20, 4)


def good_smoothed_labels():
    table = tf.Variable(tf.ones((20, 4)))

    @tf.function
    def target(x):
        return tf.matmul(tf.one_hot(x, 20, on_value=0.9, off_value=0.1), table)

    return target, words(5)


def good_labels_of_a_loss():
    model = tf.keras.Sequential([tf.keras.Input((4,)), tf.keras.layers.Dense(20)])

    @tf.function
    def loss(x, y):
        return tf.nn.softmax_cross_entropy_with_logits(tf.one_hot(y, 20), model(x))

    return loss, (5, 4), words(5)


@of_cases("one-hot-product", all_cases(globals(), "bad_"))
def test_a_product_that_picks_rows_is_reported_at_its_line(case):
    found, marked = reported_and_marked("one-hot-product", case)
    assert found == marked


@of_cases("one-hot-product", all_cases(globals(), "good_"))
def test_other_uses_of_one_hot_vectors_are_not_reported(case):
    assert reported_and_marked("one-hot-product", case)[0] == set()
