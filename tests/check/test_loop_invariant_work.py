"""`loop-invariant-work`: what a loop computes again and again, and what differs from one iteration to the next."""

from __future__ import annotations

import pytest

from check.marked_cases import all_cases, reported_and_marked
from check.rule_cases import of_cases

tf = pytest.importorskip("tensorflow")


def bad_keys_of_attention():
    class Decoder(tf.keras.Model):
        def __init__(self):
            super().__init__()
            self.keys, self.cell = tf.keras.layers.Dense(4), tf.keras.layers.Dense(4)

        @tf.function
        def call(self, memory):
            state = self.cell(self.keys(memory))
            for _ in tf.range(5):
                state = self.cell(state)
                state += self.keys(memory)  # here
            return state

    return Decoder(), (2, 4)


def bad_in_a_training_step():
    kernel, image = tf.Variable(tf.ones((3, 3, 1, 1))), tf.ones((1, 8, 8, 1))

    @tf.function
    def step(x):
        with tf.GradientTape() as tape:
            for _ in tf.range(3):
                x += tf.nn.conv2d(image, kernel, 1, "SAME")  # here
            loss = tf.reduce_sum(x)
        kernel.assign_sub(tape.gradient(loss, kernel))

    return step, (1, 8, 8, 1)


def bad_in_map_fn_and_through_a_function():
    weights = tf.Variable(tf.eye(4))

    @tf.function
    def inverse(matrix):
        return tf.linalg.inv(matrix)  # here

    class Solver(tf.Module):
        @tf.function
        def __call__(self, rows):
            return tf.map_fn(lambda row: row + tf.linalg.diag_part(inverse(weights)), rows)

    return Solver(), (8, 4)


def good_the_loop_writes_the_variable():
    weights = tf.Variable(tf.ones((4, 4)))

    @tf.function
    def target(x):
        for _ in tf.range(5):
            x = x + tf.matmul(weights, weights)
            weights.assign(0.5 * weights)
        return x

    return target, (4, 4)


def good_recurrent_layers():
    layers = [tf.keras.layers.LSTM(4, return_sequences=True), tf.keras.layers.GRU(4, reset_after=False)]
    return tf.keras.Sequential([tf.keras.Input((None, 4)), *layers]), (2, None, 4)


def good_only_a_branch_computes_it():
    weights = tf.Variable(tf.ones((4, 4)))

    @tf.function
    def target(x):
        for i in tf.range(5):
            if i == 3:
                x = x + tf.matmul(weights, weights)
        return x

    return target, (4, 4)


def good_random_and_changing():
    weights = tf.Variable(tf.ones((4, 4)))

    @tf.function
    def target(x):
        y = x
        for _ in tf.range(5):
            y = tf.matmul(y, weights) + tf.matmul(tf.random.normal((4, 4)), weights)
        return y

    return target, (4, 4)


def good_a_write_in_a_called_function():
    weights = tf.Variable(tf.ones((4, 4)))

    @tf.function
    def decay():
        weights.assign(0.5 * weights)

    @tf.function
    def target(x):
        for _ in tf.range(5):
            x = x + tf.matmul(weights, weights)
            decay()
        return x

    return target, (4, 4)


@of_cases("loop-invariant-work", all_cases(globals(), "bad_"))
def test_invariant_work_is_reported_at_its_line(case):
    found, marked = reported_and_marked("loop-invariant-work", case)
    assert found == marked


@of_cases("loop-invariant-work", all_cases(globals(), "good_"))
def test_what_may_differ_is_not_reported(case):
    assert reported_and_marked("loop-invariant-work", case)[0] == set()
