"""`log-of-softmax`: logarithms of what a softmax or a sigmoid rounds to 0, and those that are guarded."""

from __future__ import annotations

import pytest

from check.marked_cases import all_cases, reported_and_marked
from check.rule_cases import of_cases

tf = pytest.importorskip("tensorflow")
RULE = "log-of-softmax"


def bad_entropy_of_a_layers_output():
    class Entropy(tf.keras.layers.Layer):
        def call(self, p):
            return -tf.reduce_sum(p * tf.math.log(p), axis=-1)  # here

    dense = tf.keras.layers.Dense(3, activation="softmax")
    return tf.keras.Sequential([tf.keras.Input((4,)), dense, Entropy()]), (8, 4)


def bad_binary_loss_in_a_step():
    weights = tf.Variable(tf.ones((4, 1)))

    @tf.function
    def step(x, y):
        with tf.GradientTape() as tape:
            p = tf.sigmoid(tf.matmul(x, weights))
            loss = -tf.reduce_mean(y * tf.math.log(p) + (1.0 - y) * tf.math.log(1.0 - p))  # here
        weights.assign_sub(0.1 * tape.gradient(loss, weights))

    return step, (8, 4), (8, 1)


def bad_the_labels_probability_inside_a_function():
    @tf.function
    def chosen(p, labels):
        return tf.gather(tf.transpose(p), labels, axis=0)

    @tf.function
    def target(x, labels):
        p = chosen(tf.nn.softmax(x), labels)
        return tf.math.log(p)  # here

    return target, (8, 3), tf.TensorSpec((8,), tf.int32)


def good_guards_of_all_kinds():
    @tf.function
    def target(x):
        p = tf.nn.softmax(x)
        added, bounded = tf.math.log(p + 1e-7), tf.math.log(tf.clip_by_value(p, 1e-7, 1.0 - 1e-7))
        clamped = tf.maximum(tf.math.log(p), -100.0)
        chosen = tf.where(p > 0.0, p * tf.math.log(p), 0.0)
        return added, bounded, clamped, chosen, tf.math.log(1.0 + p), tf.math.multiply_no_nan(tf.math.log(p), p)

    return target, (8, 3)


def good_the_losses_of_keras_in_a_step():
    outputs = [
        tf.keras.layers.Dense(3, activation="softmax", name="classes"),
        tf.keras.layers.Dense(1, activation="sigmoid", name="yes"),
    ]
    x = tf.keras.Input((4,))
    model = tf.keras.Model(x, [tf.keras.layers.Activation("linear", name=f"{o.name}_out")(o(x)) for o in outputs])
    losses = [tf.keras.losses.CategoricalCrossentropy(), tf.keras.losses.BinaryCrossentropy()]

    @tf.function
    def step(images, classes, yes):
        with tf.GradientTape() as tape:
            found = model(images)
            loss = (
                losses[0](classes, found[0])
                + losses[1](yes, found[1])
                + tf.keras.losses.KLDivergence()(classes, found[0])
            )
        weights = model.trainable_variables
        for weight, gradient in zip(weights, tape.gradient(loss, weights)):
            weight.assign(weight - 0.1 * gradient)

    return step, (8, 4), (8, 3), (8, 1)


def good_a_sampler():
    @tf.function
    def target(x):
        return tf.random.categorical(tf.math.log(tf.nn.softmax(x)), 1)

    return target, (8, 3)


@of_cases(RULE, all_cases(globals(), "bad_"))
def test_a_logarithm_of_what_rounds_to_0_is_reported_once_a_line(case):
    found, marked = reported_and_marked(RULE, case)
    assert found == marked


@of_cases(RULE, all_cases(globals(), "good_"))
def test_nothing_is_said_of_guards_of_keras_losses_and_of_samplers(case):
    assert reported_and_marked(RULE, case)[0] == set()


def test_tensorflow_itself_gives_minus_infinity_for_ordinary_logits():
    assert tf.math.log(tf.nn.softmax([0.0, 200.0]))[0] == float("-inf")
    assert tf.math.log(1.0 - tf.sigmoid(20.0)) == float("-inf")
