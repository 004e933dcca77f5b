"""`gradient-behind-where`: one `tf.where` behind a logarithm, root or division, and the two that it takes."""

from __future__ import annotations

import pytest

from check.marked_cases import all_cases, reported_and_marked
from check.rule_cases import of_cases

tf = pytest.importorskip("tensorflow")
RULE = "gradient-behind-where"


def step_of(loss_of):
    """A training step of one matrix of weights whose loss `loss_of` makes of the product with the input."""
    weights = tf.Variable(tf.ones((4, 3)))

    @tf.function
    def step(x):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(loss_of(tf.matmul(x, weights)))
        weights.assign_sub(0.1 * tape.gradient(loss, weights))

    return step, (8, 4)


def bad_a_root():
    def loss(x):
        return tf.where(x > 0.0, tf.sqrt(x), tf.zeros_like(x))  # here

    return step_of(loss)


def bad_a_division_by_a_norm():
    def loss(x):
        norm = tf.reduce_sum(tf.square(x), axis=1, keepdims=True)
        return tf.where(tf.equal(norm, 0.0), tf.zeros_like(x), x / norm)  # here

    return step_of(loss)


def bad_a_logarithm_that_is_not_finite():
    class Entropy(tf.keras.layers.Layer):
        def call(self, p):
            terms = p * tf.math.log(p)  # here
            return -tf.where(tf.math.is_nan(terms), tf.zeros_like(terms), terms)

    model = tf.keras.Sequential([tf.keras.Input((4,)), tf.keras.layers.Dense(3, activation="relu"), Entropy()])

    @tf.function
    def step(x):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(model(x))
        weights = model.trainable_variables
        for weight, gradient in zip(weights, tape.gradient(loss, weights)):
            weight.assign(weight - 0.1 * gradient)
        return loss

    return step, (8, 4)


def good_the_argument_is_chosen_too():
    def loss(x):
        safe = tf.where(x > 0.0, x, tf.ones_like(x))
        divided = tf.where(x > 0.0, 1.0 / safe, tf.zeros_like(x))
        return tf.where(x > 0.0, tf.math.log(safe) + tf.sqrt(safe), tf.zeros_like(x)) + divided

    return step_of(loss)


def good_the_argument_is_kept_above_0():
    def loss(x):
        return tf.where(x > 0.0, tf.math.log(tf.maximum(x, 1e-6)), x) + tf.math.divide_no_nan(x, x)

    return step_of(loss)


def good_the_condition_is_about_something_else():
    def loss(x):
        y = tf.exp(x)
        huber = tf.where(tf.abs(x) < 1.0, 0.5 * x * x, tf.abs(x) - 0.5)
        return huber + tf.where(x > 2.0, tf.math.log(y), tf.math.log(y) / 2.0)

    return step_of(loss)


def good_without_a_gradient():
    @tf.function
    def target(x):
        return tf.where(x > 0.0, tf.math.log(x), 0.0)

    return target, (8, 4)


@of_cases(RULE, all_cases(globals(), "bad_"))
def test_one_where_is_reported_at_the_line_of_what_it_leaves_out(case):
    found, marked = reported_and_marked(RULE, case)
    assert found == marked


@of_cases(RULE, all_cases(globals(), "good_"))
def test_nothing_is_said_of_two_wheres_of_guards_and_without_a_gradient(case):
    assert reported_and_marked(RULE, case)[0] == set()


def test_tensorflow_itself_gives_no_number_for_one_where_and_one_for_two():
    x = tf.Variable(0.0)
    with tf.GradientTape(persistent=True) as tape:
        once = tf.where(x > 0.0, tf.math.log(x), 0.0)
        twice = tf.where(x > 0.0, tf.math.log(tf.where(x > 0.0, x, 1.0)), 0.0)
    assert bool(tf.math.is_nan(tape.gradient(once, x)))
    assert float(tape.gradient(twice, x)) == 0.0
