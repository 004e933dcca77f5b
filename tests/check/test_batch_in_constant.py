"""`batch-in-constant`: tensors made for one batch size that meet a batch of any, and what only looks like it."""

from __future__ import annotations

import pytest

import opscope
from check.marked_cases import all_cases, reported_and_marked
from check.rule_cases import of_cases

tf = pytest.importorskip("tensorflow")


def dense(units):
    return tf.keras.layers.Dense(units)


def fixed_first_state_of_a_layer():
    class Cell(tf.keras.layers.Layer):
        def __init__(self):
            super().__init__()
            self.x, self.h = dense(8), dense(8)

        def call(self, x):
            before = tf.zeros((16, 8))
            h = tf.tanh(self.x(x) + self.h(before))  # here
            return h * 2.0

    return Cell(), (None, 3)


def fixed_labels_in_a_training_step():
    model, optimizer = dense(1), tf.keras.optimizers.SGD(0.1)

    @tf.function
    def step(x):
        with tf.GradientTape() as tape:
            logits = model(x)
            loss = tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(tf.ones((64, 1)), logits))  # here
        variables = model.trainable_variables
        optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables))
        return loss

    return step, (None, 4)


def fixed_noise_by_hand():
    class Noisy(tf.Module):
        def __init__(self):
            super().__init__()
            self.w = tf.Variable(tf.ones((6, 4)))

        @tf.function
        def __call__(self, x):
            alpha = tf.random.uniform((8, 1))
            return (x * alpha) @ self.w  # here

    return Noisy(), (None, 6)


def fixed_token_before_each_sequence():
    @tf.function
    def target(x):
        return tf.concat([tf.zeros((4, 1, 6)), x], axis=1)  # here

    return target, (None, 5, 6)


def fixed_count_of_samples():
    @tf.function
    def target(x):
        return tf.add_n(tf.unstack(x, 5))  # here

    return target, (None, 6)


def fixed_first_state_of_a_cell():
    cell = tf.keras.layers.LSTMCell(3)

    @tf.function
    def target(x):
        state = [tf.zeros((8, 3)), tf.zeros((8, 3))]
        for step in range(3):
            h, state = cell(x[:, step], state)  # here
        return h

    return target, (None, 3, 4)


def fixed_in_a_function_that_is_called():
    @tf.function
    def shifted(h):
        return h + tf.fill((32, 4), 0.5)  # here

    model = dense(4)
    return tf.function(lambda x: shifted(model(x))), (None, 3)


def any_by_the_shape_of_the_batch():
    model = dense(4)

    @tf.function
    def target(x):
        zeros = tf.zeros((tf.shape(x)[0], 4))
        return model(x) + zeros + tf.ones_like(zeros) + tf.random.normal(tf.shape(zeros))

    return target, (None, 3)


def any_by_one_row():
    @tf.function
    def target(x):
        return tf.concat([x + tf.zeros((1, 5, 6)), x * tf.ones((5, 1))], axis=0)

    return target, (None, 5, 6)


def any_where_the_batch_is_traced():
    @tf.function
    def target(x):
        return x + tf.zeros((32, 4))

    return target, (32, 4)


def any_appended_to_the_batch():
    @tf.function
    def target(x):
        return tf.concat([x, tf.zeros((3, 4))], axis=0)

    return target, (None, 4)


def any_pairs_with_prototypes():
    @tf.function
    def target(x):
        prototypes = tf.reshape(tf.range(40.0), (10, 4))
        return tf.reduce_sum((x[:, None, :] - prototypes[None]) ** 2, axis=-1)

    return target, (None, 4)


def any_steps_of_a_sequence():
    @tf.function
    def target(x):
        return tf.add_n(tf.unstack(x, 5, axis=1))

    return target, (None, 5, 6)


def any_of_another_open_dimension():
    @tf.function
    def target(x):
        kept = tf.boolean_mask(x, x[:, 0] > 0.0)
        return tf.nn.top_k(kept[:, 0], 3).values + tf.constant([1.0, 2.0, 3.0])

    return target, (None, 4)


def any_beside_an_input_of_fixed_size():
    @tf.function
    def target(x, y):
        return tf.reduce_mean((x - y * tf.ones((8, 4)) + tf.ones((8, 4)) * y) ** 2)

    return target, (None, 4), (8, 4)


def any_of_a_recurrent_layer():
    return tf.keras.Sequential([tf.keras.Input((5, 4)), tf.keras.layers.GRU(3), dense(1)]), (None, 5, 4)


@of_cases("batch-in-constant", all_cases(globals(), ("fixed_", "any_")))
def test_a_tensor_for_one_batch_size(case):
    found, marked = reported_and_marked("batch-in-constant", case)
    assert found == marked


def test_the_batch_size_that_is_needed_is_told():
    target, *inputs = fixed_labels_in_a_training_step()
    (found,) = opscope.check(target, *inputs, select="batch-in-constant")
    assert found.message.endswith("which needs a batch of 64")
    layer, _ = fixed_first_state_of_a_layer()
    traced = tf.function(layer.__call__).get_concrete_function(tf.TensorSpec((None, 3)))
    traced(tf.zeros((16, 3)))
    with pytest.raises(tf.errors.InvalidArgumentError):
        traced(tf.zeros((7, 3)))
