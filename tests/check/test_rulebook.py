"""Every rule's two examples, run: the bad one is reported at its line, the good one is not."""

from __future__ import annotations

import runpy

import pytest

import opscope
from opscope.check.check_rule import RULE_FAMILIES
from opscope.check.choosing_rules import all_rules
from opscope.check.hit import SEVERITIES

RULES = {rule.name: rule for rule in all_rules()}


def findings(program, tmp_path, name="example"):
    """What `check` finds in a program that defines ``target``, ``inputs`` and perhaps ``options``, as a file of its own so that lines are known."""
    pytest.importorskip("tensorflow")
    path = tmp_path / f"{name}.py"
    path.write_text(program, encoding="utf-8")
    defined = runpy.run_path(str(path), run_name=name)
    return opscope.check(defined["target"], *defined["inputs"], **defined.get("options", {}))


@pytest.mark.parametrize("name", RULES)
def test_the_bad_example_is_reported_at_its_line_and_the_good_one_is_not(name, tmp_path):
    rule = RULES[name]
    marked = [number for number, line in enumerate(rule.bad.splitlines(), 1) if line.endswith("# here")]
    found = [each for each in findings(rule.bad, tmp_path, "bad") if each.rule == name]
    assert found
    assert {each.source.line for each in found if each.source is not None} == set(marked)
    good = findings(rule.good, tmp_path, "good")
    assert [str(each) for each in good if each.rule == name or each.severity != "note"] == []


@pytest.mark.parametrize("name", RULES)
def test_a_rule_says_all_that_its_page_needs(name):
    rule = RULES[name]
    assert rule.severity in SEVERITIES
    assert rule.family in RULE_FAMILIES
    assert rule.title.endswith(".") and rule.why.endswith(".") and not rule.remedy.endswith(".")


def test_no_two_rules_have_one_name():
    assert len(RULES) == len(all_rules())
