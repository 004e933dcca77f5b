"""The order in which ops are looked at, and what is alive along it."""

from graphs import literal
from opscope.cost import activation_memory
from opscope.graph import Port
from opscope.graph.content import content_of
from opscope.shapes.schedule import Schedule

from .test_literal_loops import counted

F = "float32"
TEN, THREE = (F, (10,)), (F, (3,))


def names(graph, rows):
    return [content_of(graph).table.names[row] for row in rows]


def order(graph):
    return names(graph, Schedule(graph).order())


def test_producers_come_first_however_the_ops_are_written():
    graph = literal(
        ("d", "AddN", ["c", "b"], [TEN]), ("c", "Relu", ["a"], [TEN]), ("b", "Relu", ["^c", "a"], [TEN]),
        ("a", "Placeholder", (), [TEN]), ("e", "Relu", ["d"], [TEN]),
    )  # fmt: skip
    assert order(graph) == ["a", "c", "b", "d", "e"]


def test_ops_written_in_order_stay_as_they_are():
    graph = literal(*[(name, "Placeholder", (), [TEN]) for name in "cab"], ("d", "AddN", ["c", "b"], [TEN]))
    assert order(graph) == ["c", "a", "b", "d"]


def test_what_waits_for_a_later_op_comes_behind_it_and_what_stands_before_stays():
    graph = literal(
        ("c", "Placeholder", (), [TEN]), ("a", "Placeholder", (), [TEN]), ("b", "Relu", ["a"], [TEN]),
        ("end", "Identity", ["b", "^all"], [TEN]), ("f", "Relu", ["c"], [TEN]), ("all", "NoOp", ["^f"], []),
    )  # fmt: skip
    assert order(graph) == ["c", "a", "b", "f", "all", "end"]


def test_ops_that_wait_for_each_other_are_all_there():
    graph = literal(("a", "Merge", ["b"], [TEN]), ("b", "NextIteration", ["a"], [TEN]), ("c", "Exit", ["a"], [TEN]))
    assert sorted(order(graph)) == ["a", "b", "c"]


def call(*, last=()):
    """``y = relu(f(x))`` with ``f(x) = view(relu(x) + relu(x)')``, and whatever follows; g is called inside f."""
    return literal(
        ("x", "Placeholder", (), [TEN]), ("f", "PartitionedCall", ["x"], [TEN]), ("y", "Relu", ["f"], [TEN]),
        ("f/x", "_Arg", ["x"], [TEN], {"index": 0}), ("f/a", "Relu", ["f/x"], [TEN]),
        ("f/g", "PartitionedCall", ["f/a"], [TEN]), ("f/end", "_Retval", ["f/g"], [], {"index": 0}),
        ("f/g/x", "_Arg", ["f/a"], [TEN], {"index": 0}), ("f/g/b", "Relu", ["f/g/x"], [TEN]),
        ("f/g/end", "_Retval", ["f/g/b"], [], {"index": 0}), *last,
        groups=[("f", -1, "function", "f"), ("f/g", 0, "function", "f/g")],
        places=[-1, -1, -1, 0, 0, 0, 0, 1, 1, 1, *[-1] * len(last)],
    )  # fmt: skip


def test_a_body_stands_just_before_the_op_that_it_is_the_body_of():
    assert order(call()) == ["x", "f/x", "f/a", "f/g/x", "f/g/b", "f/g/end", "f/g", "f/end", "f", "y"]


def test_a_loops_condition_and_body_stand_before_it():
    found = order(counted(3))
    assert found.index("x") < found.index("loop/cond/i") < found.index("loop/body/i") < found.index("loop")
    assert found[-1] == "y"
    assert sorted(found) == sorted(content_of(counted(3)).table.names)


def test_the_first_op_may_have_a_body_too():
    graph = literal(
        ("f", "PartitionedCall", (), [TEN]), ("f/a", "Placeholder", (), [TEN]), ("f/end", "_Retval", ["f/a"], [], {"index": 0}),
        ("y", "Relu", ["f"], [TEN]), groups=[("f", -1, "function", "f"), ("f/scope", 0, "scope", "")], places=[-1, 0, 1, -1],
    )  # fmt: skip
    assert order(graph) == ["f/a", "f/end", "f", "y"]


def test_several_bodies_of_an_op_stand_in_their_order_and_each_in_its_own():
    graph = literal(
        ("x", "Placeholder", (), [TEN]), ("if", "If", ["x"], [TEN]), ("b", "Relu", ["a"], [TEN]), ("a", "Relu", ["x"], [TEN]),
        ("d", "Relu", ["c"], [TEN]), ("c", "Relu", ["x"], [TEN]),
        groups=[("then", -1, "branch", "if"), ("else", -1, "branch", "if")], places=[-1, -1, 0, 0, 1, 1],
    )  # fmt: skip
    assert order(graph) == ["x", "a", "b", "c", "d", "if"]


def test_a_body_that_stands_before_all_that_it_reads_is_ordered_too():
    graph = literal(
        ("b", "Relu", ["a"], [TEN]), ("a", "Relu", ["x"], [TEN]), ("f", "PartitionedCall", ["x"], [TEN]), ("x", "Placeholder", (), [TEN]),
        groups=[("f", -1, "function", "f")], places=[0, 0, -1, -1],
    )  # fmt: skip
    assert order(graph) == ["x", "a", "b", "f"]


def test_an_op_that_several_wait_for_comes_once():
    graph = literal(
        ("e", "AddN", ["c", "d", "b"], [TEN]), ("d", "Relu", ["b"], [TEN]), ("c", "Relu", ["b"], [TEN]), ("b", "Relu", ["a"], [TEN]),
        ("a", "Placeholder", (), [TEN]),
    )  # fmt: skip
    assert order(graph) == ["a", "b", "c", "d", "e"]


def alive(graph, name):
    memory = activation_memory(graph)
    return memory.alive[names(graph, memory.order).index(name)]


def test_what_a_call_returns_is_the_tensor_that_its_body_made():
    """Of a call within a call too: only `a` and `b` have buffers of their own, `a` ends where `b` is made, and `y` is written into that."""
    graph = call()
    assert [alive(graph, name) for name in ("f/x", "f/a", "f/g/b", "f", "y")] == [0, 40, 80, 40, 40]


def test_what_a_call_hands_through_is_not_held_twice():
    """``f(a)`` returns a, which is read once more afterwards: beside it only y, and z is written into a."""
    graph = literal(
        ("x", "Placeholder", (), [TEN]), ("a", "Relu", ["x"], [TEN]), ("f", "PartitionedCall", ["a"], [TEN]), ("f/a", "_Arg", ["a"], [TEN], {"index": 0}),
        ("f/end", "_Retval", ["f/a"], [], {"index": 0}), ("y", "Relu", ["f"], [TEN]), ("z", "AddN", ["a", "y"], [TEN]),
        groups=[("f", -1, "function", "f")], places=[-1, -1, -1, 0, 0, -1, -1],
    )  # fmt: skip
    assert [alive(graph, name) for name in ("a", "f", "y", "z")] == [40, 40, 80, 80]


def test_of_a_branch_the_result_is_a_tensor_of_its_own():
    """Which of the two ways it comes from is not known before it runs."""
    graph = literal(
        ("x", "Placeholder", (), [TEN]), ("p", "Placeholder", (), [("bool", ())]), ("if", "If", ["p", "x"], [TEN]),
        ("if/then/a", "Relu", ["x"], [TEN]), ("if/then/end", "_Retval", ["if/then/a"], [], {"index": 0}),
        ("if/else/b", "Relu", ["x"], [TEN]), ("if/else/end", "_Retval", ["if/else/b"], [], {"index": 0}),
        ("y", "Relu", ["if"], [TEN]),
        groups=[("if", -1, "if", "if"), ("if/then", 0, "branch", "if"), ("if/else", 0, "branch", "if")],
        places=[-1, -1, -1, 1, 1, 2, 2, -1],
    )  # fmt: skip
    assert alive(graph, "if") == 40
    assert alive(graph, "y") == 40  # written into that of the if


def test_what_a_loop_returns_is_what_its_body_returned():
    """The number that the loop counts in too; the last Relu is written into x @ x of the body."""
    graph = counted(3)
    assert alive(graph, "y") == 16
    assert alive(graph, "loop") == 16 + 4


def test_what_the_graph_gives_back_is_kept_to_the_end():
    ops = ("x", "Placeholder", (), [TEN]), ("a", "Relu", ["x"], [TEN]), ("b", "Relu", ["x"], [THREE])
    more = ("c", "Relu", ["b"], [THREE]), ("d", "Relu", ["c"], [THREE])
    assert alive(literal(*ops, *more), "d") == 12
    assert alive(literal(*ops, *more, outputs=(Port("a", 1, 0),)), "d") == 12 + 40
    assert alive(literal(*ops, *more, outputs=(Port("x", 0, 0),)), "d") == 12
    # What is given back is not written to: c has a buffer of its own, and d is written into that.
    assert alive(literal(*ops, *more, outputs=(Port("b", 2, 0),)), "d") == 12 + 12


def test_a_control_edge_keeps_no_tensor():
    graph = literal(
        ("x", "Placeholder", (), [TEN]), ("a", "Relu", ["x"], [TEN]), ("b", "Relu", ["x"], [THREE]),
        ("c", "Relu", ["b", "^a"], [THREE]),
    )  # fmt: skip
    assert alive(graph, "c") == 12


def test_a_dead_op_holds_nothing_and_reads_nothing():
    ops = ("x", "Placeholder", (), [TEN]), ("a", "Relu", ["x"], [TEN]), ("b", "Relu", ["x"], [THREE])
    graph = literal(*ops, ("c", "Relu", ["a"], [TEN]), dead=bytes([0, 0, 0, 1]))
    assert alive(graph, "c") == 0
    assert activation_memory(graph).peak == 40


def test_each_output_of_an_identity_of_many_is_a_view_of_its_own_input():
    graph = literal(
        ("x", "Placeholder", (), [TEN]), ("a", "Relu", ["x"], [TEN]), ("b", "Relu", ["x"], [THREE]),
        ("both", "IdentityN", ["a", "b"], [TEN, THREE]), ("c", "Relu", ["both:1"], [THREE]), ("d", "Relu", ["c"], [THREE]),
    )  # fmt: skip
    assert [alive(graph, name) for name in ("a", "both", "c", "d")] == [40, 12, 12, 12]  # nobody uses the first output
    graph = literal(
        ("x", "Placeholder", (), [TEN]), ("a", "Relu", ["x"], [TEN]), ("b", "Relu", ["x"], [THREE]),
        ("both", "IdentityN", ["a", "b"], [TEN, THREE]), ("c", "Relu", ["both:1"], [THREE]), ("d", "Relu", ["both"], [TEN]),
    )  # fmt: skip
    assert [alive(graph, name) for name in ("both", "c", "d")] == [52, 52, 40]


def test_a_view_of_nothing_has_no_tensor():
    graph = literal(("a", "NoOp", (), []), ("b", "EmptyTensorList", ["^a"], [TEN]), ("c", "Relu", ["b"], [THREE]))
    assert activation_memory(graph).peak == 12


def test_the_largest_tensors_at_the_peak_come_first_then_the_earliest():
    ops = [("x", "Placeholder", (), [TEN]), ("a", "Relu", ["x"], [THREE]), ("s", "Split", ["x"], [TEN, THREE, TEN])]
    graph = literal(*ops, ("end", "AddN", ["a", "s", "s:1", "s:2"], [()][:0]))
    memory = activation_memory(graph)
    assert memory.peak_tensors == ((2, 0, 40), (2, 2, 40), (1, 0, 12), (2, 1, 12))
    assert (memory.peak, memory.peak_node) == (104, 2)


def test_only_what_is_alive_at_the_peak_is_named():
    graph = literal(
        ("x", "Placeholder", (), [TEN]), ("a", "Relu", ["x"], [THREE]), ("b", "Relu", ["a"], [THREE]), ("c", "Relu", ["b"], [TEN]),
        ("d", "Relu", ["c"], [TEN]), ("e", "Relu", ["d"], [THREE]),
    )  # fmt: skip
    assert activation_memory(graph).peak_tensors == ((3, 0, 40), (1, 0, 12))


def test_of_several_peaks_the_first_is_named_and_of_none_none():
    graph = literal(("x", "Placeholder", (), [TEN]), ("a", "Relu", ["x"], [TEN]), ("b", "Relu", ["x"], [TEN]))
    assert activation_memory(graph).peak_node == 1
    for graph in (literal(("x", "Placeholder", (), [TEN])), literal()):
        empty = activation_memory(graph)
        assert (empty.peak, empty.peak_node, empty.peak_tensors) == (0, None, ())


def test_what_nobody_reads_is_alive_while_it_is_made():
    graph = literal(("a", "Relu", (), [TEN]), ("b", "Relu", (), [THREE]), ("c", "Relu", (), [THREE]))
    assert [alive(graph, name) for name in "abc"] == [40, 12, 12]


def test_a_list_keeps_an_item_for_each_turn_of_the_loop():
    """`TensorListSetItem` in a body that runs 5 times holds five of what it is given; outside a loop one."""
    graph = counted(
        5, more=[
            ("loop/body/keep", "TensorListSetItem", ["zero", "zero", "loop/body/y"], [("variant", ())]),
            ("keep", "TensorListPushBack", ["zero", "y"], [("variant", ())]),
        ]
    )  # fmt: skip
    assert alive(graph, "loop/body/keep") == 5 * 16 + 16 + 4  # beside y and the next number
    assert alive(graph, "keep") == 16 + 16
