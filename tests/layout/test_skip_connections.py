"""What an overview says of skip connections from the copies of one stack to those of another, and whether the checker of drawings reads it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from examples import examples
from graphs import Builder
from layout.test_overview import drawn_truly
from opscope.graph.view import LAST_FIRST, ONE_EACH
from opscope.layout.overview.one_page import overview
from opscope.layout.scene.compose import compose
from opscope.layout.scene.items import cards
from opscope.passes import for_drawing
from rows_apart import apart
from truth import lies

DOWN, UP = ("Conv2D", "Relu", "Conv2D", "Elu"), ("Tanh", "Conv2D", "Selu", "Conv2D")
REVERSED = "skips \u00d74: copy 1 \u2192 4, 2 \u2192 3, 3 \u2192 2, 4 \u2192 1"
PLAIN = "skips \u00d74, one for each copy"


def levels(order, *, kept=1, summed=False):
    """A chain of blocks, and another one of which each block adds what some of these give besides: `order` has one for each, or several.

    Each gives the last `kept` of its tensors. A block adds one after the other, or all in one sum.
    """
    make = Builder()
    taken = [place if isinstance(place, tuple) else (place,) for place in order]
    here, given_by = make.op("x", "Placeholder"), []
    for number in range(1 + max(max(places) for places in taken)):
        group = make.group(f"down_{number}", "layer", cls="Down", defined_in="mine")
        made = []
        for step, kind in enumerate(DOWN):
            here = make.op(f"down_{number}/{step}", kind, here, group=group)
            made.append(here)
        given_by.append(made[-kept:])
        here = make.op(f"down_{number}/pool", "MaxPool", here, group=group)
    here = make.op("middle", "Softmax", here)
    for number, places in enumerate(taken):
        group = make.group(f"up_{number}", "layer", cls="Up", defined_in="mine")
        here = make.op(f"up_{number}/resize", "ResizeBilinear", here, group=group)
        tensors = [tensor for place in places for tensor in given_by[place]]
        if summed:
            here = make.op(f"up_{number}/sum", "AddN", here, *tensors, group=group)
        for step, tensor in enumerate(() if summed else tensors):
            here = make.op(f"up_{number}/add{step}", "AddV2", here, tensor, group=group)
        for step, kind in enumerate(UP):
            here = make.op(f"up_{number}/{step}", kind, here, group=group)
    return make.graph("net", ["x"], [make.op("end", "Sigmoid", here)])


def passed_back(count):
    """Blocks with shortcuts, and a pass back of which nobody knows that it is one: from the last block to the first, it takes what each was given, computed and gave."""
    make = Builder()
    last, used = make.op("x", "Placeholder"), []
    for number in range(count):
        group, start = make.group(f"b{number}", "layer", cls="B"), last
        for place in range(3):
            weight = make.op(f"b{number}_w{place}", "Const", group=group, value={"shape": [], "values": [1.0]})
            last = make.op(f"b{number}_o{place}", "Conv2D", last, weight, group=group)
        used.append([start, last])
        last = make.op(f"b{number}_join", "AddV2", last, start, group=group)
        used[-1].append(last)
    last = make.op("head", "Softmax", last)
    for number, tensors in reversed(list(enumerate(used))):
        group = make.group(f"back_b{number}", "scope")
        for place, tensor in enumerate(tensors):
            last = make.op(f"back_b{number}_{place}", "Mul", last, tensor, group=group)
    return make.graph(inputs=["x"], outputs=[last])


def said(found):
    """What the wires say that stand for skip connections, without the shape."""
    labels = [wire.label for card in cards(found.drawing.scene) for wire in card.wires]
    return [label.partition(" \u00b7 ")[0] for label in labels if label.startswith("skips")]


def pairs(last):
    """That each copy of as many gives to the one that is as far from the last; of more than four the two first and the last."""
    told = [f"{number} \u2192 {last + 1 - number}" for number in range(1, last + 1)]
    return f"skips \u00d7{last}: copy {', '.join(told if last < 5 else told[:2])}{'' if last < 5 else f' … {told[-1]}'}"


@pytest.mark.parametrize(("order", "words"), [((3, 2, 1, 0), REVERSED), ((0, 1, 2, 3), PLAIN), ((3, 1, 2, 0), PLAIN)])
def test_skip_connections_say_which_copy_gives_to_which(order, words):
    assert said(drawn_truly(levels(order))) == [words]


@examples(20)
@given(st.integers(3, 6).flatmap(lambda count: st.permutations(range(count))))
def test_skip_connections_in_any_order_are_told_truly(order):
    """The right words follow from the order that the graph was made with."""
    is_reversed = list(order) == sorted(order, reverse=True)
    words = pairs(len(order)) if is_reversed else f"skips \u00d7{len(order)}, one for each copy"
    assert said(drawn_truly(levels(order))) == [words]


@pytest.mark.parametrize("count", [5, 6])
def test_tensors_that_a_pass_back_takes_of_each_block_are_told_truly(count):
    """What each block computed and what it gave; what it was given, the first has from the input, so that wire is no such one."""
    assert said(drawn_truly(passed_back(count))) == [pairs(count)] * 2


@pytest.mark.parametrize(
    ("order", "words", "sentence"),
    [
        ((3, 1, 2, 0), REVERSED, "the order of copies is another"),
        ((0, 1, 2, 3), "skips \u00d74: each level to its own", "the order of copies is another"),
        ((3, 2, 1, 0), "skips \u00d74: copy 1 \u2192 4, 2 \u2192 2, 3 \u2192 3, 4 \u2192 1", "tells no order"),
        ((3, 2, 1, 0), "skips \u00d74: copy 1 \u2192 4, 2 \u2192 3", "tells no order"),
        ((3, 2, 1, 0), "skips \u00d74, whoever wants them", "tells no order"),
        ((3, 2, 1, 0), "skips \u00d73: copy 1 \u2192 3, 2 \u2192 2, 3 \u2192 1", "4 copies take it"),
        ((3, 2, 1, 0), "skips \u00d716: copy 1 \u2192 16, 2 \u2192 15 \u2026 16 \u2192 1", "4 copies take it"),
        ((3, 2, 1, 0), "", "is called a skip, and comes from none"),
    ],
)
def test_the_checker_reads_what_an_overview_says_of_skip_connections(order, words, sentence):
    graph = levels(order)
    found = drawn_truly(graph)
    scene = apart(found.drawing.scene)
    wires = [replace(wire, label=words) if wire.label.startswith("skips") else wire for wire in scene.root.wires]
    wrong = lies(graph, found.graph, replace(scene, root=replace(scene.root, wires=tuple(wires))))
    assert any(sentence in lie for lie in wrong)


def test_the_checker_finds_a_wrong_order_of_copies():
    graph = levels((3, 1, 2, 0))
    drawn = for_drawing(graph, "all", unfold=False)
    scene = compose(drawn)
    wrong = [replace(wire, taken=LAST_FIRST) if wire.taken == ONE_EACH else wire for wire in scene.root.wires]
    assert wrong != list(scene.root.wires)
    assert lies(graph, drawn, scene) == []
    (lie, *_) = lies(graph, drawn, replace(scene, root=replace(scene.root, wires=tuple(wrong))))
    assert "order of copies" in lie
    right = for_drawing(levels((3, 2, 1, 0)), "all", unfold=False)
    assert [wire.taken for wire in compose(right).root.wires if wire.taken] == [LAST_FIRST]
    assert lies(levels((3, 2, 1, 0)), right, compose(right)) == []


@pytest.mark.parametrize(("order", "words"), [((3, 2, 1, 0), REVERSED), ((0, 1, 2, 3), PLAIN)])
def test_a_bundle_of_skip_connections_counts_copies_not_tensors(order, words):
    """Each of four blocks gives four tensors to one of four others: 16 in all, and still four copies."""
    scene = overview(levels(order, kept=4)).drawing.scene
    (wire,) = [wire for wire in scene.root.wires if wire.label.startswith("skips")]
    assert wire.label == f"{words} \u00b7 4 tensors each"
    assert (wire.count, wire.skips, wire.head) == (4, 4, "")


@pytest.mark.parametrize("order", [((5, 4), (3, 2), (1, 0)), ((0, 1), (2, 3), (4, 5))])
def test_a_sum_of_two_tensors_of_a_stack_in_each_copy_is_two_each(order):
    graph = levels(order, summed=True)
    drawn = for_drawing(graph, "all", unfold=False)
    scene = compose(drawn)
    assert [wire.head for wire in scene.root.wires if wire.taken] == ["\u00d76, 2 each"]
    assert lies(graph, drawn, scene) == []
    one = [replace(wire, taken=ONE_EACH) if wire.taken else wire for wire in scene.root.wires]
    assert any(
        "at a stack" in lie for lie in lies(graph, drawn, replace(scene, root=replace(scene.root, wires=tuple(one))))
    )
    found = drawn_truly(graph)
    assert said(found) == ["skips \u00d76, 2 for each copy"]
    assert [wire.head for wire in found.drawing.scene.root.wires if wire.taken] == []
