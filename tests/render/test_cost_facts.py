"""Estimated costs in the summary, and the table for pandas."""

import pytest

from opscope.cost import activation_memory, estimate
from opscope.load import load
from opscope.render.report.costs import cost_lines


def test_nothing_is_said_of_costs_that_were_not_estimated(shared):
    assert cost_lines(load(shared / "graphs" / "resnet50_fwd.pb")) == []


def test_totals_intensity_and_the_peak_with_its_makers_are_named(shared):
    graph = estimate(load(shared / "graphs" / "resnet50_fwd.pb"))
    first, second, third = cost_lines(graph)
    assert first.startswith("estimated: 7.76 GFLOP per step, ")
    assert "FLOP per byte" in first
    assert second.startswith("peak activation memory: 6.89 MiB (largest: resnet50_1/conv2_block1")
    text = graph.summary()
    assert first in text
    assert third.startswith("activation memory along the step: ▄")
    assert "GFLOP" in text


def test_pandas_gets_one_row_an_op(shared):
    pytest.importorskip("pandas")
    graph = estimate(load(shared / "graphs" / "resnet50_fwd.pb"))
    frame = graph.to_pandas()
    assert len(frame) == len(graph)
    assert frame["flops"].sum() == graph.cost.flops
    assert frame["alive_bytes"].max() == activation_memory(graph).peak


def test_the_phases_of_a_training_step_stand_below_its_memory():
    from opscope.render.report.costs import _segments

    assert _segments(["forward"] * 9 + ["loss"] + ["backward"] * 10 + [""] * 3) == "|forward ||backward |"
