"""A block that lacks what the equal blocks behind it have is one of their copies, if all else is the same."""

from __future__ import annotations

from dataclasses import replace

import pytest

from folding import folds, stacks, variations
from graphs import Builder
from networks import inverted
from opscope.graph.content import content_of, with_content
from opscope.graph.view import LACKING
from opscope.layout.scene.compose import compose
from opscope.passes import for_drawing
from truth import lies

PADDED = "Layer more, stride 2, padding VALID"


def blocks(make, count=4, *, grouped=True, lacks=("add",), tail=(), head=(), other="", early=False):
    """Blocks that compute something, put it through `tail` and add it to what they are given, then `head`; the first lacks some of it.

    With `other`, that is added instead of what the block is given; `early`: the first block hands on what it computes first.
    """
    last = make.op("x", "Placeholder")
    for number in range(count):
        name = f"block{number}"
        group = make.group(name, "layer", cls="Block") if grouped else -1
        start, here = last, last

        def op(part, kind, *inputs, name=name, group=group):
            return make.op(f"{name}/{part}", kind, *inputs, group=group)

        for place, kind in enumerate(("Tanh", "Exp", "Sqrt", "Square")):
            here = op(f"c{place}", kind, here)
        if early and not number:
            here = f"{name}/c0"
        gone = lacks if not number else ()
        for place, kind in enumerate(() if "tail" in gone else tail):
            here = op(f"t{place}", kind, here)
        if "add" not in gone:
            here = op("add", "AddV2", here, other or start)
        for place, kind in enumerate(() if "head" in gone else head):
            here = op(f"h{place}", kind, here)
        last = here
    return last


def graph_of(seen=(), **options):
    make = Builder()
    last = blocks(make, **options)
    return make.graph("net", ["x"], [last, *(make.op(f"seen{place}", "Neg", op) for place, op in enumerate(seen))])


@pytest.mark.parametrize("grouped", [True, False])
def test_a_block_without_the_shortcut_is_a_copy_of_those_with_one(grouped):
    graph = graph_of(grouped=grouped)
    assert [card.repeat for card in stacks(graph)] == [4]
    assert variations(graph) == [["copy 1: no shortcut"]]


def test_the_copy_that_is_drawn_has_what_most_have():
    graph = graph_of()
    drawn = for_drawing(graph, "all", unfold=False)
    (stack,) = content_of(drawn).view.stacks.values()
    assert stack.names == ("block1", "block0", "block2", "block3")
    assert stack.places == (1, 0, 2, 3)
    names = content_of(graph).table.names
    assert [op if op == LACKING else names[op] for op in stack.copies[1]] == [*(f"block0/c{place}" for place in range(4)), LACKING]  # fmt: skip
    assert content_of(drawn).view.counts.stacked == 4 + 5 + 5


def test_what_enters_is_what_the_first_copy_takes_where_it_takes_something():
    table = content_of(for_drawing(graph_of(), "all", unfold=False)).table
    taken = {table.names[row]: [table.names[edge.node] for edge in table.inputs(row)] for row in range(len(table))}
    assert taken["block1/c0"] == ["x"]
    assert taken["block1/add"] == ["block1/c3", "x"]


@pytest.mark.parametrize(
    "options, words",
    [
        ({"tail": ("Elu",), "lacks": ("add", "tail")}, "no shortcut, no Elu"),
        ({"tail": ("Elu",), "lacks": ("tail",)}, "no Elu"),
        ({"head": ("Selu",), "lacks": ("add",)}, "no shortcut"),
        ({"head": ("Selu",), "lacks": ("head",)}, "no Selu"),
        ({"head": ("Selu",), "lacks": ("add", "head")}, "no shortcut, no Selu"),
    ],
)
@pytest.mark.parametrize("grouped", [True, False])
def test_what_is_lacking_anywhere_is_named(options, words, grouped):
    """What takes it in the other copies takes what it is given in that one. The class of the block is no name for it."""
    assert variations(graph_of(grouped=grouped, **options)) == [[f"copy 1: {words}"]]


def test_a_copy_may_lack_something_and_have_something_of_its_own():
    assert folds(inverted(4, 3)) == ["stage0_block1 ×4", "stage1_block1 ×3"]
    assert variations(inverted(4, 3)) == [[f"copy 1: no shortcut, {PADDED}"]] * 2
    assert variations(inverted(4, 3, padded=False, dropout=True)) == [["copy 1: no shortcut, no Layer"]] * 2


def test_stages_of_two_are_told_by_other_stages_and_stages_of_stages_by_these():
    assert folds(inverted(2, 2, 4)) == ["stage0_block1 ×2", "stage1_block1 ×2", "stage2_block1 ×4"]
    graph = inverted(2, 2, 2, 4)
    assert folds(graph) == ["stage0_block ×3", "stage3_block1 ×4", "stage0_block1 ×2"]
    assert "2 in each of 3, 6 in all" in stacks(graph)[2].detail


def test_an_addition_of_something_else_than_the_block_is_given_is_no_shortcut():
    make = Builder()
    aside = make.op("aside", "Placeholder")
    last = blocks(make, other=aside)
    graph = make.graph("net", ["x", "aside"], [last])
    assert variations(graph) == [["copy 1: no AddV2"]]


def test_a_copy_that_lacks_most_of_a_block_is_none():
    assert folds(graph_of(tail=("Elu", "Selu", "Relu"), lacks=("add", "tail"))) == ["block1 ×3"]


def test_a_block_that_hands_on_something_else_is_none():
    assert folds(graph_of(early=True)) == ["block1 ×3"]


def test_an_output_of_what_only_other_copies_have_is_drawn():
    graph = graph_of(seen=("block2/add", "block0/c3"))
    drawn = for_drawing(graph, "all", unfold=False)
    assert lies(graph, drawn, compose(drawn)) == []
    assert folds(graph) == ["block1 ×4"]


def test_unfolded_every_copy_is_drawn_with_what_it_has():
    graph = graph_of()
    assert len(for_drawing(graph, "all", unfold=True)) == len(graph)


def told(graph, *, words=None, instead=None):
    """What the checker says of a drawing whose stack was changed by hand: its words, or what the first copy has in a place."""
    drawn = for_drawing(graph, "all", unfold=False)
    content = content_of(drawn)
    (group, stack), = content.view.stacks.items()  # fmt: skip
    if words is not None:
        stack = stack._replace(differences=words)
    if instead is not None:
        stack = stack._replace(copies=tuple(instead(list(copy)) for copy in stack.copies))
    changed = with_content(drawn, view=replace(content.view, stacks={group: stack}))
    return lies(graph, changed, compose(changed))


@pytest.mark.parametrize(
    "words",
    [(), ("copy 2: no shortcut",), ("copy 1: no Elu",), ("copy 1: stride 2",), ("copies 1, 2: no shortcut",), ("copy 1: no shortcut, no Tanh",)],
)  # fmt: skip
def test_the_checker_finds_wrong_words(words):
    assert told(graph_of(), words=("copy 1: no shortcut",)) == []
    assert told(graph_of(), words=words) != []


def test_the_checker_finds_a_copy_that_lacks_nothing_but_is_said_to():
    names = content_of(graph_of()).table.names

    def without(copy):
        return [LACKING if names[op] == "block2/add" else op for op in copy]

    assert told(graph_of(), words=("copies 1, 3: no shortcut",), instead=without) != []


def test_the_checker_finds_a_copy_that_hands_on_something_else():
    """The drawing is of a graph in which the first block hands on what would be added."""
    drawn = for_drawing(graph_of(), "all", unfold=False)
    assert any(
        "is handed on where the others hand on" in text for text in lies(graph_of(early=True), drawn, compose(drawn))
    )
