"""Estimated costs in the summary, and the table for pandas."""

import pytest

from opscope.cost import estimate
from opscope.load import load
from opscope.render.cost_facts import lines


def test_nothing_is_said_of_costs_that_were_not_estimated(shared):
    assert lines(load(shared / "graphs" / "resnet50_fwd.pb")) == []


def test_totals_intensity_and_the_peak_with_its_makers_are_named(shared):
    graph = estimate(load(shared / "graphs" / "resnet50_fwd.pb"))
    first, second = lines(graph)
    assert first.startswith("estimated: 7.76 GFLOP a step, ")
    assert "FLOP a byte" in first
    assert second.startswith("activations: at most 9.19 MiB alive at once (resnet50_1/conv2_block1")
    text = graph.summary()
    assert first in text
    assert "FLOPs" in text


def test_pandas_gets_one_row_an_op(shared):
    pytest.importorskip("pandas")
    graph = estimate(load(shared / "graphs" / "resnet50_fwd.pb"))
    frame = graph.to_pandas()
    assert len(frame) == len(graph)
    assert frame["flops"].sum() == graph.facts["cost"]["flops"]
