"""Each op belongs to the call that made it: class, place, call number, variables, source."""

from __future__ import annotations

from pathlib import Path
from typing import Any, List

import pytest

tf = pytest.importorskip("tensorflow")

import zoo  # noqa: E402
from opscope.capture import trace  # noqa: E402
from opscope.graph.content import content_of  # noqa: E402
from opscope.graph.graph import Graph  # noqa: E402
from opscope.graph.groups import Group  # noqa: E402
from zoo import traced  # noqa: E402

layers = tf.keras.layers


def calls(graph: Graph) -> List[Group]:
    return [group for group in content_of(graph).groups if group.is_call]


def test_a_sequential_is_a_model_of_layers() -> None:
    graph = traced("sequential")
    model, first, second = calls(graph)
    assert (model.kind, model.cls, model.path, model.parameters) == ("model", "Sequential", "mlp", 10 * 64 + 64 + 650)
    assert (first.kind, first.cls, first.call, first.layer_source) == ("layer", "Dense", 1, "recorded")
    assert [output.shape for output in second.outputs] == [(None, 10)]
    names = [graph.variables[number].object_path for number in first.variables]
    assert [name.rpartition(".")[2] for name in names] == ["kernel", "bias"]


def test_a_dense_layer_holds_its_ops_and_no_scope() -> None:
    graph = traced("single_layer")
    assert [group.kind for group in content_of(graph).groups] == ["layer"]
    ops = {content_of(graph).table.ops[row] for row, group in enumerate(content_of(graph).node_group) if group == 0}
    assert "MatMul" in ops


def test_every_handle_names_its_variable() -> None:
    graph = traced("siamese")
    handles = [
        row
        for row, op in enumerate(content_of(graph).table.ops)
        if op == "Placeholder" and row in content_of(graph).handles
    ]
    assert {content_of(graph).handles[row] for row in handles} == {variable.id for variable in graph.variables}


def test_handles_reach_into_bodies() -> None:
    graph = traced("looping")
    inside = [row for row in content_of(graph).handles if content_of(graph).table.ops[row] == "_Arg"]
    assert inside


def test_sublayers_of_library_layers_are_found() -> None:
    graph = traced("attention")
    assert {group.name for group in calls(graph)} >= {"attention", "query", "key", "value", "attention_output"}


def test_both_directions_of_a_wrapper_are_layers() -> None:
    names = [group.name for group in calls(traced("lstm"))]
    assert "both_ways" in names
    assert any(name.startswith("forward") for name in names)
    assert any(name.startswith("backward") for name in names)


def test_a_wrapped_layer_is_recorded_at_each_step() -> None:
    graph = trace(layers.TimeDistributed(layers.Dense(2, name="each"), name="times"), (None, 4, 3))
    assert [group.cls for group in calls(graph)][:2] == ["TimeDistributed", "Dense"]


def test_modules_in_dicts_and_lists_have_their_path() -> None:
    paths = [group.object_path for group in calls(traced("modules"))]
    assert paths == ["", "parts['a']", "parts['b'][0]"]


def test_a_modules_branch_is_inside_its_call() -> None:
    graph = traced("modules")
    branch = next(group for group in content_of(graph).groups if group.kind == "if")
    assert content_of(graph).groups[branch.parent].cls == "Branching"


def test_layers_of_a_function_live_where_it_finds_them() -> None:
    dense = layers.Dense(2)

    def f(x: Any) -> Any:
        return dense(x)

    graph = trace(f, (2, 3))
    assert calls(graph)[0].object_path == "dense"
    assert sorted(variable.object_path for variable in graph.variables) == ["dense.bias", "dense.kernel"]


def test_scopes_of_the_user_are_groups_and_those_of_layers_are_not() -> None:
    class Scoped(tf.keras.Model):
        def __init__(self) -> None:
            super().__init__(name="scoped")
            self.dense = layers.Dense(2, name="dense")

        def call(self, x: Any) -> Any:
            with tf.name_scope("extra"):
                return tf.sin(self.dense(x) * 2.0)

    graph = trace(Scoped(), (2, 3))
    assert [group.path for group in content_of(graph).groups] == ["scoped", "scoped/extra", "scoped/extra/dense"]


def test_a_scope_that_holds_only_side_matter_dissolves() -> None:
    graph = trace(lambda x: tf.tensordot(x, tf.ones((3, 2)), 1)[:, ::2], (4, 5, 3))
    assert {group.name for group in content_of(graph).groups} == {"Tensordot"}
    inside = [
        content_of(graph).table.names[row] for row, group in enumerate(content_of(graph).node_group) if group == 0
    ]
    assert "Tensordot" in inside


def test_a_given_concrete_function_has_inferred_layers() -> None:
    model = zoo.sequential().target
    concrete = tf.function(lambda x: model(x)).get_concrete_function(tf.TensorSpec((None, 10)))  # noqa: PLW0108
    sources = {group.layer_source for group in content_of(trace(concrete)).groups}
    assert "recorded" not in sources
    assert "inferred" in sources


def test_a_loaded_model_has_inferred_layers(tmp_path: Path) -> None:
    module = zoo.Branching()
    module.run = tf.function(module.__call__, input_signature=[tf.TensorSpec((3,))])
    tf.saved_model.save(module, str(tmp_path))
    loaded = tf.saved_model.load(str(tmp_path))
    graph = trace(loaded.run)
    assert [variable.object_path for variable in graph.variables]
    assert any(group.kind == "if" for group in content_of(graph).groups)


def test_variables_of_replicas_count_once() -> None:
    strategy = tf.distribute.MirroredStrategy(["/cpu:0"])
    with strategy.scope():
        dense = layers.Dense(2)
        dense.build((None, 3))

    def f(x: Any) -> Any:
        return strategy.run(lambda y: dense(y), (x,))  # noqa: PLW0108

    graph = trace(f, (4, 3))
    assert sorted(variable.object_path for variable in graph.variables) == ["dense.bias", "dense.kernel"]
    assert calls(graph)[0].parameters == 8


def test_a_layer_of_another_backend_is_refused_with_the_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    keras = pytest.importorskip("keras")
    if not hasattr(keras, "backend") or not keras.__version__.startswith("3"):
        pytest.skip("needs Keras 3")
    from opscope.errors import TraceError

    layer = keras.layers.Dense(2)
    monkeypatch.setattr(keras.backend, "backend", lambda: "jax")
    with pytest.raises(TraceError, match="KERAS_BACKEND=tensorflow"):
        trace(layer, (2, 3))


def test_an_rnns_probe_of_its_cell_is_dead() -> None:
    graph = traced("recurrent")
    dead = [row for row, flag in enumerate(content_of(graph).dead) if flag]
    assert dead
    assert not [row for row in dead if "/body/" in (content_of(graph).group_path(row) or "")]


def test_tf_keras_models_are_traced_as_keras_2() -> None:
    tf_keras = pytest.importorskip("tf_keras")
    model = tf_keras.Sequential([tf_keras.layers.Dense(4, input_shape=(3,), name="one")], name="old")
    model.compile("adam", "mse")
    assert [group.path for group in calls(trace(model))] == ["old", "old/one"]
    graph = trace(model, (8, 3), (8, 4), step="train")
    assert {"forward/old/one", "backward/old/one", "optimizer/one/kernel"} <= {
        group.path for group in content_of(graph).groups
    }


def test_a_tf_function_method_finds_its_object() -> None:
    class Net(tf.Module):
        def __init__(self) -> None:
            super().__init__()
            self.scale = tf.Variable([2.0])
            self.first = tf.keras.layers.Dense(1)

        @tf.function
        def score(self, x: Any) -> Any:
            return self.first(x) * self.scale

    net = Net()
    graph = trace(net.score, (3, 1))
    assert sorted(variable.object_path for variable in graph.variables) == ["first.bias", "first.kernel", "scale"]
    assert [group.object_path for group in calls(graph)] == ["first"]
