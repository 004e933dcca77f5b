"""Steps in which nothing gets a gradient: TensorFlow or Keras refuses to trace them, and `check` still names the line."""

from __future__ import annotations

import pytest

pytest.importorskip("tensorflow")

import tensorflow as tf

import opscope
from check.rule_cases import shows
from marked_lines import marks, worse

BATCH = (None, 3), (None, 4)


def by_an_optimizer(compute, variables):
    optimizer = tf.keras.optimizers.Adam(0.1)

    @tf.function
    def step(x, y):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((compute(x) - y) ** 2)
        asked = variables()
        gradients = tape.gradient(loss, asked)  # asked
        optimizer.apply_gradients(zip(gradients, asked))
        return loss

    return step


def refused(target, *inputs, **options):
    with pytest.raises(opscope.TraceError) as error:
        opscope.trace(target, *inputs, **options)
    return str(error.value)


def test_a_step_whose_optimizer_refuses_it_is_told_where_the_gradient_ends():
    model, table = tf.keras.layers.Dense(5), tf.constant([[1.0, 2.0, 3.0, 4.0]] * 5)

    def compute(x):
        return tf.gather(table, tf.argmax(model(x), axis=-1))  # best

    step = by_an_optimizer(compute, lambda: model.trainable_variables)
    assert "no variable gets a gradient; opscope.check says why" in refused(step, *BATCH)
    assert marks("gradient-cut", step, *BATCH) == ["best"]
    assert len(worse(step, *BATCH)) == 1


def test_a_step_by_hand_that_multiplies_none():
    w = tf.Variable(tf.ones((3, 4)))

    @tf.function
    def step(x, y):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((tf.stop_gradient(x @ w) - y) ** 2)  # stopped
        gradient = tape.gradient(loss, w)
        w.assign_sub(0.1 * gradient)
        return loss

    assert "NoneType" in refused(step, *BATCH)
    assert marks("gradient-stopped", step, *BATCH) == ["stopped"]
    assert len(worse(step, *BATCH)) == 1


@shows("gradient-not-recorded", faults=1)
def test_a_model_that_the_tape_does_not_see_and_one_that_is_never_called():
    seen, unused = tf.keras.layers.Dense(4), tf.keras.layers.Dense(4)
    for layer in (seen, unused):
        layer.build((None, 3))
    optimizer = tf.keras.optimizers.SGD(0.1)

    @tf.function
    def outside(x, y):
        made = seen(x)
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((made - y) ** 2)
        gradients = tape.gradient(loss, seen.trainable_variables)  # outside
        optimizer.apply_gradients(zip(gradients, seen.trainable_variables))
        return loss

    other = by_an_optimizer(seen, lambda: unused.trainable_variables)
    assert marks("gradient-not-recorded", outside, *BATCH) == ["outside"]
    assert marks("unused-variable", other, *BATCH) == ["asked"]


@shows("gradient-cut", faults=1)
def test_fit_of_a_model_that_rounds():
    class Rounds(tf.keras.layers.Layer):
        def call(self, x):
            return tf.round(x)  # round

    model = tf.keras.Sequential([tf.keras.Input((3,)), tf.keras.layers.Dense(4), Rounds()])
    model.compile("adam", "mse")
    assert marks("gradient-cut", model, *BATCH, step="train") == ["round"]


def test_another_none_is_the_error_that_it_was():
    model = tf.keras.layers.Dense(4)

    @tf.function
    def forgets(x):
        return 0.1 * {}.get("weights") + model(x)

    @tf.function
    def fails_besides(x, y):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((tf.round(model(x)) - y) ** 2)
        gradients = tape.gradient(loss, model.trainable_variables)
        return gradients[0] * 0.1, {}["missing"]

    for step, inputs, word in ((forgets, BATCH[:1], "NoneType"), (fails_besides, BATCH, "NoneType")):
        with pytest.raises(opscope.TraceError, match=word):
            opscope.check(step, *inputs)


def test_a_step_that_leaves_gaps_itself_is_traced_as_it_is():
    used, cut = tf.Variable(tf.ones((3, 4))), tf.Variable(tf.ones((3, 4)))
    seen = []

    @tf.function
    def step(x, y):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((x @ used + tf.round(x @ cut) - y) ** 2)
        gradients = tape.gradient(loss, [used, cut])
        seen.append(gradients[1])
        used.assign_sub(0.1 * gradients[0])
        return loss

    assert marks("gradient-cut", step, *BATCH) != []
    assert seen == [None]
