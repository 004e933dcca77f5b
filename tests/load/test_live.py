"""A function traced live and the same function saved and loaded agree op by op, but for what is documented.

Saving turns a function's inputs and captured variables from Placeholders into arguments (`_Arg`) and gives it results
(`_Retval`); arguments have names of their own. Everything else is the same, names and edges included.
"""

from __future__ import annotations

import pytest

tf = pytest.importorskip("tensorflow")

import opscope  # noqa: E402
from opscope.graph.content import content_of  # noqa: E402


class Block(tf.Module):
    def __init__(self, name):
        super().__init__(name=name)
        self.kernel = tf.Variable(tf.ones((3, 3)), name="kernel")
        self.bias = tf.Variable(tf.zeros((3,)), name="bias")

    @tf.Module.with_name_scope
    def __call__(self, x):
        return tf.nn.relu(tf.matmul(x, self.kernel) + self.bias)


class Model(tf.Module):
    def __init__(self):
        super().__init__()
        self.first = Block("first")
        self.second = Block("second")

    @tf.function(input_signature=[tf.TensorSpec((None, 3), tf.float32, name="x")])
    def straight(self, x):
        left, right = tf.split(self.second(self.first(x)) - 1.0, [1, 2], axis=1)
        return {"left": left, "right": right}

    @tf.function(input_signature=[tf.TensorSpec((None, 3), tf.float32, name="x")])
    def looped(self, x):
        for _ in tf.range(3):
            x = self.first(x)
        if tf.reduce_sum(x) > 0.0:
            x = x * 2.0
        return x


def skeleton(graph):
    """The ops between inputs and results with their edges; an input is known by where it is used."""
    table = content_of(graph).table
    ends = {row for row, op in enumerate(table.ops) if op in {"Placeholder", "_Arg", "_Retval"}}
    found = {}
    for row in range(len(table)):
        if row not in ends:
            edges = [
                ("input", 0) if edge.node in ends else (table.names[edge.node], None if edge.control else edge.output)
                for edge in table.inputs(row)
            ]
            found[table.names[row]] = (table.ops[row], edges, table.outputs[row])
    return found


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    model, path = Model(), str(tmp_path_factory.mktemp("saved") / "model")
    signatures = {"straight": model.straight.get_concrete_function(), "looped": model.looped.get_concrete_function()}
    tf.saved_model.save(model, path, signatures=signatures)
    return model, path


@pytest.mark.parametrize("name", ["straight", "looped"])
def test_a_function_traced_live_agrees_with_its_saved_self(saved, name):
    model, path = saved
    live = opscope.trace(getattr(model, name).get_concrete_function())
    assert skeleton(opscope.load(path, function=name)) == skeleton(live)


@pytest.mark.parametrize("name", ["straight", "looped"])
def test_the_saved_variables_are_the_live_ones(saved, name):
    model, path = saved
    live = opscope.trace(getattr(model, name))
    loaded = opscope.load(path, signature=name)
    assert sorted(ends(loaded)) == sorted(ends(live))


def ends(graph):
    return [(item.object_path.rpartition(".")[2], item.dtype, item.shape, item.trainable) for item in graph.variables]


def test_the_modules_of_the_saved_model_are_found(saved):
    graph = opscope.load(saved[1], signature="straight")
    found = {
        (group.name, group.object_path) for group in content_of(graph).groups if group.is_call and group.object_path
    }
    assert {path for _, path in found} == {"first", "second"}


def test_every_signature_agrees_with_the_independent_walk(saved, walk, ops_and_edges):
    for name in ("straight", "looped"):
        expected = walk.saved_model(saved[1] + "/saved_model.pb", name)
        assert ops_and_edges(opscope.load(saved[1], signature=name)) == expected


def test_a_keras_model_agrees_with_the_independent_walk_and_has_its_layers(tmp_path, walk, ops_and_edges):
    keras = tf.keras
    inputs = keras.Input((6, 4), name="words")
    hidden = keras.layers.LSTM(5, name="memory")(inputs)
    model = keras.Model(inputs, keras.layers.Dense(2, name="answer")(hidden))
    path = str(tmp_path / "model")
    if hasattr(model, "export"):
        model.export(path)
    else:
        model.save(path, save_format="tf")
    graph = opscope.load(path)
    assert ops_and_edges(graph) == walk.saved_model(path + "/saved_model.pb", "serving_default")
    names = {group.name for group in content_of(graph).groups if group.is_call}
    assert {"memory", "answer"} <= names
    assert graph.parameters == model.count_params()


def test_source_lines_come_from_the_debug_info(tmp_path):
    model = Model()
    path = str(tmp_path / "model")
    options = tf.saved_model.SaveOptions(save_debug_info=True)
    tf.saved_model.save(model, path, signatures=model.straight.get_concrete_function(), options=options)
    graph = opscope.load(path)
    lines = {content_of(graph).table.ops[row]: source for row, source in content_of(graph).sources.items()}
    assert lines["MatMul"].file.endswith("test_live.py")
    assert lines["MatMul"].line > 0
    assert lines["Relu"].line == lines["MatMul"].line
