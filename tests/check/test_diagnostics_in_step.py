"""`diagnostics-in-step`: prints, summaries and assertions of each step, and those behind a condition or of a library."""

from __future__ import annotations

import pytest

import opscope
from check.marked_cases import all_cases, reported_and_marked
from check.rule_cases import of_cases

tf = pytest.importorskip("tensorflow")


def bad_a_print_in_a_layer():
    class Shout(tf.keras.layers.Layer):
        def call(self, x):
            tf.print("mean", tf.reduce_mean(x))  # here
            return x + 1.0

    shout = Shout()

    @tf.function
    def target(x):
        return shout(x)

    return target, (2, 4)


def bad_a_print_and_a_check_in_a_training_step():
    scale = tf.Variable(2.0)

    @tf.function
    def step(x):
        with tf.GradientTape() as tape:
            loss = tf.debugging.check_numerics(tf.reduce_sum(scale * x), "loss")  # here
        scale.assign_sub(tape.gradient(loss, scale))
        tf.print(loss)  # here

    return step, (2, 4)


def bad_a_print_of_the_loss_within_the_tape():
    scale, optimizer = tf.Variable(2.0), tf.keras.optimizers.SGD(0.1)

    @tf.function
    def step(x):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((scale * x) ** 2)
            tf.print("loss", loss)  # here
        optimizer.apply_gradients([(tape.gradient(loss, scale), scale)])
        return loss

    return step, (2, 4)


def bad_an_assertion():
    class Checked(tf.Module):
        @tf.function
        def __call__(self, x):
            tf.debugging.assert_non_negative(x)  # here
            return tf.sqrt(x)

    return Checked(), (2, 4)


def good_behind_a_condition():
    @tf.function
    def target(x, step):
        if step % 100 == 0:
            tf.print(tf.reduce_mean(x))
            tf.debugging.assert_non_negative(x)
        return x

    return target, (2, 4), tf.TensorSpec((), tf.int64)


def good_what_tensorflow_checks_by_itself():
    @tf.function
    def target(image):
        return tf.image.random_crop(image, (2, 2, 3)), tf.image.resize_with_crop_or_pad(image, 4, 4)

    return target, tf.TensorSpec((None, None, 3), tf.float32)


def good_metrics():
    model = tf.keras.Sequential([tf.keras.Input((4,)), tf.keras.layers.Dense(1, "sigmoid")])
    model.compile("sgd", "mse", metrics=[tf.keras.metrics.AUC(num_thresholds=3)])
    return (opscope.trace(model, (8, 4), (8, 1), step="train"),)


@of_cases("diagnostics-in-step", all_cases(globals(), "bad_"))
def test_what_runs_each_time_is_reported_at_its_line(case):
    found, marked = reported_and_marked("diagnostics-in-step", case)
    assert found == marked


@of_cases("diagnostics-in-step", all_cases(globals(), "good_"))
def test_what_a_condition_skips_and_what_libraries_check_is_not_reported(case):
    assert reported_and_marked("diagnostics-in-step", case)[0] == set()


@pytest.mark.parametrize("always", [True, False])
def test_a_summary_is_reported_unless_a_condition_records_it(always, tmp_path):
    writer = tf.summary.create_file_writer(str(tmp_path))

    @tf.function
    def step(x, number):
        with writer.as_default(), tf.summary.record_if(always or number % 100 == 0):
            tf.summary.write("mean", tf.reduce_mean(x), step=number)
        return x

    found = opscope.check(step, (2, 4), tf.TensorSpec((), tf.int64), select="diagnostics-in-step")
    assert [each.message for each in found] == ["a summary is written each time this runs"] * always
