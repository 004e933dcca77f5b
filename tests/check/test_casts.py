"""`truncated-probability`, `cast-and-back`, `float64-from-constant` and `float16-statistics`: what a change of type loses."""

from __future__ import annotations

import numpy as np
import pytest

import opscope
from check.marked_cases import all_cases, reported_and_marked
from check.rule_cases import of_rules

tf = pytest.importorskip("tensorflow")
ARRAY = np.linspace(0.0, 1.0, 4)


def halves(*shape):
    return tf.TensorSpec(shape, tf.float16)


def step_of(loss_of, dtype="float32"):
    """A training step of one matrix of weights whose loss `loss_of` makes of the product with the input."""
    weights = tf.Variable(tf.ones((4, 4), dtype))

    @tf.function
    def step(x):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(loss_of(tf.matmul(x, weights)))
        weights.assign_sub(tf.cast(0.1, dtype) * tape.gradient(loss, weights))
        return loss

    return step, tf.TensorSpec((8, 4), dtype)


def truncated_in_a_layer():
    class Decide(tf.keras.layers.Layer):
        def call(self, p):
            return tf.cast(p, tf.int64)  # here

    dense = tf.keras.layers.Dense(1, activation="sigmoid")
    return tf.keras.Sequential([tf.keras.Input((4,)), dense, Decide()]), (8, 4)


def truncated_softmax():
    @tf.function
    def target(x):
        return tf.cast(tf.reshape(tf.nn.softmax(x), (-1,)), tf.int32)  # here

    return target, (8, 4)


def truncated_metric_in_a_step():
    hits = tf.Variable(0)

    def loss(x):
        hits.assign_add(tf.reduce_sum(tf.cast(1.0 - tf.sigmoid(x), tf.int32)))  # here
        return x

    return step_of(loss)


def whole_predictions():
    metric = tf.keras.metrics.SparseCategoricalAccuracy()

    @tf.function
    def target(x, labels):
        p = tf.nn.softmax(x)
        metric.update_state(labels, p)
        rounded = tf.cast(tf.round(p), tf.int32), tf.cast(p + 0.5, tf.int32), tf.cast(255.0 * p, tf.uint8)
        return rounded, tf.argmax(p, axis=1), tf.cast(p > 0.5, tf.int32), tf.cast(x, tf.int32), tf.cast(p, tf.float16)

    return target, (8, 4), tf.TensorSpec((8,), tf.int32)


def back_in_a_layer():
    class Flat(tf.keras.layers.Layer):
        def call(self, x):
            return tf.cast(tf.reshape(tf.cast(x, tf.bfloat16), (-1, 2)), tf.float32)  # here

    return tf.keras.Sequential([tf.keras.Input((4,)), tf.keras.layers.Dense(4), Flat()]), (8, 4)


def back_of_integers():
    @tf.function
    def target(ids):
        return tf.cast(tf.cast(ids, tf.float32), tf.int64)  # here

    return target, tf.TensorSpec((8,), tf.int64)


def back_in_a_step():
    def loss(x):
        return tf.cast(tf.cast(x, tf.float16), tf.float32) ** 2.0  # here

    return step_of(loss)


def work_between_casts():
    @tf.function
    def target(x, ids):
        small = tf.cast(tf.nn.relu(tf.cast(x, tf.float16)), tf.float32)
        floor, wide = tf.cast(tf.cast(x, tf.int32), tf.float32), tf.cast(tf.cast(x, tf.float64), tf.float32)
        return small, floor, wide, tf.cast(tf.cast(ids, tf.float64), tf.int32), tf.cast(tf.cast(x, tf.bool), tf.float32)

    return target, (8, 4), tf.TensorSpec((8,), tf.int32)


def work_of_a_mixed_layer():
    mixed = tf.keras.mixed_precision.Policy("mixed_float16")
    layers = [tf.keras.layers.Dense(4, dtype=mixed), tf.keras.layers.Activation("softmax", dtype="float32")]
    return tf.keras.Sequential([tf.keras.Input((4,)), *layers]), (8, 4)


def wide_array_in_a_layer():
    class Scale(tf.keras.layers.Layer):
        def call(self, x):
            wide = tf.cast(x, tf.float64)
            return tf.cast(wide * ARRAY, tf.float32)  # here

    return tf.keras.Sequential([tf.keras.Input((4,)), Scale()]), (8, 4)


def wide_number_in_a_function():
    @tf.function
    def target(x):
        return tf.cast(x, tf.float64) + np.float64(0.1)  # here

    return target, (8, 4)


def wide_in_a_step():
    def loss(x):
        return tf.cast(tf.matmul(tf.cast(x, tf.float64), tf.constant(np.eye(4))), tf.float32)  # here

    return step_of(loss)


def float64_on_purpose():
    return step_of(lambda x: x * ARRAY + 0.5, "float64")


def whole_indices_of_a_sampler():
    class Pick(tf.keras.layers.Layer):
        def call(self, p):
            bins = tf.cast(tf.math.floor(p * 10.0), tf.int32)
            return tf.one_hot(bins, 11) * tf.cast(
                tf.random.categorical(tf.math.log(p + 1e-3), 1)[..., None], tf.float32
            )

    dense = tf.keras.layers.Dense(3, activation="softmax")
    return tf.keras.Sequential([tf.keras.Input((4,)), dense, Pick()]), (8, 4)


def work_in_a_step():
    return step_of(lambda x: tf.cast(tf.tanh(tf.cast(x, tf.bfloat16)) * 2, tf.float32))


def float64_of_a_module():
    class Wide(tf.Module):
        def __init__(self):
            super().__init__()
            self.scale = tf.Variable(ARRAY)

        @tf.function
        def __call__(self, x):
            return tf.cast(x, tf.float64) * self.scale

    return Wide(), (8, 4)


def careful_loss_in_a_step():
    def loss(x):
        return tf.cast(tf.reduce_sum(tf.square(tf.cast(x, tf.float32)), axis=1), tf.float16)

    return step_of(loss, "float16")


def float64_cast_down():
    @tf.function
    def target(x):
        return x * tf.cast(ARRAY, tf.float32), tf.cast(x, tf.float64), tf.cast(tf.shape(x)[0], tf.float64) * 2.0

    return target, (8, 4)


def halved_norm():
    @tf.function
    def target(x):
        return x / tf.sqrt(tf.reduce_sum(x * x, axis=1, keepdims=True) + 1e-3)  # here

    return target, halves(8, 4)


def halved_long_sum():
    @tf.function
    def target(x):
        return tf.reduce_sum(x, axis=1)  # here

    return target, halves(8, 4096)


def halved_log_softmax_in_a_step():
    def loss(x):
        return -tf.nn.log_softmax(x)  # here

    return step_of(loss, "float16")


def careful_halves():
    @tf.function
    def target(x):
        attention = tf.nn.softmax(tf.matmul(x, x, transpose_b=True))
        wide = tf.reduce_mean(tf.square(tf.cast(x, tf.float32)), axis=1)
        loss = tf.nn.softmax_cross_entropy_with_logits(tf.ones_like(x) / 4, x)  # TensorFlow computes it in float32
        return attention, wide, loss, tf.reduce_mean(x, axis=1), tf.reduce_sum(x, axis=1), tf.square(x)

    return target, halves(8, 4)


def careful_keras():
    mixed, layers = tf.keras.mixed_precision.Policy("mixed_float16"), tf.keras.layers
    kinds = [layers.LayerNormalization, layers.BatchNormalization, layers.ReLU, layers.GlobalAveragePooling2D]
    return tf.keras.Sequential([tf.keras.Input((6, 6, 4)), *(kind(dtype=mixed) for kind in kinds)]), (2, 6, 6, 4)


def whole_labels_of_a_compiled_model():
    model = tf.keras.Sequential([tf.keras.Input((4,)), tf.keras.layers.Dense(3, activation="softmax")])
    model.compile("sgd", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return (opscope.trace(model, (2, 4), tf.TensorSpec((2,), tf.int64), step="train"),)


def back_in_a_loss_of_a_compiled_model():
    def loss(y, p):
        whole = tf.cast(tf.cast(y, tf.float32), tf.int64)  # here
        return -tf.math.log(tf.gather(p, whole, axis=1, batch_dims=1) + 1e-7)

    class Training(tf.keras.Model):
        def __init__(self):
            super().__init__()
            self.out = tf.keras.layers.Dense(3, activation="softmax")

        def call(self, x):
            return self.out(x)

        def train_step(self, data):
            x, y = data
            with tf.GradientTape() as tape:
                value = tf.reduce_mean(loss(y, self(x)))
            weights = self.trainable_variables
            self.optimizer.apply_gradients(zip(tape.gradient(value, weights), weights))
            return {"loss": value}

    model = Training()
    model.compile("sgd")
    return (opscope.trace(model, (2, 4), tf.TensorSpec((2,), tf.int64), step="train"),)


FAULTS = {
    "truncated-probability": all_cases(globals(), "truncated_"),
    "cast-and-back": all_cases(globals(), "back_"),
    "float64-from-constant": all_cases(globals(), "wide_"),
    "float16-statistics": all_cases(globals(), "halved_"),
}
RIGHT = {
    "truncated-probability": all_cases(globals(), "whole_"),
    "cast-and-back": all_cases(globals(), "work_"),
    "float64-from-constant": all_cases(globals(), "float64_"),
    "float16-statistics": all_cases(globals(), "careful_"),
}


@of_rules(FAULTS)
def test_what_a_change_of_type_loses_is_reported_at_its_line(rule, case):
    found, marked = reported_and_marked(rule, case)
    assert found == marked


@of_rules(RIGHT)
def test_nothing_is_said_of_types_that_are_changed_for_a_reason(rule, case):
    target, *inputs = case()
    assert [str(each) for each in opscope.check(target, *inputs, select=[rule, *FAULTS])] == []
