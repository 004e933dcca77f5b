"""Trip counts against the same loop run by Python: right or unknown, and known for every loop that counts."""

import operator
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphs import literal
from opscope.cost import estimate
from opscope.graph.content import content_of
from opscope.shapes import budget
from opscope.shapes.loops import Loops

COMPARE = {
    "Less": operator.lt, "LessEqual": operator.le, "Greater": operator.gt, "GreaterEqual": operator.ge,
    "NotEqual": operator.ne,
}  # fmt: skip
UPDATE = {
    "AddV2": operator.add, "Sub": operator.sub, "Mul": operator.mul, "FloorDiv": operator.floordiv,
    "FloorMod": operator.mod, "Maximum": max,
}  # fmt: skip
LONGEST = 20_000
"""No loop of the numbers below ends later: it has then left its bound behind, or stands still."""
INT32 = range(-(1 << 31), 1 << 31)


def scalar(name, value, dtype="int32"):
    return name, "Const", (), [(dtype, ())], {"value": {"dtype": dtype, "shape": [], "values": [value]}}


def counted(start, compare, bound, update, by, limit=None, dtype="int32"):
    """``i = start; while i COMPARE bound (and steps < limit): i = i UPDATE by; steps += 1``, a product in each iteration."""
    number, flag = [(dtype, ())], [("bool", ())]
    cond = [
        ("w/cond/i", "_Arg", ["start"], number, {"index": 0}), ("w/cond/t", "_Arg", ["zero"], number, {"index": 1}),
        scalar("w/cond/n", bound, dtype), ("w/cond/less", compare, ["w/cond/i", "w/cond/n"], flag),
    ]  # fmt: skip
    result = "w/cond/less"
    if limit is not None:
        cond += [
            scalar("w/cond/limit", limit, dtype), ("w/cond/few", "Less", ["w/cond/t", "w/cond/limit"], flag),
            ("w/cond/and", "LogicalAnd", ["w/cond/few", "w/cond/less"], flag),
        ]  # fmt: skip
        result = "w/cond/and"
    cond.append(("w/cond/r", "_Retval", [result], [], {"index": 0}))
    body = [
        ("w/body/i", "_Arg", ["start"], number, {"index": 0}), ("w/body/t", "_Arg", ["zero"], number, {"index": 1}),
        scalar("w/body/by", by, dtype), ("w/body/next", update, ["w/body/i", "w/body/by"], number),
        scalar("w/body/one", 1, dtype), ("w/body/more", "AddV2", ["w/body/t", "w/body/one"], number),
        ("w/body/x", "Placeholder", [], [("float32", (2, 2))]),
        ("w/body/y", "MatMul", ["w/body/x", "w/body/x"], [("float32", (2, 2))]),
        ("w/body/r", "_Retval", ["w/body/next"], [], {"index": 0}),
        ("w/body/s", "_Retval", ["w/body/more"], [], {"index": 1}),
    ]  # fmt: skip
    before = [scalar("start", start, dtype), scalar("zero", 0, dtype), ("w", "While", ["start", "zero"], number * 2)]
    groups = [("w", -1, "while", "w"), ("w/cond", 0, "cond", "w"), ("w/body", 0, "body", "w")]
    places = [-1] * 3 + [1] * len(cond) + [2] * len(body)
    return literal(*before, *cond, *body, groups=groups, places=places)


def run(start, compare, bound, update, by, limit=None):
    """The same in Python: how often it ran and where it ended; ``None`` where it does not end or leaves int32."""
    here = trips = 0
    here = start
    while COMPARE[compare](here, bound) and (limit is None or trips < limit):
        here = UPDATE[update](here, by)
        trips += 1
        if trips > LONGEST or here not in INT32:
            return None
    return SimpleNamespace(trips=trips, end=here)


def told(graph):
    return Loops(graph, content_of(graph).table.outputs).loop(content_of(graph).table.index("w"))


NUMBERS = st.integers(-3000, 3000)
LIMITS = st.none() | st.integers(0, 4000)


@settings(deadline=None)
@given(
    NUMBERS, st.sampled_from(sorted(COMPARE)), NUMBERS, st.sampled_from(["AddV2", "Sub"]), st.integers(-5, 5), LIMITS
)
def test_a_counter_is_solved_as_python_runs_it(start, compare, bound, update, by, limit):
    loop, right = told(counted(start, compare, bound, update, by, limit)), run(start, compare, bound, update, by, limit)
    assert loop.trips == (right.trips if right else None)
    if right:
        assert loop.results == {0: right.end, 1: right.trips}


@settings(deadline=None)
@given(NUMBERS, st.sampled_from(sorted(COMPARE)), NUMBERS, st.sampled_from(sorted(UPDATE)), st.integers(1, 5), LIMITS)
def test_any_other_short_loop_is_followed_and_a_long_one_never_wrong(start, compare, bound, update, by, limit):
    loop, right = told(counted(start, compare, bound, update, by, limit)), run(start, compare, bound, update, by, limit)
    if right and right.trips <= budget.MOST_WALKED:
        assert (loop.trips, loop.results) == (right.trips, {0: right.end, 1: right.trips})
    else:
        assert loop.trips in {None, right.trips if right else None}


@pytest.mark.parametrize(
    ("start", "bound", "by", "dtype", "trips"),
    [
        (0, 100_000, 1, "int32", 100_000),
        (0, (1 << 31) - 1, 1, "int32", (1 << 31) - 1),
        (0, (1 << 31) - 1, 2, "int32", None),  # the last counter would wrap around
        (0, (1 << 31) - 1, 2, "int64", 1 << 30),
        (0, 1 << 62, 1, "int64", 1 << 62),
        (0, 1 << 62, 3, "int64", -(-(1 << 62) // 3)),
    ],
)
def test_a_long_counter_is_exact_without_being_followed(start, bound, by, dtype, trips):
    graph = counted(start, "Less", bound, "AddV2", by, dtype=dtype)
    loops = Loops(graph, content_of(graph).table.outputs)
    before = loops.budget.left
    assert loops.loop(content_of(graph).table.index("w")).trips == trips
    assert before - loops.budget.left < 2000 or trips is None
    cost = estimate(graph).cost
    if trips:
        assert cost.per == "step"
        assert content_of(estimate(graph)).costs[content_of(graph).table.index("w/body/y")].flops == float(16 * trips)
    else:
        assert cost.per == "iteration"


def test_following_long_loops_ends_for_a_whole_graph():
    """Each loop runs for ever through a remainder, and is given up after some iterations; all together after fewer."""
    graph = counted(0, "Less", 1000, "FloorMod", 1000)
    loops = Loops(graph, content_of(graph).table.outputs)
    for _ in range(500):
        loops._loops.clear()
        assert loops.loop(content_of(graph).table.index("w")).trips is None
    assert loops.walking > -1000
