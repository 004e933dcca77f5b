"""Every rule has tests of at least three models with the fault, and of three that only look like it."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import pytest

import opscope
from check import rule_cases
from check.rule_cases import SHOWN, Shown, shows
from graphs import Builder
from opscope.check.choosing_rules import all_rules
from opscope.graph.types import Variable

ENOUGH = 3


@pytest.fixture(scope="module")
def shown():
    """Rule -> how many faults and near misses all tests of this folder show to it, each case once."""
    pytest.importorskip("tensorflow")
    for path in sorted(Path(__file__).parent.glob("test_*.py")):
        import_module(f"check.{path.stem}")
    return {
        rule: Shown(sum(each.faults for each in tests.values()), sum(each.near_misses for each in tests.values()))
        for rule, tests in SHOWN.items()
    }


@pytest.mark.parametrize("rule", [rule.name for rule in all_rules()])
def test_a_rule_has_enough_faults_and_near_misses(rule, shown):
    counts = shown.get(rule, Shown(0, 0))
    assert counts.faults >= ENOUGH
    assert counts.near_misses >= ENOUGH


def test_no_case_is_for_a_rule_that_is_none(shown):
    assert set(shown) <= {rule.name for rule in all_rules()}


def parameters(most, **options):
    made = Builder()
    made.variables.append(Variable(0, "kernel", "float32", (4, 10), True))
    made.handles["kernel"] = 0
    made.op("kernel", "VarHandleOp", out=[("resource", ())])
    made.op("read", "ReadVariableOp", "kernel", out=[("float32", (4, 10))], dtype="float32")
    return opscope.check(made.graph("net"), max_params=most, **options)


def test_a_test_that_does_not_show_what_it_declares_fails(monkeypatch):
    monkeypatch.setattr(rule_cases, "SHOWN", {})
    rule = "too-many-parameters"
    for looks, shown, said in (
        (lambda: None, {"faults": 1}, "found in 0 models"),
        (lambda: parameters(50), {"faults": 1}, "found in 0 models"),
        (lambda: parameters(30), {"faults": 2}, "found in 1 models"),
        (lambda: parameters(30), {"near_misses": 1}, "in vain in 0 models"),
        (lambda: parameters(50, select="numerics"), {"near_misses": 1}, "in vain in 0 models"),
    ):
        with pytest.raises(AssertionError, match=said):
            shows(rule, **shown)(looks)()
    shows(rule, faults=1)(lambda: parameters(30))()
    shows(rule, near_misses=1)(lambda: parameters(50))()
