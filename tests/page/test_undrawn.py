"""What only one copy of a stack has, such as the projection of a stage's first block: nothing is drawn for it, and the page says so."""

from __future__ import annotations

import re

import pytest

from networks import inverted, residual
from opscope.layout.scene.items import Card, cards
from opscope.passes import for_drawing
from opscope.render.page.copy_words import CopyWords
from opscope.render.page.stacks import CopyPlaces, copies, page_scene

PROJECTION = "conv1_block0_0_conv"


@pytest.fixture(scope="module")
def graph():
    return residual(3, 4)


@pytest.fixture(scope="module")
def words(graph):
    found = copies(for_drawing(graph, "all"))
    return CopyWords(found, CopyPlaces(found)), list(cards(page_scene(found.drawn)))


def test_the_wire_into_the_sum_says_what_it_runs_through_in_the_first_block(words):
    """In all other blocks it is what enters the block; the first one's projection takes that, so that the wire runs through it."""
    found, every = words
    said = [label.text for label in found.labels(every) if label.at_head]
    # The wire inside the card of the block, and the one inside the card of the sum.
    assert sorted(said) == [f"through conv{stage}_block0_0_conv, not drawn" for stage in (0, 0, 1, 1)]
    sums = {
        card.children[card.wires[label.wire].target.child].title
        for card in every
        for label in found.labels([card])
        if label.at_head
    }
    assert sums == {"AddV2", "conv0_block1_add", "conv1_block1_add"}


def test_a_wire_whose_beginning_is_not_known_says_where_its_tensor_comes_from(words):
    """Of the card of the sum alone no wire is known that begins where the one into it does."""
    found, every = words
    add = next(card for card in every if card.title == "conv1_block1_add")
    assert {label.text for label in found.labels([add]) if label.at_head} == {f"from {PROJECTION}, not drawn"}


def test_only_the_copy_that_has_more_says_what_is_not_drawn_of_it(words):
    found, every = words
    block = next(card for card in every if isinstance(card, Card) and card.title == "conv1_block1")
    details = {own.open.title: own.open.detail for own in found.cards(block)}
    assert details.pop("conv1_block0").startswith(f"not drawn: {PROJECTION} (2 ops) · ")
    assert details
    assert not any("not drawn" in detail for detail in details.values())


def test_the_copy_is_shown_for_what_only_it_has(open_page, graph):
    opened = open_page(graph)
    opened.run(f"opscope.select('{PROJECTION}')")
    panel = opened.page.inner_text(".details")
    assert "only in this copy, not drawn" in panel
    # Neither a choice of copies nor sums over them, which would be the block's.
    assert "copies" not in panel.lower()
    tree = "".join(
        opened.page.inner_text(".tree").split()
    )  # a name is in two parts, so that its end stays when it is short of room
    assert "conv1_block0_1_conv" in tree
    assert PROJECTION not in tree
    opened.run("opscope.select('conv1_block2_1_conv')")
    assert "only in this copy" not in opened.page.inner_text(".details")


def dashes(opened):
    """The patterns of the lines that the page draws, as it saves them, without the scale of the screen."""
    found = re.findall(r'stroke-dasharray="([\d. ]+)"', opened.saved_svg())
    return {tuple(float(part) for part in each.split()) for each in found}


@pytest.mark.parametrize(
    ("made", "name", "layer"), [(residual, "conv1_block", "1_conv"), (inverted, "stage1_block", "expand")]
)
def test_a_wire_that_a_copy_does_not_have_as_drawn_is_told_apart_and_the_legend_says_how(open_page, made, name, layer):
    """The shortcut through a projection, or the wire into a sum that the first block has not, is of dashes and dots there, and a plain line in the others."""
    opened = open_page(made(3, 4))
    first, other = (f"{name}{number}_{layer}" for number in (0, 2))
    opened.run(f"opscope.select({other!r})")
    plain = dashes(opened)
    legend = "document.querySelector('.legend-line') !== null"
    assert not opened.run(legend)
    opened.run(f"opscope.select({first!r})")
    (own,) = dashes(opened) - plain
    assert len(own) == 4
    assert own[0] / own[2] == pytest.approx(4.5)
    assert opened.run(legend)
    assert "not drawn, or not in this copy" in opened.page.inner_text(".legend")
    opened.run(f"opscope.select({other!r})")
    assert dashes(opened) == plain
    assert not opened.run(legend)
