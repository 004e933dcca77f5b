"""`sqrt-at-zero`: roots and norms whose argument is 0 where the gradient is taken, and those whose is not."""

from __future__ import annotations

import pytest

from check.marked_cases import all_cases, reported_and_marked
from check.rule_cases import of_cases

tf = pytest.importorskip("tensorflow")
RULE = "sqrt-at-zero"


def step_of(loss_of, *shapes):
    """A training step of one matrix of weights whose loss `loss_of` makes of the product with the input."""
    weights = tf.Variable(tf.ones((4, 3)))

    @tf.function
    def step(*inputs):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(loss_of(*(tf.matmul(x, weights) for x in inputs)))
        weights.assign_sub(0.1 * tape.gradient(loss, weights))

    return (step, *(shapes or [(8, 4)]))


def bad_root_of_a_relu_in_a_function():
    @tf.function
    def root(x):
        return tf.sqrt(tf.nn.relu(x))  # here

    return step_of(root)


def bad_a_power_below_1():
    def loss(x):
        return tf.pow(tf.nn.relu(x), 0.5)  # here

    return step_of(loss)


def bad_a_standard_deviation_with_its_epsilon_outside():
    def loss(x):
        return 1.0 / (tf.math.reduce_std(x, axis=1) + 1e-6)  # here

    return step_of(loss)


def bad_the_distance_of_twins():
    class Distance(tf.keras.layers.Layer):
        def call(self, pair):
            return tf.norm(pair[0] - pair[1], axis=1)  # here

    tower = tf.keras.Sequential([tf.keras.Input((4,)), tf.keras.layers.Dense(3)])
    distance = Distance()

    @tf.function
    def step(a, b):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(distance([tower(a), tower(b)]))
        weights = tower.trainable_variables
        for weight, gradient in zip(weights, tape.gradient(loss, weights)):
            weight.assign(weight - 0.1 * gradient)

    return step, (8, 4), (8, 4)


def bad_the_hinge_of_a_triplet_loss_behind_the_norm():
    tower = tf.keras.Sequential([tf.keras.Input((4,)), tf.keras.layers.Dense(3)])
    towers = [tower]

    @tf.function
    def step(a, b):
        with tf.GradientTape() as tape:
            distance = tf.norm(towers[0](a) - towers[0](b), axis=1)  # here
            loss = tf.reduce_mean(tf.maximum(distance - 0.2, 0.0))
        weights = tower.trainable_variables
        for weight, gradient in zip(weights, tape.gradient(loss, weights)):
            weight.assign(weight - 0.1 * gradient)

    return step, (8, 4), (8, 4)


def good_the_distance_of_two_layers():
    one, other = (tf.keras.Sequential([tf.keras.Input((4,)), tf.keras.layers.Dense(3)]) for _ in range(2))

    @tf.function
    def step(a):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(tf.maximum(tf.norm(one(a) - other(a), axis=1) - 0.2, 0.0))
        weights = one.trainable_variables
        for weight, gradient in zip(weights, tape.gradient(loss, weights)):
            weight.assign(weight - 0.1 * gradient)

    return step, (8, 4)


def good_an_epsilon_inside():
    def loss(x):
        relu = tf.nn.relu(x)
        return tf.sqrt(relu + 1e-12) + tf.sqrt(tf.maximum(relu, 1e-12)) + tf.math.l2_normalize(relu, axis=1)

    return step_of(loss)


def good_norms_of_what_is_not_known_to_be_0():
    def loss(x, y):
        wide = tf.norm(x, axis=1) + tf.norm(x - y, axis=1)
        return wide + tf.sqrt(tf.reduce_mean(tf.square(x - y))) + tf.sqrt(tf.exp(x[:, 0]))

    return step_of(loss, (8, 4), (8, 4))


def good_the_gradient_does_not_go_there():
    def loss(x):
        return x / (1.0 + tf.sqrt(tf.nn.relu(tf.stop_gradient(x))))

    return step_of(loss)


def good_layers_and_optimizer_of_keras():
    layers = [tf.keras.layers.LayerNormalization(), tf.keras.layers.BatchNormalization(), tf.keras.layers.Dense(1)]
    model = tf.keras.Sequential([tf.keras.Input((4,)), tf.keras.layers.Dense(3, activation="relu"), *layers])
    optimizer = tf.keras.optimizers.Adam(clipnorm=1.0)
    optimizer.build(model.trainable_variables) if hasattr(optimizer, "build") else None

    @tf.function
    def step(x):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(model(x, training=True))
        weights = model.trainable_variables
        optimizer.apply_gradients(zip(tape.gradient(loss, weights), weights))

    return step, (8, 4)


def good_no_gradient_at_all():
    @tf.function
    def target(x):
        return tf.sqrt(tf.nn.relu(x)), tf.math.reduce_std(x)

    return target, (8, 4)


@of_cases(RULE, all_cases(globals(), "bad_"))
def test_a_root_of_what_is_0_is_reported_where_the_gradient_goes_through_it(case):
    found, marked = reported_and_marked(RULE, case)
    assert found == marked


@of_cases(RULE, all_cases(globals(), "good_"))
def test_nothing_is_said_of_guards_of_unknown_arguments_and_without_a_gradient(case):
    assert reported_and_marked(RULE, case)[0] == set()


def test_tensorflow_itself_gives_no_number_for_these_gradients():
    x = tf.Variable([[1.0, 2.0], [3.0, 5.0]])
    with tf.GradientTape(persistent=True) as tape:
        pairs = tf.norm(x[:, None] - x[None, :], axis=-1)
        constant = tf.math.reduce_std(0.0 * x, axis=1)
    assert bool(tf.reduce_any(tf.math.is_nan(tape.gradient(pairs, x))))
    assert bool(tf.reduce_any(tf.math.is_nan(tape.gradient(constant, x))))
