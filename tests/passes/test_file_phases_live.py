"""Training steps written to a file that knows no phases: what is found there is what the step was made of."""

from __future__ import annotations

from unittest import mock

import pytest

tf = pytest.importorskip("tensorflow")

import opscope  # noqa: E402 - after the skip: it is TensorFlow's
from opscope.graph.content import content_of  # noqa: E402
from opscope.graph.vocabulary import chain  # noqa: E402
from opscope.layout.overview.one_page import overview  # noqa: E402
from opscope.layout.scene.items import cards  # noqa: E402
from opscope.passes.file_phases import with_phases  # noqa: E402
from rows_apart import apart  # noqa: E402
from truth import lies  # noqa: E402

LATER = {"loss", "backward", "optimizer"}


def network():
    given = tf.keras.Input((8,), batch_size=4)
    here = given
    for number in range(3):
        here = tf.keras.layers.Dense(8, activation="relu", name=f"dense_{number}")(here)
    return tf.keras.Model(given, here)


def stepping(change):
    """A step of a network, which `change` updates by its gradients, and the number of its variables."""
    model = network()
    apply = change(model.trainable_variables)

    @tf.function
    def step(x):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(model(x, training=True) ** 2)
        apply(tape.gradient(loss, model.trainable_variables))
        return loss

    return step


def filed(step, folder):
    """The graph of a function, written as a GraphDef and read again."""
    concrete = step.get_concrete_function(tf.TensorSpec((4, 8), name="x"))
    path = folder / "step.pb"
    path.write_bytes(concrete.graph.as_graph_def(add_shapes=True).SerializeToString())
    return opscope.load(path)


def of_keras(optimizer):
    def change(variables):
        if hasattr(optimizer, "build"):  # older ones make their variables when they are first applied
            optimizer.build(variables)
        return lambda gradients: optimizer.apply_gradients(zip(gradients, variables))

    return change


def told(graph):
    """What the overview's cards of phases say, after the checker found nothing in it."""
    bundles = [f"opscope.layout.{module}.bundle" for module in ("overview.one_try", "engine")]
    with mock.patch(bundles[0], lambda scene: scene), mock.patch(bundles[1], lambda scene: scene):
        found = overview(graph)
    assert lies(with_phases(graph), found.graph, apart(found.drawing.scene)) == []
    return {card.kind: f"{card.subtitle} {card.detail}" for card in cards(found.drawing.scene) if card.kind in LATER}


@pytest.mark.parametrize(
    ("optimizer", "name"),
    [
        ("Adam", "Adam, updates 6 variables"),
        ("SGD", "SGD, updates 6 variables"),
        ("AdamW", "AdamW, updates 6 variables"),
        ("Adamax", "updates 6 variables"),  # by its arithmetic none of those that are told
    ],
)
def test_an_optimizer_is_told_where_its_arithmetic_proves_it(tmp_path, optimizer, name):
    if not hasattr(tf.keras.optimizers, optimizer):
        pytest.skip(f"this Keras has no {optimizer}")
    graph = filed(stepping(of_keras(getattr(tf.keras.optimizers, optimizer)(0.01))), tmp_path)
    said = told(graph)
    assert set(said) == LATER
    if any(op.type.startswith("ResourceApply") for op in graph.ops()):  # old optimizers have a kernel each
        name = f"{optimizer}, updates 6 variables"
    elif optimizer == "SGD" and len(graph.variables) > 6 + 2:  # that of Keras 2.11 to 2.15 keeps momenta, times 0
        name = "updates 6 variables"
    assert said["optimizer"].startswith(name)
    assert "x²" in said["loss"]


def test_a_rule_of_ones_own_has_no_name(tmp_path):
    def change(variables):
        means = [tf.Variable(tf.zeros_like(each)) for each in variables]

        def apply(gradients):
            for variable, mean, gradient in zip(variables, means, gradients):
                mean.assign_add(0.1 * (gradient - mean))
                variable.assign_sub(0.01 * mean / (tf.abs(mean) + 1e-7))

        return apply

    assert told(filed(stepping(change), tmp_path))["optimizer"].startswith("updates 6 variables")


def test_the_step_counter_and_the_moments_are_part_of_the_update(tmp_path):
    graph = with_phases(filed(stepping(of_keras(tf.keras.optimizers.Adam(0.01))), tmp_path))
    content = content_of(graph)
    (optimizer,) = [index for index, group in enumerate(content.groups) if group.kind == "optimizer"]
    homes = {index for index in range(len(content.groups)) if optimizer in chain(content.groups, index)}
    assigns = [row for row, op in enumerate(content.table.ops) if op.startswith("Assign")]
    # Six variables with two moments each, and the counter. Old optimizers change a variable and its moments in one kernel, and their
    # counter, which reads nothing of that, stays beside the update.
    kernels = [row for row, op in enumerate(content.table.ops) if op.startswith("ResourceApply")]
    assert len(kernels or assigns) == (6 if kernels else 6 * 3 + 1)
    assigns = kernels or assigns
    assert all(content.node_group[row] in homes for row in assigns)
    of = {group.of for group in content.groups if group.parent == optimizer}
    assert len(of) == 6


def test_a_gradient_that_nothing_is_updated_from_is_no_training_step(tmp_path):
    model = network()

    @tf.function
    def saliency(x):
        with tf.GradientTape() as tape:
            tape.watch(x)
            value = tf.reduce_sum(model(x))
        return tape.gradient(value, x)

    graph = filed(saliency, tmp_path)
    assert with_phases(graph) is graph


def test_a_trace_knows_its_phases_itself():
    graph = opscope.trace(stepping(of_keras(tf.keras.optimizers.SGD(0.01))), tf.TensorSpec((4, 8), name="x"))
    assert with_phases(graph) is graph


def test_moving_averages_of_the_forward_pass_are_no_update(tmp_path):
    def change(variables):
        return lambda gradients: [
            variable.assign_sub(0.1 * gradient) for variable, gradient in zip(variables, gradients)
        ]

    seen = tf.Variable(0.0)
    inner = stepping(change)

    @tf.function
    def step(x):
        seen.assign_add(tf.reduce_mean(x))
        return inner.python_function(x)

    graph = with_phases(filed(step, tmp_path))
    content = content_of(graph)
    groups = {index for index, group in enumerate(content.groups) if group.kind == "optimizer"}
    (counted,) = [row for row, op in enumerate(content.table.ops) if op == "AssignAddVariableOp"]
    assert content.node_group[counted] not in groups
