"""Each op has the user's own file and line, AutoGraph and all."""

from __future__ import annotations

import inspect
import os
from pathlib import Path
from typing import Any, Dict

import pytest

tf = pytest.importorskip("tensorflow")

import zoo  # noqa: E402
from opscope.capture import trace  # noqa: E402
from opscope.graph.graph import Graph  # noqa: E402

HERE = os.path.relpath(__file__)


def line_of(function: Any, text: str) -> int:
    lines, first = inspect.getsourcelines(function)
    return first + next(index for index, line in enumerate(lines) if text in line)


def by_op(graph: Graph) -> Dict[str, Any]:
    return {graph.table.ops[row]: source for row, source in graph.content.sources.items()}


def branch(x: Any) -> Any:
    if tf.reduce_sum(x) > 0:
        return tf.sin(x)
    return tf.cos(x)


def helper(x: Any) -> Any:
    return tf.exp(x)


def outer(x: Any) -> Any:
    return helper(x) + 1.0


def test_an_op_of_an_autographed_branch_has_its_line() -> None:
    source = by_op(trace(branch, (3,)))["Sin"]
    assert source == (HERE, line_of(branch, "tf.sin"), "branch")


def test_the_innermost_frame_of_the_user_counts() -> None:
    sources = by_op(trace(outer, (3,)))
    assert sources["Exp"] == (HERE, line_of(helper, "tf.exp"), "helper")
    assert sources["AddV2"].line == line_of(outer, "+ 1.0")


def test_a_librarys_layer_has_the_line_that_called_it() -> None:
    graph = trace(zoo.OneDense(), (2, 3))
    dense = next(group for group in graph.groups if group.cls == "Dense")
    assert dense.source.line == line_of(zoo.OneDense.call, "self.dense(x)")
    assert by_op(graph)["MatMul"] == dense.source


def test_a_users_layer_has_the_line_of_its_class() -> None:
    graph = trace(zoo.OneDense(), (2, 3))
    model = graph.groups[0]
    assert Path(model.source.file).name == "zoo.py"
    assert model.source.line == inspect.getsourcelines(zoo.OneDense)[1]


def test_a_users_activation_has_its_own_line() -> None:
    def swish(x: Any) -> Any:
        return x * tf.sigmoid(x)

    graph = trace(tf.keras.Sequential([tf.keras.layers.Dense(2, activation=swish)]), (2, 3))
    assert by_op(graph)["Sigmoid"] == (HERE, line_of(swish, "sigmoid"), "swish")


def test_gradient_and_optimizer_ops_have_the_line_that_asked_for_them() -> None:
    case = zoo.train_step()
    graph = trace(case.target, *case.inputs)
    lines = {"backward": "tape.gradient", "optimizer": "apply_gradients"}
    for row, source in graph.content.sources.items():
        phase = (graph.group_path(row) or "").partition("/")[0]
        if phase == "backward":
            assert source.line == line_of(zoo.train_step, lines[phase])


def test_a_model_of_the_library_alone_has_no_line_of_the_users() -> None:
    assert not trace(zoo.sequential().target).content.sources


def test_lines_can_be_left_out() -> None:
    graph = trace(outer, (3,), source_lines=False)
    assert not graph.content.sources
