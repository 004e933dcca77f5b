"""Training steps as forward, loss, backward, optimizer and metrics."""

from __future__ import annotations

from typing import Any, List

import pytest

tf = pytest.importorskip("tensorflow")

import zoo  # noqa: E402
from opscope.capture import trace  # noqa: E402
from opscope.graph.content import content_of  # noqa: E402
from opscope.graph.graph import Graph  # noqa: E402
from zoo import traced  # noqa: E402


def tops(graph: Graph) -> List[str]:
    return [
        group.name if "#" not in group.path else group.path for group in content_of(graph).groups if group.parent < 0
    ]


def phase(graph: Graph, name: str) -> str:
    return (content_of(graph).group_path(content_of(graph).table.index(name)) or "").partition("/")[0]


@pytest.mark.parametrize("name", ["train_step", "lstm_step", "cell_step", "keras_step"])
def test_every_op_of_a_step_is_in_a_phase(name: str) -> None:
    graph = traced(name)
    # A compiled model keeps the mean of its loss too.
    expected = ["forward", "loss", "backward", "optimizer"]
    assert [name for name in tops(graph) if name != "metrics"] == expected
    assert ("metrics" in tops(graph)) == (name == "keras_step")
    assert min(content_of(graph).node_group) >= 0


@pytest.mark.parametrize("name", ["train_step", "lstm_step", "cell_step", "keras_step"])
def test_gradient_ops_are_under_the_layer_they_belong_to(name: str) -> None:
    graph = traced(name)
    mirrors = [group for group in content_of(graph).groups if group.path.startswith("backward/") and group.of]
    assert mirrors
    assert all(group.of in {other.path for other in content_of(graph).groups} for group in mirrors)
    assert all(group.of.startswith(("forward/", "loss/")) for group in mirrors)
    assert all(group.kind == "scope" and group.cls is None and group.parameters is None for group in mirrors)
    live = {content_of(graph).group_path(row) for row, dead in enumerate(content_of(graph).dead) if not dead}
    weighted = {group.path for group in content_of(graph).groups if group.is_call and group.cls == "Dense"} & live
    assert weighted <= {group.of for group in mirrors}


def test_a_matmuls_two_gradients_are_under_its_own_layer() -> None:
    graph = traced("keras_step")
    for row, op in enumerate(content_of(graph).table.ops):
        path = content_of(graph).group_path(row)
        if op == "MatMul" and path.startswith("backward/"):
            assert path in {"backward/fit/hidden", "backward/fit/head"}


def test_optimizer_ops_are_grouped_by_variable() -> None:
    graph = traced("keras_step")
    groups = {group.path: group for group in content_of(graph).groups if group.path.startswith("optimizer/")}
    assert {"optimizer/hidden/kernel", "optimizer/hidden/bias", "optimizer/head/kernel"} <= set(groups)
    paths = {variable.object_path for variable in graph.variables}
    assert groups["optimizer/hidden/kernel"].of in paths
    writes = [
        row for row, op in enumerate(content_of(graph).table.ops) if "Assign" in op or op.startswith("ResourceApply")
    ]
    kernel = [row for row in writes if content_of(graph).group_path(row) == "optimizer/hidden/kernel"]
    assert kernel


def test_a_manual_update_is_an_optimizer() -> None:
    graph = traced("cell_step")
    assert [op for op in content_of(graph).table.ops if op.startswith("Assign")]
    for row, op in enumerate(content_of(graph).table.ops):
        if op.startswith("Assign"):
            assert content_of(graph).group_path(row).startswith("optimizer/")
    assert {group.name for group in content_of(graph).groups if group.of and group.path.startswith("optimizer/")} >= {
        "kernel",
        "bias",
    }


def test_a_second_model_reads_updated_variables_in_its_own_forward_pass() -> None:
    graph = traced("gan_step")
    assert tops(graph) == ["forward", "loss", "backward", "optimizer", "backward#2"] or set(tops(graph)) == {
        "forward", "loss", "backward", "optimizer", "backward#2",
    }  # fmt: skip
    calls = [group for group in content_of(graph).groups if group.name in {"generator", "critic"} and group.is_call]
    assert all(group.path.startswith("forward/") for group in calls)
    assert [group.call for group in calls if group.name == "critic"] == [1, 2, 3]
    assert any(group.of == "forward/generator#2/make" for group in content_of(graph).groups)


def test_a_gradient_penalty_is_no_phase_of_its_own() -> None:
    layer = tf.keras.layers.Dense(1, name="critic")
    layer.build((None, 3))

    def step(x: Any) -> Any:
        with tf.GradientTape() as outer:
            with tf.GradientTape() as inner:
                inner.watch(x)
                y = layer(x)
            penalty = tf.reduce_sum(inner.gradient(y, x) ** 2)
            loss = tf.reduce_mean(y) + penalty
        return outer.gradient(loss, layer.trainable_variables)

    graph = trace(step, (4, 3))
    assert [name for name in tops(graph) if name.startswith("backward")] == ["backward"]


def test_a_step_without_layers_has_no_loss() -> None:
    weight = tf.Variable(2.0)

    def step(x: Any) -> Any:
        with tf.GradientTape() as tape:
            loss = tf.reduce_sum((weight * x) ** 2)
        weight.assign_sub(0.1 * tape.gradient(loss, weight))
        return loss

    assert tops(trace(step, (3,))) == ["forward", "backward", "optimizer"]


def test_a_graph_without_a_gradient_has_no_phases() -> None:
    assert not {"forward", "backward"} & set(tops(traced("sequential")))


def test_a_loops_gradient_is_grouped_inside_its_body() -> None:
    graph = traced("cell_step")
    inside = [
        group for group in content_of(graph).groups if group.path.startswith("backward/") and "/body/" in group.path
    ]
    assert any(group.of and "/body/" in group.of for group in inside), [group.path for group in inside]


@pytest.mark.parametrize("step", ["test", "predict"])
def test_the_models_other_steps_have_no_phases(step: str) -> None:
    case = zoo.keras_step()
    inputs = case.inputs if step == "test" else case.inputs[:1]
    graph = trace(case.target, *inputs, step=step)
    assert "backward" not in tops(graph)
    assert {group.name for group in content_of(graph).groups} >= {"hidden", "head"}


def test_a_function_that_tensorflow_built_as_a_gradient_has_no_phases_of_its_own():
    cell = tf.keras.layers.LSTM(4)
    head = tf.keras.layers.Dense(1)

    @tf.function
    def step(x, y):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(tf.square(head(cell(x)) - y))
        return tape.gradient(loss, cell.trainable_variables + head.trainable_variables)

    graph = trace(step, (2, 6, 3), (2, 1))
    phases = {"forward", "loss", "backward", "optimizer", "metrics"}
    assert {group.path for group in content_of(graph).groups if group.kind in phases} == {"backward"}
    inner = {group.kind for group in content_of(graph).groups if group.path.startswith("backward/")}
    assert not inner & phases


def test_a_gradient_that_starts_from_another_one_has_a_phase_of_its_own() -> None:
    lower, upper = tf.keras.layers.Dense(3, name="lower"), tf.keras.layers.Dense(2, name="upper")
    lower.build((None, 3))
    upper.build((None, 3))

    def step(x: Any) -> Any:
        with tf.GradientTape() as tape:
            middle = lower(x)
            y = upper(middle)
        outside = tape.gradient(y, middle)
        return tf.gradients(middle, lower.trainable_variables, grad_ys=outside)

    graph = trace(step, (4, 3))
    products = {
        name: row
        for row, name in enumerate(content_of(graph).table.names)
        if content_of(graph).table.ops[row] == "MatMul"
    }
    assert len(products) >= 4
    for name, row in products.items():
        began = {"gradient_tape": "backward/", "gradients": "backward#2/"}.get(name.partition("/")[0], "")
        assert content_of(graph).group_path(row) == f"{began}{'lower' if 'lower' in name else 'upper'}", name
