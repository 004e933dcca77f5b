"""What is put in for an open dimension: the batch where it enters, and from there on what follows. Else it stays open."""

import pytest

from graphs import literal
from opscope.graph.content import content_of
from opscope.shapes.resolve import resolve

F, INT = "float32", ("int32", ())
N = None


def fed(name, *shape):
    return name, "Placeholder", (), [(F, shape)]


def ints(name, *values):
    return name, "Const", (), [("int32", (len(values),))], {"value": {"shape": [len(values)], "values": list(values)}}


def shapes(*nodes, batch=None, **columns):
    """Name -> the shapes of the op's outputs; and whether anything was put in."""
    graph = literal(*nodes, **columns)
    found = resolve(graph, batch)
    return {
        name: [shape for _, shape in row] for name, row in zip(content_of(graph).table.names, found.outputs)
    }, found.open


def test_a_graph_whose_shapes_are_all_known_stays_as_it_is():
    graph = literal(fed("x", 2, 3), ("y", "Relu", ["x"], [(F, (2, 3))]))
    assert resolve(graph, 7).outputs is content_of(graph).table.outputs
    assert resolve(graph, 7).open is False


def test_the_batch_enters_where_something_is_fed():
    found, put_in = shapes(fed("x", N, 3), ("y", "Relu", ["x"], [(F, (N, 3))]), batch=7)
    assert found == {"x": [(7, 3)], "y": [(7, 3)]}
    assert put_in


def test_without_a_batch_size_it_is_one_sample():
    assert shapes(fed("x", N, 3))[0] == {"x": [(1, 3)]}
    assert shapes(fed("x", N, 3), batch=0)[0] == {"x": [(1, 3)]}


def test_what_has_no_input_has_the_batch_in_front_too():
    """An iterator, or an argument of a function that is drawn by itself; a placeholder with a default has an input, which is not asked."""
    found, _ = shapes(
        ("get", "IteratorGetNext", (), [(F, (N, 3)), (F, (N,))]), fed("one", 1, 3), ("d", "PlaceholderWithDefault", ["one"], [(F, (N, 3))]),
        batch=7,
    )  # fmt: skip
    assert found["get"] == [(7, 3), (7,)]
    assert found["d"] == [(7, 3)]


def test_any_other_open_dimension_stays_unknown():
    found, put_in = shapes(fed("x", N, N, 3), ("y", "Relu", ["x"], [(F, (N, N, 3))]), batch=7)
    assert found == {"x": [None], "y": [None]}
    assert put_in
    found, put_in = shapes(fed("x", 2, N), batch=7)
    assert found == {"x": [None]}
    assert not put_in


@pytest.mark.parametrize("op", ["Where", "Unique", "DynamicPartition", "NonMaxSuppressionV3", "ReadFile", "DecodeRaw"])
def test_a_dimension_that_depends_on_data_is_not_the_batch(op):
    found, put_in = shapes(fed("x", 5, 3), (f"{op}", op, ["x"], [(F, (N, 3))]), ("alone", op, (), [(F, (N,))]), batch=7)
    assert found[op] == found["alone"] == [None]
    assert not put_in


def test_for_an_op_without_a_rule_nothing_is_guessed():
    """Its leading dimension may be the batch of its input. It may as well be how many of the rows are not zero."""
    found, _ = shapes(
        fed("x", N, 3), fed("s"), ("y", "Frobnicate", ["x", "s"], [(F, (N, 9)), (F, (4, N)), (F, (4, 9))]),
        ("after", "Relu", ["y"], [(F, (N, 9))]), ("none", "Frobnicate", ["x"], [(F, None)]),
        batch=7,
    )  # fmt: skip
    assert found["y"] == [None, None, (4, 9)]
    assert found["after"] == [None]
    assert found["none"] == [None]


def test_where_a_rule_does_not_know_nothing_is_guessed():
    found, _ = shapes(
        fed("x", N, N), ("y", "Relu", ["x"], [(F, (N, 4))]), ("z", "MatMul", ["x", "x"], [(F, (N, 4))]), batch=7
    )
    assert found == {"x": [None], "y": [(7, 4)], "z": [(7, 4)]}
    found, _ = shapes(fed("x", 2, N), ("y", "Relu", ["x"], [(F, None)]), ("z", "Sum", ["y", "y"], [(F, (N,))]), batch=7)
    assert found == {"x": [None], "y": [None], "z": [None]}


def test_one_dimension_is_known_beside_one_that_is_not():
    """The batch goes on through a sequence whose length is open: the state of a recurrent layer is (batch, units)."""
    found, _ = shapes(
        fed("x", N, N, 4), ("shape", "Shape", ["x"], [("int32", (3,))]), ints("0", 0), ints("1", 1),
        ("b", "StridedSlice", ["shape", "0", "1", "1"], [INT], {"shrink_axis_mask": 1}),
        ("units", "Const", (), [INT], {"value": {"shape": [], "values": [8]}}), ("dims", "Pack", ["b", "units"], [("int32", (2,))]),
        ("state", "Fill", ["dims", "units"], [(F, (N, 8))]), batch=7,
    )  # fmt: skip
    assert found["state"] == [(7, 8)]
    assert found["x"] == [None]


def test_of_an_item_of_a_list_that_nothing_was_put_in_nothing_is_known():
    found, _ = shapes(
        ("n", "Placeholder", (), [INT]), ("list", "EmptyTensorList", ["n", "n"], [("variant", ())]),
        ("got", "TensorListGetItem", ["list", "n", "n"], [(F, (N, 9))]), ("pop", "TensorListPopBack", ["list", "n"], [("variant", ()), (F, (N, 9))]),
        ("stack", "TensorListStack", ["list", "n"], [(F, (N, 9))]), batch=7,
    )  # fmt: skip
    assert found["got"] == [None]
    assert found["pop"] == [(), None]
    assert found["stack"] == [None]


def test_the_graphs_own_dimensions_come_first_and_a_rule_fills_the_others():
    found, _ = shapes(
        fed("x", 4, 5), ("y", "Relu", ["x"], [(F, (N, 5))]), ("z", "Relu", ["x"], [(F, None)]),
        ("other", "Relu", ["x"], [(F, (4, N, 2))]), ("lies", "Relu", ["x"], [(F, (3, N))]),
    )  # fmt: skip
    assert found["y"] == found["z"] == [(4, 5)]
    assert found["other"] == [None]  # another rank: the rule is not about this shape
    assert found["lies"] == [(3, 5)]


def test_a_rule_may_tell_of_fewer_outputs_than_there_are():
    found, _ = shapes(fed("x", 4, 5), ("y", "Relu", ["x"], [(F, None)] * 4), ("z", "Relu", ["y:3"], [(F, None)]))
    assert found["y"] == [(4, 5), None, None, None]
    assert found["z"] == [None]


@pytest.mark.parametrize("op", ["Reshape", "Squeeze", "ExpandDims"])
def test_the_last_open_dimension_follows_from_the_number_of_elements(op):
    """2 * 3 * 4 = 24 elements; how they are to lie is not known."""
    how = ("how", "Placeholder", (), [("int32", None)])

    def found(shape, source=(2, 3, 4)):
        return shapes(fed("x", *source), how, ("y", op, ["x", "how"], [(F, shape)]), batch=7)[0]["y"]

    if op != "Squeeze":  # whose rule has an answer here
        assert found((N, 6)) == [(4, 6)]
        assert found((6, N)) == [(6, 4)]
        assert found((2, N, 3)) == [(2, 4, 3)]
        assert found((N, N)) == [None]
        assert found((N, 5)) == [None]  # 24 is no multiple
        assert found((N, 0), (2, 0)) == [None]
        assert found(None) == [None]
    else:
        assert found((N, 3), (1, 2, 3)) == [(2, 3)]
    assert shapes(fed("x", N, 2, N), how, ("y", op, ["x", "how"], [(F, (N, 6))]), batch=7)[0]["y"] == [None]


def test_other_ops_are_not_filled_by_the_number_of_elements():
    assert shapes(fed("x", 2, 12), ("y", "Frobnicate", ["x"], [(F, (4, N))]))[0]["y"] == [None]


def test_a_call_has_the_shapes_that_its_body_returns_and_an_argument_that_of_what_is_passed():
    found, _ = shapes(
        fed("x", N, 3), ("f", "PartitionedCall", ["x"], [(F, (N, N)), (F, (N, 3)), (F, (N, 2))]), ("f/a", "_Arg", ["x"], [(F, (N, N))], {"index": 0}),
        fed("w", 3, 5), ("f/y", "MatMul", ["f/a", "w"], [(F, (N, N))]), ("f/end0", "_Retval", ["f/y"], [], {"index": 0}),
        ("f/end1", "_Retval", ["f/a"], [], {"index": 1}), ("after", "Relu", ["f"], [(F, (N, N))]),
        groups=[("f", -1, "function", "f")], places=[-1, -1, 0, -1, 0, 0, 0, -1], batch=7,
    )  # fmt: skip
    assert found["f/a"] == [(7, 3)]
    assert found["f"] == [(7, 5), (7, 3), None]  # its third result is not in the graph
    assert found["after"] == [(7, 5)]


def test_a_loop_returns_tensors_of_the_shapes_that_it_was_given():
    loop = ("w", "While", ["n", "x"], [INT, (F, (N, N))])
    after = ("y", "Relu", ["w:1"], [(F, (N, 3))])
    found, _ = shapes(fed("x", N, 3), ("n", "Placeholder", (), [INT]), loop, after, batch=7)
    assert found["w"] == [(), (7, 3)]
    assert found["y"] == [(7, 3)]


def turning(*body, given=(N, 3), end="i"):
    """``while ...: x = end``, where x is fed; the loop's shapes, those of x in its body and of what follows."""
    graph, _ = shapes(
        fed("x", *given), fed("other", 2, 3), ints("axis", 0), ("w", "While", ["x"], [(F, (N, N))]), ("after", "Relu", ["w"], [(F, (N, N))]),
        ("i", "_Arg", ["x"], [(F, (N, N))], {"index": 0}), *body, ("end", "_Retval", [end], [], {"index": 0}),
        groups=[("w", -1, "while", "w"), ("w/body", 0, "body", "w")], places=[-1] * 5 + [1] * (len(body) + 2), batch=7,
    )  # fmt: skip
    return graph["i"], graph["w"], graph["after"]


def test_a_loop_that_keeps_a_shape_has_it_and_one_that_changes_it_has_none():
    """A decoder appends what it said to what it was given: 7 rows, then 9, then 11, ..."""
    same = ("y", "Relu", ["i"], [(F, (N, N))])
    assert turning(same, end="y") == ([(7, 3)],) * 3
    longer = ("y", "ConcatV2", ["i", "other", "axis"], [(F, (N, N))])
    assert turning(longer, end="y") == ([None],) * 3
    unknown = ("y", "Frobnicate", ["i"], [(F, (N, N))])
    assert turning(unknown, end="y") == ([None],) * 3


def test_of_a_shape_that_a_loop_changes_the_rest_is_known():
    """The rows grow; each is multiplied by a matrix all the same, so that the product has 3 columns."""
    longer = ("y", "ConcatV2", ["i", "other", "axis"], [(F, (N, N))])
    sums = ("s", "Sum", ["i", "axis"], [(F, None)])
    graph, _ = shapes(
        fed("x", N, 3), fed("other", 2, 3), ints("axis", 0), ("w", "While", ["x"], [(F, (N, N))]),
        ("i", "_Arg", ["x"], [(F, (N, N))], {"index": 0}), longer, sums, ("end", "_Retval", ["y"], [], {"index": 0}),
        groups=[("w", -1, "while", "w"), ("w/body", 0, "body", "w")], places=[-1] * 4 + [1] * 4, batch=7,
    )  # fmt: skip
    assert graph["i"] == [None]
    assert graph["s"] == [(3,)]


def test_an_if_returns_what_its_branches_agree_on():
    def chosen(condition, other):
        found, _ = shapes(
            fed("x", N, 3), fed("t", 4, 3), condition, ("if", "If", ["c", "x", "t"], [(F, (N, N))]),
            ("a", "_Arg", ["x"], [(F, (N, N))], {"index": 0}), ("then", "_Retval", ["a"], [], {"index": 0}),
            ("b", "_Arg", [other], [(F, (N, N))], {"index": 0}), ("else", "_Retval", ["b"], [], {"index": 0}),
            groups=[("if", -1, "if", "if"), ("if/then", 0, "branch", "if"), ("if/else", 0, "branch", "if")],
            places=[-1] * 4 + [1, 1, 2, 2], batch=7,
        )  # fmt: skip
        return found["if"]

    fed_condition = ("c", "Placeholder", (), [("bool", ())])
    true = ("c", "Const", (), [("bool", ())], {"value": {"shape": [], "values": [True]}})
    false = ("c", "Const", (), [("bool", ())], {"value": {"shape": [], "values": [False]}})
    assert chosen(fed_condition, "x") == [(7, 3)]
    assert chosen(fed_condition, "t") == [None]
    assert chosen(true, "t") == [(7, 3)]
    assert chosen(false, "t") == [(4, 3)]


def test_a_variable_of_tensorflow_1s_loop_has_the_shape_that_every_iteration_has():
    def frame(*body):
        found, _ = shapes(
            fed("x", N, 3), fed("t", 2, 3), ints("axis", 0), ("enter", "Enter", ["x"], [(F, (N, 3))]),
            ("merge", "Merge", ["enter", "next"], [(F, (N, 3)), INT]), *body, ("next", "NextIteration", ["y"], [(F, (N, 3))]), batch=7,
        )  # fmt: skip
        return found["merge"][0], found["y"][0]

    assert frame(("y", "Relu", ["merge"], [(F, (N, 3))])) == ((7, 3), (7, 3))
    assert frame(("y", "ConcatV2", ["merge", "t", "axis"], [(F, (N, 3))])) == (None, None)


def test_a_shape_that_no_tensor_can_have_is_unknown():
    found, _ = shapes(fed("x", N, 1 << 62), fed("bad", -1, 3), ("y", "Relu", ["bad"], [(F, (N, 3))]), batch=7)
    assert found["x"] == [None]
    assert found["bad"] == [None]
    assert found["y"] == [None]


def test_ops_with_equal_outputs_share_one_tuple():
    graph = literal(fed("x", N, 3), ("y", "Relu", ["x"], [(F, (N, 3))]), ("z", "Relu", ["x"], [(F, (N, 3))]))
    outputs = resolve(graph, 7).outputs
    assert outputs[1] is outputs[2]
