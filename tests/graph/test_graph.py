"""`Graph`: content built at the first look, passes that share what they leave alone."""

from __future__ import annotations

import copy
import pickle
from typing import List

import pytest

from graphs import literal
from opscope.graph import Content, Graph, Group, Variable
from opscope.graph.content import content_of, with_content, with_facts, with_measurement


def _content(names: List[str], node_group: List[int], groups: List[Group]) -> Content:
    return content_of(literal(*[(name, "NoOp", (), ()) for name in names], groups=groups, places=node_group))


def test_content_is_built_once_at_the_first_look() -> None:
    built = []

    def build() -> Content:
        built.append(1)
        return _content(["a"], [-1], [])

    graph = Graph("lazy", build)
    assert not built
    assert "not expanded" in repr(graph)
    assert len(graph) == 1
    assert len(content_of(graph).table) == 1
    assert built == [1]


def test_a_pass_shares_the_table_and_leaves_the_first_graph_alone() -> None:
    graph = Graph("g", _content(["a", "b"], [-1, -1], []), producer={"tensorflow": "2.21.0"})
    changed = with_content(graph, dead=b"\0\1")
    assert content_of(changed).table is content_of(graph).table
    assert content_of(graph).dead == b""
    assert changed.producer == graph.producer


def test_children_and_members_list_every_group_and_op_once() -> None:
    groups = [Group("a", -1, "scope", "a"), Group("a/b", 0, "scope", "b"), Group("c", -1, "scope", "c")]
    graph = Graph("g", _content(["x", "y", "z"], [-1, 1, 2], groups))
    assert content_of(graph).children() == [[1], [], [], [0, 2]]
    assert content_of(graph).members() == [[], [1], [2], [0]]
    assert [content_of(graph).group_path(row) for row in range(3)] == [None, "a/b", "c"]


def test_parameters_are_the_trainable_and_the_layers_own_variables_each_once() -> None:
    layers = [
        Group("d", -1, "layer", "d", cls="Dense", variables=(0, 1)),
        Group("d#2", -1, "layer", "d", cls="Dense", variables=(0, 1)),
    ]
    variables = (
        Variable(0, "w", "float32", (3, 4), True),
        Variable(1, "moving_mean", "float32", (4,), False),
        Variable(2, "loose", "float32", (), True),
        Variable(3, "adam.momentum", "float32", (3, 4), False),
        Variable(4, "unknown", "float32", (None, 2), True),
    )
    assert with_content(Graph("g", _content([], [], layers)), variables=variables).parameters == 12 + 4 + 1


@pytest.mark.parametrize("name", [name for name, value in vars(Graph).items() if isinstance(value, property)])
def test_no_attribute_of_a_graph_can_be_assigned(name: str) -> None:
    graph = literal(("x", "Placeholder", (), [("float32", (2,))]))
    before = getattr(graph, name)
    with pytest.raises(AttributeError):
        setattr(graph, name, before)
    assert getattr(graph, name) is before


def test_a_graph_takes_no_attributes_of_its_own() -> None:
    graph = literal(("x", "Placeholder", (), [("float32", (2,))]))
    with pytest.raises(AttributeError):
        graph.note = "mine"


def test_facts_and_a_measurement_make_a_new_graph_and_leave_the_old_one_as_it_was() -> None:
    graph = literal(("x", "Placeholder", (), [("float32", (2,))]))
    more = with_measurement(with_facts(with_facts(graph, {"format": "GraphDef"}), {"function": "f"}), {"steps": 3})
    assert (more.facts, more.measurement) == ({"format": "GraphDef", "function": "f"}, {"steps": 3})
    assert (graph.facts, graph.measurement) == ({}, None)
    assert (more.name, content_of(more).table) == (graph.name, content_of(graph).table)


def test_a_graph_can_be_copied_and_pickled() -> None:
    graph = with_facts(literal(("x", "Placeholder", (), [("float32", (2,))])), {"format": "GraphDef"})
    for same in (copy.copy(graph), copy.deepcopy(graph), pickle.loads(pickle.dumps(graph))):
        assert (same.name, same.facts, same.to_json()) == (graph.name, graph.facts, graph.to_json())
