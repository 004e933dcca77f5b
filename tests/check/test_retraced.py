"""`retraced` and `retraced-for-numbers`: what the traces of a `tf.function` differ in, of functions that were called."""

from __future__ import annotations

import numpy as np
import pytest

import opscope
from check.marked_cases import all_cases, reported_and_marked
from check.rule_cases import of_cases, shows

tf = pytest.importorskip("tensorflow")


def bad_numbers_as_a_step():
    @tf.function
    def target(x, step):  # here
        return x * tf.cast(step, tf.float32)

    for step in range(3):
        target(tf.ones(2), step)
    return target, (2,), 0


def bad_numbers_of_a_module():
    class Scaled(tf.Module):
        def __init__(self):
            super().__init__()
            self.w = tf.Variable(2.0)

        @tf.function
        def __call__(self, x, rate):  # here
            return x * rate * self.w

    scaled = Scaled()
    for rate in (0.5, 0.25):
        scaled(tf.ones(2), rate=rate)
    return scaled, (2,), 0.5


def bad_numbers_in_a_flag_step():
    model = tf.keras.Sequential([tf.keras.Input((4,)), tf.keras.layers.Dense(1)])

    @tf.function
    def step(x, options):  # here
        with tf.GradientTape() as tape:
            loss = tf.reduce_sum(model(x) ** 2)
        for variable, gradient in zip(model.trainable_variables, tape.gradient(loss, model.trainable_variables)):
            variable.assign_sub(options["rate"] * gradient)

    for rate in (0.5, 0.25):
        step(tf.ones((2, 4)), {"rate": rate})
    return step, (2, 4), {"rate": 0.5}


def good_numbers_that_are_modes():
    @tf.function
    def target(x, flag, name, order):
        return x if flag else x * order + len(name)

    for flag in (True, False):
        for order in (1, 2):
            target(tf.ones(2), flag, "one", order)
    target(tf.ones(2), None, "three", 1)
    return target, (2,), True, "one", 1


def good_numbers_as_tensors():
    @tf.function
    def target(x, step):
        return x * step

    for step in range(4):
        target(tf.ones(2), tf.constant(float(step)))
    return target, (2,), tf.constant(0.0)


def good_numbers_of_a_function_that_was_never_called():
    @tf.function
    def target(x, step):
        return x * step

    return target, (2,), 0.5


@of_cases("retraced-for-numbers", all_cases(globals(), "bad_numbers"))
def test_python_numbers_are_reported_where_the_function_is_defined(case):
    found, marked = reported_and_marked("retraced-for-numbers", case)
    assert found == marked


@of_cases("retraced-for-numbers", all_cases(globals(), "good_numbers"))
def test_modes_and_tensors_are_not_reported(case):
    assert reported_and_marked("retraced-for-numbers", case)[0] == set()


def called(*inputs, **options):
    """A function that was called with each of some inputs, and what `retraced` says of it."""

    @tf.function(**options)
    def target(x):
        return x + x

    for each in inputs:
        target(each)
    traced = target.experimental_get_tracing_count()
    found = opscope.check(target, inputs[0], select="retraced")
    assert target.experimental_get_tracing_count() == traced  # the user's function is as it was
    return [(each.message, each.severity) for each in found]


@shows("retraced", faults=1)
@pytest.mark.parametrize(
    ("inputs", "message"),
    [
        ((tf.ones(8), tf.ones(8), tf.ones(3)), "traced 2 times, for shapes (3), (8) of x"),
        ((tf.ones(2), np.ones(2)), "traced 2 times, for dtypes float32, float64 of x"),
        ((tf.ones(()), 1, 2), "traced 3 times, for x as 1, 2 and as a tensor"),
        (([tf.ones(2), tf.ones(3)], [tf.ones(2), tf.ones(4)]), "traced 2 times, for shapes (3), (4) of x[1]"),
    ],
)
def test_what_differs_is_said(inputs, message):
    assert called(*inputs) == [(message, "note")]


@shows("retraced", near_misses=3)
def test_one_trace_and_a_signature_are_no_finding():
    assert called(tf.ones(8), tf.zeros(8)) == []
    assert called(tf.ones(8), tf.ones(3), input_signature=[tf.TensorSpec((None,))]) == []
    assert called(tf.ones(8)) == []
