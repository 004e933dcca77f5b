"""`division-by-zero` and `mean-over-mask`: divisors that ordinary data make 0, and those that something keeps from it."""

from __future__ import annotations

import pytest

from check.marked_cases import all_cases, reported_and_marked
from check.rule_cases import of_cases

tf = pytest.importorskip("tensorflow")


def bad_divided_by_a_root_of_the_variance():
    class Standardize(tf.keras.layers.Layer):
        def call(self, x):
            mean, variance = tf.nn.moments(x, axes=[-1], keepdims=True)
            return (x - mean) / tf.sqrt(variance)  # here

    return tf.keras.Sequential([tf.keras.Input((4,)), tf.keras.layers.Dense(3), Standardize()]), (8, 4)


def bad_normalized_by_a_sum_of_relus_in_a_step():
    weights = tf.Variable(tf.ones((4, 3)))

    @tf.function
    def step(x):
        with tf.GradientTape() as tape:
            parts = tf.nn.relu(tf.matmul(x, weights))
            shares = parts / tf.reduce_sum(parts, axis=1, keepdims=True)  # here
            loss = tf.reduce_mean(tf.square(shares))
        weights.assign_sub(0.1 * tape.gradient(loss, weights))

    return step, (8, 4)


def bad_reciprocal_root():
    @tf.function
    def target(x):
        return x * tf.math.rsqrt(tf.math.reduce_variance(x, axis=1, keepdims=True))  # here

    return target, (8, 4)


def good_guards_of_all_kinds():
    @tf.function
    def target(x):
        parts = tf.nn.relu(x)
        total = tf.reduce_sum(parts, axis=1, keepdims=True)
        inside = x / tf.sqrt(tf.math.reduce_variance(x, axis=1, keepdims=True) + 1e-6)
        chosen = tf.where(total > 0.0, parts / total, 0.0), parts / tf.where(total > 0.0, total, 1.0)
        return (
            inside,
            chosen,
            tf.math.divide_no_nan(parts, total),
            parts / tf.maximum(total, 1e-6),
            parts / (total + 1e-6),
        )

    return target, (8, 4)


def good_layers_of_keras_in_a_step():
    layers = [
        tf.keras.layers.BatchNormalization(),
        tf.keras.layers.LayerNormalization(),
        tf.keras.layers.Dropout(0.5),
        tf.keras.layers.Dense(3, activation="softmax"),
    ]
    model = tf.keras.Sequential([tf.keras.Input((4,)), tf.keras.layers.Dense(3, activation="relu"), *layers])
    losses = [tf.keras.losses.CosineSimilarity(), tf.keras.losses.CategoricalCrossentropy()]

    @tf.function
    def step(x, y):
        with tf.GradientTape() as tape:
            loss = sum(each(y, model(x, training=True)) for each in losses)
        weights = model.trainable_variables
        for weight, gradient in zip(weights, tape.gradient(loss, weights)):
            weight.assign(weight - 0.1 * gradient)

    return step, (8, 4), (8, 3)


def good_what_is_not_known_or_never_0():
    @tf.function
    def target(x, y):
        scores = tf.exp(x - tf.reduce_max(x, axis=1, keepdims=True))
        return x / y, scores / tf.reduce_sum(scores, axis=1, keepdims=True), x / (1.0 + tf.square(y)), x / tf.norm(y)

    return target, (8, 4), (8, 4)


def masked_loss():
    @tf.function
    def target(losses, lengths):
        mask = tf.cast(tf.sequence_mask(lengths, 4), tf.float32)
        return tf.reduce_sum(losses * mask) / tf.reduce_sum(mask)  # here

    return target, (8, 4), tf.TensorSpec((8,), tf.int32)


def masked_pooling():
    class Pool(tf.keras.layers.Layer):
        def call(self, x):
            mask = tf.cast(tf.reduce_any(tf.not_equal(x, 0.0), axis=-1, keepdims=True), x.dtype)
            return tf.reduce_sum(x * mask, axis=1) / tf.reduce_sum(mask, axis=1)  # here

    return tf.keras.Sequential([tf.keras.Input((6, 4)), Pool()]), (8, 6, 4)


def masked_loss_in_a_step():
    weights = tf.Variable(tf.ones((4, 1)))

    @tf.function
    def step(x, labels):
        with tf.GradientTape() as tape:
            known = tf.cast(labels >= 0, tf.float32)
            loss = tf.reduce_sum(known * tf.matmul(x, weights)[:, 0]) / tf.reduce_sum(known)  # here
        weights.assign_sub(0.1 * tape.gradient(loss, weights))

    return step, (8, 4), tf.TensorSpec((8,), tf.int32)


def safe_masked_losses():
    @tf.function
    def target(losses, labels):
        mask = tf.cast(labels >= 0, tf.float32)
        count, total = tf.reduce_sum(mask), tf.reduce_sum(losses * mask)
        return tf.math.divide_no_nan(total, count), total / tf.maximum(count, 1.0), total / (count + 1e-7)

    return target, (8, 4), tf.TensorSpec((8, 4), tf.int32)


def safe_where():
    @tf.function
    def target(losses, labels):
        mask = tf.cast(labels >= 0, tf.float32)
        count = tf.reduce_sum(mask)
        return tf.where(count > 0.0, tf.reduce_sum(losses * mask) / count, 0.0), tf.reduce_mean(mask) / 2.0

    return target, (8, 4), tf.TensorSpec((8, 4), tf.int32)


def safe_metrics():
    mean, accuracy = tf.keras.metrics.Mean(), tf.keras.metrics.BinaryAccuracy()

    @tf.function
    def target(losses, labels):
        mean.update_state(losses, sample_weight=tf.cast(labels >= 0.0, tf.float32))
        accuracy.update_state(labels, losses)
        return mean.result() + accuracy.result()

    return target, (8, 4), (8, 4)


@of_cases("division-by-zero", all_cases(globals(), "bad_"))
def test_a_division_by_what_is_0_is_reported_at_its_line(case):
    found, marked = reported_and_marked("division-by-zero", case)
    assert found == marked


@of_cases(
    "division-by-zero", [*all_cases(globals(), "good_"), *all_cases(globals(), "safe_"), masked_loss], reported=False
)
def test_nothing_is_said_of_guarded_divisions_unknown_divisors_and_masks(case):
    assert reported_and_marked("division-by-zero", case)[0] == set()


@of_cases("mean-over-mask", all_cases(globals(), "masked_"))
def test_a_division_by_the_sum_of_a_mask_is_noted_at_its_line(case):
    found, marked = reported_and_marked("mean-over-mask", case)
    assert found == marked


@of_cases("mean-over-mask", all_cases(globals(), "safe_"))
def test_nothing_is_noted_of_guarded_means_over_masks(case):
    assert reported_and_marked("mean-over-mask", case)[0] == set()
