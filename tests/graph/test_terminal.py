"""Which ops of a graph that names no outputs are its outputs."""

from __future__ import annotations

import pytest

from graphs import graph
from opscope.graph.content import content_of
from opscope.graph.terminal import terminal


def outputs(*ops):
    table = content_of(graph(list(ops))).table
    return [table.names[row] for row in terminal(table, range(len(table)))]


X = ("x", "Placeholder", [])


def test_what_nothing_takes_is_an_output():
    assert outputs(X, ("a", "Relu", ["x"]), ("b", "Softmax", ["a"]), ("c", "Tanh", ["a"])) == ["b", "c"]


def test_an_input_a_constant_and_a_variable_that_nothing_takes_are_none():
    ops = [X, ("c", "Const", []), ("v", "VariableV2", []), ("read", "Identity", ["v"]), ("as", "Cast", ["read"])]
    assert outputs(*ops, ("h", "VarHandleOp", []), ("r", "ReadVariableOp", ["h"])) == []


def test_an_identity_of_an_input_is_one():
    assert outputs(X, ("same", "Identity", ["x"])) == ["same"]


def test_where_a_traced_function_hands_out_its_results_other_ends_are_leftovers():
    ops = [X, ("net/a", "Relu", ["x"]), ("shape/div", "FloorDiv", ["x"]), ("adam/Identity", "Identity", ["net/a"])]
    assert outputs(*ops, ("Identity", "Identity", ["net/a"])) == ["Identity"]
    assert outputs(*ops, ("Identity", "Identity", ["x"]), ("Identity_1", "Identity", ["net/a"])) == [
        "Identity",
        "Identity_1",
    ]


def test_every_end_is_one_where_none_is_handed_out():
    """An op that was made after the Identity is not what tracing left behind, and a name of its own was given by somebody."""
    ends = [X, ("net/a", "Relu", ["x"]), ("net/b", "Tanh", ["x"])]
    assert outputs(*ends, ("boxes", "Identity", ["net/a"])) == ["net/b", "boxes"]
    assert outputs(X, ("Identity", "Identity", ["x"]), ("probs", "Softmax", ["x"])) == ["Identity", "probs"]
    assert outputs(*ends, ("net/Identity", "Identity", ["net/a"])) == ["net/b", "net/Identity"]


def test_what_other_ops_wait_for_is_no_output():
    assert outputs(X, ("a", "Relu", ["x"]), ("done", "Assign", ["^a"])) == []


@pytest.mark.parametrize(
    "op",
    ["Assign", "AssignAdd", "ScatterUpdate", "ResourceScatterAdd", "ApplyAdam", "SparseApplyFtrl", "ResourceSparseApplyAdam",
     "SaveV2", "ScalarSummary", "MergeSummary", "IsVariableInitialized", "VarIsInitializedOp", "QueueEnqueueV2", "Print"],
)  # fmt: skip
def test_an_op_that_is_run_for_what_it_does_is_none(op):
    assert outputs(X, ("a", "Relu", ["x"]), ("done", op, ["a"])) == []


@pytest.mark.parametrize(
    "op", ["ScatterNd", "Sum", "CumSum", "Addition", "SparseTensorDenseMatMul", "NonMaxSuppressionV3"]
)
def test_an_op_that_only_has_a_like_name_is_one(op):
    assert outputs(X, ("a", op, ["x"])) == ["a"]
