"""The real reports that the first issue collects, as far as the graph is concerned."""

from __future__ import annotations

import contextlib
import json
import time
from typing import Any, Dict, List

import pytest

tf = pytest.importorskip("tensorflow")

import zoo  # noqa: E402
from opscope.capture import trace  # noqa: E402
from opscope.errors import InputError, LoadError, TraceError  # noqa: E402
from opscope.graph.content import content_of  # noqa: E402
from opscope.graph.graph import Graph  # noqa: E402
from opscope.graph.groups import Group  # noqa: E402
from opscope.graph.json import from_dict, to_dict  # noqa: E402
from zoo import traced  # noqa: E402


def by_class(graph: Graph, cls: str) -> List[Group]:
    return [group for group in content_of(graph).groups if group.cls == cls]


def in_group(graph: Graph, path: str) -> Dict[str, str]:
    """Name -> op of everything in the group, at any depth."""
    return {
        content_of(graph).table.names[row]: content_of(graph).table.ops[row]
        for row in range(len(graph))
        if ((content_of(graph).group_path(row) or "") + "/").startswith(path + "/")
    }


def test_case_1_a_train_step_has_phases_and_no_loose_variable_op() -> None:
    graph = traced("train_step")
    assert [group.name for group in content_of(graph).groups if group.parent < 0] == [
        "forward",
        "loss",
        "backward",
        "optimizer",
    ]
    loose = [content_of(graph).table.ops[row] for row, group in enumerate(content_of(graph).node_group) if group < 0]
    assert not [op for op in loose if "Variable" in op]
    assert "MatMul" in in_group(graph, "forward/one_dense/dense").values()
    assert in_group(graph, "backward/one_dense/dense")
    assert {"kernel", "bias"} <= {
        group.name for group in content_of(graph).groups if group.path.startswith("optimizer/")
    }


def test_case_2_a_branch_shows_both_bodies_in_place() -> None:
    graph = traced("coin")
    assert graph.name == "f(3)"
    branch = next(group for group in content_of(graph).groups if group.kind == "if")
    inside = {group.name: group for group in content_of(graph).groups if group.path.startswith(branch.path + "/")}
    assert {"then", "else"} <= set(inside)
    assert all(inside[role].kind == "branch" for role in ("then", "else"))
    assert content_of(graph).table.ops[branch.owner] in {"If", "StatelessIf"}


def test_case_3_two_traces_of_a_function_have_two_names() -> None:
    def foo(x: Any) -> Any:
        return x**2

    assert [trace(foo, 1).name, trace(tf.function(foo), 2).name] == ["foo(1)", "foo(2)"]
    assert trace(foo, (3,)).name == "foo"


def test_case_4_each_output_of_a_nested_model_reaches_its_own_input() -> None:
    graph = traced("nested")
    add = next(row for row in range(len(graph)) if content_of(graph).group_path(row) == "both/m2/sum")
    sources = [content_of(graph).group_path(edge.node) for edge in content_of(graph).table.data_inputs(add)]
    assert sources == ["both/m1/left", "both/m1/right"]
    m1 = next(group for group in content_of(graph).groups if group.name == "m1")
    assert [output.shape for output in m1.outputs] == [(None, 1), (None, 1)]


def test_case_5_a_model_called_twice_is_two_groups_and_one_set_of_weights() -> None:
    graph = traced("siamese")
    calls = [group for group in content_of(graph).groups if group.name == "vision"]
    assert [group.call for group in calls] == [1, 2]
    assert [group.path for group in calls] == ["siamese/vision", "siamese/vision#2"]
    assert calls[0].variables == calls[1].variables
    assert calls[0].parameters == calls[1].parameters == 8 * 9 + 8 + 8 * 8 * 9 + 8
    assert graph.parameters == calls[0].parameters + 2 * 8 * 4 * 4 + 1 == content_of(graph).groups[0].parameters


def test_case_6_two_outputs_of_one_op_are_two_edges_with_their_shapes() -> None:
    graph = traced("two_outputs")
    concat = next(row for row, op in enumerate(content_of(graph).table.ops) if op == "ConcatV2")
    edges = content_of(graph).table.data_inputs(concat)[:2]
    assert [edge.output for edge in edges] == [0, 1]
    shapes = [content_of(graph).table.input_type(edge).shape for edge in edges]
    assert shapes == [(1,), (3,)]


def test_case_7_a_layer_that_returns_four_tensors_has_four_ports() -> None:
    graph = traced("unstacking")
    assert [output.shape for output in by_class(graph, "Unstack")[0].outputs] == [(None, 12)] * 4
    assert len(content_of(graph).outputs) == 4


def test_case_8_blocks_that_override_call_are_five_blocks_with_their_class() -> None:
    blocks = by_class(traced("residuals"), "Residual")
    assert [group.object_path for group in blocks] == [f"blocks[{index}]" for index in range(5)]
    assert [group.call for group in blocks] == [1] * 5
    assert all(group.source.file.endswith("zoo.py") for group in blocks)


@pytest.mark.parametrize("name", ["recurrent", "looping"])
def test_case_9_a_cells_ops_are_inside_the_loop_inside_the_layer(name: str) -> None:
    graph = traced(name)
    cells = [group for group in by_class(graph, "Cell") if "/body/" in group.path]
    assert cells, [group.path for group in content_of(graph).groups]
    loop = next(group for group in content_of(graph).groups if group.kind == "while")
    assert content_of(graph).groups[loop.parent].is_call
    assert "MatMul" in in_group(graph, cells[0].path).values()
    assert [group.cls for group in content_of(graph).groups if group.path.startswith(cells[0].path + "/")] == ["Dense"]


def test_case_10_long_chains_and_deep_scopes_take_seconds() -> None:
    def chain(x: Any) -> Any:
        for _ in range(10_000):
            x = tf.identity(x)
        return x

    def deep(x: Any) -> Any:
        with contextlib.ExitStack() as stack:
            for level in range(200):
                stack.enter_context(tf.name_scope(f"level_{level}"))
            return tf.sin(x)

    started = time.process_time()
    assert len(trace(chain, (3,))) >= 10_000
    graph = trace(deep, (3,))
    assert max(group.path.count("/") for group in content_of(graph).groups) == 199
    assert time.process_time() - started < 120  # a recursion would not end, a quadratic walk take minutes


def test_case_11_a_call_that_raises_keeps_the_users_exception_as_the_cause() -> None:
    class Broken(tf.keras.layers.Layer):
        def call(self, x: Any) -> Any:
            raise KeyError("no such thing")

    with pytest.raises(TraceError, match="no such thing") as caught:
        trace(Broken(name="broken"), (None, 3))
    assert isinstance(caught.value.__cause__, KeyError)
    assert "\n" not in str(caught.value)


def test_case_11_a_wrong_shape_is_one_line_with_the_remedy() -> None:
    case = zoo.sequential()
    with pytest.raises(TraceError, match="check the shapes") as caught:
        trace(case.target, (None, 7))
    assert "\n" not in str(caught.value)
    assert "(None, 7)" in str(caught.value)


def test_case_11_an_eager_only_function_says_so() -> None:
    def eager(x: Any) -> Any:
        return x.numpy() + 1

    with pytest.raises(TraceError, match="eager tensors only"):
        trace(eager, (3,))


@pytest.mark.parametrize("target", [None, 3, object()])
def test_case_11_what_cannot_be_traced_is_said_with_what_can(target: Any) -> None:
    with pytest.raises(InputError, match="give a Keras model"):
        trace(target, (3,))


def test_case_11_a_text_is_the_path_of_a_model() -> None:
    with pytest.raises(LoadError, match=r"^model: cannot be read .* check the path$"):
        trace("model", (3,))


def test_the_json_of_a_trace_read_back_knows_the_variable_behind_each_handle() -> None:
    graph = traced("train_step")
    again = from_dict(json.loads(json.dumps(to_dict(graph))))
    assert content_of(again).handles == dict(content_of(graph).handles)
    assert [port.node for port in content_of(again).outputs] == [port.node for port in content_of(graph).outputs]
