"""What the phases of a training step are told to be made with: losses, optimizers, whose gradients. The right answers are read off the programs."""

from __future__ import annotations

from typing import Any, Dict, Mapping

import pytest

tf = pytest.importorskip("tensorflow")

from opscope.capture import trace  # noqa: E402
from opscope.graph.content import content_of  # noqa: E402
from opscope.graph.graph import Graph  # noqa: E402

keras = tf.keras
BATCH = tf.TensorSpec((4, 3), tf.float32)


def net(name: str, units: int, inputs: int) -> Any:
    model = keras.Sequential([keras.layers.Dense(units, name=f"{name}_dense")], name=name)
    model.build((None, inputs))
    return model


def ready(optimizer: Any, *models: Any) -> Any:
    """The optimizer with its variables, which a traced function must not make inside a branch."""
    variables = [variable for model in models for variable in model.trainable_variables]
    if hasattr(optimizer, "build"):
        optimizer.build(variables)
    elif hasattr(optimizer, "_create_all_weights"):
        optimizer._create_all_weights(variables)
    return optimizer


def phases(graph: Graph) -> Dict[str, Mapping[str, Any]]:
    """The settings of the groups that stand for phases, by path."""
    found = {}
    for group in content_of(graph).groups:
        if group.kind in ("loss", "backward", "optimizer"):
            found[group.path] = group.settings
    return found


def test_the_losses_optimizers_and_gradients_of_two_networks_are_told_apart() -> None:
    generator, critic = net("generator", 3, 2), net("critic", 1, 3)
    adam, sgd = ready(keras.optimizers.Adam(0.25), generator), ready(keras.optimizers.SGD(0.5), critic)
    compare = keras.losses.BinaryCrossentropy(from_logits=True)

    @tf.function  # type: ignore[untyped-decorator]
    def step(real: Any) -> None:
        with tf.GradientTape() as first, tf.GradientTape() as second:
            fake = generator(tf.ones((4, 2)))
            on_real, on_fake = critic(real), critic(fake)
            fooled = compare(tf.ones_like(on_fake), on_fake)
            caught = compare(tf.ones_like(on_real), on_real) + compare(tf.zeros_like(on_fake), on_fake)
        weights = generator.trainable_variables
        adam.apply_gradients(zip(first.gradient(fooled, weights), weights))
        weights = critic.trainable_variables
        sgd.apply_gradients(zip(second.gradient(caught, weights), weights))

    found = phases(trace(step, BATCH))
    assert found["loss"]["losses"] == [{"class": "BinaryCrossentropy", "defined_in": "keras", "calls": 3}]
    assert "and_more" not in found["loss"]
    assert found["backward"] == {"of": ["generator"], "through": {"generator": 1, "critic": 1}}
    assert found["backward#2"] == {"of": ["critic"], "through": {"critic": 2}}
    said = [
        {name: optimizer[name] for name in ("class", "learning_rate", "variables", "of")}
        for optimizer in found["optimizer"]["optimizers"]
    ]
    assert said == [
        {"class": "Adam", "learning_rate": 0.25, "variables": 2, "of": ["generator"]},
        {"class": "SGD", "learning_rate": 0.5, "variables": 2, "of": ["critic"]},
    ]


def test_an_optimizer_in_a_branch_is_told() -> None:
    model = net("model", 1, 3)
    optimizer, seen = ready(keras.optimizers.SGD(0.125, clipnorm=2.0), model), tf.Variable(0)

    @tf.function  # type: ignore[untyped-decorator]
    def step(batch: Any) -> None:
        with tf.GradientTape() as tape:
            loss = keras.losses.MeanSquaredError()(batch[:, :1], model(batch))
        weights = model.trainable_variables
        gradients = tape.gradient(loss, weights)
        if seen.assign_add(1) % 2 == 0:
            optimizer.apply_gradients(zip(gradients, weights))

    (told,) = phases(trace(step, BATCH))["optimizer"]["optimizers"]
    assert (told["class"], told["learning_rate"], told["clipnorm"]) == ("SGD", 0.125, 2.0)
    assert (told["variables"], told["of"]) == (2, ["model"])


def test_the_loss_of_a_compiled_model_has_the_name_of_its_function() -> None:
    def nearness(wanted: Any, found: Any) -> Any:
        return tf.reduce_mean(tf.abs(wanted - found), axis=-1)

    model = net("model", 1, 3)
    model.compile(keras.optimizers.SGD(0.5), nearness)
    (told,) = phases(trace(model, (4, 3), (4, 1), step="train"))["loss"]["losses"]
    assert (told["class"], told["calls"]) == ("nearness", 1)
    assert told["defined_in"] == nearness.__module__.partition(".")[0]


def test_a_gradient_of_some_layers_is_theirs() -> None:
    body, head = net("body", 3, 3), net("head", 1, 3)
    optimizer = ready(keras.optimizers.SGD(0.5), head)

    @tf.function  # type: ignore[untyped-decorator]
    def step(batch: Any) -> None:
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(head(body(batch)) ** 2)
        weights = head.trainable_variables
        optimizer.apply_gradients(zip(tape.gradient(loss, weights), weights))

    found = phases(trace(step, BATCH))
    assert found["backward"]["of"] == ["head"]
    assert found["loss"] == {}  # the user's own arithmetic has no name


def test_a_term_beside_the_losses_is_not_passed_over() -> None:
    model = net("model", 1, 3)
    optimizer = ready(keras.optimizers.SGD(0.5), model)

    @tf.function  # type: ignore[untyped-decorator]
    def step(batch: Any) -> None:
        with tf.GradientTape() as tape:
            found = model(batch)
            loss = keras.losses.MeanSquaredError()(batch[:, :1], found) + tf.reduce_max(tf.exp(found))
        weights = model.trainable_variables
        optimizer.apply_gradients(zip(tape.gradient(loss, weights), weights))

    assert phases(trace(step, BATCH))["loss"]["and_more"] is True


def test_what_an_optimizer_is_given_reaches_it_whole() -> None:
    """Pairs from `zip` can be gone through once, and the trace looks at them too."""
    model = net("model", 1, 3)
    optimizer = ready(keras.optimizers.SGD(0.5), model)

    @tf.function  # type: ignore[untyped-decorator]
    def step(batch: Any) -> None:
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(model(batch) ** 2)
        weights = model.trainable_variables
        optimizer.apply_gradients(grads_and_vars=zip(tape.gradient(loss, weights), weights))

    graph = trace(step, BATCH)
    content = content_of(graph)
    updated = {
        group.of
        for group in content.groups
        if group.path.startswith("optimizer/") and group.of and "dense" in group.path
    }
    assert len(updated) == 2
    assert phases(graph)["optimizer"]["optimizers"][0]["variables"] == 2
