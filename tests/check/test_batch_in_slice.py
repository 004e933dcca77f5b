"""`batch-in-slice`: batches of any size that are cut at a constant row, and what only looks like it."""

from __future__ import annotations

import pytest

import opscope
from check.marked_cases import all_cases, reported_and_marked
from check.rule_cases import of_cases

tf = pytest.importorskip("tensorflow")


def dense(units):
    return tf.keras.layers.Dense(units)


def cut_in_a_layer():
    class Halves(tf.keras.layers.Layer):
        def __init__(self):
            super().__init__()
            self.out = dense(4)

        def call(self, x):
            h = self.out(x)
            return tf.slice(h, [0, 0], [32, 2])  # here

    return Halves(), (None, 3)


def cut_of_real_and_fake_in_a_step():
    critic, optimizer = dense(1), tf.keras.optimizers.SGD(0.1)

    @tf.function
    def step(real, fake):
        with tf.GradientTape() as tape:
            scores = critic(tf.concat([real, fake], 0))
            loss = tf.reduce_mean(scores[16:]) - tf.reduce_mean(scores[:16])  # here
        variables = critic.trainable_variables
        optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables))
        return loss

    return step, (None, 3), (None, 3)


def cut_by_sizes_in_a_module():
    class Pairs(tf.Module):
        def __init__(self):
            super().__init__()
            self.w = tf.Variable(tf.ones((3, 4)))

        @tf.function
        def __call__(self, x):
            first, second = tf.split(x @ self.w, [8, 8])  # here
            return first * second

    return Pairs(), (None, 3)


def cut_in_three_by_hand():
    @tf.function
    def target(x):
        anchor = x[0:10]  # here
        near = x[10:20]  # here
        return anchor - near, near - x[20:]

    return target, (None, 6)


def cut_from_the_middle():
    @tf.function
    def target(x):
        return tf.slice(tf.nn.relu(x), [8, 0, 0], [8, -1, -1])  # here

    return target, (None, 5, 6)


def whole_in_equal_parts():
    model = dense(1)

    @tf.function
    def target(real, fake):
        one, other = tf.split(model(tf.concat([real, fake], 0)), 2)
        count = tf.shape(real)[0]
        return one - other, real[:count], real[count:]

    return target, (None, 3), (None, 3)


def whole_but_the_first_few_are_shown():
    @tf.function
    def target(x):
        return tf.reduce_mean(x), x[:8], x[:1] - x[1:], x[:-1] - x[1:], x[4]

    return target, (None, 3)


def whole_along_another_axis():
    @tf.function
    def target(x):
        first, second = tf.split(x, [2, 4], axis=1)
        return first, second, x[:, :3], x[:, 3:], tf.slice(x, [0, 2], [-1, 3]), tf.slice(x, [0, 0], [1, 6])

    return target, (None, 6)


def whole_where_the_batch_is_traced():
    @tf.function
    def target(x):
        return x[:16] - x[16:], tf.slice(x, [0, 0], [16, 3])

    return target, (32, 3)


def whole_with_a_known_part_in_front():
    memory = tf.constant([[0.5, 1.5, 2.5]] * 16)

    @tf.function
    def target(x):
        joined = tf.nn.relu(tf.concat([memory, x], 0))
        return tf.reduce_sum(joined[:16]), joined[16:]

    return target, (None, 3)


def whole_crop_of_an_image():
    @tf.function
    def target(image, tokens):
        return tf.slice(image, [8, 8, 0], [32, 32, 3]), tf.slice(tokens, [0], [128])

    return target, (None, None, 3), tf.TensorSpec((None,), tf.int32)


def whole_after_a_choice_of_rows():
    @tf.function
    def target(x):
        best = tf.gather(x, tf.argsort(x[:, 0]))
        kept = tf.boolean_mask(x, x[:, 0] > 0.0)
        return tf.slice(tf.unique(tf.cast(best[:, 0], tf.int32)).y, [0], [4]), kept[:3] - kept[3:6]

    return target, (None, 3)


@of_cases("batch-in-slice", all_cases(globals(), ("cut_", "whole_")))
def test_a_batch_that_is_cut(case):
    found, marked = reported_and_marked("batch-in-slice", case)
    assert found == marked


def test_tensorflow_itself_fails_where_the_message_says_so_and_mixes_what_is_cut_in_two():
    layer, _ = cut_in_a_layer()
    (found,) = opscope.check(layer, (None, 3), select="batch-in-slice")
    assert found.message.endswith("fails with fewer than 32")
    traced = tf.function(layer.__call__).get_concrete_function(tf.TensorSpec((None, 3)))
    assert traced(tf.zeros((32, 3))).shape == (32, 2)
    with pytest.raises(tf.errors.InvalidArgumentError):
        traced(tf.zeros((31, 3)))
    scores = tf.concat([tf.zeros(5), tf.ones(5)], 0)
    assert scores[:8].numpy().tolist() == [0.0] * 5 + [1.0] * 3  # ones that were to be zeros
