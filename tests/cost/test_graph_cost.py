"""`Graph.estimate` and `Graph.cost`: the totals of a graph, typed."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, asdict

import pytest

from graphs import literal
from opscope import InputError
from opscope.cost import activation_memory, estimate
from opscope.graph import GraphCost
from opscope.graph.content import content_of, with_facts
from opscope.load import load

F = "float32"


def small(batch=4, op="Relu"):
    return literal(
        ("x", "Placeholder", (), [(F, (batch, 3))]), ("w", "Const", (), [(F, (3, 5))]),
        ("y", "MatMul", ["x", "w"], [(F, (batch, 5))]), ("z", op, ["y"], [(F, (batch, 5))]),
    )  # fmt: skip


def test_a_graph_that_was_not_estimated_has_no_cost():
    assert small().cost is None


def test_all_totals_of_a_small_graph_by_hand():
    product, result = 2 * (4 * 3 * 5), 4 * 5
    moved = 4 * (12 + 15 + 20) + 4 * (20 + 20)  # the product reads two and writes one, the activation one and one
    assert small().estimate().cost == GraphCost(
        batch=None, per_sample=False, flops=product + result, macs=60, bytes=moved,
        peak_activation_bytes=80,  # the product's result, into which the activation is written
        without_formula={}, unknown_shape={}, loops={},
    )  # fmt: skip


def test_the_graph_itself_stays_as_it_was_and_the_rest_is_shared():
    graph = small()
    costed = graph.estimate()
    assert graph.cost is None
    assert not content_of(graph).costs
    assert content_of(costed).table is content_of(graph).table
    with pytest.raises(FrozenInstanceError):
        costed.cost.flops = 1.0


def test_a_batch_stands_for_the_open_dimension():
    open_, given = small(None).estimate().cost, small(None).estimate(batch=4).cost
    assert (open_.per_sample, open_.batch) == (True, None)
    assert (given.per_sample, given.batch) == (False, 4)
    assert given.flops == 4 * open_.flops == small(4).estimate().cost.flops
    assert given.fixed_flops is None
    with pytest.raises(InputError, match="1 or more"):
        small(None).estimate(batch=0)


def test_ops_without_a_figure_are_counted_by_type_and_in_no_sum():
    cost = small(op="MyOwnOp").estimate().cost
    assert cost.without_formula == {"MyOwnOp": 1}
    assert (cost.flops, cost.macs) == (120, 60)
    unknown = literal(("x", "Placeholder", (), [(F, None)]), ("y", "Relu", ["x"], [(F, None)])).estimate().cost
    assert unknown.unknown_shape == {"Relu": 1}


def test_a_peak_that_misses_a_tensor_is_not_known():
    made = literal(
        ("x", "Placeholder", (), [(F, (4,))]), ("y", "Relu", ["x"], [(F, (4,))]), ("z", "MyOwnOp", ["y"], [(F, None)])
    )
    assert made.estimate().cost.peak_activation_bytes is None
    assert activation_memory(made).peak == 16  # the part that is known


def test_a_drawing_need_not_find_the_peak():
    assert estimate(small(), peak=False).cost.peak_activation_bytes is None


def test_costs_stay_on_what_is_made_of_the_graph():
    graph = small().estimate()
    assert graph.overlay({"y": {"time": 0.1}}).cost is graph.cost
    assert with_facts(graph, {"format": "GraphDef"}).cost is graph.cost


def test_costs_come_back_from_a_file(tmp_path):
    graph = load(small().estimate().save(tmp_path / "g.json"))
    read = content_of(graph).costs[2]
    assert (read.flops, read.macs) == (120, 60)
    assert graph.cost == small().estimate().cost


def test_totals_are_plain_values():
    assert list(asdict(small().estimate().cost)) == [
        "batch", "per_sample", "flops", "macs", "bytes", "peak_activation_bytes", "without_formula", "unknown_shape", "loops",
        "loops_at_most", "per", "fixed_flops",
    ]  # fmt: skip
