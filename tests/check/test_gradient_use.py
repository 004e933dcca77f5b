"""Gradients that are not applied, applied twice, or of a loss that is no number; outputs that no input reaches."""

from __future__ import annotations

import pytest

import opscope
from check.marked_cases import all_cases, reported_and_marked
from check.rule_cases import of_cases

tf = pytest.importorskip("tensorflow")

BATCH = (None, 4), (None, 1)


def parts():
    model, optimizer = tf.keras.layers.Dense(1), tf.keras.optimizers.SGD(0.1)
    return model, optimizer


def computed_and_forgotten():
    model, _ = parts()

    @tf.function
    def step(x, y):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((model(x) - y) ** 2)
        tape.gradient(loss, model.trainable_variables)  # here
        return loss

    return (step, *BATCH)


def computed_for_one_of_two_networks():
    model, optimizer = parts()
    other = tf.Variable(tf.ones((4, 1)))

    @tf.function
    def step(x, y):
        with tf.GradientTape(persistent=True) as tape:
            loss = tf.reduce_mean((model(x) + x @ other - y) ** 2)
        variables = model.trainable_variables
        optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables))
        tape.gradient(loss, [other])  # here
        return loss

    return (step, *BATCH)


def computed_in_a_function_that_is_called():
    w = tf.Variable(tf.ones((4, 1)))

    @tf.function
    def gradient(x, y):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((x @ w - y) ** 2)
        made = tape.gradient(loss, w)  # here
        del made
        return loss

    return tf.function(lambda x, y: gradient(x, y) * 2.0), *BATCH


def handed_back():
    w = tf.Variable(tf.ones((4, 1)))

    @tf.function
    def gradient(x, y):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((x @ w - y) ** 2)
        return tape.gradient(loss, w)

    return (gradient, *BATCH)


def handed_on_by_clipping():
    model, optimizer = parts()

    @tf.function
    def step(x, y):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((model(x) - y) ** 2)
        variables = model.trainable_variables
        clipped, _ = tf.clip_by_global_norm(tape.gradient(loss, variables), 1.0)
        optimizer.apply_gradients(zip(clipped, variables))
        return loss

    return (step, *BATCH)


def handed_on_as_a_penalty():
    w = tf.Variable(tf.ones((4, 1)))

    @tf.function
    def step(x, y):
        with tf.GradientTape() as tape:
            with tf.GradientTape() as inner:
                inner.watch(x)
                score = tf.reduce_sum(tf.tanh(x @ w))
            loss = tf.reduce_mean(inner.gradient(score, x) ** 2) + tf.reduce_mean(y)
        w.assign_sub(0.1 * tape.gradient(loss, w))
        return loss

    return (step, *BATCH)


def again_by_a_copied_line():
    model, optimizer = parts()

    @tf.function
    def step(x, y):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((model(x) - y) ** 2)
        variables = model.trainable_variables
        gradients = tape.gradient(loss, variables)
        optimizer.apply_gradients(zip(gradients, variables))
        optimizer.apply_gradients(zip(gradients, variables))  # here
        return loss

    return (step, *BATCH)


def again_by_another_optimizer():
    first, second = tf.keras.optimizers.SGD(0.1), tf.keras.optimizers.Adam(0.1)
    w = tf.Variable(tf.ones((4, 1)))

    @tf.function
    def step(x, y):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((x @ w - y) ** 2)
        gradient = tape.gradient(loss, w)
        first.apply_gradients([(gradient, w)])
        second.apply_gradients([(gradient, w)])  # here
        return loss

    return (step, *BATCH)


def again_in_a_train_step():
    class Own(tf.keras.Model):
        def __init__(self):
            super().__init__()
            self.out = tf.keras.layers.Dense(1)

        def call(self, x):
            return self.out(x)

        def train_step(self, data):
            x, y = data
            with tf.GradientTape() as tape:
                loss = tf.reduce_mean((self(x, training=True) - y) ** 2)
            pairs = list(zip(tape.gradient(loss, self.trainable_variables), self.trainable_variables))
            self.optimizer.apply_gradients(pairs)
            self.optimizer.apply_gradients([(tf.identity(gradient), variable) for gradient, variable in pairs])  # here
            return {"loss": loss}

    model = Own()
    model.compile("sgd")
    model(tf.zeros((2, 4)))
    return (opscope.trace(model, *BATCH, step="train"),)


def once_for_each_of_two_losses():
    model, optimizer = parts()

    @tf.function
    def step(x, y):
        for scale in (1.0, 2.0):
            with tf.GradientTape() as tape:
                loss = tf.reduce_mean((model(x) - scale * y) ** 2)
            variables = model.trainable_variables
            optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables))
        return loss

    return (step, *BATCH)


def once_for_each_of_two_variables():
    first, second = tf.keras.optimizers.SGD(0.1), tf.keras.optimizers.SGD(0.1)
    w, b = tf.Variable(tf.ones((4, 1))), tf.Variable(tf.ones((1,)))

    @tf.function
    def step(x, y):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((x @ w + b - y) ** 2)
        gradients = tape.gradient(loss, [w, b])
        first.apply_gradients([(gradients[0], w)])
        second.apply_gradients([(gradients[1], b)])
        return loss

    return (step, *BATCH)


def once_in_fit():
    model = tf.keras.Sequential([tf.keras.Input((4,)), tf.keras.layers.Dense(1)])
    model.compile("adam", "mse")
    return (opscope.trace(model, *BATCH, step="train"),)


def each_sample_alone():
    model, optimizer = parts()

    @tf.function
    def step(x, y):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((model(x) - y) ** 2, axis=-1)
        variables = model.trainable_variables
        gradients = tape.gradient(loss, variables)  # here
        optimizer.apply_gradients(zip(gradients, variables))
        return tf.reduce_mean(loss)

    return (step, *BATCH)


def each_sample_by_hand():
    w = tf.Variable(tf.ones((4, 1)))

    @tf.function
    def step(x, y):
        with tf.GradientTape() as tape:
            loss = (x @ w - y) ** 2
        w.assign_sub(0.1 * tape.gradient(loss, w))  # here
        return loss

    return (step, *BATCH)


def each_sample_of_a_fixed_batch():
    w = tf.Variable(tf.ones((4, 1)))

    @tf.function
    def step(x):
        with tf.GradientTape() as tape:
            loss = tf.reduce_sum(x @ w, axis=1)
        w.assign_sub(0.1 * tape.gradient(loss, w))  # here
        return tf.reduce_mean(loss)

    return step, (8, 4)


def all_together_in_one():
    return handed_on_by_clipping()


def all_of_an_input():
    w = tf.Variable(tf.ones((4, 3)))

    @tf.function
    def saliency(x):
        with tf.GradientTape() as tape:
            tape.watch(x)
            scores = x @ w
        return tape.gradient(scores, x)

    return saliency, (None, 4)


def all_of_one_element():
    w = tf.Variable(tf.ones((4, 1)))

    @tf.function
    def step(x, y):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(x @ w, axis=0)
        w.assign_sub(0.1 * tape.gradient(loss, w))
        return loss + tf.reduce_mean(y)

    return (step, *BATCH)


def unreached_by_zeros():
    model, _ = parts()

    @tf.function
    def target(x):
        return model(tf.zeros_like(x))  # here

    return target, BATCH[0]


def unreached_by_ones_in_a_layer():
    class Net(tf.keras.layers.Layer):
        def __init__(self):
            super().__init__()
            self.first, self.second = tf.keras.layers.Dense(3), tf.keras.layers.Dense(2)

        def call(self, x):
            h = self.first(x)
            return h, self.second(tf.ones((tf.shape(x)[0], 3)))  # here

    return Net(), BATCH[0]


def unreached_by_a_variable():
    class Net(tf.keras.Model):
        def __init__(self):
            super().__init__()
            self.query = tf.Variable(tf.ones((2, 3)))
            self.first, self.second = tf.keras.layers.Dense(3), tf.keras.layers.Dense(2)

        def call(self, x):
            h = self.first(x)
            return h, self.second(self.query)  # here

    return Net(), BATCH[0]


def reached_by_a_loop():
    model = tf.keras.layers.Dense(4)

    @tf.function
    def target(x):
        _, h = tf.while_loop(lambda i, h: i < 3, lambda i, h: (i + 1, model(h)), [0, x])
        return h

    return target, BATCH[0]


def reached_by_a_recurrent_layer():
    return tf.keras.layers.LSTM(3), (None, 5, 4)


def reached_never_but_constant():
    model, anchors = tf.keras.layers.Dense(4), tf.constant([[1.0, 2.0]])

    @tf.function
    def target(x):
        return model(x), anchors

    return target, BATCH[0]


def compared(rule, case):
    found, marked = reported_and_marked(rule, case)
    assert found == marked


@of_cases("gradient-not-applied", all_cases(globals(), ("computed_", "handed_")))
def test_gradients_that_nothing_uses(case):
    compared("gradient-not-applied", case)


@of_cases("gradient-applied-twice", all_cases(globals(), ("again_", "once_")))
def test_gradients_that_are_applied_again(case):
    compared("gradient-applied-twice", case)


@of_cases("unreduced-loss", all_cases(globals(), ("each_", "all_together", "all_of")))
def test_losses_that_are_no_number(case):
    compared("unreduced-loss", case)


@of_cases("unreached-output", all_cases(globals(), ("unreached_", "reached_")))
def test_outputs_that_no_input_reaches(case):
    compared("unreached-output", case)
