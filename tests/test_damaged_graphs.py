"""Whatever ops a file holds, everything that people do with its graph gives a result: what is not known is left out, and nothing raises."""

from __future__ import annotations

import json
import sys
import zipfile
from pathlib import Path
from random import Random

import pytest

import opscope
from damaged import damaged, op_types, strange
from json_mutations import complete
from opscope.errors import OpscopeError
from opscope.graph.content import content_of
from opscope.graph.json import from_dict
from opscope.shapes.symbolic import SymbolicShapes

ROOT = Path(__file__).resolve().parents[1]
RECORDED = ROOT / "tests" / "profile" / "recorded"


@pytest.fixture(scope="module")
def look():
    sys.path.insert(0, str(ROOT / "tools"))
    try:
        from fuzzing.target import look
    finally:
        sys.path.remove(str(ROOT / "tools"))
    return look


def use(look, graph, turn):
    """All that fuzzing does with a graph, and the shape of every tensor in words."""
    shapes = SymbolicShapes(graph)
    assert all(isinstance(shapes.text(row), str) for row in range(len(content_of(graph).table)))
    look(graph, turn)


@pytest.mark.alike
def test_shapes_and_costs_follow_from_an_op_of_any_type_with_any_inputs_and_attributes(look):
    kinds = op_types()
    assert len(kinds) > 1000
    for start in range(0, len(kinds), 100):
        use(look, strange(kinds[start : start + 100], Random(start)), start)


@pytest.mark.alike
def test_an_op_of_any_type_without_inputs_or_with_odd_ones_is_drawn(look):
    kinds = op_types()
    for turn, start in enumerate(range(0, len(kinds), 200)):
        look(strange(kinds[start : start + 200], Random(start), 2, used=False), turn)


def graphs_of_files():
    """Small graphs with loops, calls, branches, lists and a training step, and real files where there are any."""
    yield from_dict(complete())
    for name in ("tf24.zip", "tf221.zip"):
        with zipfile.ZipFile(RECORDED / name) as archive:
            yield from_dict(json.loads(archive.read("graph.json")))
    wild = ROOT.parent / "shared" / "wild"
    for path in sorted(wild.glob("*/saved_model.pb")):
        try:
            yield opscope.load(path.parent, all=True)
        except OpscopeError:
            continue


@pytest.mark.alike
def test_a_graph_of_a_file_with_a_few_ops_damaged_is_used_like_others(look):
    graphs = list(graphs_of_files())
    for turn in range(90):
        use(look, damaged(graphs[turn % len(graphs)], Random(turn)), turn)
