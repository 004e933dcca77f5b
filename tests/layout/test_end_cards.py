"""Many inputs or outputs of one type: one oval in a picture, and in the page a card that opens and has each by its name."""

from __future__ import annotations

from drawn import leaf_edges
from graphs import Builder
from opscope.layout.scene.compose import compose
from opscope.layout.scene.end_cards import with_end_cards
from opscope.layout.scene.items import Card, Pill, places
from opscope.passes import for_drawing, gather_ends


def model(inputs, outputs):
    """Inputs of which each feeds two sums, and outputs that come from one of these each; the last is a constant's."""
    make = Builder()
    fed = [make.op(f"in_{k}", "Placeholder") for k in range(inputs)]
    sums = [make.op("low", "AddN", *fed), make.op("high", "Pack", *reversed(fed))]
    ends = [make.op(f"end_{k}", "Relu" if k % 2 else "Tanh", sums[k % 2]) for k in range(outputs - 1)]
    constant = make.op("bias", "Const", value={"shape": [], "values": [0.5]})
    return make.graph("many", fed, [*ends, constant])


def opened(graph):
    return with_end_cards(compose(gather_ends(for_drawing(graph, "all"))))


def test_an_oval_becomes_a_card_that_has_each_by_its_name():
    root = opened(model(14, 15)).root
    found = {card.title: [child.title for child in card.children] for card in root.children if isinstance(card, Card)}
    assert found == {
        "14 inputs": [f"in_{k}" for k in range(14)],
        "15 outputs": [*(f"end_{k}" for k in range(14)), "bias"],
    }


def test_each_is_joined_to_what_it_feeds_or_comes_from():
    graph = model(14, 15)
    assert sorted(map(str, leaf_edges(opened(graph)))) == sorted(
        map(str, leaf_edges(compose(for_drawing(graph, "all"))))
    )


def test_each_op_keeps_its_one_place():
    graph = model(14, 15)
    assert sum(places(opened(graph)).values()) == len(graph)


def test_a_few_stay_as_they_are():
    scene = compose(gather_ends(for_drawing(model(12, 12), "all")))
    assert with_end_cards(scene) is scene
    assert sum(isinstance(child, Pill) for child in scene.root.children) == 24
