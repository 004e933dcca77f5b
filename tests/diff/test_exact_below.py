"""The exact changes below the entries of a story: none is lost, and each stands where a reader looks for it."""

from __future__ import annotations

from hypothesis import given, settings

import opscope
from graphs import graph, graphs, tower
from opscope.diff.exact_below import exact_below
from opscope.diff.model import ADDED, REMOVED
from opscope.diff.union import union
from opscope.graph.graph import Graph


@given(graphs(), graphs())
@settings(deadline=None)
def test_every_exact_change_is_listed(a: Graph, b: Graph) -> None:
    difference = opscope.diff(a, b)
    exact = exact_below(difference)
    listed = {number for numbers in (*exact.below, exact.others) for number in numbers}
    assert listed == set(range(len(exact.changes)))
    assert len(exact.changes) == len(difference.nodes) + len(difference.groups) + len(difference.variables)
    assert len(exact.below) == len(difference.story)
    assert all(len(set(numbers)) == len(numbers) for numbers in exact.below)


def test_what_a_block_holds_stands_below_the_entry_that_tells_of_the_block() -> None:
    difference = opscope.diff(graph(tower(4)), graph(tower(6)))
    exact = exact_below(difference)
    told = [number for number, entry in enumerate(difference.story) if entry.kind == "repeated"]
    assert len(told) == 1
    below = {exact.changes[number].delta.b for number in exact.below[told[0]]}
    assert {f"net/block{block}/dense/MatMul" for block in (4, 5)} <= below
    assert all(name.startswith(("net/block4", "net/block5")) for name in below)


def test_turned_round_the_same_stands_below() -> None:
    one, two = graph(tower(4)), graph(tower(6))
    exact, turned = exact_below(opscope.diff(one, two)), exact_below(opscope.diff(two, one))
    there = [{exact.changes[number].delta.b for number in numbers} for numbers in exact.below]
    back = [{turned.changes[number].delta.a for number in numbers} for numbers in turned.below]
    assert sorted(map(sorted, there)) == sorted(map(sorted, back))


def test_what_only_one_graph_has_is_marked_also_where_ops_are_not_compared() -> None:
    one, two = graph(tower(4)), graph(tower(6))
    both = union(opscope.diff(one, two, only="layers"))
    assert sorted(both.nodes.values()) == [ADDED] * (len(two) - len(one))
    turned = union(opscope.diff(two, one, only="layers"))
    assert sorted(turned.nodes.values()) == [REMOVED] * (len(two) - len(one))
