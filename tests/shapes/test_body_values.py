"""Values are followed into calls, out of them, through loops and lists."""

from graphs import literal
from opscope.graph.content import content_of
from opscope.shapes.loops import Loops

from .while_loop import constant, while_loop

INT, LIST = ("int32", ()), ("variant", ())


def value(graph, name, output=0, **given):
    return Loops(graph, content_of(graph).table.outputs).values(**given).of(content_of(graph).table.index(name), output)


def call():
    """``f(a, b)`` returns b, then a - b."""
    return literal(
        constant("a", 7), constant("b", 2), ("f", "PartitionedCall", ["a", "b"], [INT, INT]),
        ("f/a", "_Arg", ["a"], [INT], {"index": 0}), ("f/b", "_Arg", ["b"], [INT], {"index": 1}),
        ("f/minus", "Sub", ["f/a", "f/b"], [INT]), ("f/end0", "_Retval", ["f/b"], [], {"index": 0}),
        ("f/end1", "_Retval", ["f/minus"], [], {"index": 1}), ("y", "Mul", ["f", "f:1"], [INT]),
        groups=[("f", -1, "function", "f")], places=[-1, -1, -1, 0, 0, 0, 0, 0, -1],
    )  # fmt: skip


def test_a_call_returns_what_its_body_returns():
    graph = call()
    assert [value(graph, "f", output) for output in range(3)] == [(2,), (5,), None]
    assert value(graph, "y") == (10,)
    assert value(graph, "f/a") == (7,)


def test_in_one_iteration_an_argument_is_what_is_given_for_it():
    graph = call()
    a, b = content_of(graph).table.index("f/a"), content_of(graph).table.index("f/b")
    assert value(graph, "f/minus", here={a: 20, b: 3}, bound={a: 0, b: 1}) == (17,)
    assert value(graph, "f/minus", here={a: 20}, bound={a: 0, b: 1}) is None
    assert value(graph, "f/minus", here={a: 20}, bound={a: 0}) == (18,)


def test_an_argument_that_a_loop_changes_has_no_value():
    """i, x = 0, 7; while i < 5: i += 1."""
    graph = while_loop([0, 7], [("c", "Less", "v0", 5)], [("next", "AddV2", "v0", 1)], ["next", "v1"])
    assert value(graph, "w/body/v0") is None
    assert value(graph, "w/body/next") is None
    assert value(graph, "w/body/v1") == (7,)
    assert [value(graph, "w", output) for output in range(3)] == [(5,), (7,), None]


def lists():
    return literal(
        constant("n", 9), constant("x", 3), constant("y", 4), ("empty", "TensorListReserve", ["n", "n"], [LIST]),
        ("one", "TensorListPushBack", ["empty", "x"], [LIST]), ("two", "TensorListPushBack", ["one", "y"], [LIST]),
        ("pop", "TensorListPopBack", ["two", "n"], [LIST, INT]), ("none", "TensorListPopBack", ["empty", "n"], [LIST, INT]),
        ("rows", "TensorListFromTensor", ["x", "n"], [LIST]), ("row", "TensorListPopBack", ["rows", "n"], [LIST, INT]),
    )  # fmt: skip


def test_what_comes_out_of_a_list_is_what_was_put_in_last():
    graph = lists()
    assert value(graph, "pop", 1) == (4,)
    assert value(graph, "none", 1) is None
    assert value(graph, "row", 1) is None  # a row of the tensor, not the tensor
