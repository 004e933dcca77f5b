"""`log-at-zero`: logarithms of ReLUs, of what is clipped to 0 and of linear layers, and those of numbers above 0."""

from __future__ import annotations

import pytest

from check.marked_cases import all_cases, reported_and_marked
from check.rule_cases import of_cases

tf = pytest.importorskip("tensorflow")
RULE = "log-at-zero"


def bad_relu_squared_in_a_layer():
    class Power(tf.keras.layers.Layer):
        def call(self, x):
            return tf.math.log(tf.reduce_mean(tf.square(x), axis=(1, 2)))  # here

    relu = tf.keras.layers.Conv2D(2, 3, activation="relu")
    return tf.keras.Sequential([tf.keras.Input((8, 8, 3)), relu, Power()]), (2, 8, 8, 3)


def bad_clipped_to_0_in_a_step():
    weights = tf.Variable(tf.ones((4, 3)))

    @tf.function
    def step(x):
        with tf.GradientTape() as tape:
            p = tf.clip_by_value(tf.matmul(x, weights), 0.0, 1.0)
            loss = -tf.reduce_mean(tf.math.log(p))  # here
        weights.assign_sub(0.1 * tape.gradient(loss, weights))

    return step, (8, 4)


def bad_a_dense_layer_without_activation():
    class Net(tf.keras.Model):
        def __init__(self):
            super().__init__()
            self.dense = tf.keras.layers.Dense(3)

        def call(self, x):
            return tf.math.log(self.dense(x))  # here

    return Net(), (8, 4)


def bad_the_variance():
    @tf.function
    def target(x):
        _, variance = tf.nn.moments(x, axes=[1])
        return tf.math.log(variance)  # here

    return target, (8, 4)


def bad_a_mask_in_an_entropy():
    @tf.function
    def target(p, lengths):
        kept = tf.sequence_mask(lengths, 4, tf.float32)
        return -tf.reduce_sum(p * tf.math.log(kept))  # here

    return target, (8, 4), tf.TensorSpec((8,), tf.int32)


def bad_how_much_a_mask_lets_through_added_to_a_loss():
    @tf.function
    def target(losses, lengths):
        kept = tf.reduce_sum(tf.sequence_mask(lengths, 4, tf.float32), axis=1)
        return tf.reduce_mean(losses + tf.math.log(kept))  # here

    return target, (8,), tf.TensorSpec((8,), tf.int32)


def bad_a_relu_of_half_precision_added_to_a_loss():
    @tf.function
    def target(losses, x):
        rate = tf.cast(tf.nn.relu(tf.cast(x, tf.float16)), tf.float32)
        return tf.reduce_mean(losses + tf.math.log(rate))  # here

    return target, (8, 4), (8, 4)


def good_a_mask_added_to_logits():
    @tf.function
    def target(logits, lengths):
        kept = tf.sequence_mask(lengths, 4, tf.float32)
        return tf.nn.softmax(logits + tf.math.log(kept)[:, None, :])

    return target, (8, 2, 4), tf.TensorSpec((8,), tf.int32)


def good_the_alignments_of_a_ctc_loss():
    weights = tf.Variable(tf.ones((4, 5)))

    @tf.function
    def step(x, labels, lengths):
        with tf.GradientTape() as tape:
            logits = tf.einsum("btc,cd->btd", x, weights)
            times = tf.fill(tf.shape(lengths), 6)
            loss = tf.reduce_mean(tf.nn.ctc_loss(labels, logits, lengths, times, logits_time_major=False))
        weights.assign_sub(0.1 * tape.gradient(loss, weights))

    return step, (2, 6, 4), tf.TensorSpec((2, 3), tf.int32), tf.TensorSpec((2,), tf.int32)


def good_what_is_above_0_or_unknown():
    @tf.function
    def target(x):
        mel = tf.matmul(tf.square(x), tf.ones((4, 4)))
        above = [tf.exp(x), tf.nn.softplus(x), tf.nn.relu(x) + 1e-6, tf.maximum(tf.abs(x), 1e-6), 1.0 + tf.square(x)]
        sums = [tf.reduce_sum(tf.exp(x - tf.reduce_max(x, axis=1, keepdims=True)), axis=1), mel]
        return [tf.math.log(each) for each in above + sums], tf.math.log(x), tf.math.log1p(tf.nn.relu(x))

    return target, (8, 4)


def good_where_before_it_and_behind_it():
    @tf.function
    def target(x):
        rate = tf.nn.relu(x)
        return tf.math.log(tf.where(rate > 0.0, rate, 1.0)), tf.where(rate > 0.0, tf.math.log(rate), 0.0)

    return target, (8, 4)


def good_the_losses_of_keras_on_a_relu():
    losses = [tf.keras.losses.Poisson(), tf.keras.losses.MeanSquaredLogarithmicError(), tf.keras.losses.KLDivergence()]
    model = tf.keras.Sequential([tf.keras.Input((4,)), tf.keras.layers.Dense(3, activation="relu")])

    @tf.function
    def step(x, y):
        with tf.GradientTape() as tape:
            loss = sum(each(y, model(x)) for each in losses)
        weights = model.trainable_variables
        for weight, gradient in zip(weights, tape.gradient(loss, weights)):
            weight.assign(weight - 0.1 * gradient)

    return step, (8, 4), (8, 3)


@of_cases(RULE, all_cases(globals(), "bad_"))
def test_a_logarithm_of_what_is_0_or_negative_is_reported_at_its_line(case):
    found, marked = reported_and_marked(RULE, case)
    assert found == marked


@of_cases(RULE, all_cases(globals(), "good_"))
def test_nothing_is_said_of_what_is_above_0_guarded_or_unknown(case):
    assert reported_and_marked(RULE, case)[0] == set()
