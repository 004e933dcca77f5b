"""The picture of a difference: its wires are true of both graphs together, and its marks are those of the ops that they stand on."""

from __future__ import annotations

import re
from typing import List, Tuple

from hypothesis import given, settings

import opscope
from graphs import Builder, dense_model, graph, graphs, tower
from opscope.diff.union import union
from opscope.graph.content import content_of, with_content
from opscope.graph.json import from_dict, to_dict
from opscope.layout.scene.compared import SIGNS
from opscope.layout.scene.compose import compose
from opscope.layout.scene.items import Box, Card, Pill, Scene, cards, items
from opscope.passes import for_drawing
from opscope.render.told_difference.difference_picture import difference_svg
from truth import lies

STATUS_OF_SIGN = {"+": "added", "\u2212": "removed", "~": "changed"}


def check(a: opscope.Graph, b: opscope.Graph) -> None:
    both = union(opscope.diff(a, b), every_wire=False)
    drawn = for_drawing(both.graph, "all", unfold=False)
    scene = compose(drawn)
    assert lies(both.graph, drawn, scene) == []
    # Wires that only the first graph has are drawn beside the others, and neither hide nor change any of them.
    there = compose(with_content(drawn, wires_gone=()))
    assert not any(wire.kind == "gone" for card in cards(there) for wire in card.wires)
    assert drawn_wires(scene) == drawn_wires(there)
    names = content_of(drawn).table.names
    rows = {name: row for row, name in enumerate(content_of(both.graph).table.names)}
    for item in items(scene):
        if isinstance(item, Box):
            told = item.compared.status if item.compared else None
            assert told == both.nodes.get(rows[names[item.node]]), names[item.node]


def drawn_wires(scene: Scene) -> List[Tuple[str, int, int, str, str]]:
    """The wires of all cards but those that are gone."""
    return sorted(
        (card.title, wire.source.child, wire.target.child, wire.kind, wire.label)
        for card in cards(scene)
        for wire in card.wires
        if wire.kind != "gone"
    )


def crossing(*, first: bool) -> opscope.Graph:
    """Two ops, of which the second takes the first one's result or the other way round, and a third that takes both."""
    make = Builder()
    x = make.op("x", "Placeholder")
    one, two = ("up", "down") if first else ("down", "up")
    make.op(one, {"up": "Exp", "down": "Tanh"}[one], x)
    make.op(two, {"up": "Exp", "down": "Tanh"}[two], one)
    make.op("sum", "AddV2", "up", "down")
    return make.graph("crossing", ["x"], ["sum"])


def test_a_wire_between_ops_of_both_that_is_gone_is_drawn_as_that() -> None:
    both = union(opscope.diff(crossing(first=True), crossing(first=False)), every_wire=False)
    scene = compose(for_drawing(both.graph, "all", unfold=False))
    drawn = [child.title if isinstance(child, (Box, Pill)) else "" for child in scene.root.children]
    gone = {(drawn[wire.source.child], drawn[wire.target.child]) for wire in scene.root.wires if wire.kind == "gone"}
    names = content_of(both.graph).table.names
    assert {(names[source], names[taker]) for source, _, taker in content_of(both.graph).wires_gone} == {
        ("x", "up"),
        ("up", "down"),
    }
    assert len(gone) == 2
    assert all(wire.head == SIGNS["removed"] for wire in scene.root.wires if wire.kind == "gone")


@given(graphs(), graphs())
@settings(deadline=None)
def test_a_drawing_of_two_graphs_tells_no_lie(a: opscope.Graph, b: opscope.Graph) -> None:
    check(a, b)


def test_a_drawing_of_towers_tells_no_lie() -> None:
    check(graph(tower(4)), graph(tower(6)))
    check(graph(tower(6)), graph(tower(4)))


def test_copies_that_only_one_graph_has_are_a_stack_of_their_own() -> None:
    both = union(opscope.diff(graph(tower(4)), graph(tower(7))), every_wire=False)
    drawn = for_drawing(both.graph, "all", unfold=False)
    stacks = [card for card in items(compose(drawn)) if isinstance(card, Card) and card.repeat > 1]
    assert {(card.repeat, card.compared.status if card.compared else None) for card in stacks} == {
        (4, None),
        (3, "added"),
    }


def test_a_card_counts_what_differs_in_it() -> None:
    whole = graph(tower(1))
    content = content_of(whole)
    inside = [row for row, group in enumerate(content.node_group) if group >= 0]
    marked = with_content(whole, marks={inside[0]: "added", inside[1]: "removed"})
    closed = compose(for_drawing(marked, 0))
    (card,) = [item for item in items(closed) if isinstance(item, Card)]
    assert card.compared is not None
    counted = dict(re.findall(r"([+\u2212~])(\d+)", card.compared.text))
    assert {STATUS_OF_SIGN[sign]: int(count) for sign, count in counted.items()} == {"added": 1, "removed": 1}


def test_the_picture_has_marks_words_and_what_the_signs_mean() -> None:
    text = difference_svg(opscope.diff(graph(tower(4)), graph(tower(6))))
    assert 'class="d-added"' in text and 'class="b-added"' in text
    assert "only in the second" in text
    turned = difference_svg(opscope.diff(graph(tower(6)), graph(tower(4))))
    assert 'class="d-removed"' in turned and 'class="d-added"' not in turned
    assert 'class="d-' not in difference_svg(opscope.diff(graph(tower(4)), graph(tower(4))))


def test_figures_of_one_graph_are_not_told_of_both() -> None:
    measured = graph(tower(4)).overlay({"net": {"time": 0.5}})
    assert any(group.measured for group in content_of(measured).groups)
    for a, b in ((measured, graph(tower(6))), (graph(tower(4)), measured)):
        both = union(opscope.diff(a, b)).graph
        assert not any(group.measured for group in content_of(both).groups) and both.measurement is None
        assert "500 ms" not in difference_svg(opscope.diff(a, b))


def test_a_layer_that_is_set_otherwise_is_marked_though_its_ops_are_the_same() -> None:
    data = to_dict(dense_model())
    hidden = next(group for group in data["groups"] if group["path"] == "small/hidden")
    hidden["settings"] = {"kernel_constraint": "MaxNorm"}
    both = union(opscope.diff(dense_model(), from_dict(data)), every_wire=False)
    assert not both.nodes
    shown = {
        card.title: card.compared
        for card in items(compose(for_drawing(both.graph, "layers")))
        if isinstance(card, Card)
    }
    assert shown["hidden"] == ("changed", "~")
    assert shown["classes"] is None
    assert "d-changed" in difference_svg(opscope.diff(dense_model(), from_dict(data)))
