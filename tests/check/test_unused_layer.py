"""`unused-layer`: layers whose results nothing uses, and layers that count in another way."""

from __future__ import annotations

import pytest

import opscope
from check.marked_cases import all_cases, reported_and_marked
from check.rule_cases import of_cases

tf = pytest.importorskip("tensorflow")
layers = tf.keras.layers


def bad_a_forgotten_assignment():
    class Net(tf.keras.Model):
        def __init__(self):
            super().__init__()
            self.hidden, self.norm = layers.Dense(4), layers.LayerNormalization()

        def call(self, x):
            x = self.hidden(x)
            self.norm(x)  # here
            return tf.nn.relu(x)

    return Net(), (2, 4)


def bad_a_branch_of_layers_in_a_training_step():
    class Net(tf.keras.Model):
        def __init__(self):
            super().__init__()
            self.trunk, self.head = layers.Dense(4), layers.Dense(1)
            self.side, self.other = layers.Dense(4), layers.Dense(1)

        def call(self, x):
            x = self.trunk(x)
            self.other(self.side(x))  # here
            return self.head(x)

    net, optimizer = Net(), tf.keras.optimizers.SGD(0.1)
    net(tf.zeros((1, 4)))

    @tf.function
    def step(x):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(net(x) ** 2)
        used = net.trunk.trainable_variables + net.head.trainable_variables
        optimizer.apply_gradients(zip(tape.gradient(loss, used), used))
        return loss

    return step, (2, 4)


def bad_in_a_module():
    class Part(tf.Module):
        def __init__(self):
            super().__init__()
            self.w = tf.Variable(tf.ones((4, 4)))

        def __call__(self, x):
            return tf.matmul(x, self.w)

    class Whole(tf.Module):
        def __init__(self):
            super().__init__()
            self.norm = layers.BatchNormalization()
            self.part = Part()

        @tf.function
        def __call__(self, x):
            y = self.part(x)
            self.norm(y, training=True)  # here
            return y

    return Whole(), (2, 4)


def good_used_by_the_loss_alone():
    dense, side = layers.Dense(4), layers.Dense(4)

    @tf.function
    def target(x):
        y = dense(x)
        return y, tf.reduce_sum(side(y) ** 2)

    return target, (2, 4)


def good_a_model_returns_more_than_is_taken():
    given = tf.keras.Input((4,))
    hidden = layers.Dense(4)(given)
    model = tf.keras.Model(given, [hidden, layers.Dense(1)(hidden)])

    @tf.function
    def target(x):
        return model(x)[0]

    return target, (2, 4)


def good_recurrent_layers():
    class Cell(layers.Layer):
        def __init__(self):
            super().__init__()
            self.units = self.state_size = self.output_size = 4
            self.dense = layers.Dense(4)

        def call(self, x, states, training=None):
            y = self.dense(x) + states[0]
            return y, [y]

    return tf.keras.Sequential([tf.keras.Input((5, 4)), layers.RNN(Cell()), layers.Dense(1)]), (2, 5, 4)


def good_dropout_and_activity_regularization():
    parts = [layers.ActivityRegularization(l2=0.1), layers.Dropout(0.5), layers.Dense(1)]
    model = tf.keras.Sequential([tf.keras.Input((4,)), *parts])
    optimizer = tf.keras.optimizers.SGD(0.1)

    @tf.function
    def step(x):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(model(x, training=False)) + tf.add_n(model.losses)
        optimizer.apply_gradients(zip(tape.gradient(loss, model.trainable_variables), model.trainable_variables))

    return step, (2, 4)


def good_a_compiled_model():
    model = tf.keras.Sequential([tf.keras.Input((4,)), layers.Dense(4), layers.BatchNormalization(), layers.Dense(1)])
    model.compile("adam", "mse", metrics=["mae"])
    return (opscope.trace(model, (2, 4), (2, 1), step="train"),)


@of_cases("unused-layer", all_cases(globals(), "bad_"))
def test_an_unused_layer_is_reported_at_its_line(case):
    found, marked = reported_and_marked("unused-layer", case)
    assert found == marked


@of_cases("unused-layer", all_cases(globals(), "good_"))
def test_what_counts_in_another_way_is_not_reported(case):
    assert reported_and_marked("unused-layer", case)[0] == set()


def test_how_many_ops_still_run_is_told():
    target, *inputs = bad_in_a_module()
    (found,) = opscope.check(target, *inputs, select="unused-layer")
    assert "BatchNormalization returns" in found.message and found.figures["running"] > 0
    target, *inputs = bad_a_forgotten_assignment()
    (found,) = opscope.check(target, *inputs, select="unused-layer")
    assert found.message == "nothing uses what LayerNormalization returns; TensorFlow leaves its ops out"
