"""How often the ops of each group run in a step: the trips of the loops around them, multiplied."""

import pytest

from graphs import Builder, literal
from opscope.cost import estimate
from opscope.graph.content import content_of
from opscope.shapes.budget import MOST_TIMES
from opscope.shapes.loops import Runs, Trips, loop_counts, trips

from .test_literal_loops import counted
from .while_loop import COUNT, constant, while_loop


def runs(graph, measured=None):
    return loop_counts(graph, content_of(graph).table.outputs, measured).runs


def told(graph, measured=None):
    return {
        name: count.exact for name, count in loop_counts(graph, content_of(graph).table.outputs, measured).trips.items()
    }


def nested(outer, inner):
    """``for i in range(outer): for j in range(inner)``; either may be fed. Groups: w, cond, body, then v, cond, body inside it."""
    number, flag = [("int32", ())], [("bool", ())]

    def bound(name, value):
        return (name, "Placeholder", (), number) if value is None else constant(name, value)

    def loop(name, inside=()):
        return [
            (f"{name}", "While", ["zero"], number),
            (f"{name}/ci", "_Arg", ["zero"], number, {"index": 0}), bound(f"{name}/n", {"w": outer, "v": inner}[name]),
            (f"{name}/less", "Less", [f"{name}/ci", f"{name}/n"], flag), (f"{name}/c", "_Retval", [f"{name}/less"], [], {"index": 0}),
            (f"{name}/bi", "_Arg", ["zero"], number, {"index": 0}), constant(f"{name}/one", 1), (f"{name}/next", "AddV2", [f"{name}/bi", f"{name}/one"], number),
            (f"{name}/b", "_Retval", [f"{name}/next"], [], {"index": 0}),
        ]  # fmt: skip

    groups = [
        ("w", -1, "while", "w"), ("w/cond", 0, "cond", "w"), ("w/body", 0, "body", "w"),
        ("v", 2, "while", "v"), ("v/cond", 3, "cond", "v"), ("v/body", 3, "body", "v"),
    ]  # fmt: skip
    places = [-1, -1, *[1] * 4, *[2] * 4, 2, *[4] * 4, *[5] * 4]
    return literal(constant("zero", 0), *loop("w"), *loop("v"), groups=groups, places=places)


@pytest.mark.parametrize(
    ("outer", "inner", "times", "trip"),
    [
        (3, 5, [1, 4, 3, 3, 18, 15], {"w": 3, "v": 5}),
        (0, 5, [1, 1, 0, 0, 0, 0], {"w": 0, "v": 5}),  # a loop that is never asked
        (3, 0, [1, 4, 3, 3, 3, 0], {"w": 3, "v": 0}),
        (None, 5, [1, 1, 1, 1, 6, 5], {"w": None, "v": 5}),
        (3, None, [1, 4, 3, 3, 3, 3], {"w": 3, "v": None}),
    ],
)
def test_a_condition_runs_once_more_than_its_body_each_time_the_loop_does(outer, inner, times, trip):
    graph = nested(outer, inner)
    found = runs(graph)
    assert [run.times for run in found] == times
    assert [run.unknown for run in found] == [False, *[outer is None] * 2, outer is None, *[None in (outer, inner)] * 2]
    assert told(graph) == trip
    assert trips(graph) == {name: Trips(count) for name, count in trip.items() if count is not None}


def test_what_was_measured_is_used_where_nothing_can_be_computed():
    graph = nested(None, 5)
    found = runs(graph, {1: 8, 2: 7, 5: 35})
    assert found[1:3] == [Runs(8), Runs(7)]
    assert found[4] == Runs(7 * 6)
    assert found[5] == Runs(35)
    known = nested(3, 5)
    assert runs(known, {2: 9}) == runs(known)


def test_loops_in_loops_run_at_most_so_often():
    """Seventeen loops of 2^30 in each other are 2^510; one more is too many: it counts as unknown."""
    number, flag = [("int32", ())], [("bool", ())]
    nodes, places, groups, inside = [constant("zero", 0), constant("n", 1 << 30), constant("one", 1)], [-1] * 3, [], -1
    for k in range(18):
        at = len(groups)
        groups += [
            (f"w{k}", inside, "while", f"w{k}"),
            (f"w{k}/cond", at, "cond", f"w{k}"),
            (f"w{k}/body", at, "body", f"w{k}"),
        ]
        nodes += [
            (f"w{k}", "While", ["zero"], number),
            (f"c{k}", "_Arg", ["zero"], number, {"index": 0}), (f"l{k}", "Less", [f"c{k}", "n"], flag), (f"r{k}", "_Retval", [f"l{k}"], [], {"index": 0}),
            (f"b{k}", "_Arg", ["zero"], number, {"index": 0}), (f"a{k}", "AddV2", [f"b{k}", "one"], number), (f"s{k}", "_Retval", [f"a{k}"], [], {"index": 0}),
        ]  # fmt: skip
        places += [inside, *[at + 1] * 3, *[at + 2] * 3]
        inside = at + 2
    graph = literal(*nodes, groups=groups, places=places)
    found = runs(graph)
    assert found[-4] == Runs(2.0**510)
    assert found[-1] == Runs(2.0**510, unknown=True)
    assert MOST_TIMES == 2**512


def test_trip_counts_of_an_estimated_graph_are_those_of_the_estimate():
    graph = estimate(counted(3))
    assert trips(graph) == {"loop": Trips(3)}
    assert trips(counted(3)) == {"loop": Trips(3)}
    open_ = estimate(while_loop([None], [("c", "Less", "v0", 5)], COUNT, ["next"]))
    assert open_.cost.loops == {"w": None}
    assert trips(open_) == {}
    assert trips(literal(("x", "Placeholder", (), []))) == {}


def test_only_bodies_of_loops_have_trip_counts():
    """Not functions, and not a body that a damaged file gives no loop; the body may stand before the condition."""
    graph = literal(
        ("w", "While", (), []), ("f", "PartitionedCall", (), []),
        groups=[("f", -1, "function", "f"), ("w", -1, "while", "w"), ("w/body", 1, "body", "w"), ("w/cond", 1, "cond", "w"), ("b", -1, "body", "")],
    )  # fmt: skip
    assert told(graph, {2: 5, 3: 6}) == {"w": 5}
    assert runs(graph)[-1] == Runs()


def test_the_first_group_and_the_first_op_count_like_any_other():
    """The loop's op is the first, its body the first group, with a scope and another loop's body in it."""
    number, flag = [("int32", ())], [("bool", ())]
    graph = literal(
        ("w", "While", ["zero"], number), constant("zero", 0), constant("one", 1), constant("n", 5),
        ("c", "_Arg", ["zero"], number, {"index": 0}), ("less", "Less", ["c", "n"], flag), ("end", "_Retval", ["less"], [], {"index": 0}),
        ("i", "_Arg", ["zero"], number, {"index": 0}), ("next", "AddV2", ["i", "one"], number), ("out", "_Retval", ["next"], [], {"index": 0}),
        ("v", "While", ["i"], number),
        groups=[("body", -1, "body", "w"), ("cond", -1, "cond", "w"), ("body/s", 0, "scope", ""), ("body/v", 0, "body", "v")],
        places=[-1, -1, -1, -1, 1, 1, 1, 0, 0, 0, 0],
    )  # fmt: skip
    assert runs(graph) == [Runs(5), Runs(6), Runs(5), Runs(5, unknown=True)]
    assert told(graph, {3: 15}) == {"w": 5, "v": 3}


def chosen(condition, **columns):
    """``if condition: y = x @ x  else: y = (x @ x) @ x``; groups: if, then, else."""
    square = [("float32", (2, 2))]
    return literal(
        ("x", "Placeholder", (), square), condition, ("if", "If", ["c", "x"], square),
        ("a", "_Arg", ["x"], square, {"index": 0}), ("one", "MatMul", ["a", "a"], square), ("then", "_Retval", ["one"], [], {"index": 0}),
        ("b", "_Arg", ["x"], square, {"index": 0}), ("two", "MatMul", ["b", "b"], square), ("three", "MatMul", ["two", "b"], square),
        ("else", "_Retval", ["three"], [], {"index": 0}),
        groups=[("if", -1, "if", "if"), ("if/then", 0, "branch", "if"), ("if/else", 0, "branch", "if")],
        places=[-1, -1, -1, 1, 1, 1, 2, 2, 2, 2], **columns,
    )  # fmt: skip


@pytest.mark.parametrize(("value", "products"), [(True, 1), (False, 2)])
def test_of_an_if_whose_condition_is_known_the_branch_that_runs_counts(value, products):
    graph = chosen(constant("c", value))
    assert [run.times for run in runs(graph)] == [1, value, not value]
    assert estimate(graph).cost.macs == products * 8


def test_of_any_other_if_the_costliest_branch_counts_unless_it_was_seen_how_often_each_ran():
    graph = chosen(("c", "Placeholder", (), [("bool", ())]))
    assert estimate(graph).cost.macs == 2 * 8
    assert estimate(graph, measured_runs={1: 3, 2: 7}).cost.macs == (3 * 1 + 7 * 2) * 8
    assert estimate(graph, measured_runs={1: 1, 2: 0}).cost.macs == 8


def test_a_loop_of_tensorflow_1_is_counted_once_and_said_to_be():
    """Its condition and body lie in one flat graph; how often it runs is not worked out."""
    graph = literal(
        ("x", "Placeholder", (), [("float32", (2, 2))]), ("y", "MatMul", ["x", "x"], [("float32", (2, 2))]),
        groups=[("rnn/while", -1, "while", "")], places=[-1, 0],
    )  # fmt: skip
    cost = estimate(graph).cost
    assert (cost.macs, cost.per, cost.loops) == (8, "iteration", {"rnn/while": None})


def test_an_if_of_a_damaged_graph_may_lack_the_branch_that_runs():
    """Its only branch is that for true, and its condition is false: nothing in it runs."""
    make = Builder()
    condition = make.op("no", "Const", out=[("bool", ())], value={"shape": [], "values": [False]})
    given = make.op("x", "Placeholder", out=[("float32", (2,))])
    chosen = make.op("chosen", "StatelessIf", condition, given, out=[("float32", (2,))])
    owner = len(make.rows) - 1
    around = make.group("chosen", "if", owner=owner)
    then = make.group("then", "branch", around, owner=owner)
    taken = make.op("chosen/then/x", "_Arg", given, group=then, out=[("float32", (2,))], index=0)
    made = make.op("chosen/then/neg", "Neg", taken, group=then, out=[("float32", (2,))])
    make.op("chosen/then/result", "_Retval", made, group=then, out=[("float32", (2,))], index=0)
    graph = estimate(make.graph("damaged", ["x"], [chosen]))
    assert not graph.cost.flops
