"""Both graphs of a difference are in their union, each whole: what is marked as the other's left out, it is there row by row."""

from collections import Counter

from hypothesis import given, settings

import opscope
from graphs import dense_model, graph, graphs, tower
from opscope.diff.model import ADDED, REMOVED
from opscope.diff.union import Union, union
from opscope.graph.content import content_of
from opscope.graph.graph import Graph


def seen(one: Graph) -> Counter:
    """What a graph consists of, names left out: each op with what it takes."""
    table = content_of(one).table
    return Counter(
        (table.ops[row], table.outputs[row], tuple((table.ops[edge.node], edge.output) for edge in table.inputs(row)))
        for row in range(len(table))
    )


def one_of(both: Union, left_out: str) -> Counter:
    """The union without what only the other graph has; what an op takes counts as a set, since a wire is drawn once."""
    table = content_of(both.graph).table
    found: Counter = Counter()
    for row in range(len(table)):
        if both.nodes.get(row) != left_out:
            takes = [edge for edge in table.inputs(row) if both.wires.get((edge.node, edge.output, row)) != left_out]
            found[table.ops[row], tuple(sorted({(table.ops[edge.node], edge.output) for edge in takes}))] += 1
    return found


def unordered(what: Counter) -> Counter:
    found: Counter = Counter()
    for (op, _, inputs), count in what.items():
        found[op, tuple(sorted(set(inputs)))] += count
    return found


def check(a: Graph, b: Graph) -> None:
    both = union(opscope.diff(a, b))
    changed_type = any(change.what == "op" for delta in opscope.diff(a, b).nodes for change in delta.changes)
    rows = len(both.graph)
    assert rows == len(b) + sum(status == REMOVED for status in both.nodes.values())
    assert rows == len(a) + sum(status == ADDED for status in both.nodes.values())
    assert len(set(content_of(both.graph).table.names)) == rows
    paths = [group.path for group in content_of(both.graph).groups]
    assert len(set(paths)) == len(paths)
    assert one_of(both, REMOVED) == unordered(seen(b))
    if not changed_type:
        assert one_of(both, ADDED) == unordered(seen(a))


@given(graphs(), graphs())
@settings(deadline=None)
def test_any_two_graphs(a: Graph, b: Graph) -> None:
    check(a, b)


def test_a_graph_with_itself_is_that_graph() -> None:
    model = dense_model()
    both = union(opscope.diff(model, model))
    assert seen(both.graph) == seen(model)
    assert not both.nodes and not both.wires


def test_a_tower_and_a_higher_one() -> None:
    check(graph(tower(3)), graph(tower(5)))
    check(graph(tower(5)), graph(tower(3)))
