"""`exp-overflow`: softmax, log-sum-exp and softplus by hand, and exponentials that something bounds."""

from __future__ import annotations

import pytest

from check.marked_cases import all_cases, reported_and_marked
from check.rule_cases import of_cases

tf = pytest.importorskip("tensorflow")
RULE = "exp-overflow"


def bad_attention_by_hand():
    class Attention(tf.keras.layers.Layer):
        def __init__(self):
            super().__init__()
            self.q, self.k = tf.keras.layers.Dense(3), tf.keras.layers.Dense(3)

        def build(self, shape):
            self.q.build(shape)
            self.k.build(shape)

        def call(self, x):
            scores = tf.matmul(self.q(x), self.k(x), transpose_b=True) / 2.0
            weights = tf.exp(scores)  # here
            return tf.matmul(weights / tf.reduce_sum(weights, axis=-1, keepdims=True), x)

    return tf.keras.Sequential([tf.keras.Input((6, 4)), Attention()]), (2, 6, 4)


def bad_log_sum_exp_in_a_step():
    weights = tf.Variable(tf.ones((4, 3)))

    @tf.function
    def step(x):
        with tf.GradientTape() as tape:
            logits = tf.matmul(x, weights)
            loss = tf.reduce_mean(tf.math.log(tf.reduce_sum(tf.exp(logits), axis=1)) - logits[:, 0])  # here
        weights.assign_sub(0.1 * tape.gradient(loss, weights))

    return step, (8, 4)


def bad_softplus():
    class Net(tf.keras.Model):
        def __init__(self):
            super().__init__()
            self.dense = tf.keras.layers.Dense(3)

        def call(self, x):
            return tf.math.log(1.0 + tf.exp(self.dense(x)))  # here

    return Net(), (8, 4)


def good_the_ops_of_tensorflow():
    weights = tf.Variable(tf.ones((4, 3)))

    @tf.function
    def target(x):
        logits = tf.matmul(x, weights)
        return (
            tf.nn.softmax(logits),
            tf.reduce_logsumexp(logits, axis=1),
            tf.math.softplus(logits),
            tf.nn.log_softmax(logits),
        )

    return target, (8, 4)


def good_bounded_exponents():
    weights = tf.Variable(tf.ones((4, 3)))

    @tf.function
    def target(x):
        logits = tf.matmul(x, weights)
        largest = tf.stop_gradient(tf.reduce_max(logits, axis=1, keepdims=True))
        exponents = [logits - largest, tf.tanh(logits), -tf.square(logits), tf.clip_by_value(logits, -20.0, 20.0)]
        scores = [tf.exp(each) for each in exponents]
        return [each / tf.reduce_sum(each, axis=1, keepdims=True) for each in scores], tf.math.log1p(scores[1])

    return target, (8, 4)


def good_what_nobody_knows():
    @tf.function
    def target(x, y):
        cosines = tf.matmul(tf.math.l2_normalize(x, axis=1), tf.math.l2_normalize(x, axis=1), transpose_b=True)
        scores = tf.exp(cosines / 0.1)
        return scores / tf.reduce_sum(scores, axis=1), tf.exp(x) / tf.reduce_sum(tf.exp(y)), 1.0 / (1.0 + tf.exp(-x))

    return target, (8, 4), (8, 4)


@of_cases(RULE, all_cases(globals(), "bad_"))
def test_an_exponential_of_a_linear_layers_output_is_reported_at_its_line(case):
    found, marked = reported_and_marked(RULE, case)
    assert found == marked


@of_cases(RULE, all_cases(globals(), "good_"))
def test_nothing_is_said_of_tensorflows_ops_of_bounded_and_of_unknown_exponents(case):
    assert reported_and_marked(RULE, case)[0] == set()
