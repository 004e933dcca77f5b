"""What losses are given: logits, probabilities, and a softmax over one element, in layers, by hand and in compiled models."""

from __future__ import annotations

import pytest

import opscope
from check.marked_cases import all_cases, reported_and_marked
from check.rule_cases import of_cases

tf = pytest.importorskip("tensorflow")

LABELS = tf.TensorSpec((None,), tf.int32)


def dense(units, activation=None):
    return tf.keras.layers.Dense(units, activation=activation)


def compiled(layers, loss, labels, shape=(6,)):
    model = tf.keras.Sequential([tf.keras.Input(shape), *layers])
    model.compile("sgd", loss)
    return (opscope.trace(model, (None, *shape), labels, step="train"),)


def twice_in_a_layer():
    class Classifier(tf.keras.Model):
        def __init__(self):
            super().__init__()
            self.out = dense(3)

        def call(self, x):
            return tf.reshape(tf.nn.softmax(self.out(x)), (-1, 3))

    model = Classifier()
    optimizer = tf.keras.optimizers.SGD(0.1)

    @tf.function
    def step(x, y):
        with tf.GradientTape() as tape:
            each = tf.nn.softmax_cross_entropy_with_logits(labels=y, logits=model(x))  # here
            loss = tf.reduce_mean(each)
        variables = model.trainable_variables
        optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables))
        return loss

    return step, (None, 6), (None, 3)


def twice_a_sigmoid_by_hand():
    class Critic(tf.Module):
        def __init__(self):
            super().__init__()
            self.w = tf.Variable(tf.ones((6, 1)))

        @tf.function
        def __call__(self, x, y):
            real = tf.sigmoid(x @ self.w)
            return tf.nn.sigmoid_cross_entropy_with_logits(labels=y, logits=real)  # here

    return Critic(), (None, 6), (None, 1)


def twice_with_a_loss_object_through_a_function():
    model, loss = dense(3), tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True)

    @tf.function
    def probabilities(x):
        return tf.nn.softmax(model(x))

    @tf.function
    def target(x, y):
        return loss(y, probabilities(x))  # here

    return target, (None, 6), LABELS


def once_from_logits():
    return compiled([dense(3)], tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True), LABELS)


def once_in_keras():
    return compiled([dense(3, "softmax")], "sparse_categorical_crossentropy", LABELS)


def once_a_softmax_as_labels():
    model, teacher = dense(3), dense(3)

    @tf.function
    def target(x):
        return tf.nn.softmax_cross_entropy_with_logits(labels=tf.nn.softmax(teacher(x)), logits=model(x))

    return target, (None, 6)


def once_a_scaled_cosine():
    model = dense(3)

    @tf.function
    def target(x, y):
        gates = tf.nn.sigmoid(model(x))
        return tf.nn.sparse_softmax_cross_entropy_with_logits(y, 10.0 * gates)

    return target, (None, 6), LABELS


def raw_in_a_compiled_model():
    class Classifier(tf.keras.Model):
        def __init__(self):
            super().__init__()
            self.out = dense(3)

        def call(self, x):
            return self.out(x)  # here

    model = Classifier()
    model.compile("sgd", "categorical_crossentropy")
    model(tf.zeros((2, 6)))
    return (opscope.trace(model, (None, 6), (None, 3), step="train"),)


def raw_by_hand():
    class Classifier(tf.Module):
        def __init__(self):
            super().__init__()
            self.w, self.b = tf.Variable(tf.ones((6, 1))), tf.Variable(tf.zeros(1))

        @tf.function
        def __call__(self, x, y):
            p = tf.clip_by_value(x @ self.w + self.b, 1e-7, 1.0 - 1e-7)
            return -tf.reduce_mean(y * tf.math.log(p) + (1.0 - y) * tf.math.log(1.0 - p))  # here

    return Classifier(), (None, 6), (None, 1)


def raw_after_a_relu():
    model = tf.keras.Sequential([tf.keras.Input((6,)), dense(1, "relu")])

    @tf.function
    def target(x, y):
        return tf.keras.losses.binary_crossentropy(y, model(x))  # here

    return target, (None, 6), (None, 1)


def proper_a_sigmoid():
    return compiled([dense(1, "sigmoid")], "binary_crossentropy", (None, 1))


def proper_a_mixture_of_softmaxes():
    experts, gate = dense(12), dense(4)

    @tf.function
    def target(x, y):
        each = tf.nn.softmax(tf.reshape(experts(x), (-1, 4, 3)))
        mixed = tf.einsum("be,bec->bc", tf.nn.softmax(gate(x)), each)
        return tf.keras.losses.categorical_crossentropy(y, mixed)

    return target, (None, 6), (None, 3)


def proper_a_softmax_in_another_place():
    return compiled(
        [dense(3), tf.keras.layers.Softmax(), tf.keras.layers.Reshape((3,))], "categorical_crossentropy", (None, 3)
    )


def single_unit_of_a_classifier():
    model = dense(1)

    @tf.function
    def target(x):
        h = model(x)
        return tf.nn.softmax(h)  # here

    return target, (None, 6)


def single_unit_in_a_compiled_model():
    class Classifier(tf.keras.Model):
        def __init__(self):
            super().__init__()
            self.out = dense(1, "softmax")

        def call(self, x):
            return self.out(x)  # here

    model = Classifier()
    model.compile("sgd", "mse")
    model(tf.zeros((2, 6)))
    return (opscope.trace(model, (None, 6), (None, 1), step="train"),)


def single_scores_of_an_attention_by_hand():
    class Pooling(tf.Module):
        def __init__(self):
            super().__init__()
            self.w = tf.Variable(tf.ones((6, 1)))

        @tf.function
        def __call__(self, x):
            scores = tf.einsum("btd,do->bto", x, self.w)
            return tf.reduce_sum(x * tf.nn.softmax(scores, axis=-1), axis=1)  # here

    return Pooling(), (None, 5, 6)


def several_over_time():
    model = dense(1)

    @tf.function
    def target(x):
        return tf.reduce_sum(x * tf.nn.softmax(model(x), axis=1), axis=1)

    return target, (None, 5, 6)


def several_keys_of_which_one_was_traced():
    attention = tf.keras.layers.Attention()

    @tf.function
    def target(x):
        return attention([x, x])

    return target, (None, 1, 6)


def several_classes():
    return compiled([dense(3, "softmax")], "mse", (None, 3))


def across_in_a_model():
    class Classifier(tf.keras.Model):
        def __init__(self):
            super().__init__()
            self.out = dense(3)

        def call(self, x):
            return tf.nn.softmax(self.out(x), axis=0)  # here

    return Classifier(), (None, 6)


def across_by_hand():
    w = tf.Variable(tf.ones((6, 3)))

    @tf.function
    def target(x):
        p = tf.nn.softmax(x @ w, axis=0)  # here
        return tf.reduce_max(p, axis=1), p

    return target, (None, 6)


def across_in_a_loss():
    w, b = tf.Variable(tf.ones((6, 3))), tf.Variable(tf.zeros(3))

    @tf.function
    def step(x, y):
        with tf.GradientTape() as tape:
            p = tf.nn.softmax(x @ w + b, axis=0)  # here
            loss = -tf.reduce_mean(y * tf.math.log(p))
        w.assign_sub(0.1 * tape.gradient(loss, w))
        return loss

    return step, (None, 6), (None, 3)


def along_classes():
    model = dense(3)

    @tf.function
    def target(x):
        return tf.nn.softmax(model(x), axis=1)

    return target, (None, 6)


def along_the_instances_of_a_bag():
    scores = dense(2)

    @tf.function
    def target(x):
        return tf.transpose(tf.nn.softmax(scores(x), axis=0)) @ x

    return target, (None, 6)


def along_pairs_of_a_batch():
    model = dense(3)

    @tf.function
    def target(x):
        h = model(x)
        return tf.nn.softmax(h @ tf.transpose(h), axis=0)

    return target, (None, 6)


@of_cases("softmax-over-batch", all_cases(globals(), ("across_", "along_")))
def test_a_softmax_over_the_batch(case):
    found, marked = reported_and_marked("softmax-over-batch", case)
    assert found == marked


@of_cases("softmax-before-logits-loss", all_cases(globals(), ("twice_", "once_")))
def test_a_softmax_before_a_loss_that_applies_one(case):
    found, marked = reported_and_marked("softmax-before-logits-loss", case)
    assert found == marked


@of_cases("logits-in-probability-loss", all_cases(globals(), ("raw_", "proper_")))
def test_logits_in_a_loss_that_takes_probabilities(case):
    found, marked = reported_and_marked("logits-in-probability-loss", case)
    assert found == marked


@of_cases("softmax-over-one", all_cases(globals(), ("single_", "several_")))
def test_a_softmax_over_one_element(case):
    found, marked = reported_and_marked("softmax-over-one", case)
    assert found == marked
