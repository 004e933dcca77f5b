"""Bugs that people asked about in public, each rebuilt as a small program of which `check` names the line.

The issue or page that asks is named with each program: there it was found by hand. All else that is reported of it would be a false alarm.
"""

from __future__ import annotations

import inspect

import pytest

import opscope
from check.marked_cases import all_cases

tf = pytest.importorskip("tensorflow")

layers = tf.keras.layers


def network(*made):
    return tf.keras.Sequential([tf.keras.Input((8,)), *made])


def trained(models, loss, *inputs):
    """A training step of a loss of the inputs, and the inputs."""
    optimizer = tf.keras.optimizers.SGD(0.01)

    @tf.function
    def step(*batch):
        with tf.GradientTape() as tape:
            value = loss(*batch)
        variables = [variable for model in models for variable in model.trainable_variables]
        gradients = tape.gradient(value, variables)
        optimizer.apply_gradients([pair for pair in zip(gradients, variables) if pair[0] is not None])
        return value

    return (step, *inputs)


def question_always_predicts_one():
    """softmax-over-one: "Why does a binary Keras CNN always predict 1?" (stackoverflow.com, retold at techfeed.net/es/456718)"""

    class Binary(tf.keras.Model):
        def __init__(self):
            super().__init__()
            self.hidden = layers.Dense(16, activation="relu")
            self.normalized = layers.BatchNormalization()
            self.out = layers.Dense(1)

        def call(self, x):
            x = self.normalized(self.hidden(x))
            return tf.nn.softmax(self.out(x))  # here

    return Binary(), (None, 8)


def question_accuracy_stuck_after_logits_loss():
    """softmax-before-logits-loss: "Potential bug: from_logits=True on the model that has softmax" (github.com/mmalekzadeh/dana/issues/1)"""
    model = network(layers.Dense(16, activation="relu"), layers.Dense(5, activation="softmax"))

    def compared(x, y):
        return tf.nn.sparse_softmax_cross_entropy_with_logits(y, model(x))  # here

    return trained([model], compared, (None, 8), tf.TensorSpec((None,), tf.int32))


def question_will_not_converge():
    """logits-in-probability-loss: "Try adding an error if activation and loss are mismatched" (github.com/keras-team/keras-hub/pull/1008)"""
    model = network(layers.Dense(16, activation="relu"), layers.Dense(5))
    loss = tf.keras.losses.SparseCategoricalCrossentropy()

    def compared(x, y):
        return loss(y, model(x))  # here

    return trained([model], compared, (None, 8), tf.TensorSpec((None,), tf.int32))


def question_not_converging_in_custom_loop():
    """column-meets-row: "Model not converging when trained with custom training loop" (github.com/tensorflow/tensorflow/issues/28901)"""
    model = network(layers.Dense(16, activation="relu"), layers.Dense(1))

    def squares(x, y):
        return tf.reduce_mean(tf.square(y - model(x)))  # here

    return trained([model], squares, (None, 8), (None,))


def question_no_gradient_for_argmax():
    """gradient-cut: "backend argmax has none for gradients" (github.com/keras-team/keras/issues/11157)"""
    model, decoder = network(layers.Dense(16)), tf.keras.Sequential([tf.keras.Input((1,)), layers.Dense(4)])

    def decoded(x, y):
        words = tf.argmax(model(x), axis=-1)  # here
        return tf.reduce_mean(tf.square(decoder(tf.cast(words, tf.float32)[:, None]) - y))

    return trained([model, decoder], decoded, (None, 8), (None, 4))


def question_no_gradient_for_round():
    """gradient-cut: "No gradient defined for operation 'Round'" (github.com/tensorflow/tensorflow/issues/5888)"""
    model, out = network(layers.Dense(4)), tf.keras.Sequential([tf.keras.Input((4,)), layers.Dense(4)])

    def rounded(x, y):
        return tf.reduce_mean(tf.square(out(tf.round(model(x))) - y))  # here

    return trained([model, out], rounded, (None, 8), (None, 4))


def question_gradient_of_input_is_none():
    """gradient-not-recorded: "get gradient with respect to input" (github.com/tensorflow/tensorflow/issues/36596)"""
    model = network(layers.Dense(16, activation="relu"), layers.Dense(1))

    @tf.function
    def saliency(images):
        with tf.GradientTape() as tape:
            score = tf.reduce_sum(model(images))
        gradient = tape.gradient(score, images)  # here
        return score if gradient is None else gradient

    return saliency, (None, 8)


def question_nan_after_epochs_of_cross_entropy():
    """log-of-softmax: "The loss function becomes NaN" after 40 epochs (testpy.hatenablog.com/entry/2017/05/08/003000)"""
    model = network(layers.Dense(16, activation="relu"), layers.Dense(5))

    def entropy(x, y):
        probabilities = tf.nn.softmax(model(x))
        return -tf.reduce_sum(y * tf.math.log(probabilities))  # here

    return trained([model], entropy, (None, 8), (None, 5))


def question_nan_of_where():
    """gradient-behind-where: "NaN gradient when tf.where is used" (github.com/tensorflow/tensorflow/issues/38349)"""
    model = network(layers.Dense(4))

    def roots(x):
        y = model(x)
        return tf.reduce_sum(tf.where(y > 0.0, tf.sqrt(y), y))  # here

    return trained([model], roots, (None, 8))


def question_nan_of_similar_pairs():
    """sqrt-at-zero: "Gradient returns NaN values when using triplet loss" (github.com/tensorflow/tensorflow/issues/30199)"""
    model = network(layers.Dense(16, activation="relu"), layers.Dense(4))

    def triplets(anchor, near, far):
        anchor, near, far = model(anchor), model(near), model(far)
        close = tf.norm(anchor - near, axis=1)  # here
        apart = tf.norm(anchor - far, axis=1)  # here
        return tf.reduce_mean(tf.maximum(close - apart + 0.2, 0.0))

    return trained([model], triplets, (None, 8), (None, 8), (None, 8))


@pytest.mark.parametrize("question", all_cases(globals(), "question_"))
def test_the_line_of_the_bug_is_named_and_no_other(question):
    lines, first = inspect.getsourcelines(question)
    marked = {number for number, line in enumerate(lines, first) if line.rstrip().endswith("# here")}
    rule = question.__doc__.partition(":")[0]
    target, *inputs = question()
    serious = opscope.check(target, *inputs).at_least("warning")
    assert {(each.rule, each.source.line) for each in serious} == {(rule, line) for line in marked}
