"""Where the time goes, as rows, on a literal graph."""

from __future__ import annotations

import pytest

from graphs import literal
from opscope.graph import Cost, GraphCost, Group, Measured, Source
from opscope.graph.content import content_of, with_cost, with_facts, with_measurement
from opscope.profile.step_times import StepTimes
from opscope.profile.tables import TOP_ROWS, error_of, slowest_layers, tables


def graph(places, groups=(), names=None, **columns):
    names = names or [f"op{k}" for k in range(len(places))]
    nodes = [(name, "Relu" if k % 2 else "Mul", (), ()) for k, name in enumerate(names)]
    return literal(*nodes, groups=groups, places=places, **columns)


LAYERS = (
    Group("m", -1, "model", "m"), Group("m/s", 0, "scope", "s"), Group("m/d", 1, "layer", "d"), Group("t", -1, "scope", "t"),
    Group("opt", -1, "optimizer", "opt"), Group("opt/adam", 4, "scope", "adam"), Group("back", -1, "backward", "back"),
    Group("back/d", 6, "scope", "d", of="m/d"), Group("loss", -1, "loss", "loss"),
)  # fmt: skip


def timed(*times):
    return {row: Measured(time, time, 1.0) for row, time in enumerate(times)}


def times(rows):
    return {row["name"]: row["time_us"] for row in rows}


def test_a_layer_has_the_ops_in_it_that_are_in_no_layer_inside_it():
    made = graph([0, 1, 2, 3, 5, 6, 7, 8, -1], LAYERS, measured=timed(1, 2, 4, 8, 16, 32, 64, 128, 256))
    assert times(tables(made)["layers"]) == {
        "m": 1 + 2, "m/d": 4, "t": 8, "opt": 16, "back": 32, "back/d": 64, "loss": 128, "(outside of layers)": 256,
    }  # fmt: skip


def test_without_any_layer_the_innermost_groups_are_named():
    made = graph([0, 1], (Group("s", -1, "scope", "s"), Group("s/t", 0, "scope", "t")), measured=timed(1, 2))
    assert times(tables(made)["layers"]) == {"s": 1, "s/t": 2}


def test_the_most_comes_first_then_by_name_and_nothing_of_nothing():
    made = graph([-1] * 4, names=["d", "a", "c", "b"], measured=timed(5, 1, 5, 0))
    assert [row["name"] for row in tables(made)["ops"]] == ["c", "d", "a"]
    assert times(tables(made)["op_types"]) == {"Mul": 10, "Relu": 1}


def test_what_is_beyond_the_table_is_one_row_so_that_it_adds_up():
    made = graph([-1] * 12, measured=timed(*range(20, 8, -1)), costs={11: Cost(7.0, None)})
    rows = tables(made)["ops"]
    assert len(rows) == TOP_ROWS + 1
    assert (rows[-1]["name"], rows[-1]["time_us"], rows[-1]["flops"], rows[-1]["bytes"]) == (
        "(2 more)",
        10 + 9,
        7,
        None,
    )
    assert [row["name"] for row in tables(made, top=11)["ops"]][-1] == "(1 more)"
    assert len(tables(made, top=12)["ops"]) == 12


def test_costs_stand_beside_times_where_they_are_per_step():
    made = graph(
        [-1] * 3,
        measured=timed(1, 2, 3),
        costs={0: Cost(10.0, 4.0), 1: Cost(20.0, 8.0, "iteration"), 2: Cost(None, 2.0)},
    )
    found = {row["name"]: (row["flops"], row["bytes"], row["calls"]) for row in tables(made)["ops"]}
    assert found == {"op0": (10, 4, 1), "op1": (None, None, 1), "op2": (None, 2, 1)}


def test_without_times_flops_decide_those_per_iteration_too():
    costs = {0: Cost(10.0, 4.0), 1: Cost(30.0, 8.0, "iteration"), 2: Cost(0.0, 2.0)}
    whole = GraphCost(None, False, 40.0, None, 14.0, None, {}, {}, {})
    made = with_cost(graph([-1] * 3), whole, costs=costs)
    assert [(row["name"], row["flops"], row["share"]) for row in tables(made)["ops"]] == [
        ("op1", 30, 0.75),
        ("op0", 10, 0.25),
    ]


def test_multiply_adds_stand_beside_flops_and_are_summed_like_them():
    costs = {0: Cost(10.0, 4.0, macs=5.0), 1: Cost(30.0, 8.0, macs=0.0), 2: Cost(7.0, 1.0)}
    (row,) = tables(graph([0] * 3, LAYERS[:1], costs=costs))["layers"]
    assert (row["flops"], row["macs"]) == (47, 5)
    (alone,) = tables(graph([0], LAYERS[:1], costs={0: costs[2]}))["layers"]
    assert alone["macs"] is None


def test_a_share_is_of_the_profiled_step_and_not_known_without_one():
    made = graph([-1], measured=timed(5))
    assert tables(made)["ops"][0]["share"] is None
    whole = with_measurement(
        made, {"profiled_step_time_us": 20.0}, measured=content_of(made).measured, groups=content_of(made).groups
    )
    assert tables(whole)["ops"][0]["share"] == pytest.approx(0.25)


def test_nothing_known_gives_no_table():
    assert tables(graph([-1])) == {}
    assert tables(graph([-1], costs={0: Cost(0.0, 5.0)}, measured={0: Measured(calls=1.0)})) == {}


def test_source_lines_are_a_table_and_a_column_where_there_are_any():
    made = graph(
        [-1] * 3, measured=timed(1, 2, 4), sources={0: Source("net.py", 7, "call"), 2: Source("net.py", 7, "call")}
    )
    found = tables(made)
    assert times(found["sources"]) == {"net.py:7": 5, "(no source line)": 2}
    assert {row["name"]: row["source"] for row in found["ops"]} == {
        "op0": "net.py:7",
        "op1": "(no source line)",
        "op2": "net.py:7",
    }
    assert [row["source"] for row in found["op_types"]] == [None, None]
    assert "sources" not in tables(graph([-1], measured=timed(1)))


def sure(*figures):
    return {row: Measured(time, time, 1.0, error_us=error) for row, (time, error) in enumerate(figures)}


def test_rows_that_may_be_equal_share_places_and_without_errors_there_are_none():
    rows = tables(graph([-1] * 3, measured=sure((30, 1), (32, 1), (10, 1))))["ops"]
    assert [(row["name"], str(row["rank"]), row["error_us"]) for row in rows] == [
        ("op1", "1-2", 1),
        ("op0", "1-2", 1),
        ("op2", "3", 1),
    ]
    assert [row["rank"] for row in tables(graph([-1] * 2, measured=timed(1, 2)))["ops"]] == [None, None]


def test_the_error_of_a_sum_is_that_of_its_times_by_step_or_else_at_most_that_of_its_parts():
    made = graph([-1] * 2, names=["a", "b"], measured=sure((2, 1), (2, 1)))
    assert error_of(made, [0, 1]) == 2
    times = StepTimes(2)
    for step, (a, b) in enumerate([(1, 3), (3, 1)]):  # b is short when a is long
        times.add("a", step, a)
        times.add("b", step, b)
    known = with_facts(made, {"step_times": times})
    assert error_of(known, [0, 1]) == 0
    assert error_of(known, [0]) == 1
    assert tables(known)["op_types"][0]["error_us"] == 1


def test_the_slowest_are_all_that_may_be_it():
    layers = [Group(name, -1, "layer", name) for name in "abc"]
    made = graph([0, 1, 2], layers, measured=sure((30, 1), (10, 1), (32, 1)))
    assert [row["name"] for row in slowest_layers(made)] == ["c", "a"]
    apart = graph([0, 1, 2], layers, measured=sure((30, 1), (10, 1), (41, 1)))
    assert [row["name"] for row in slowest_layers(apart)] == ["c"]
    assert slowest_layers(graph([0], layers[:1], measured=timed(1))) == []
    assert slowest_layers(graph([0], layers[:1])) == []
