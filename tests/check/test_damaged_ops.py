"""Whatever ops a file holds, every rule says something of it or nothing, and none raises."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from random import Random

import pytest

from damaged import damaged, op_types, strange
from graphs import literal
from opscope.check.checking import checked
from opscope.check.choosing_rules import all_rules
from opscope.check.inspected import Inspected
from opscope.graph.json import from_dict
from opscope.graph.types import TensorType

RECORDED = Path(__file__).resolve().parents[1] / "profile" / "recorded"
F = [TensorType("float32", (2,))]


@pytest.mark.alike
def test_rules_take_an_op_of_any_type_with_any_inputs_and_attributes():
    kinds = op_types()
    for start in range(0, len(kinds), 100):
        checked(strange(kinds[start : start + 100], Random(start), used=False), all_rules())


@pytest.mark.alike
@pytest.mark.parametrize("name", ["tf24.zip", "tf221.zip"])
def test_rules_take_a_training_step_of_which_a_few_ops_are_damaged(name):
    with zipfile.ZipFile(RECORDED / name) as archive:
        graph = from_dict(json.loads(archive.read("graph.json")))
    for turn in range(25):
        checked(damaged(graph, Random(turn), 12), all_rules())


def test_an_op_without_the_inputs_of_its_type_is_of_none_that_rules_know():
    graph = literal(
        ("x", "Placeholder", [], F),
        ("one", "RealDiv", ["x"], F),
        ("two", "RealDiv", ["x", "x", "^one"], F),
        ("three", "RealDiv", ["x", "x", "one"], F),
        ("many", "AddN", ["x", "x", "x"], F),
        ("own", "MyOp", ["x"], F),
    )
    inspected = Inspected(graph)
    assert inspected.rows("RealDiv") == [2]
    assert inspected.rows("AddN", "MyOp") == [4, 5]
