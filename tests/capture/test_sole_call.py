"""A function that is all that a graph does takes the place of its call; TensorFlow's own trace of that function tells what is right."""

import pytest

tf = pytest.importorskip("tensorflow")

from opscope.capture.tracing import trace_function  # noqa: E402
from opscope.graph.content import content_of  # noqa: E402

SPEC = tf.TensorSpec((None, 3), name="x")


def functions():
    """A step that updates a variable, a function that only calls it, and one that does more."""
    kernel, count = tf.Variable(tf.ones((3, 2)), name="kernel"), tf.Variable(0.0, name="count")

    @tf.function
    def inner(x):
        count.assign_add(1.0)
        small, large = tf.split(tf.nn.relu(x @ kernel), 2, axis=1)
        return small, large - count

    @tf.function
    def outer(x):
        small, large = inner(x)
        return large, small

    @tf.function
    def more(x):
        return inner(x)[0] * 2.0

    return inner, outer, more


def edges(graph):
    """Op -> its inputs, without the name of the call."""
    table = content_of(graph).table
    plain = [name.rpartition("PartitionedCall/")[2] for name in table.names]
    return {
        plain[row]: [(plain[node], output) for node, output in table.inputs(row)] for row in range(len(table.names))
    }


def test_it_has_the_ops_and_edges_that_tensorflow_traces_of_the_function_itself():
    inner, outer, _ = functions()
    graph = trace_function(outer, SPEC, unwrapped=True).graph
    own = inner.get_concrete_function(SPEC).graph
    found = edges(graph)
    ops = [op for op in own.get_operations() if op.type not in {"Placeholder", "Identity"}]
    assert ops and not [name for name in found if name.endswith("PartitionedCall")]
    by_name = {op.name: op for op in own.get_operations()}
    placeholders = {name for name, op in by_name.items() if op.type == "Placeholder"}
    for op in ops:
        data = [edge for edge in found[op.name] if edge[1] >= 0]
        assert len(data) == len(op.inputs)
        for (name, output), tensor in zip(data, op.inputs):
            if tensor.op.name in placeholders:
                assert content_of(graph).table.ops[content_of(graph).table.index(name)] == "Placeholder"
            else:
                assert (name, output) == (tensor.op.name, tensor.value_index)
        controls = {name for name, output in found[op.name] if output < 0}
        assert controls == {other.name for other in op.control_inputs}


def test_results_effects_and_variables_lead_where_the_call_did():
    _, outer, _ = functions()
    wrapped, graph = (trace_function(outer, SPEC, unwrapped=each).graph for each in (False, True))
    content = content_of(graph)
    table = content.table
    assert any(group.owner >= 0 for group in content_of(wrapped).groups)
    assert not any(group.owner >= 0 for group in content.groups)

    def maker(port):
        node, output = port.node, port.output
        while table.ops[node] == "Identity":
            node, output = next(edge for edge in table.inputs(node) if edge[1] >= 0)
        return table.ops[node], output

    assert [maker(port) for port in content.outputs] == [("Sub", 0), ("Split", 0)]
    assert {variable.object_path for variable in content.variables} == {
        variable.object_path for variable in content_of(wrapped).variables
    }
    assert not content.dead or not content.dead[table.ops.index("AssignAddVariableOp")]


def test_a_call_that_is_not_all_or_that_xla_compiles_stays_a_call():
    _, _, more = functions()
    compiled = tf.function(lambda x: tf.nn.relu(x) + 1.0, jit_compile=True) if _takes_jit() else None
    graphs = [trace_function(more, SPEC, unwrapped=True).graph]
    if compiled is not None:

        @tf.function
        def around(x):
            return compiled(x)

        graphs.append(trace_function(around, SPEC, unwrapped=True).graph)
    for graph in graphs:
        assert len([group for group in content_of(graph).groups if group.owner >= 0]) == 1


def _takes_jit():
    return not tf.__version__.startswith("2.4.")
