"""Ops that lack an input or an attribute which their definition has: nothing is known of what they make, and all else stays known."""

import pytest

from graphs import literal
from opscope.graph.content import content_of
from opscope.shapes.resolve import resolve
from opscope.shapes.symbolic import SymbolicShapes

F = "float32"
N = None
LIST = [("variant", ())]
X = ("x", "Placeholder", (), [(F, (N, 4))])


def const(name, *values, shape):
    return name, "Const", (), [("int32", shape)], {"value": {"shape": list(shape), "values": list(values)}}


ITEM, LENGTH = const("item", -1, 4, shape=(2,)), const("length", 7, shape=())


def texts(graph):
    """Op -> its shape in words."""
    shapes, table = SymbolicShapes(graph), content_of(graph).table
    return {name: shapes.text(row) for row, name in enumerate(table.names)}


def known(graph, batch):
    """Op -> the shape of its first output, with the batch put in."""
    outputs, table = resolve(graph, batch).outputs, content_of(graph).table
    return {name: outputs[row][0][1] for row, name in enumerate(table.names) if table.outputs[row]}


@pytest.mark.parametrize(
    ("inputs", "right"),
    [
        (["item", "length"], "7 × (None, 4)"),
        ([], ""),
        (["item"], ""),
        (["^item", "^length"], ""),
        (["list", "list"], ""),
        (["list"], ""),
        (["length", "item"], ""),
        (["item", "length", "length"], ""),
    ],
)
def test_a_list_says_its_length_and_what_it_holds_if_it_was_made_of_both(inputs, right):
    graph = literal(
        X, ITEM, LENGTH, ("list", "TensorListReserve", inputs, LIST), ("stack", "TensorListStack", ["list", "item"], [(F, (N, N, 4))]),
        ("count", "TensorListLength", ["list"], [("int32", ())]), ("y", "Fill", ["count", "x"], [(F, N)]),
    )  # fmt: skip
    found = texts(graph)
    assert (found["list"], found["x"]) == (right, "(b, 4)")


@pytest.mark.parametrize("inputs", [[], ["list"], ["list", "length"]])
def test_an_item_that_is_not_there_tells_no_shape_of_the_others(inputs):
    """A list into which nothing was put, and one that a loop's body should return."""
    groups = [
        ("while", None, "while", "loop"),
        ("while/body", "while", "body", "loop"),
        ("while/cond", "while", "cond", "loop"),
    ]
    found = literal(
        X, ITEM, LENGTH, ("list", "TensorListReserve", ["item", "length"], LIST), ("set", "TensorListSetItem", inputs, LIST),
        ("stack", "TensorListStack", ["set", "item"], [(F, N)]), ("get", "TensorListGetItem", ["set", "length", "item"], [(F, N)]),
        ("loop", "While", ["list"], LIST), ("out", "TensorListStack", ["loop", "item"], [(F, N)]),
        ("in", "_Arg", ["list"], LIST, {"index": 0}), ("result", "_Retval", [], [], {"index": 0}),
        groups=[(path, -1 if parent is None else 0, kind, owner) for path, parent, kind, owner in groups],
        places=[-1] * 9 + [1, 1],
    )  # fmt: skip
    assert {texts(found)[name] for name in ("set", "loop")} == {""}
    assert known(found, 3)["x"] == (3, 4)
    assert known(found, 3)["get"] is known(found, 3)["out"] is None


def test_a_loop_whose_body_returns_nothing_for_a_variable_keeps_no_shape_of_it():
    graph = literal(
        X, LENGTH, ("loop", "While", ["x", "length"], [(F, (N, N)), ("int32", ())]), ("after", "Relu", ["loop"], [(F, (N, N))]),
        ("in", "_Arg", ["x"], [(F, (N, N))], {"index": 0}), ("inside", "Relu", ["in"], [(F, (N, N))]), ("result", "_Retval", [], [], {"index": 0}),
        groups=[("while", -1, "while", "loop"), ("while/body", 0, "body", "loop"), ("while/cond", 0, "cond", "loop")],
        places=[-1] * 4 + [1] * 3,
    )  # fmt: skip
    found = texts(graph)
    assert (found["x"], found["loop"], found["after"], found["inside"]) == (
        "(b, 4)",
        "(None, None)",
        "(None, None)",
        "(None, None)",
    )


def test_a_call_whose_result_is_nothing_gives_nothing_that_is_known():
    graph = literal(
        X, ("call", "PartitionedCall", ["x"], [(F, N)]), ("after", "Relu", ["call"], [(F, N)]), ("beside", "Relu", ["x"], [(F, N)]),
        ("in", "_Arg", ["x"], [(F, N)], {"index": 0}), ("result", "_Retval", [], [], {"index": 0}),
        groups=[("call", -1, "function", "call")], places=[-1] * 4 + [0] * 2,
    )  # fmt: skip
    found = known(graph, 3)
    assert (found["call"], found["after"], found["beside"], found["in"]) == (None, None, (3, 4), (3, 4))


def test_records_without_a_number_of_sparse_features_do_not_bring_the_batch():
    parse = ("parsed", "ParseExample", ["records"], [(F, (N, 2))], {"Nsparse": "many"})
    assert known(literal(("records", "Placeholder", (), [("string", N)]), parse, X), 3) == {
        "records": None,
        "parsed": None,
        "x": (3, 4),
    }
