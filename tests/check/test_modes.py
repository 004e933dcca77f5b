"""Dropout and batch normalisation in the wrong mode, in training steps and outside of them."""

from __future__ import annotations

import pytest

import opscope
from check.rule_cases import shows
from marked_lines import marks

tf = pytest.importorskip("tensorflow")

BATCH = (None, 4), (None, 1)


class Net(tf.keras.Model):
    """A model whose `layer` is called in the mode that the model is called in, or in one that is given."""

    def __init__(self, layer, always=None):
        super().__init__()
        self.dense, self.layer, self.out = tf.keras.layers.Dense(6), layer, tf.keras.layers.Dense(1)
        self.always = always

    def call(self, x, training=None):
        mode = training if self.always is None else self.always
        h = self.layer(self.dense(x), training=mode)  # the layer
        return self.out(h)


def stepping(compute, variables):
    optimizer = tf.keras.optimizers.SGD(0.1)

    @tf.function
    def step(x, y):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((compute(x) - y) ** 2)
        asked = variables()
        optimizer.apply_gradients(zip(tape.gradient(loss, asked), asked))
        return loss

    return step


def found(rule, target, *inputs, **options):
    return [str(each.message) for each in opscope.check(target, *inputs, select=rule, **options)]


def dropout(rate=0.5):
    return tf.keras.layers.Dropout(rate)


OFF, ON, AVERAGE = "dropout-off-in-step", "dropout-on-outside", "batch-norm-by-average"


@shows(OFF, faults=1, near_misses=1)
def test_a_step_of_ones_own_that_forgets_training():
    net = Net(dropout())
    assert len(found(OFF, stepping(net, lambda: net.trainable_variables), *BATCH)) == 1
    assert not found(OFF, stepping(lambda x: net(x, training=True), lambda: net.trainable_variables), *BATCH)


@shows(OFF, faults=1, near_misses=1)
def test_a_functional_model_and_a_step_within_fit():
    layers = [tf.keras.layers.Dense(6), dropout(), tf.keras.layers.Dense(4), dropout(), tf.keras.layers.Dense(1)]
    net = tf.keras.Sequential([tf.keras.Input((4,)), *layers])
    (told,) = found(OFF, stepping(net, lambda: net.trainable_variables), *BATCH)
    assert told.startswith("2 dropout layers do nothing")
    net.compile("sgd", "mse")
    assert not found(OFF, opscope.trace(net, *BATCH, step="train"))


@shows(OFF, faults=1)
def test_a_train_step_that_is_overridden():
    class Own(Net):
        def train_step(self, data):
            x, y = data
            with tf.GradientTape() as tape:
                loss = tf.reduce_mean((self(x) - y) ** 2)
            asked = self.trainable_variables
            self.optimizer.apply_gradients(zip(tape.gradient(loss, asked), asked))
            return {"loss": loss}

    net = Own(dropout())
    net.compile("sgd")
    net(tf.zeros((2, 4)))
    assert len(found(OFF, opscope.trace(net, *BATCH, step="train"))) == 1


@shows(OFF, faults=5, near_misses=2)
def test_a_dropout_is_told_by_its_own_line_behind_whatever_it_stands():
    class Behind(tf.keras.Model):
        def __init__(self, before):
            super().__init__()
            self.dense, self.drop, self.out, self.before = (
                tf.keras.layers.Dense(6),
                dropout(),
                tf.keras.layers.Dense(1),
                before,
            )

        def call(self, x, training=None):
            h = self.before(self.dense(x))
            h = self.drop(h, training=training)  # drop
            return self.out(h)

    for before in (tf.identity, tf.nn.relu, tf.keras.layers.Flatten(), lambda x: tf.reshape(x, (-1, 3, 2))):
        net = Behind(before)
        assert marks(OFF, stepping(net, lambda: net.trainable_variables), *BATCH) == ["drop"]
    inner = Behind(tf.nn.relu)
    whole = tf.keras.Sequential([inner, tf.keras.layers.Dense(1)])
    inside = stepping(whole, lambda: inner.trainable_variables)
    assert marks(OFF, inside, *BATCH) == ["drop"]
    teacher, student = Behind(tf.nn.relu), tf.keras.layers.Dense(1)
    taught = stepping(lambda x: student(x) + teacher(x, training=False), lambda: student.trainable_variables)
    assert not found(OFF, taught, *BATCH)
    assert not found(OFF, stepping(lambda x: inner(x, training=True), lambda: inner.trainable_variables), *BATCH)


@shows(OFF, near_misses=3)
def test_a_pretrained_part_a_teacher_and_no_rate_are_right():
    base, teacher, plain = Net(dropout()), Net(dropout()), Net(dropout(0.0))
    head, student = tf.keras.layers.Dense(1), tf.keras.layers.Dense(1)
    tuned = stepping(
        lambda x: head(base(x, training=False)), lambda: base.trainable_variables + head.trainable_variables
    )
    taught = stepping(lambda x: student(x) + teacher(x, training=False), lambda: student.trainable_variables)
    assert not found(OFF, tuned, *BATCH)
    assert not found(OFF, taught, *BATCH)
    assert not found(OFF, stepping(plain, lambda: plain.trainable_variables), *BATCH)


@shows(ON, faults=3)
def test_dropout_that_drops_at_inference():
    always = Net(dropout(), always=True)
    assert len(found(ON, always, BATCH[0])) == 1
    assert len(found(ON, tf.function(lambda x: always(x) + 1.0), BATCH[0])) == 1
    always.compile("sgd", "mse")
    always(tf.zeros((2, 4)))
    assert len(found(ON, opscope.trace(always, *BATCH, step="test"))) == 1


@shows(ON, near_misses=3)
def test_dropout_that_was_asked_to_drop_is_right():
    net = Net(dropout())
    assert not found(ON, net, BATCH[0])
    assert not found(ON, net, BATCH[0], training=True)
    assert not found(ON, stepping(lambda x: net(x, training=True), lambda: net.trainable_variables), *BATCH)


@shows(AVERAGE, faults=3)
def test_batch_normalisation_by_averages_in_a_step():
    net = Net(tf.keras.layers.BatchNormalization())
    assert len(found(AVERAGE, stepping(net, lambda: net.trainable_variables), *BATCH)) == 1
    frozen = Net(tf.keras.layers.BatchNormalization(), always=False)
    frozen.compile("sgd", "mse")
    frozen(tf.zeros((2, 4)))
    assert len(found(AVERAGE, opscope.trace(frozen, *BATCH, step="train"))) == 1
    images = tf.keras.Sequential([tf.keras.Input((4, 4, 2)), tf.keras.layers.BatchNormalization()])
    (told,) = found(AVERAGE, stepping(images, lambda: images.trainable_variables), (None, 4, 4, 2), (None, 4, 4, 2))
    assert told.startswith("a batch normalisation")


@shows(AVERAGE, near_misses=4)
def test_batch_normalisation_that_learns_or_is_not_trained_is_right():
    net = Net(tf.keras.layers.BatchNormalization())
    assert not found(AVERAGE, net, BATCH[0])
    assert not found(AVERAGE, stepping(lambda x: net(x, training=True), lambda: net.trainable_variables), *BATCH)
    untrained = Net(tf.keras.layers.BatchNormalization())
    untrained(tf.zeros((2, 4)))
    untrained.layer.trainable = False
    untrained.compile("sgd", "mse")
    assert not found(AVERAGE, opscope.trace(untrained, *BATCH, step="train"))
    images = tf.keras.Sequential([tf.keras.Input((4, 4, 2)), tf.keras.layers.BatchNormalization()])
    images.compile("sgd", "mse")
    assert not found(AVERAGE, opscope.trace(images, (None, 4, 4, 2), (None, 4, 4, 2), step="train"))
