"""How often a loop runs and what it returns, for each way in which that is found out. Each loop's Python stands beside it."""

import pytest

from graphs import literal
from opscope.graph.content import content_of
from opscope.shapes.budget import MOST_WALKED, WALKING_STEPS
from opscope.shapes.loops import Loops, trips

from .while_loop import COUNT, constant, while_loop


def told(graph):
    found = Loops(graph, content_of(graph).table.outputs).loop(content_of(graph).table.index("w"))
    return found.trips, dict(found.results)


LONG = 100_000
"""More iterations than are followed one by one."""


def test_the_counter_may_be_any_variable():
    """x, i = 7, 0; while i < 5: i += 1."""
    body = [("next", "AddV2", "v1", 1)]
    assert told(while_loop([7, 0], [("c", "Less", "v1", 5)], body, ["v0", "next"])) == (5, {0: 7, 1: 5})


def test_two_counters_meet():
    """i, j = 0, LONG; while i < j: i, j = i + 1, j - 1: after half of them; and the other way round."""
    body = [("up", "AddV2", "v0", 1), ("down", "Sub", "v1", 1)]
    half = LONG // 2
    assert told(while_loop([0, LONG], [("c", "Less", "v0", "v1")], body, ["up", "down"])) == (half, {0: half, 1: half})
    assert told(while_loop([0, LONG], [("c", "Greater", "v1", "v0")], body, ["up", "down"]))[0] == half


def test_a_loop_that_never_starts_returns_what_it_was_given():
    """i, x = 5, 7; while i < 5: x = i."""
    assert told(while_loop([5, 7], [("c", "Less", "v0", 5)], COUNT, ["next", "v0"])) == (0, {0: 5, 1: 7})


def test_a_flag_ends_a_loop():
    """i, more = 0, True; while more: i, more = i + 1, i < 4."""
    body = [*COUNT, ("more", "Less", "v0", 4)]
    cond = [("c", "Identity", "v1", "=bool")]
    assert told(while_loop([0, True], cond, body, ["next", "more"])) == (5, {0: 5, 1: False})


def test_a_number_that_swings_is_dropped_and_the_long_loop_still_counted():
    """i, j = 0, 1; while i < LONG: i, j = i + 1, 5 - j."""
    body = [*COUNT, ("swing", "Sub", 5, "v1")]
    cond = [("c", "Less", "v0", LONG)]
    assert told(while_loop([0, 1], cond, body, ["next", "swing"])) == (LONG, {0: LONG})
    assert told(while_loop([0, 1], [("c", "Less", "v0", 4)], body, ["next", "swing"])) == (4, {0: 4, 1: 1})


def test_a_number_that_is_computed_from_one_that_swings_is_dropped_too():
    """i, j, k = 0, 1, 0; while i < LONG: i, j, k = i + 1, 5 - j, k + j: k goes up by 1, then by 4."""
    body = [*COUNT, ("swing", "Sub", 5, "v1"), ("sum", "AddV2", "v2", "v1")]
    cond = [("c", "Less", "v0", LONG)]
    assert told(while_loop([0, 1, 0], cond, body, ["next", "swing", "sum"])) == (LONG, {0: LONG})


def test_a_number_whose_rule_cannot_follow_a_line_is_dropped():
    """i, j = 0, 3; while i < LONG: i, j = i + 1, i * i."""
    body = [*COUNT, ("square", "Mul", "v0", "v0")]
    assert told(while_loop([0, 3], [("c", "Less", "v0", LONG)], body, ["next", "square"])) == (LONG, {0: LONG})


def test_a_number_that_would_wrap_around_is_not_told_but_the_count_is():
    """i, j = 0, 0; while i < 3: i, j = i + 1, j + 2 ** 30: 3 * 2 ** 30 is no int32."""
    body = [*COUNT, ("large", "AddV2", "v1", 1 << 30)]
    assert told(while_loop([0, 0], [("c", "Less", "v0", 3)], body, ["next", "large"])) == (3, {0: 3})


def test_a_loop_is_followed_so_far_and_no_further():
    """i = 1; while i % m != 0: i += 1, where a remainder is no line: m - 1 iterations."""

    def loop(end):
        cond = [("rest", "FloorMod", "v0", end + 1), ("c", "NotEqual", "rest", 0)]
        return told(while_loop([1], cond, COUNT, ["next"]))

    assert loop(MOST_WALKED) == (MOST_WALKED, {0: MOST_WALKED + 1})
    assert loop(MOST_WALKED + 1) == (None, {})


def test_what_the_body_never_changes_is_known_however_long_the_loop():
    """n is fed; i, x = n, 7; while i < 5: i += 1."""
    assert told(while_loop([None, 7], [("c", "Less", "v0", 5)], COUNT, ["next", "v1"])) == (None, {1: 7})
    assert told(while_loop([None, 7], [("c", "Less", "v0", 5)], COUNT, ["next", "v0"])) == (None, {})


@pytest.mark.parametrize("flag", [True, False])
def test_a_flag_that_flips_is_dropped(flag):
    """i, flag = 0, ...; while i < LONG: i, flag = i + 1, not flag."""
    body = [*COUNT, ("flip", "LogicalNot", "v1")]
    graph = while_loop([0, flag], [("c", "Less", "v0", LONG)], body, ["next", "flip"])
    assert told(graph) == (LONG, {0: LONG})


def test_following_a_loop_is_paid_from_what_is_left_for_it():
    graph = while_loop([0], [("c", "Less", "v0", 1000)], [("next", "FloorMod", "v0", 1000)], ["next"])
    loops = Loops(graph, content_of(graph).table.outputs)
    before = loops.budget.left
    loops.loop(content_of(graph).table.index("w"))
    spent = before - loops.budget.left
    assert 300 < WALKING_STEPS - loops.walking <= spent


def test_a_loop_behind_a_long_chain_is_known_when_it_is_asked_for_itself():
    names = ["w", *[f"c{k}" for k in range(59)]]
    chain = [(name, "Neg", [before], [("int32", ())]) for before, name in zip(names, names[1:])]
    graph = while_loop([0], [("c", "Less", "v0", 5)], COUNT, ["next"], more=chain)
    loops = Loops(graph, content_of(graph).table.outputs)
    assert loops.values().of(content_of(graph).table.index("c58"), 0) is None
    assert loops.loop(content_of(graph).table.index("w")).trips == 5


def test_a_float_bound_is_compared_in_float32():
    """i = 0; while i / 10 < 0.3: i += 1: TensorFlow runs it 3 times, Python's 64 bits would run it 4 times."""
    ratio = [("f", "Cast", "v0", "=float32"), ("t", "RealDiv", "f", 10.0, "=float32"), ("c", "Less", "t", 0.3)]
    assert told(while_loop([0], ratio, COUNT, ["next"])) == (3, {0: 3})
    up = [("f", "Cast", "v0", "=float32"), ("c", "Less", "f", 2.5)]
    assert told(while_loop([0], up, COUNT, ["next"])) == (3, {0: 3})


def test_a_float_is_no_counter():
    """f = 0.0; while f < 1.0: f += 0.25. Rounding adds up, so floats are not followed from one iteration to the next."""
    body = [("next", "AddV2", "v0", 0.25, "=float32")]
    assert told(while_loop([0.0], [("c", "Less", "v0", 1.0)], body, ["next"])) == (None, {})


def test_a_counter_may_come_from_an_op_of_unknown_shape_but_not_from_a_vector():
    def loop(shape, dims, op="Const"):
        graph = while_loop([0], [("c", "Less", "v0", 5)], COUNT, ["next"])
        table = content_of(graph).table
        table.outputs[0] = (type(table.outputs[0][0])("int32", shape),)
        table.attrs(0)["value"]["shape"] = dims
        return told(graph)[0]

    assert loop(None, []) == 5
    assert loop((), []) == 5
    assert loop((1,), [1]) is None


def test_both_kinds_of_while_are_loops():
    assert told(while_loop([0], [("c", "Less", "v0", 5)], COUNT, ["next"], loop="StatelessWhile"))[0] == 5


def test_what_a_loop_returns_is_a_value():
    """i = 0; while i < 5: i += 1; then y = 2 * i."""
    more = [constant("two", 2), ("y", "Mul", ["w", "two"], [("int32", ())])]
    graph = while_loop([0], [("c", "Less", "v0", 5)], COUNT, ["next"], more=more)
    assert Loops(graph, content_of(graph).table.outputs).values().of(content_of(graph).table.index("y"), 0) == (10,)
    graph = while_loop([None], [("c", "Less", "v0", 5)], COUNT, ["next"], more=more)
    assert Loops(graph, content_of(graph).table.outputs).values().of(content_of(graph).table.index("y"), 0) is None


@pytest.mark.parametrize("missing", ["cond", "body", "result"])
def test_a_loop_without_its_parts_is_unknown(missing):
    def groups(kinds):
        return [("w", -1, "while", "w"), *[(f"w/{kind}", 0, kind, "w") for kind in kinds]]

    if missing == "result":
        graph = literal(
            constant("start0", 0), ("w", "While", ["start0"], [("int32", ())]), ("i", "_Arg", ["start0"], [("int32", ())], {"index": 0}),
            groups=groups(["cond", "body"]), places=[-1, -1, 1],
        )  # fmt: skip
    else:
        left = "body" if missing == "cond" else "cond"
        graph = literal(constant("start0", 0), ("w", "While", ["start0"], [("int32", ())]), groups=groups([left]))
    assert told(graph) == (None, {})
    assert trips(graph) == {}


def test_a_loop_that_needs_its_own_result_is_unknown():
    graph = literal(
        ("w", "While", ["w"], [("int32", ())]), ("i", "_Arg", ["w"], [("int32", ())], {"index": 0}),
        constant("n", 5), ("c", "Less", ["i", "n"], [("bool", ())]), ("end", "_Retval", ["c"], [], {"index": 0}),
        ("k", "_Arg", ["w"], [("int32", ())], {"index": 0}), ("out", "_Retval", ["k"], [], {"index": 0}),
        groups=[("w", -1, "while", "w"), ("w/cond", 0, "cond", "w"), ("w/body", 0, "body", "w")],
        places=[-1, 1, 1, 1, 1, 2, 2],
    )  # fmt: skip
    assert told(graph) == (None, {})
    loops = Loops(graph, content_of(graph).table.outputs)
    before = loops.budget.left
    loops.loop(0)
    assert before - loops.budget.left < 10  # it is found out at once, not by going round until the chain is too long
