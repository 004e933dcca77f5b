"""Executed names go to the rows they came from."""

import pytest

from graphs import literal
from opscope.graph import Port
from opscope.graph.content import content_of, with_content
from opscope.profile.attribution.event_rows import EventRows
from opscope.profile.recordings.raw import OpEvent, Trace
from opscope.program.executed_names import Names


@pytest.mark.parametrize(
    ("executed", "op", "prefix", "row"),
    [
        ("m/dense/Relu", "_FusedMatMul", "", "m/dense/Relu"),
        ("call/inner/Exp", "Exp", "", "call/inner/Exp"),
        ("inner/Exp", "Exp", "call/", "call/inner/Exp"),
        ("m/loop/body/_1/m/loop/Sin", "Sin", "", "m/loop/body/m/loop/Sin"),
        ("m/loop/cond/_0/m/loop/Less", "Less", "", "m/loop/cond/m/loop/Less"),
        ("m/loop/Sin", "Sin", "m/loop/", "m/loop/body/m/loop/Sin"),
        ("m/cond/then/_7/Cos", "Cos", "", "m/cond/then/Cos"),
        ("call/inner/loop/body/_12/Tan", "Tan", "", "call/inner/loop/body/Tan"),
        ("m/loop/merge/_18", "Merge", "", "m/loop"),
        ("m/loop/m/w_switch/_24", "Switch", "", "m/loop"),
        ("inner/loop/enter/_3", "Enter", "call/", "call/inner/loop"),
        ("m/cond/switch_pred/_2", "Switch", "", "m/cond"),
        ("Func/m/loop/body/_1/input/_77", "Identity", "", "m/loop"),
        ("Func/call/output/_9", "Identity", "", "call"),
        ("Func/call/input_control_node/_4", "NoOp", "", "call"),
        ("m/dense/MatMul-0-0-TransposeNHWCToNCHW-LayoutOptimizer", "Transpose", "", "m/dense/MatMul"),
        ("m/ArithmeticOptimizer/ReorderCastLikeAndValuePreserving_int64_Cast_1", "Cast", "", "m/Cast_1"),
        ("m/dense/ArithmeticOptimizer/AddOpsRewrite_Leaf_1_BiasAdd", "AddN", "", "m/dense/BiasAdd"),
        ("ConstantFolding/m/dense/MatMul_recip", "Const", "", "m/dense/MatMul"),
        ("m/dense/Relu/unary_ops_composition", "_UnaryOpsComposition", "", "m/dense/Relu"),
        ("m_w", "_Arg", "", "m/w"),
        ("a", "_Arg", "call/", "call/a"),
        ("out_identity_retval_RetVal", "_Retval", "", "out/Identity"),
    ],
)
def test_each_rule_undoes_its_rewriting(graph, executed, op, prefix, row):
    found = Names(graph).find(executed, op, prefix)
    assert found is not None
    assert content_of(graph).table.names[found] == row


@pytest.mark.parametrize(
    "executed", ["m/dense/Softmax", "other/merge/_3", "Func/nothing/input/_1", "m", "", "x/y/z/_1"]
)
def test_an_unknown_name_is_not_guessed(graph, executed):
    assert Names(graph).find(executed, "Op") is None


def test_a_small_tensor_that_a_function_captured_is_a_constant_that_runs_as_an_argument():
    """As TensorFlow 2.21 makes them: the graph of a function has a Const, its FunctionDef an argument."""
    scalar = [("int64", ())]
    ops = (("table/find/default", "Const"), ("step/size", "Placeholder"), ("step_size", "Const"))
    made = literal(*[(name, op, [], scalar) for name, op in ops])
    assert Names(made).find("table_find_default", "_Arg") == 0
    assert Names(made).find("step_size", "_Arg") == 2  # of that very name, before all rules
    assert Names(made).find("table_find_default", "Const") is None


def test_what_the_graph_gives_back_is_an_end_whatever_its_type(graph):
    row = content_of(graph).table.index("m/dense/Relu")
    given = with_content(graph, outputs=(Port("y", row, 0),))
    assert Names(given).find("m_dense_relu_retval", "_Retval") == row
    assert Names(graph).find("m_dense_relu_retval", "_Retval") is None


def test_a_function_that_took_its_calls_place_is_found_when_it_ran_by_itself():
    """As TensorFlow runs one that it must not inline: its names lack the call's, which is no op of the graph any more."""
    graph = literal(
        ("x", "Placeholder", (), ()), ("call/f/Exp", "Exp", ["x"], ()), ("out", "Identity", ["call/f/Exp"], ())
    )
    events = (
        OpEvent("call", "StatefulPartitionedCall", 0, 9, 0, 5),
        OpEvent("f/Exp", "Exp", 1, 2, 1, 6),
        OpEvent("out", "Identity", 3, 4, 1, 5),
    )
    rows = EventRows(graph, Names(graph), Trace((), events, callers={6: 0}))
    assert [rows.row(event) for event in events] == [-1, 1, 2]
