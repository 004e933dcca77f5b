"""Sources of a gradient that get none: each of the five reasons at its line, and what only looks like one of them."""

from __future__ import annotations

import pytest

pytest.importorskip("tensorflow")

import tensorflow as tf

import opscope
from check.rule_cases import shows
from marked_lines import marks, worse

REASONS = ("gradient-cut", "gradient-stopped", "gradient-off-loss", "gradient-not-recorded", "unused-variable")


def told(target, *inputs, **options):
    """Rule -> the marks of its findings, for those of the five that find something."""
    graph = opscope.trace(target, *inputs, **options)
    found = {rule: marks(rule, graph) for rule in REASONS}
    return {rule: at for rule, at in found.items() if at}


def dense(units):
    return tf.keras.layers.Dense(units)


def stepping(compute, layers):
    """A training step of what `compute` gives as the loss, over all variables of the layers."""
    optimizer = tf.keras.optimizers.SGD(0.1)

    @tf.function
    def step(x, y):
        with tf.GradientTape() as tape:
            loss = compute(x, y)
        variables = [variable for layer in layers for variable in layer.trainable_variables]
        gradients = tape.gradient(loss, variables)  # asked
        optimizer.apply_gradients([pair for pair in zip(gradients, variables) if pair[0] is not None])
        return loss

    return step


SHAPES = (None, 3), (None, 4)


@shows("gradient-cut", faults=1)
def test_rounding_a_comparison_and_a_cast_cut_gradients():
    a, b, c, out = dense(4), dense(4), dense(4), dense(4)

    def loss(x, y):
        rounded = tf.round(a(x))  # round
        gated = tf.where(b(x) > 0.0, x[:, :1], -x[:, :1])  # gate
        whole = tf.cast(c(x), tf.int32)  # cast
        return tf.reduce_mean((out(rounded + gated + tf.cast(whole, tf.float32)) - y) ** 2)

    assert told(stepping(loss, [a, b, c, out]), *SHAPES) == {"gradient-cut": ["round", "gate", "cast"]}


@shows("gradient-cut", faults=1)
def test_a_cut_inside_a_function_a_branch_and_a_loop():
    a, b, c, out = dense(4), dense(4), dense(4), dense(4)

    @tf.function
    def called(x):
        return tf.math.floor(x)  # floor

    def loss(x, y):
        inner = called(a(x))
        value = b(x)
        branch = tf.cond(tf.reduce_sum(x) > 0.0, lambda: tf.round(value), lambda: tf.math.ceil(value))
        _, looped = tf.while_loop(lambda i, h: i < 3, lambda i, h: (i + 1, h * 0.5), [0, c(x)])
        return tf.reduce_mean((out(inner + branch + looped) - y) ** 2)

    found = told(stepping(loss, [a, b, c, out]), *SHAPES)
    assert set(found) == {"gradient-cut"}
    assert found["gradient-cut"][0] == "floor" and len(found["gradient-cut"]) == 2


@shows("gradient-cut", faults=1)
def test_a_compiled_model_is_told_at_the_line_that_cuts():
    class Choosing(tf.keras.Model):
        def __init__(self):
            super().__init__()
            self.scores, self.table, self.out = dense(5), tf.keras.layers.Embedding(5, 6), dense(1)

        def call(self, x):
            best = tf.argmax(self.scores(x), axis=-1)  # best
            return self.out(self.table(best))

    model = Choosing()
    model.compile("sgd", "mse")
    model(tf.zeros((2, 3)))
    assert told(model, (None, 3), (None, 1), step="train") == {"gradient-cut": ["best"]}


def test_stop_gradient_is_told_if_it_is_on_every_way():
    a, b, out = dense(4), dense(4), dense(4)

    def loss(x, y):
        both = tf.stop_gradient(b(x)) + b(x)  # b has another way
        return tf.reduce_mean((out(tf.stop_gradient(a(x)) + both) - y) ** 2)  # stopped

    assert told(stepping(loss, [a, b, out]), *SHAPES) == {"gradient-stopped": ["stopped"]}


def test_what_the_loss_does_not_see():
    class TwoHeads(tf.Module):
        def __init__(self):
            super().__init__()
            self.w = tf.Variable(tf.ones((3, 4)))
            self.extra = tf.Variable(tf.ones((3, 4)))
            self.never = tf.Variable(1.0)

        def __call__(self, x):
            return x @ self.w, x @ self.extra  # extra

    heads = TwoHeads()
    optimizer = tf.keras.optimizers.SGD(0.1)

    @tf.function
    def step(x, y):
        with tf.GradientTape() as tape:
            first, second = heads(x)
            loss = tf.reduce_mean((first - y) ** 2)
        gradients = tape.gradient(loss, heads.trainable_variables)  # asked
        optimizer.apply_gradients([pair for pair in zip(gradients, heads.trainable_variables) if pair[0] is not None])
        return loss, second

    assert told(step, *SHAPES) == {"gradient-off-loss": ["extra"], "unused-variable": ["asked"]}


def test_a_layer_of_a_compiled_model_that_is_never_called():
    class Forgets(tf.keras.Model):
        def __init__(self):
            super().__init__()
            self.used, self.forgotten = dense(1), dense(2)
            self.forgotten.build((None, 3))

        def call(self, x):
            return self.used(x)

    model = Forgets()
    model.compile("sgd", "mse")
    model(tf.zeros((2, 3)))
    assert told(model, (None, 3), (None, 1), step="train") == {"unused-variable": [None]}


@shows("gradient-not-recorded", faults=1)
def test_what_the_tape_did_not_see():
    a, b = dense(4), dense(4)
    frozen = tf.Variable(1.0, trainable=False)
    optimizer = tf.keras.optimizers.SGD(0.1)

    @tf.function
    def step(x, y):
        outside = a(x)
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((outside + frozen * b(x) - y) ** 2)
        variables = a.trainable_variables + b.trainable_variables + [frozen]
        gradients = tape.gradient(loss, variables)  # asked
        optimizer.apply_gradients([pair for pair in zip(gradients, variables) if pair[0] is not None])
        return loss

    assert told(step, *SHAPES) == {"gradient-not-recorded": ["asked", "asked"]}


@shows("gradient-not-recorded", faults=1, near_misses=1)
def test_an_input_that_nobody_watches():
    model = dense(4)

    @tf.function
    def saliency(x):
        with tf.GradientTape() as tape:
            score = tf.reduce_max(model(x))
        gradient = tape.gradient(score, x)  # unwatched
        return score if gradient is None else gradient

    @tf.function
    def watched(x):
        with tf.GradientTape() as tape:
            tape.watch(x)
            score = tf.reduce_max(model(x))
        return tape.gradient(score, x)

    assert told(saliency, (2, 3)) == {"gradient-not-recorded": ["unwatched"]}
    assert told(watched, (2, 3)) == {}


def test_the_other_network_of_a_gan_is_not_asked_for():
    generator, critic = dense(3), dense(1)
    first, second = tf.keras.optimizers.SGD(0.1), tf.keras.optimizers.SGD(0.1)

    @tf.function
    def step(z, x):
        with tf.GradientTape() as tape, tf.GradientTape() as other:
            made = generator(z)
            loss = tf.reduce_mean(critic(made)) - tf.reduce_mean(critic(x))
            wish = -tf.reduce_mean(critic(made))
        for gradient_tape, optimizer, network, value in ((tape, first, critic, loss), (other, second, generator, wish)):
            gradients = gradient_tape.gradient(value, network.trainable_variables)
            optimizer.apply_gradients(
                [pair for pair in zip(gradients, network.trainable_variables) if pair[0] is not None]
            )
        return loss, wish

    assert told(step, (None, 2), (None, 3)) == {}


def test_two_losses_that_each_reach_some_of_the_variables():
    a, b = tf.Variable(tf.ones((3, 4))), tf.Variable(tf.ones((3, 4)))

    @tf.function
    def step(x, y):
        with tf.GradientTape(persistent=True) as tape:
            first = tf.reduce_mean((x @ a - y) ** 2)
            second = tf.reduce_mean((x @ b - y) ** 2)
        for loss in (first, second):
            for variable, gradient in zip([a, b], tape.gradient(loss, [a, b])):
                if gradient is not None:
                    variable.assign_sub(0.1 * gradient)
        return first + second

    assert worse(step, *SHAPES) == []


@shows("gradient-cut", near_misses=1)
def test_what_gets_a_gradient_by_another_way_or_is_set_otherwise():
    a, out = dense(4), dense(4)
    codes = tf.Variable(tf.ones((8, 4)))
    optimizer = tf.keras.optimizers.SGD(0.1)

    @tf.function
    def step(x, y):
        with tf.GradientTape() as tape:
            h = a(x)
            nearest = tf.argmin(tf.reduce_sum((h[:, None] - codes[None]) ** 2, axis=-1), axis=-1)
            code = tf.gather(codes, nearest)
            through = h + tf.stop_gradient(code - h)
            loss = tf.reduce_mean((out(through) - y) ** 2)
        variables = [*a.trainable_variables, *out.trainable_variables, codes]
        gradients = tape.gradient(loss, variables)
        optimizer.apply_gradients([pair for pair in zip(gradients, variables) if pair[0] is not None])
        codes.assign(0.99 * codes + 0.01 * tf.reduce_mean(h))
        return loss

    assert worse(step, *SHAPES) == []


def test_zeros_were_asked_for_where_there_is_no_gradient():
    used, unused = tf.Variable(tf.ones((3, 4))), tf.Variable(tf.ones((3, 4)))

    @tf.function
    def step(x, y):
        with tf.GradientTape() as tape:
            other = x @ unused
            loss = tf.reduce_mean((x @ used - y) ** 2)
        variables = [used, unused]
        gradients = tape.gradient(loss, variables, unconnected_gradients=tf.UnconnectedGradients.ZERO)
        for variable, gradient in zip(variables, gradients):
            variable.assign_sub(0.1 * gradient)
        return loss, other

    assert worse(step, *SHAPES) == []
