"""What a copy of a stack lacks, such as the shortcut of a stage's first block: the page shows that there is nothing, and what goes on instead."""

from __future__ import annotations

import pytest
from told import everything_open, flames, layers_of, searched_one_by_one, selected_one_by_one, tabled, timed

from networks import inverted, residual
from opscope.graph.content import content_of
from opscope.layout.scene.items import Card, cards
from opscope.passes import for_drawing
from opscope.render.page.copy_words import CopyWords
from opscope.render.page.stacks import CopyPlaces, copies, page_scene


def shown(graph):
    found = copies(for_drawing(graph, "all"))
    return CopyWords(found, CopyPlaces(found)), list(cards(page_scene(found.drawn)))


@pytest.fixture(scope="module")
def graph():
    return inverted(4, 3, dropout=True)


@pytest.fixture(scope="module")
def nested():
    return inverted(2, 2, 4)


def test_the_wires_into_what_is_not_there_say_whether_the_tensor_goes_on(graph):
    words, every = shown(graph)
    said = {
        (label.text, card.title, card.children[card.wires[label.wire].target.child].title)
        for card in every
        for label in words.labels([card])
        if label.at_head and "not drawn" not in label.text
    }
    assert said == {
        place
        for stage in (0, 1)
        for block in [f"stage{stage}_block1"]
        for place in [
            ("handed on", block, f"{block}_drop"),
            ("handed on", f"{block}_drop", "Mul"),
            ("not taken", block, f"{block}_add"),
            ("not taken", f"{block}_add", "AddV2"),
        ]
    }


def test_what_is_not_there_is_called_so_and_has_no_figure(graph):
    words, every = shown(graph)
    add = next(card for card in every if isinstance(card, Card) and card.title == "stage1_block1_add")
    (own,) = [own for own in words.cards(add) if own.open.title == "no Layer"]
    assert [(card.subtitle, card.detail) for card in (own.open, own.folded)] == [("not in this copy", "")] * 2
    (box,) = add.children
    assert [told.item.title for told in words.items(box)] == ["no AddV2"]


def test_copies_of_outer_stacks_lack_what_the_first_does(nested):
    places = CopyPlaces(copies(for_drawing(nested, "all")))
    names = content_of(nested).table.names
    lacking = sorted({part.ops()[0] for part in places.lacks.values()})
    assert [names[op].rpartition("/")[0] for op in lacking] == ["stage0_block0_expand", "stage1_block0_expand", "stage2_block0_expand"]  # fmt: skip


def test_the_copy_is_shown_with_nothing_in_that_place(open_page, graph):
    opened = open_page(graph)
    opened.run("opscope.select('stage1_block0_project')")
    tree = "".join(opened.page.inner_text(".tree").split())
    assert "noLayer" in tree
    assert "stage1_block0_add" not in tree
    opened.page.locator(".tree").get_by_text("no Layer").first.click()
    panel = opened.page.inner_text(".details")
    assert "no Layer" in panel
    assert "not in this copy" in panel
    assert not [word for word in ("FLOP", "Parameters", "Ops") if word in panel]
    opened.run("opscope.select('stage1_block2_add')")
    assert "noLayer" not in "".join(opened.page.inner_text(".tree").split())


@pytest.mark.parametrize(
    "made", [lambda: inverted(2, 2, 4, dropout=True), lambda: residual(3, 3)], ids=["lacking", "more"]
)
def test_every_place_says_one_thing_of_every_layer_also_of_stages_in_stages(open_page, made):
    graph = timed(made())
    layers = layers_of(graph)
    opened = everything_open(open_page, graph)
    found = selected_one_by_one(opened, layers)
    assert found.wrong == []
    assert len(found.states) > 1
    for look in (tabled, flames, searched_one_by_one):
        wrong, read = look(opened, layers)
        assert wrong == []
        assert read
