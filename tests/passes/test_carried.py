"""What the wires at the borders of stacks stand for, on graphs small enough to count by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from graphs import Builder
from opscope.graph.content import content_of, with_content
from opscope.graph.view import Borders
from opscope.layout.engine import layout
from opscope.layout.scene.compose import compose
from opscope.layout.scene.items import cards
from opscope.passes import for_drawing
from opscope.render.dot.drawing import dot
from truth import lies

STEPS = ("Relu", "Tanh", "Exp", "Neg", "Abs")


def blocks(count=4, *, chained=True, mask=None, aside=None, gather=False, every=False):
    """Blocks of six ops; `mask` says what the last op of each takes beside what it makes, `aside` what the first one does.

    ``same``: one input of the graph; ``own``: an input of its own; ``some``: blocks 2 and 3 take it, the others another.
    """
    make = Builder()
    last = start = make.op("x", "Placeholder")
    make.op("m", "Placeholder")
    make.op("n", "Placeholder")
    for block in range(count):
        group, name = make.group(f"block_{block}", "layer", cls="Block"), f"block_{block}"
        taken = {"same": "m", "own": f"own{block}", "some": "m" if block > 1 else "n"}
        if "own" in (mask, aside):
            make.op(f"own{block}", ("Sin", "Cos", "Log", "Erf")[block], "m")
        last = last if chained else start
        last = make.op(f"{name}/in", "Mul", last, taken.get(aside, last), group=group)
        for step in STEPS:
            last = make.op(f"{name}/{step}", step, last, group=group)
        last = make.op(f"{name}/out", "Sub", last, taken.get(mask, last), group=group)
    outs = [f"block_{block}/out" for block in range(count)]
    ends = [make.op("sum", "AddN", *outs)] if gather else [make.op("head", "Softmax", last)]
    return make.graph("blocks", ["x", "m", "n"], [*ends, *(outs[:-1] if every else [])])


def said(graph, depth=0):
    """(from, to) -> what stands at the arrow heads of the wires between the marks of the whole drawing."""
    drawn = for_drawing(graph, depth, unfold=False)
    scene = compose(drawn)
    assert lies(graph, drawn, scene) == []
    root, found = scene.root, {}
    for wire in root.wires:
        key = (root.children[wire.source.child].title, root.children[wire.target.child].title)
        found.setdefault(key, []).append(wire.head)
    return {key: sorted(heads) for key, heads in found.items()}


def test_what_enters_a_chain_is_the_first_copys_and_has_no_word():
    assert said(blocks())[("x", "block_0")] == [""]


@pytest.mark.parametrize("depth", [0, "all"])
def test_a_tensor_that_all_copies_take_is_marked(depth):
    assert said(blocks(mask="same"), depth)[("m", "block_0")] == ["each"]


def test_side_by_side_each_copy_takes_the_input():
    assert said(blocks(chained=False, gather=True))[("x", "block_0")] == ["each"]


def test_what_some_copies_take_has_no_word_and_is_told_in_words():
    graph = blocks(mask="some")
    assert said(graph)[("m", "block_0")] == [""]
    assert said(graph)[("n", "block_0")] == [""]
    drawn = for_drawing(graph, 0, unfold=False)
    (stack,) = content_of(drawn).view.stacks.values()
    assert "copies 3, 4: input 1 of Sub from Placeholder" in stack.differences


def test_a_sum_of_what_all_copies_give_says_how_many():
    assert said(blocks(chained=False, gather=True))[("block_0", "AddN")] == ["\u00d74"]


def test_what_follows_a_chain_is_one_tensor():
    assert said(blocks())[("block_0", "Softmax")] == [""]


def test_outputs_of_single_copies_are_one_tensor_each():
    found = said(blocks(every=True))
    assert {heads[0] for (source, target), heads in found.items() if source == "block_0"} == {""}


def test_the_words_stand_in_picture_and_dot():
    graph = blocks(mask="same")
    root = layout(graph, 0).root
    assert [label.text for label in root.inside.heads] == ["each"]
    assert 'headlabel=" each "' in dot(graph, depth=0)
    assert "headlabel" not in dot(blocks(), depth=0)


def test_words_beside_each_other_are_one():
    make = Builder()
    last = make.op("x", "Placeholder")
    sides = [make.op(f"m{k}", "Placeholder") for k in range(3)]
    for block in range(4):
        group = make.group(f"block_{block}", "layer", cls="Block")
        for step, kind in enumerate(STEPS):
            last = make.op(f"b{block}/{step}", kind, last, group=group)
        for step, side in enumerate(sides):
            last = make.op(f"b{block}/m{step}", ("Mul", "Sub", "AddV2")[step], last, side, group=group)
    graph = make.graph("three", ["x", *sides], [make.op("head", "Softmax", last)])
    assert [label.text for label in layout(graph, 0).root.inside.heads] == ["3 wires: each"]


def test_the_checker_misses_the_marks_where_they_are_left_out():
    for graph in (blocks(mask="same"), blocks(chained=False, gather=True)):
        drawn = for_drawing(graph, 0, unfold=False)
        bare = with_content(drawn, view=replace(content_of(drawn).view, borders=Borders()))
        assert lies(graph, bare, compose(bare)) != []
        assert any(wire.head for card in cards(compose(drawn)) for wire in card.wires)


def swapped(kind, orders=("mn", "nm", "nm")):
    """Three blocks in a row; the first op of each takes `m` and `n`, in the given order."""
    make = Builder()
    last = make.op("x", "Placeholder")
    for name in "mno":
        make.op(name, "Placeholder")
    for block, order in enumerate(orders):
        group = make.group(f"block_{block}", "layer", cls="Block")
        both = make.op(f"b{block}/{kind}", kind, *order, group=group)
        last = make.op(f"b{block}/Mul", "Mul", last, both, group=group)
        for step in STEPS:
            last = make.op(f"b{block}/{step}", step, last, group=group)
    return make.graph("swapped", ["x", "m", "n", "o"], [make.op("head", "Softmax", last)])


@pytest.mark.parametrize("depth", [0, "all"])
@pytest.mark.parametrize("kind", ["AddV2", "Sub"])
def test_what_an_op_takes_as_another_input_in_other_copies_each_copy_takes(kind, depth):
    found = said(swapped(kind), depth)
    assert found[("m", "block_0")] == ["each"]
    assert found[("n", "block_0")] == ["each"]


def test_another_order_of_inputs_is_told_where_it_matters():
    def told(kind):
        (stack,) = content_of(for_drawing(swapped(kind), 0, unfold=False)).view.stacks.values()
        return stack.differences

    assert told("Sub") == ("copies 2, 3: inputs of Sub in another order",)
    assert told("AddV2") == ()


def test_each_copy_with_another_order_is_named():
    (stack,) = content_of(for_drawing(swapped("Sub", ["mn"] + ["nm"] * 9), 0, unfold=False)).view.stacks.values()
    assert stack.differences == ("copies 2, 3, 4, 5, 6, 7, 8, 9, 10: inputs of Sub in another order",)


def test_of_inputs_in_another_order_only_what_each_copy_takes_is_marked():
    found = said(swapped("Sub", ("mn", "nm", "no")), "all")
    assert found[("n", "block_0")] == ["each"]
    assert found[("m", "block_0")] == ["", ""]  # the drawn copy's op takes it, and another copy's, which the card has
    assert found[("o", "block_0")] == [""]


def from_copies(*orders):
    """What the wires into a stack of blocks say whose first op takes two of `x` and what the copies of a stack `a0` end in."""
    make = Builder()
    make.op("x", "Placeholder")
    for part in range(4):
        last, group = "x", make.group(f"a{part}", "layer", cls="A")
        for kind in STEPS:
            last = make.op(f"a{part}/{kind}", kind, last, group=group)
    for block, order in enumerate(orders):
        group = make.group(f"b{block}", "layer", cls="B")
        last = make.op(f"b{block}/in", "AddV2", *(one if one == "x" else f"{one}/Abs" for one in order), group=group)
        for place in range(5):
            last = make.op(f"b{block}/{place}", "Relu", last, group=group)
    ends = [*(f"a{part}/Abs" for part in range(4)), *(f"b{block}/4" for block in range(len(orders)))]
    return said(make.graph("counted", ["x"], [make.op("all", "AddN", *ends)]), "all")


def test_what_copies_take_in_another_order_from_copies_of_another_stack_is_counted():
    found = from_copies(("a1", "x"), ("a1", "x"), ("x", "a0"))
    assert found[("a0", "b0")] == ["\u00d72, each"]
    assert found[("x", "b0")] == ["each"]


def test_two_inputs_of_one_op_say_each_what_is_so_of_it():
    found = from_copies(("a3", "a1"), ("a1", "a2"), ("a3", "a0"))
    assert found[("a0", "b0")] == ["\u00d72, each", "\u00d73, one each"]


def test_what_one_copy_takes_twice_is_counted_and_no_other_order():
    found = from_copies(("x", "a2"), ("a1", "a3"), ("x", "a0"))
    assert found[("a0", "b0")] == ["\u00d73", "\u00d74, 1 or 2 each"]  # the three of other copies are wired to the card


def test_a_wire_past_the_end_of_a_copy_is_no_input_of_it():
    """Copies of three ops and an identity that only what follows the copy takes: none of them takes `side`, which the last one hands on."""
    make = Builder()
    for name in ("x", "side"):
        make.op(name, "Placeholder")
    last = make.op("first", "Softmax", "x")
    for block in range(5):
        for place, kind in enumerate(("Relu", "Relu", "Tanh")):
            last = make.op(f"b{block}/{place}", kind, last)
        last = make.op(f"b{block}/pass", "Identity", "x" if block < 4 else "side")
    graph = make.graph("past", ["x", "side"], [make.op("head", "Erf", last)])
    drawn = for_drawing(graph, "all", unfold=False)
    (stack,) = content_of(drawn).view.stacks.values()
    assert content_of(graph).table.names.index("b4/pass") in stack.copies[4]
    assert "side" not in [content_of(drawn).table.names[row] for row, _ in stack.others]
    assert said(graph, "all")[("side", "Erf")] == [""]


def test_what_an_identity_hands_on_past_a_copy_is_not_what_the_copy_takes():
    """Four equal blocks in a row and three more behind the first. The last of the row takes c2; the identity after it hands c0 on to another block."""
    make = Builder()
    starts = ["in", "c0", "c1", "c2", "c0", "c0", "c0"]
    make.op("in", "Placeholder")
    for block, start in enumerate(starts):
        last = make.op(f"begin{block}", "Identity", start)
        for step in range(3):
            last = make.op(f"a{block}_{step}", "Relu", last)
        last = make.op(f"middle{block}", "Identity", last)
        make.op(f"c{block}", "Relu", make.op(f"b{block}", "Relu", last))
    graph = make.graph("handed_on", ["in"], [f"c{block}" for block in range(len(starts))])
    drawn = for_drawing(graph, "all", unfold=False)
    first, second = content_of(drawn).view.stacks.values()
    names = content_of(graph).table.names
    assert [names[copy[0]] for copy in second.copies] == ["a3_0", "a4_0", "a5_0"]
    assert "begin4" in [names[op] for op in second.copies[0]]
    assert {left.name for left in second.takes.values()} == {left.name for left in first.gives.values()} == {"c2"}
    assert lies(graph, drawn, compose(drawn)) == []
