"""Logs that TensorFlow writes, as opscope and as TensorFlow's own reader read them."""

from __future__ import annotations

import subprocess
import sys

import pytest

import opscope
from opscope.graph.content import content_of

tf = pytest.importorskip("tensorflow")
v1 = tf.compat.v1


@tf.function
def wave(x):
    return tf.sin(x)


def events(folder):
    """What TensorFlow's own reader finds in the only event file of a folder."""
    (path,) = folder.glob("events*")
    for data in tf.data.TFRecordDataset(str(path)):
        yield v1.Event.FromString(data.numpy())


def edges(graph):
    """Each op with its type and inputs, as a NodeDef has them."""
    table = content_of(graph).table
    found = {}
    for row, name in enumerate(table.names):
        inputs = [(table.names[edge.node], edge.output) for edge in table.inputs(row)]
        found[name] = (table.ops[row], inputs)
    return found


def edges_of(graph_def):
    def source(text):
        if text.startswith("^"):
            return text[1:], -1
        name, _, output = text.partition(":")
        return name, int(output or 0)

    return {node.name: (node.op, [source(text) for text in node.input]) for node in graph_def.node}


def outer(graph, graph_def):
    """The edges of the ops that are not in the body of a call or loop."""
    names = {node.name for node in graph_def.node}
    return {name: found for name, found in edges(graph).items() if name in names}


TRACING = """
import sys
import tensorflow as tf

@tf.function
def doubled(x):
    return tf.nn.relu(x) * 2.0

@tf.function
def looped(x):
    for _ in tf.range(3):
        x = doubled(x)
    return x

@tf.function
def wave(x):
    return tf.sin(x)

tf.summary.trace_on(graph=True, profiler=False)
looped(tf.ones((2, 2)))
wave(tf.ones((2,)))
writer = tf.summary.create_file_writer(sys.argv[1])
with writer.as_default():
    tf.summary.write("loss", tf.constant(1.0), step=1)
    tf.summary.trace_export("my_trace", step=5)
writer.close()
"""
"""A program of its own: a trace also has all that ran in the process before."""


@pytest.fixture(scope="module")
def traced(tmp_path_factory):
    folder = tmp_path_factory.mktemp("logs") / "traced"
    program = folder.parent / "tracing.py"
    program.write_text(TRACING)
    subprocess.run([sys.executable, str(program), str(folder)], check=True)
    return folder


def test_each_function_of_a_trace_is_a_graph_as_traced_and_as_optimised(traced):
    (found,) = [
        v1.RunMetadata.FromString(value.tensor.string_val[0])
        for event in events(traced)
        for value in event.summary.value
        if value.tag == "my_trace"
    ]
    for index, function in enumerate(found.function_graphs):
        for part, graph_def in (
            ("", function.pre_optimization_graph),
            ("/optimized", function.post_optimization_graph),
        ):
            graph = opscope.load(traced.parent, run="traced", tag=f"my_trace/function_{index}{part}")
            assert outer(graph, graph_def) == edges_of(graph_def)
            assert graph.facts["log_graph"]["step"] == 5
    kinds = [each["kind"] for each in opscope.load(traced, tag="my_trace").facts["other_graphs"]]
    assert kinds.count("function as traced") == len(found.function_graphs) - 1
    assert [op.name.rpartition("/")[2] for op in opscope.load(traced, tag="my_trace").ops(type="Relu")] == ["Relu"]


def test_the_graph_of_a_function_and_of_a_session_is_read(tmp_path):
    if not hasattr(tf.summary, "graph"):
        pytest.skip("tf.summary.graph came with TensorFlow 2.5")
    concrete = wave.get_concrete_function(tf.TensorSpec((3,)))
    writer = tf.summary.create_file_writer(str(tmp_path))
    with writer.as_default():
        tf.summary.graph(concrete.graph)
    writer.close()
    graph_def = concrete.graph.as_graph_def()
    assert edges(opscope.load(tmp_path)) == edges_of(graph_def)


@pytest.fixture(scope="module")
def session(tmp_path_factory):
    folder = tmp_path_factory.mktemp("session")
    with v1.Graph().as_default() as graph:
        fed = v1.placeholder(tf.float32, (None, 4), name="fed")
        kernel = v1.get_variable("kernel", (4, 3), use_resource=True)
        with v1.name_scope("layer"):
            y = tf.nn.relu(tf.matmul(fed, kernel), name="y")
        loss = tf.reduce_sum(y, name="loss")
        train = v1.train.GradientDescentOptimizer(0.1).minimize(loss)
        with v1.Session() as run:
            run.run(v1.global_variables_initializer())
            writer = v1.summary.FileWriter(str(folder), graph)
            for step in range(3):
                metadata = v1.RunMetadata()
                options = v1.RunOptions(trace_level=v1.RunOptions.FULL_TRACE)
                run.run([train, loss], {fed: [[1.0] * 4] * 100}, options=options, run_metadata=metadata)
                writer.add_run_metadata(metadata, f"step{step}", step)
            writer.close()
    return folder


def test_the_graph_of_a_session_is_read(session):
    (graph_def,) = [v1.GraphDef.FromString(event.graph_def) for event in events(session) if event.graph_def]
    assert edges(opscope.load(session, tag="graph_def", all=True)) == edges_of(graph_def)


def test_the_newest_step_of_a_session_is_measured_time_on_its_graph(session):
    graph = opscope.load(session)
    assert graph.facts["log_graph"]["tag"] == "step2"
    tagged = [event.tagged_run_metadata for event in events(session) if event.HasField("tagged_run_metadata")]
    stats = v1.RunMetadata.FromString(tagged[-1].run_metadata).step_stats
    took = {}
    for device in stats.dev_stats:
        for node in device.node_stats:
            took[node.node_name] = took.get(node.node_name, 0.0) + node.all_end_rel_nanos / 1000
    measured = {op.name: op.measured for op in graph.ops() if op.measured is not None}
    same = set(took) & set(measured)
    assert "layer/MatMul" in same
    assert {name: measured[name].busy_us for name in same} == pytest.approx({name: took[name] for name in same})
    assert all(one.time_us <= one.busy_us + 1e-6 for one in measured.values())
    step = graph.measurement["profiled_step_time_us"]
    assert sum(one.time_us for one in measured.values()) <= step * (1 + 1e-9)
    assert sum(graph.measurement["coverage"].values()) == pytest.approx(1)


def test_times_go_to_calls_that_were_not_inlined_and_into_lowered_loops(tmp_path):
    """Each of two calls of one function has its own run; a loop's body, which TensorFlow renames, has one run for each iteration."""

    def doubled(x):
        for _ in tf.range(3):
            x = tf.exp(-x)
        return tf.tanh(x)

    try:
        called = tf.function(doubled, experimental_attributes={"_noinline": True})
    except TypeError:
        pytest.skip("this TensorFlow cannot say that a function is not to be inlined")
    with v1.Graph().as_default() as graph:
        v1.enable_control_flow_v2()
        given = v1.placeholder(tf.float32, (None, 4), name="given")
        with v1.name_scope("outside"):
            loss = tf.reduce_sum(tf.tanh(called(called(given))), name="loss")
        with v1.Session() as run:
            writer = v1.summary.FileWriter(str(tmp_path), graph)
            metadata = v1.RunMetadata()
            options = v1.RunOptions(trace_level=v1.RunOptions.FULL_TRACE)
            run.run(loss, {given: [[1.0] * 4] * 100}, options=options, run_metadata=metadata)
            writer.add_run_metadata(metadata, "step", 0)
            writer.close()
    nodes = [node for device in metadata.step_stats.dev_stats for node in device.node_stats]
    ran = sorted((node for node in nodes if node.node_name == "Tanh"), key=lambda node: node.all_start_nanos)
    assert len(ran) == 2  # if not, TensorFlow inlined them
    read = opscope.load(tmp_path)
    calls = list(read.ops(type="PartitionedCall")) or list(read.ops(type="StatefulPartitionedCall"))
    first, second = sorted(calls, key=lambda op: op.name)
    inside = [next(iter(read.ops(name=f"{call.name}/Tanh"))).measured for call in (first, second)]
    assert [one.busy_us for one in inside] == pytest.approx([node.all_end_rel_nanos / 1000 for node in ran])
    loops = [op for op in read.ops(type="Exp") if op.measured is not None]
    assert {op.measured.calls for op in loops} <= {3}
    assert read.measurement["attributed"] > 0.9


def test_the_layers_that_keras_logs_are_those_of_the_model(tmp_path):
    layers = tf.keras.layers
    given = tf.keras.Input((8,))
    shared = layers.Dense(8, activation="relu", name="shared")
    model = tf.keras.Model(given, layers.Add()([shared(given), shared(shared(given))]), name="net")
    callback = tf.keras.callbacks.TensorBoard(str(tmp_path), write_graph=True)
    callback.set_model(model)
    callback.on_train_end()
    graph = opscope.load(tmp_path, tag="keras")
    found = edges(graph)
    assert sorted(op for op, _ in found.values()) == [
        "Keras>Add", "Keras>Dense", "Keras>Dense", "Keras>Dense", "Placeholder",
    ]  # fmt: skip
    assert [layer.parameters for layer in graph.layers(name="shared")] == [model.count_params()] * 3
    (add,) = [inputs for op, inputs in found.values() if op == "Keras>Add"]
    called = [next(name for name, _ in found[source][1]) for source, _ in add]
    assert [found[name][0] for name in called] == ["Placeholder", "Keras>Dense"]
