"""How many findings one fault makes, and where each says that it is."""

from __future__ import annotations

import pytest

import opscope
from graphs import Builder
from opscope.check import choosing_rules
from opscope.check.check_rule import CheckRule
from opscope.check.hit import Hit
from opscope.graph.types import Source


def _find(inspected):
    return [Hit("Tanh is used", (row,)) for row in inspected.rows("Tanh")]


@pytest.fixture(autouse=True)
def rules(monkeypatch):
    rule = CheckRule("no-tanh", "warning", "speed", "A title.", "A reason.", "use another", _find, "", "")
    monkeypatch.setattr(choosing_rules, "all_rules", lambda: (rule,))


def found(*ops):
    """What is found in a graph of these Tanh ops: each its name, its group and its line."""
    made = Builder()
    made.op("x", "Placeholder")
    for name, group, line in ops:
        made.op(name, "Tanh", "x", group=made.scope(group), source=Source("a.py", line, "f") if line else None)
    return [(each.nodes, each.group, str(each)) for each in opscope.check(made.graph("tanh"))]


def test_ops_of_one_group_whose_lines_are_not_known_are_one_finding():
    both, other = found(("metrics/a", "metrics", 0), ("metrics/b", "metrics", 0), ("loss/c", "loss", 0))
    assert both == (
        ("metrics/a", "metrics/b"),
        "metrics",
        "warning no-tanh: Tanh is used (metrics) - use another",
    )
    assert other[:2] == (("loss/c",), "loss")


def test_without_line_and_group_the_op_is_the_place():
    said = [text for _, _, text in found(("a", "", 0), ("b", "", 0))]
    assert said == [f"warning no-tanh: Tanh is used ({name}) - use another" for name in "ab"]


def test_ops_on_lines_are_one_finding_a_line():
    said = found(("a", "", 3), ("b", "", 3), ("c", "", 4))
    assert [text for _, _, text in said] == [
        f"a.py:{line}: warning no-tanh: Tanh is used - use another" for line in (3, 4)
    ]


def test_the_ops_that_one_finding_names_are_bounded():
    ((nodes, _, _),) = found(*((f"loss/t{number}", "loss", 0) for number in range(50)))
    assert len(nodes) == 20
