"""Parameters agree with Keras' own `count_params`, whatever else the graph keeps beside the model."""

from __future__ import annotations

import pytest

from opscope import trace
from opscope.cost import count_parameters
from opscope.graph.content import content_of
from opscope.load import load
from opscope.render.report.summary import summarize

tf = pytest.importorskip("tensorflow")
layers = tf.keras.layers


def with_norm_and_noise():
    return tf.keras.Sequential(
        [tf.keras.Input((8,)), layers.Dense(16), layers.BatchNormalization(), layers.Dropout(0.5), layers.Dense(4)]
    )


def with_a_frozen_layer():
    given = tf.keras.Input((8,))
    return tf.keras.Model(given, layers.Dense(4)(layers.Dense(8, trainable=False)(given)))


def with_a_shared_layer_and_a_model_inside():
    given, shared = tf.keras.Input((8,)), layers.Dense(8)
    inner = tf.keras.Sequential([tf.keras.Input((8,)), layers.Dense(3), layers.BatchNormalization()])
    return tf.keras.Model(given, inner(shared(shared(given))))


def recurrent():
    return tf.keras.Sequential([tf.keras.Input((5, 8)), layers.LSTM(6, dropout=0.1), layers.Dense(2)])


def attention():
    given = tf.keras.Input((5, 8))
    attended = layers.MultiHeadAttention(2, 4, dropout=0.1)(given, given)
    return tf.keras.Model(given, layers.Dense(2)(layers.LayerNormalization()(attended + given)))


class Subclassed(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.hidden = [layers.Dense(5), layers.Dense(7)]
        self.noise = layers.Dropout(0.2)
        self.out = layers.Dense(2)

    def call(self, x, training=False):
        for layer in self.hidden:
            x = layer(x)
        return self.out(self.noise(x, training=training))


def subclassed():
    model = Subclassed()
    model(tf.zeros((1, 8)))
    return model


MODELS = [
    with_norm_and_noise, with_a_frozen_layer, with_a_shared_layer_and_a_model_inside, recurrent, attention, subclassed,
]  # fmt: skip


def counts(model):
    """Keras' figures: all parameters, and those of the trainable weights."""
    return model.count_params(), sum(int(tf.size(weight)) for weight in model.trainable_weights)


def shapes(make):
    return (2, 5, 8) if make in {recurrent, attention} else (2, 8)


@pytest.mark.parametrize("make", MODELS)
def test_a_traced_model_has_kerass_figures(make):
    model = make()
    graph = trace(model, shapes(make), source_lines=False)
    found = count_parameters(graph)
    assert (graph.parameters, found.trainable) == (found.total, found.trainable) == counts(model)


@pytest.mark.parametrize("make", MODELS)
def test_a_training_step_has_them_too_and_its_state_apart(make):
    model = make()
    model.compile(tf.keras.optimizers.Adam(), "mse", metrics=["mae"])
    given = shapes(make)
    graph = trace(model, given, model(tf.zeros(given)).shape, step="train", source_lines=False)
    parameters, trainable = counts(model)
    facts = summarize(graph)
    assert (graph.parameters, facts["trainable"]) == (parameters, trainable)
    # Adam keeps two moments for each trained value; the step counter and the learning rate come on top.
    assert 2 * trainable <= facts["state"]["optimizer"]["elements"] <= 2 * trainable + 4
    trained = len(model.trainable_weights)
    assert 2 * trained <= facts["state"]["optimizer"]["variables"] <= 2 * trained + 4
    beside = sum(one["variables"] for one in facts["state"].values())
    assert facts["variables"] - beside <= len(model.weights)


def test_a_step_written_by_hand_has_the_models_parameters():
    model, optimizer = with_norm_and_noise(), tf.keras.optimizers.SGD(momentum=0.9)

    @tf.function
    def step(x, y):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((model(x, training=True) - y) ** 2)
        gradients = tape.gradient(loss, model.trainable_variables)
        optimizer.apply_gradients(zip(gradients, model.trainable_variables))
        return loss

    graph = trace(step, (2, 8), (2, 4), source_lines=False)
    parameters, trainable = counts(model)
    assert graph.parameters == parameters
    optimizers = summarize(graph)["state"]["optimizer"]["elements"]
    assert trainable <= optimizers <= trainable + 3  # one moment each, the step counter, the learning rate


class Step(tf.Module):
    """A module that owns what its training step needs: `tf.Module.variables` lists the optimizer's too."""

    def __init__(self):
        super().__init__()
        self.weight = tf.Variable(tf.ones((3, 2)))
        self.seen = tf.Variable(0.0, trainable=False)
        self.moment = tf.Variable(tf.zeros((3, 2)), trainable=False)

    @tf.function(input_signature=[tf.TensorSpec((4, 3))])
    def __call__(self, x):
        self.seen.assign_add(1.0)
        with tf.GradientTape() as tape:
            loss = tf.reduce_sum(x @ self.weight)
        gradient = tape.gradient(loss, self.weight)
        self.weight.assign_sub(self.moment.assign(0.9 * self.moment + gradient))
        return loss


def test_the_moments_of_a_module_that_trains_itself_are_no_parameters():
    graph = trace(Step(), (4, 3))
    assert graph.parameters == 6 + 1
    assert summarize(graph)["state"]["optimizer"] == {"elements": 6, "variables": 1}


class Growing(tf.Module):
    def __init__(self):
        super().__init__()
        self.scale = tf.Variable(tf.ones((3,)))
        self.table = tf.Variable(tf.zeros((2, 3)), shape=(None, 3))

    @tf.function(input_signature=[tf.TensorSpec((4, 3))])
    def __call__(self, x):
        return x * self.scale + tf.reduce_sum(self.table, 0)


def test_the_parameters_of_a_module_are_not_known_where_a_variable_has_no_size(tmp_path):
    module = Growing()
    tf.saved_model.save(module, str(tmp_path / "saved"))
    for graph in (trace(module, (4, 3)), load(tmp_path / "saved")):
        assert {group.parameters for group in content_of(graph).groups if group.is_call} == {None}
        assert count_parameters(graph).total == 3
        assert "; 1 variable of unknown size not counted" in graph.summary()


def test_a_saved_model_has_kerass_figures(tmp_path):
    model = with_norm_and_noise()
    model.compile("adam", "mse")
    model.fit(tf.zeros((2, 8)), tf.zeros((2, 4)), verbose=0)
    tf.saved_model.save(model, str(tmp_path / "saved"))
    found = count_parameters(load(tmp_path / "saved"))
    assert (found.total, found.trainable, found.state) == (*counts(model), 0)
