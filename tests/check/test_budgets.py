"""Budgets: amounts as people write them, limits, baselines, and what is not known."""

from __future__ import annotations

import json

import pytest

import opscope
from graphs import Builder
from opscope.check import cost_figures
from opscope.check.amounts import bytes_from, count_from, share_from
from opscope.graph.types import Variable


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("10M", 10e6),
        ("1.5B", 1.5e9),
        ("7 k", 7e3),
        ("1,234,567", 1234567),
        ("4.1e9", 4.1e9),
        ("2 GFLOPs", 2e9),
        (0, 0),
        (3.0, 3),
    ],
)
def test_a_count_is_read(given, meant):
    assert count_from("max_flops", given) == meant


@pytest.mark.parametrize(
    ("given", "meant"), [("4 GB", 4e9), ("512MiB", 512 * 2**20), ("1kB", 1000), ("64", 64), ("1.5 gib", 1.5 * 2**30)]
)
def test_a_size_is_read(given, meant):
    assert bytes_from("max_activation_memory", given) == meant


def test_a_share_is_read():
    assert [share_from("tolerance", each) for each in ("2%", "0.02", 0.02, "0 %")] == [0.02, 0.02, 0.02, 0.0]


@pytest.mark.parametrize(
    "given", ["many", "10X", "-3", "", "4 GB", True, None, [1], -1, float("nan"), float("inf"), "1e999"]
)
def test_what_is_no_count_is_refused(given):
    with pytest.raises(opscope.InputError, match="is not known; give a number such as 10M"):
        count_from("max_params", given)


def dense(width):
    """A matrix product of (8, 4) with a variable of (4, width): 2 * 8 * 4 * width FLOPs, 4 * width parameters."""
    made = Builder()
    made.variables.append(Variable(0, "dense.kernel", "float32", (4, width), True))
    made.handles["kernel"] = 0
    made.op("x", "Placeholder")
    made.op("kernel", "VarHandleOp", out=[("resource", ())])
    made.op("read", "ReadVariableOp", "kernel", out=[("float32", (4, width))], dtype="float32")
    made.op("y", "MatMul", "x", "read", out=[("float32", (8, width))], T="float32")
    return made.graph("dense")


def names(found):
    return [each.rule for each in found]


def test_a_limit_is_the_last_value_that_is_within():
    graph = dense(10)
    assert graph.estimate().cost.flops == 2 * 8 * 4 * 10
    assert names(opscope.check(graph, max_params=40, max_flops=640)) == []
    found = opscope.check(graph, max_params=39, max_flops="0.639k", max_activation_memory="1 MB")
    assert [(each.rule, each.severity) for each in found] == [
        ("too-many-flops", "error"),
        ("too-many-parameters", "error"),
    ]
    assert found[1].message == "the model has 40 parameters, and the budget is 39"
    assert found[1].figures == {"parameters": 40, "budget": 39}


def test_activations_have_a_limit_too():
    peak = dense(10).estimate().cost.peak_activation_bytes
    assert names(opscope.check(dense(10), max_activation_memory=peak)) == []
    assert names(opscope.check(dense(10), max_activation_memory=peak - 1)) == ["too-much-activation-memory"]


def test_without_a_budget_nothing_is_estimated(monkeypatch):
    monkeypatch.setattr(cost_figures, "estimate", lambda *_, **__: pytest.fail("estimated"))
    assert opscope.check(dense(10)).figures == {}
    assert "figures" not in opscope.check(dense(10)).to_json()


def test_a_figure_that_is_not_known_is_told_and_passes_no_budget():
    made = Builder()
    made.op("x", "Placeholder", out=[("float32", None)])
    made.op("y", "Relu", "x", out=[("float32", None)], T="float32")
    found = opscope.check(made.graph("open"), max_activation_memory="1 GB")
    assert names(found) == ["budget-unknown"]
    assert opscope.check(made.graph("open"), max_params=5, select="budget-unknown").figures["activation_bytes"] is None


def test_a_figure_in_part_is_a_lower_bound():
    made = Builder()
    made.op("x", "Placeholder")
    made.op("y", "Relu", "x", T="float32")
    made.op("y2", "Relu", "y", T="float32")
    made.op("z", "SomeonesOwn", "y2")
    (part,) = opscope.check(made.graph("part"), max_flops=64, select="budgets")
    assert (part.rule, "SomeonesOwn" in part.message) == ("budget-in-part", True)
    over = opscope.check(made.graph("part"), max_flops=63, select="too-many-flops")
    assert over[0].message == "the model has at least 64 FLOP, and the budget is 63"


def test_a_baseline_allows_growth_within_the_tolerance(tmp_path):
    before = dense(100).save(tmp_path / "before.json")
    assert names(opscope.check(dense(100), baseline=before)) == []
    assert names(opscope.check(dense(90), baseline=before)) == []
    assert names(opscope.check(dense(102), baseline=before, tolerance="2%")) == []
    found = opscope.check(dense(103), baseline=before, tolerance="2%")
    assert {each.rule for each in found} == {"grown-since-baseline"}
    assert found[0].message == f"412 parameters are 12 (3 %) more than the 400 of {before}; 2 % is allowed"


def test_findings_with_figures_are_a_baseline(tmp_path):
    before = opscope.check(dense(100), max_params="1M").save(tmp_path / "found.json")
    assert names(opscope.check(dense(100), baseline=before)) == []
    assert "400" in opscope.check(dense(101), baseline=before)[0].message
    with pytest.raises(opscope.InputError, match="its figures are for batch size None, and not for 8"):
        opscope.check(dense(100), baseline=before, batch=8)
    bare = opscope.check(dense(100)).save(tmp_path / "bare.json")
    with pytest.raises(opscope.InputError, match="these findings have no figures"):
        opscope.check(dense(100), baseline=bare)


@pytest.mark.parametrize("wrong", ["many", -1, True, [1], 1e999])
def test_a_baseline_of_a_stranger_is_checked(tmp_path, wrong):
    path = tmp_path / "found.json"
    record = {"format": "opscope-findings", "figures": {"parameters": wrong, "batch": None}}
    path.write_text(json.dumps(record), encoding="utf-8")
    with pytest.raises(opscope.InputError, match="parameters is no number from 0"):
        opscope.check(dense(1), baseline=path)


def test_a_baseline_that_is_not_there_or_broken_is_one_error(tmp_path):
    with pytest.raises(opscope.LoadError):
        opscope.check(dense(1), baseline=tmp_path / "absent.json")
    (tmp_path / "broken.json").write_text('{"format": "opscope-findings", ', encoding="utf-8")
    with pytest.raises(opscope.InputError, match="cannot be read as JSON"):
        opscope.check(dense(1), baseline=tmp_path / "broken.json")
