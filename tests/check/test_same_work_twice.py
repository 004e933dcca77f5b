"""`same-work-twice`: equal heavy ops with equal inputs, and those whose inputs or variables may differ."""

from __future__ import annotations

import pytest

import opscope
from check.marked_cases import all_cases, reported_and_marked
from check.rule_cases import of_cases

tf = pytest.importorskip("tensorflow")


def bad_a_model_is_called_twice():
    model = tf.keras.Sequential([tf.keras.Input((4,)), tf.keras.layers.Dense(4), tf.keras.layers.Dense(2)])

    @tf.function
    def target(x):
        labels = tf.argmax(model(x), 1)
        return labels, tf.nn.softmax(model(x))  # here

    return target, (8, 4)


def bad_in_a_training_step():
    model = tf.keras.Sequential([tf.keras.Input((4,)), tf.keras.layers.Dense(1)])
    optimizer = tf.keras.optimizers.SGD(0.1)

    @tf.function
    def step(x, y):
        with tf.GradientTape() as tape:
            error = model(x) - y
            loss = tf.reduce_mean(error**2) + tf.reduce_mean(tf.abs(model(x)))  # here
        optimizer.apply_gradients(zip(tape.gradient(loss, model.trainable_variables), model.trainable_variables))
        return loss

    return step, (8, 4), (8, 1)


def bad_by_hand_and_in_functions():
    class Net(tf.Module):
        def __init__(self):
            super().__init__()
            self.w = tf.Variable(tf.ones((4, 4)))

        @tf.function
        def hidden(self, x):
            return tf.nn.relu(tf.matmul(x, self.w))  # here

        @tf.function
        def __call__(self, x):
            return self.hidden(x) * tf.sigmoid(self.hidden(x))

    return Net(), (8, 4)


def bad_two_gradients_of_one_loss():
    one, two = tf.Variable(tf.ones((4, 4))), tf.Variable(tf.ones((4, 4)))

    @tf.function
    def step(x):
        with tf.GradientTape(persistent=True) as tape:
            hidden = tf.matmul(x, one)
            loss = tf.reduce_sum(tf.matmul(tf.nn.relu(hidden), two) ** 2)
        first, second = tape.gradient(loss, one), tape.gradient(loss, [hidden, two])[0]  # here
        one.assign_sub(first)
        two.assign_sub(tf.matmul(hidden, second, transpose_a=True))

    return step, (8, 4)


def good_with_dropout():
    layers = [tf.keras.layers.Dropout(0.5), tf.keras.layers.Dense(4)]
    model = tf.keras.Sequential([tf.keras.Input((4,)), *layers])

    @tf.function
    def target(x):
        return model(x, training=True) - model(x, training=True)

    return target, (8, 4)


def good_an_update_lies_in_between():
    weights = tf.Variable(tf.ones((4, 4)))

    @tf.function
    def target(x):
        before = tf.matmul(x, weights)
        weights.assign_sub(0.1 * tf.ones((4, 4)))
        return before - tf.matmul(x, weights)

    return target, (8, 4)


def good_other_inputs_and_other_weights():
    shared, other = tf.keras.layers.Dense(4), tf.keras.layers.Dense(4)

    class Siamese(tf.keras.Model):
        def __init__(self):
            super().__init__()
            self.shared, self.other = shared, other

        def call(self, x):
            return self.shared(x) + self.shared(2.0 * x) + self.other(x)

    return Siamese(), (8, 4)


def good_recomputed_gradients():
    one, two = tf.Variable(tf.ones((4, 4))), tf.Variable(tf.ones((4, 4)))

    @tf.recompute_grad
    def block(x):
        return tf.matmul(tf.nn.relu(tf.matmul(x, one)), two)

    @tf.function
    def step(x):
        with tf.GradientTape() as tape:
            loss = tf.reduce_sum(block(x) ** 2)
        for variable, gradient in zip((one, two), tape.gradient(loss, (one, two))):
            variable.assign_sub(gradient)

    return step, (8, 4)


def good_in_two_branches():
    weights = tf.Variable(tf.ones((4, 4)))

    @tf.function
    def target(x):
        if tf.reduce_sum(x) > 0.0:
            return tf.matmul(x, weights)
        return -tf.matmul(x, weights)

    return target, (8, 4)


def good_merged_by_tensorflow():
    @tf.function
    def target(x):
        return tf.matmul(x, x) + tf.nn.relu(tf.matmul(x, x))

    return target, (4, 4)


@of_cases("same-work-twice", all_cases(globals(), "bad_"))
def test_equal_work_is_reported_at_its_line(case):
    found, marked = reported_and_marked("same-work-twice", case)
    assert found == marked


@of_cases("same-work-twice", all_cases(globals(), "good_"))
def test_work_that_may_differ_is_not_reported(case):
    assert reported_and_marked("same-work-twice", case)[0] == set()


def test_a_model_that_is_called_twice_is_one_finding():
    target, *inputs = bad_a_model_is_called_twice()
    (found,) = opscope.check(target, *inputs, select="same-work-twice")
    assert found.figures["ops"] == 2
    assert "Sequential is called again with the same input" in found.message
