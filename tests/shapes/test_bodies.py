"""Where bodies begin and end, and what tensor lists hold, on graphs written down."""

import pytest

from graphs import literal
from opscope.graph import Edge
from opscope.graph.content import content_of
from opscope.shapes import lists
from opscope.shapes.bodies import Bodies

from .test_literal_loops import INT, X, counted

LIST = ("variant", ())


def row(graph, name):
    return content_of(graph).table.index(name)


def called(**more):
    """``f(a, b)`` returns b, then a + b; its ops lie in a scope inside its body, as layers do."""
    return literal(
        ("f", "PartitionedCall", ["a", "b"], [X, X]), ("a", "Placeholder", (), [X]), ("b", "Placeholder", (), [X]),
        ("f/s/b", "_Arg", ["b"], [X], {"index": 1}), ("f/s/a", "_Arg", ["a"], [X], {"index": 0}),
        ("f/s/c", "AddV2", ["f/s/a", "f/s/b"], [X]), ("f/s/end1", "_Retval", ["f/s/c"], [], {"index": 1}),
        ("f/s/end0", "_Retval", ["f/s/b"], [], {"index": 0}), ("free", "_Arg", (), [X], {"index": 0}),
        groups=[("f", -1, "function", "f"), ("f/s", 0, "scope", ""), ("t", -1, "scope", "")],
        places=[-1, -1, -1, *[1] * 5, 2], **more,
    )  # fmt: skip


def test_arguments_and_results_are_found_by_their_index_wherever_in_the_body_they_lie():
    graph = called()
    bodies = Bodies(graph)
    ends = bodies.ends(0)
    assert ends.arguments == {row(graph, "f/s/a"): 0, row(graph, "f/s/b"): 1}
    assert ends.results == {0: row(graph, "f/s/end0"), 1: row(graph, "f/s/end1")}
    assert bodies.argument(row(graph, "f/s/b")) == (0, 1)
    assert bodies.argument(row(graph, "free")) is None
    assert bodies.argument(row(graph, "f/s/c")) is None


def test_a_call_returns_what_its_body_returns_and_no_other_op_does():
    graph = called()
    bodies = Bodies(graph)
    assert [bodies.result(0, output) for output in range(3)] == [row(graph, "f/s/end0"), row(graph, "f/s/end1"), None]
    assert bodies.result(row(graph, "a"), 0) is None
    assert bodies.functions == {0: 0}
    assert bodies.loops == {}


def test_a_layer_whose_function_is_called_is_a_body_of_its_own_and_not_part_of_the_one_around():
    """As in a SavedModel of Keras 2: ``f(a)`` calls the layer ``g`` with ``2 * a`` and returns ``a``."""
    graph = literal(
        ("f", "PartitionedCall", ["a"], [X]), ("a", "Placeholder", (), [X]),
        ("f/a", "_Arg", ["a"], [X], {"index": 0}), ("f/twice", "AddV2", ["f/a", "f/a"], [X]),
        ("f/g", "PartitionedCall", ["f/twice"], [X]), ("f/end", "_Retval", ["f/a"], [], {"index": 0}),
        ("f/g/a", "_Arg", ["f/twice"], [X], {"index": 0}), ("f/g/sum", "Neg", ["f/g/a"], [X]),
        ("f/g/end", "_Retval", ["f/g/sum"], [], {"index": 0}),
        groups=[("f", -1, "function", "f"), ("f/g", 0, "layer", "f/g")], places=[-1, -1, 0, 0, 0, 0, 1, 1, 1],
    )  # fmt: skip
    bodies = Bodies(graph)
    assert bodies.ends(0).arguments == {row(graph, "f/a"): 0}
    assert bodies.result(row(graph, "f"), 0) == row(graph, "f/end")
    assert bodies.result(row(graph, "f/g"), 0) == row(graph, "f/g/end")
    assert bodies.argument(row(graph, "f/g/a")) == (1, 0)


def test_a_loop_has_a_condition_and_a_body_whose_op_is_the_first_too():
    graph = counted(3)
    bodies = Bodies(graph)
    assert bodies.loops == {row(graph, "loop"): {"cond": 1, "body": 2}}
    assert bodies.functions == {}
    first = literal(("loop", "While", (), []), groups=[("loop/body", -1, "body", "loop"), ("k", -1, "body", "")])
    assert Bodies(first).loops == {0: {"body": 0}}


def test_an_argument_of_a_call_is_always_what_was_passed():
    graph = called()
    bodies = Bodies(graph)
    assert bodies.handed_on(row(graph, "f/s/a"))
    assert bodies.handed_on(row(graph, "free"))


def kept(result):
    """A loop on (a number, x) whose body returns, as its second variable, `result`."""
    return literal(
        ("n", "Placeholder", (), [INT]), ("x", "Placeholder", (), [X]), ("loop", "While", ["n", "x"], [INT, X]),
        ("i", "_Arg", ["n"], [INT], {"index": 0}), ("y", "_Arg", ["x"], [X], {"index": 1}),
        ("same", "Identity", ["y"], [X]), ("other", "Relu", ["same"], [X]),
        ("end0", "_Retval", ["i"], [], {"index": 0}), ("end1", "_Retval", [result], [], {"index": 1}),
        groups=[("loop", -1, "while", "loop"), ("loop/body", 0, "body", "loop")], places=[-1] * 3 + [1] * 6,
    )  # fmt: skip


@pytest.mark.parametrize(("result", "unchanged"), [("y", True), ("same", True), ("other", False), ("i", False)])
def test_a_loops_argument_is_what_was_passed_where_its_body_hands_it_on(result, unchanged):
    graph = kept(result)
    assert Bodies(graph).handed_on(row(graph, "y")) is unchanged


def test_of_two_loops_each_arguments_own_is_asked():
    """The first loop changes what the second hands on."""
    graph = literal(
        ("x", "Placeholder", (), [X]), ("one", "While", ["x"], [X]), ("two", "While", ["x"], [X]),
        ("a", "_Arg", ["x"], [X], {"index": 0}), ("b", "Relu", ["a"], [X]), ("c", "_Retval", ["b"], [], {"index": 0}),
        ("d", "_Arg", ["x"], [X], {"index": 0}), ("e", "_Retval", ["d"], [], {"index": 0}),
        groups=[("one", -1, "body", "one"), ("two", -1, "body", "two")], places=[-1, -1, -1, 0, 0, 0, 1, 1],
    )  # fmt: skip
    assert not Bodies(graph).handed_on(row(graph, "a"))
    assert Bodies(graph).handed_on(row(graph, "d"))


def test_an_argument_in_a_group_that_is_no_body_has_none():
    """As in a function that is drawn by itself, with its scopes."""
    graph = literal(
        ("a", "_Arg", (), [X], {"index": 0}), ("f", "PartitionedCall", ["a"], [X]), ("b", "_Arg", ["a"], [X], {"index": 0}),
        groups=[("s", -1, "scope", ""), ("f", -1, "function", "f")], places=[0, -1, 1],
    )  # fmt: skip
    assert Bodies(graph).argument(0) is None
    assert Bodies(graph).argument(2) == (1, 0)


def test_a_loop_without_a_body_or_a_result_hands_on_nothing():
    ops = ("loop", "While", ["x"], [X]), ("x", "Placeholder", (), [X]), ("y", "_Arg", ["x"], [X], {"index": 0})
    cond = literal(*ops, groups=[("c", -1, "cond", "loop")], places=[-1, -1, 0])
    body = literal(*ops, groups=[("b", -1, "body", "loop")], places=[-1, -1, 0])
    assert not Bodies(cond).handed_on(2)
    assert not Bodies(body).handed_on(2)


def lists_of(*more, **columns):
    return literal(
        ("n", "Placeholder", (), [INT]), ("x", "Placeholder", (), [X]), ("rows", "TensorListFromTensor", ["x", "n"], [LIST]),
        ("empty", "TensorListReserve", ["n", "x"], [LIST]), ("pushed", "TensorListPushBack", ["empty", "x"], [LIST]),
        ("set", "TensorListSetItem", ["empty", "n", "x"], [LIST]), ("view", "Identity", ["pushed"], [LIST]),
        ("popped", "TensorListPopBack", ["view", "n"], [LIST, X]), ("stacked", "TensorListStack", ["set"], [X]), *more, **columns,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("name", "held", "as_rows"),
    [("rows", "x", True), ("pushed", "x", False), ("set", "x", False), ("view", "x", False), ("popped", "x", False)],
)
def test_a_list_holds_what_was_put_in_last(name, held, as_rows):
    graph = lists_of()
    found = lists.item(content_of(graph).table, Bodies(graph), Edge(row(graph, name), 0))
    assert found == (Edge(row(graph, held), 0), as_rows)


@pytest.mark.parametrize("name", ["empty", "n", "stacked"])
def test_of_a_list_that_nothing_was_put_in_nothing_is_known(name):
    graph = lists_of()
    found = lists.item(content_of(graph).table, Bodies(graph), Edge(row(graph, name), 0))
    assert found is None


@pytest.mark.parametrize(
    ("name", "made"),
    [("empty", True), ("set", True), ("popped", False), ("pushed", False), ("rows", False), ("n", False)],
)
def test_a_list_is_as_long_as_it_was_made(name, made):
    graph = lists_of()
    found = lists.length(content_of(graph).table, Bodies(graph), Edge(row(graph, name), 0))
    assert found == (Edge(row(graph, "x"), 0) if made else None)


def looped(returned):
    """A loop whose second variable is the list, first the empty one; its body returns `returned`."""
    places = [-1] * 9 + [-1, 1, 1, 1, 1, 1]
    return lists_of(
        ("loop", "While", ["n", "empty"], [INT, LIST]), ("i", "_Arg", ["n"], [INT], {"index": 0}),
        ("l", "_Arg", ["empty"], [LIST], {"index": 1}), ("put", "TensorListSetItem", ["l", "i", "i"], [LIST]),
        ("end0", "_Retval", ["i"], [], {"index": 0}), ("end1", "_Retval", [returned], [], {"index": 1}),
        groups=[("loop", -1, "while", "loop"), ("loop/body", 0, "body", "loop")], places=places,
    )  # fmt: skip


def test_a_loop_hands_on_what_its_body_puts_in_and_the_length_that_came_in():
    graph = looped("put")
    edge = Edge(row(graph, "loop"), 1)
    assert lists.item(content_of(graph).table, Bodies(graph), edge) == (Edge(row(graph, "i"), 0), False)
    assert lists.length(content_of(graph).table, Bodies(graph), edge) == Edge(row(graph, "x"), 0)
    assert lists.length(content_of(graph).table, Bodies(graph), Edge(row(graph, "put"), 0)) == Edge(row(graph, "x"), 0)


def test_a_list_that_a_loop_leaves_alone_holds_what_it_held_before():
    graph = looped("l")
    assert lists.item(content_of(graph).table, Bodies(graph), Edge(row(graph, "loop"), 1)) is None
    assert lists.item(content_of(graph).table, Bodies(graph), Edge(row(graph, "loop"), 2)) is None


def test_a_call_that_makes_a_list_returns_it():
    graph = literal(
        ("n", "Placeholder", (), [INT]), ("f", "PartitionedCall", ["n"], [LIST]), ("f/n", "_Arg", ["n"], [INT], {"index": 0}),
        ("f/list", "TensorListReserve", ["f/n", "f/n"], [LIST]), ("f/put", "TensorListPushBack", ["f/list", "f/n"], [LIST]),
        ("f/end", "_Retval", ["f/put"], [], {"index": 0}),
        groups=[("f", -1, "function", "f")], places=[-1, -1, 0, 0, 0, 0],
    )  # fmt: skip
    assert lists.item(content_of(graph).table, Bodies(graph), Edge(1, 0)) == (Edge(row(graph, "f/n"), 0), False)
    assert lists.length(content_of(graph).table, Bodies(graph), Edge(1, 0)) is None  # it is longer by one


def test_a_list_that_leads_back_to_itself_ends_the_search():
    graph = literal(("a", "Identity", ["b"], [LIST]), ("b", "Identity", ["a"], [LIST]))
    assert lists.item(content_of(graph).table, Bodies(graph), Edge(0, 0)) is None
    assert lists.length(content_of(graph).table, Bodies(graph), Edge(0, 0)) is None


def test_an_end_without_a_number_belongs_to_no_variable():
    """As in a damaged file. It is not taken for the first."""
    graph = literal(
        ("x", "Placeholder", (), [X]), ("f", "PartitionedCall", ["x"], [X]), ("a", "_Arg", ["x"], [X]),
        ("end", "_Retval", ["a"], []), groups=[("f", -1, "function", "f")], places=[-1, -1, 0, 0],
    )  # fmt: skip
    bodies = Bodies(graph)
    assert bodies.ends(0).arguments == {2: -1}
    assert bodies.result(1, 0) is None


def test_a_result_that_comes_through_identities_in_a_circle_is_not_handed_on():
    graph = literal(
        ("x", "Placeholder", (), [X]), ("w", "While", ["x"], [X]), ("a", "_Arg", ["x"], [X], {"index": 0}),
        ("one", "Identity", ["two"], [X]), ("two", "Identity", ["one"], [X]), ("end", "_Retval", ["one"], [], {"index": 0}),
        groups=[("w", -1, "body", "w")], places=[-1, -1, 0, 0, 0, 0],
    )  # fmt: skip
    assert not Bodies(graph).handed_on(2)


@pytest.mark.parametrize(("steps", "found"), [(999, True), (1000, False)])
def test_a_list_is_followed_through_a_thousand_ops(steps, found):
    chain = [(f"i{k}", "Identity", [f"i{k - 1}" if k else "put"], [LIST]) for k in range(steps)]
    graph = lists_of(("put", "TensorListPushBack", ["empty", "x"], [LIST]), *chain)
    long = literal(
        ("n", "Placeholder", (), [INT]), ("put", "TensorListReserve", ["n", "n"], [LIST]), *chain,
    )  # fmt: skip
    last = f"i{steps - 1}"
    assert (lists.item(content_of(graph).table, Bodies(graph), Edge(row(graph, last), 0)) is not None) is found
    assert (lists.length(content_of(long).table, Bodies(long), Edge(row(long, last), 0)) is not None) is found


def test_a_loop_without_a_body_hands_on_no_list():
    graph = lists_of(("loop", "While", ["n", "empty"], [INT, LIST]))
    edge = Edge(row(graph, "loop"), 1)
    assert lists.item(content_of(graph).table, Bodies(graph), edge) is None
    assert lists.length(content_of(graph).table, Bodies(graph), edge) is None


@pytest.mark.parametrize(
    ("op", "attrs", "kept"),
    [
        ("TensorListSetItem", {}, True), ("TensorListSetItem", {"resize_if_index_out_of_bounds": True}, False),
        ("TensorListPushBack", {}, False), ("TensorListResize", {}, False), ("Frobnicate", {}, False),
    ],
)  # fmt: skip
def test_a_list_that_a_loop_may_make_longer_has_no_length_that_is_known(op, attrs, kept):
    """``TensorArray(..., size=0, dynamic_size=True)`` in a loop is longer behind it than it was made."""
    graph = lists_of(
        ("loop", "While", ["n", "empty"], [INT, LIST]), ("i", "_Arg", ["n"], [INT], {"index": 0}),
        ("l", "_Arg", ["empty"], [LIST], {"index": 1}), ("put", op, ["l", "i", "i"], [LIST], attrs),
        ("end0", "_Retval", ["i"], [], {"index": 0}), ("end1", "_Retval", ["put"], [], {"index": 1}),
        groups=[("loop", -1, "while", "loop"), ("loop/body", 0, "body", "loop")], places=[-1] * 10 + [1] * 5,
    )  # fmt: skip
    found = lists.length(content_of(graph).table, Bodies(graph), Edge(row(graph, "loop"), 1))
    assert found == (Edge(row(graph, "x"), 0) if kept else None)


@pytest.mark.parametrize("kind", ["branch", "function"])
def test_what_a_branch_in_a_loop_returns_is_no_result_of_the_loop(kind):
    """``while ...: i, x = i + 1, (x if ... else -x)``: the second ends of the body are those of the ``if`` in it."""
    graph = literal(
        ("n", "Placeholder", (), [INT]), ("w", "While", ["n"], [INT]), ("i", "_Arg", ["n"], [INT], {"index": 0}),
        ("next", "Neg", ["i"], [INT]), ("if", "If", ["i", "next"], [INT]), ("end", "_Retval", ["if"], [], {"index": 0}),
        ("a", "_Arg", ["next"], [INT], {"index": 0}), ("inner", "_Retval", ["a"], [], {"index": 0}),
        groups=[("w", -1, "body", "w"), ("if", 0, "if", "if"), ("if/then", 1, kind, "if")], places=[-1, -1, *[0] * 4, 2, 2],
    )  # fmt: skip
    bodies = Bodies(graph)
    assert bodies.ends(0) == ({row(graph, "i"): 0}, {0: row(graph, "end")})
    assert bodies.ends(2) == ({row(graph, "a"): 0}, {0: row(graph, "inner")})
