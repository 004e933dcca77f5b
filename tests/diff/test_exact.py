"""A difference is exact: applied it gives the other graph, turned round it is the other difference, as JSON it is the same."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings

import opscope
from graphs import dense_model, graph, graphs, tower
from opscope.diff.difference import Difference
from opscope.graph.json import to_dict


def check(a: opscope.Graph, b: opscope.Graph) -> Difference:
    """All that must be true of any two graphs."""
    found = opscope.diff(a, b)
    again = Difference.from_dict(json.loads(json.dumps(found.to_dict())))
    assert again == found
    assert again.a is None and again.b is None
    assert to_dict(again.apply(a)) == to_dict(b)
    assert to_dict(again.reversed().apply(b)) == to_dict(a)
    assert found.reversed() == opscope.diff(b, a)
    assert found.reversed().reversed() == found
    return found


@pytest.mark.parametrize("make", [dense_model, lambda: graph(tower(3))], ids=["dense", "tower"])
def test_a_graph_and_itself_are_the_same(make) -> None:
    found = check(make(), make())
    assert not found and found.same and found.cost == 0
    assert not (found.nodes or found.groups or found.variables or found.edges)


@given(graphs(), graphs())
@settings(deadline=None)
def test_any_two_graphs(a: opscope.Graph, b: opscope.Graph) -> None:
    check(a, b)


@given(graphs())
@settings(deadline=None)
def test_any_graph_and_itself(a: opscope.Graph) -> None:
    found = check(a, a)
    assert not found.to_dict()["nodes"]


def test_towers_of_other_heights() -> None:
    check(graph(tower(4)), graph(tower(6)))
