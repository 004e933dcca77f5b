"""A block that has more than the equal blocks behind it is one of their copies, if all else is the same and nothing else needs what it has."""

from __future__ import annotations

import pytest

from folding import folds, stacks, variations
from graphs import Builder
from opscope.graph.content import content_of
from opscope.layout.scene.compose import compose
from opscope.layout.scene.items import items, places
from opscope.passes import for_drawing
from truth import lies


def chain(make, blocks=4, *, grouped=True, more=("Conv2D",), between=False, ends=(), names="block{}"):
    """Blocks that add what they compute to what they are given; the first puts `more` into the shortcut, or `between` two of its ops."""
    last = make.op("x", "Placeholder")
    for number in range(blocks):
        name = names.format(number)
        group = make.group(name, "layer", cls="Block") if grouped else -1

        def op(part, kind, *inputs, name=name, group=group):
            return make.op(f"{name}/{part}", kind, *inputs, group=group)

        short = last
        here = op("a", "Relu", last)
        here = op("b", "Tanh", here)
        for place, kind in enumerate(more if not number else ()):
            here, short = (op(f"m{place}", kind, here), short) if between else (here, op(f"m{place}", kind, short))
            if kind in ends:
                make.op(f"seen{place}", "Neg", short)
        for place, kind in enumerate(("Exp", "Sqrt", "Square")):
            here = op(f"c{place}", kind, here)
        last = op("add", "AddV2", here, short)
    return last


def graph_of(**options):
    make = Builder()
    last = chain(make, **options)
    used = [row.name for row in make.rows if row.name.startswith("seen")]
    return make.graph("net", ["x"], [last, *used])


@pytest.mark.parametrize("grouped", [True, False])
def test_a_projection_in_the_shortcut_is_a_variation(grouped):
    graph = graph_of(grouped=grouped)
    assert [card.repeat for card in stacks(graph)] == [4]
    assert variations(graph) == [["copy 1: projection shortcut"]]


def test_the_drawn_copy_is_one_of_those_that_are_equal_and_has_its_own_ops_only():
    graph = graph_of()
    drawn = for_drawing(graph, "all", unfold=False)
    (stack,) = content_of(drawn).view.stacks.values()
    assert stack.names == ("block1", "block0", "block2", "block3")
    assert stack.places == (1, 0, 2, 3)
    names = content_of(graph).table.names
    assert [names[op] for op in stack.copies[1][len(stack.copies[0]) :]] == ["block0/m0"]
    assert [name.split("/")[0] for name in content_of(drawn).table.names] == ["x"] + ["block1"] * 6


def test_what_enters_the_chain_is_what_the_first_copy_takes():
    table = content_of(for_drawing(graph_of(), "all", unfold=False)).table
    taken = {table.names[row]: [table.names[edge.node] for edge in table.inputs(row)] for row in range(len(table))}
    assert taken["block1/a"] == ["x"]
    assert taken["block1/add"] == ["block1/c2", "x"]


def test_what_is_put_between_two_ops_is_a_variation_too():
    assert variations(graph_of(between=True, more=("Sigmoid",))) == [["copy 1: Block more"]]
    assert variations(graph_of(between=True, more=("Sigmoid",), grouped=False)) == [["copy 1: Sigmoid more"]]


def test_other_ops_in_the_shortcut_are_named():
    graph = graph_of(more=("MaxPool", "Pad"), grouped=False)
    assert variations(graph) == [["copy 1: MaxPool, Pad in the shortcut"]]


def test_a_copy_whose_own_ops_are_used_elsewhere_is_drawn_by_itself():
    assert folds(graph_of(ends=("Conv2D",))) == ["block1 ×3"]


def a_step(user="backward", by="ReluGrad"):
    """A training step of four blocks, of which the first projects its shortcut; an op of a phase uses what the projection gives."""
    make = Builder()
    forward, phase = make.group("forward", "forward"), make.group(user, user)
    last = make.op("x", "Placeholder")
    for number in range(4):
        here, block = last, make.group(f"block{number}", "layer", forward, cls="Block")
        for place, kind in enumerate(("Relu", "Tanh", "Exp", "Sqrt", "Square")):
            here = make.op(f"block{number}/c{place}", kind, here, group=block)
        short = last if number else make.op("block0/m", "Conv2D", last, group=block)
        last = make.op(f"block{number}/add", "AddV2", here, short, group=block)
    used = make.op("used", by, last, "block0/m", group=phase)
    return make.graph("net", ["x"], [last, make.op("made", "Neg", used, group=phase)])


def test_a_gradient_names_what_only_one_copy_has():
    """In a training step no wire leads from the forward pass to a gradient: so the copy may be folded, although the gradient uses what only it has."""
    graph = a_step()
    assert folds(graph) == ["block1 ×4"]
    assert variations(graph) == [["copy 1: projection shortcut"]]
    for depth in ("all", None, "layers", 0):
        drawn = for_drawing(graph, depth, unfold=False)
        assert lies(graph, drawn, compose(drawn)) == []
    scene = compose(for_drawing(graph, "all", unfold=False))
    (chips,) = [item.chips for item in items(scene) if getattr(item, "title", "") == "ReluGrad"]
    # The last block's sum is named as the one that is drawn, as ever; the projection by its own name.
    tips = {chip.text: chip.tip for chip in chips}
    assert set(tips) == {"block1/AddV2", "block0/m"}
    assert tips["block0/m"].startswith("of a copy that is not drawn: block0/m (Conv2D)")
    assert sum(places(scene).values()) == len(for_drawing(graph, "all", unfold=False))


@pytest.mark.parametrize("depth", ["all", None, "layers", 0])
def test_a_projection_that_gradients_name_may_have_weights_in_every_stage(depth):
    """Two stages, each of whose first blocks projects by a weight; stages and blocks fold. The one stage's weight stands for nothing drawn, as its projection."""
    make = Builder()
    forward, backward = make.group("forward", "forward"), make.group("backward", "backward")
    last, used = make.op("x", "Placeholder"), []
    for name in (f"s{stage}_b{number}" for stage in range(2) for number in range(3)):

        def layer(part, kind, *inputs, name=name):
            group = make.group(f"{name}_{part}", "layer", forward, cls=kind)
            weight = (
                [make.op(f"{name}_{part}_w", "Const", group=group, value={"shape": [], "values": [1.0]})]
                if kind == "Conv2D"
                else []
            )
            return make.op(f"{name}_{part}", kind, *inputs, *weight, group=group)

        here = short = last
        for part in range(4):
            here = layer(f"o{part}", "Conv2D", here)
        short = layer("m", "Conv2D", last) if name.endswith("b0") else last
        last = layer("join", "AddV2", here, short)
        used += [short] if name.endswith("b0") else []
    gradient = make.op("first", "Mul", last, used[1], group=backward)
    gradient = make.op("second", "Mul", gradient, used[0], group=backward)
    graph = make.graph("net", ["x"], [last, gradient])
    drawn = for_drawing(graph, depth, unfold=False)
    assert lies(graph, drawn, compose(drawn)) == []


def test_the_ops_of_all_copies_are_counted_whatever_is_named():
    scene = compose(for_drawing(a_step(), "all", unfold=False))
    assert scene.facts.startswith("28 ops")
    assert "repeated blocks are drawn once: 19 more ops in their other copies" in scene.notes


@pytest.mark.parametrize("user, by", [("loss", "ReluGrad"), ("backward", "Identity")])
def test_where_a_wire_would_have_to_come_from_what_only_one_copy_has_that_copy_is_drawn(user, by):
    assert folds(a_step(user, by)) == ["block1 ×3"]


def seen_through(identities=False, stages=1, seen=""):
    """Stages of blocks of layers. The first block of each projects its shortcut; if wanted, identities hand on what goes to the sums."""
    make = Builder()

    def layer(name, kind, *inputs):
        return make.op(name, kind, *inputs, group=make.group(name, "layer", cls=kind))

    last = make.op("x", "Placeholder")
    for stage in range(stages):
        for number in range(3):
            name, here = f"s{stage}_b{number}", last
            for part in range(4):
                here = layer(f"{name}_o{part}", "Conv2D", here)
            short = last if number else layer(f"{name}_m", "Conv2D", last)
            if identities:
                make.op(f"{name}_i", "Identity", short)
            last = layer(f"{name}_add", "AddV2", here, short)
    return make.graph("net", ["x"], [last, seen])


def drawn_truly(graph):
    """The folded drawing, after the checker has found nothing in it, with what it shows as the second output."""
    drawn = for_drawing(graph, "all", unfold=False)
    assert lies(graph, drawn, compose(drawn)) == []
    return content_of(drawn).table.names[content_of(drawn).outputs[1].node]


def test_what_only_one_copy_has_is_drawn_if_an_identity_of_that_copy_hands_it_on():
    assert drawn_truly(seen_through(identities=True, seen="s0_b0_i")) == "s0_b0_i"


def test_what_only_one_copy_has_is_drawn_if_its_counterpart_in_the_next_stage_is_an_output():
    """The stages are copies of each other: one of them would stand for both, without that op."""
    assert drawn_truly(seen_through(stages=2, seen="s1_b0_m")) in ("s0_b0_m", "s1_b0_m")


def test_a_copy_that_is_mostly_something_else_is_none():
    assert folds(graph_of(more=("Conv2D", "Relu", "Conv2D", "Tanh"))) == ["block1 ×3"]


def test_a_block_of_another_series_is_no_copy():
    make = Builder()
    last = make.op("x", "Placeholder")
    for stage, number in [(0, 1), (1, 0), (1, 1), (1, 2)]:
        group = make.group(f"stage{stage}_block{number}_all", "layer", cls="Block")
        name = f"stage{stage}_block{number}_all"
        short = make.op(f"{name}/m", "Conv2D", last, group=group) if not stage else last
        here = last
        for kind in ("Relu", "Tanh", "Exp", "Sqrt", "Square"):
            here = make.op(f"{name}/{kind}", kind, here, group=group)
        last = make.op(f"{name}/add", "AddV2", here, short, group=group)
    assert folds(make.graph("net", ["x"], [last])) == ["stage1_block0_all ×3"]


def test_unfolded_every_copy_is_drawn_with_all_that_it_has():
    graph = graph_of()
    assert len(for_drawing(graph, "all", unfold=True)) == len(graph)


def test_a_title_lists_copies_in_the_order_in_which_they_are_counted():
    """The second one is drawn, and what is said of copy 1 is said of the first."""
    make = Builder()
    last = make.op("x", "Placeholder")
    for name, stride in (("alpha", 2), ("beta", 1), ("gamma", 1)):
        group = make.group(name, "layer", cls="Block")
        last = make.op(f"{name}/c", "Conv2D", last, group=group, strides=[1, stride, stride, 1])
        for kind in ("Relu", "Tanh", "Exp", "Neg"):
            last = make.op(f"{name}/{kind}", kind, last, group=group)
    graph = make.graph("net", ["x"], [last])
    assert folds(graph) == ["alpha, beta, gamma ×3"]
    assert variations(graph) == [["copy 1: stride 2"]]


def test_a_setting_that_a_majority_does_not_have_is_named_with_its_copies():
    make = Builder()
    last = make.op("x", "Placeholder")
    for number, (stride, dilation) in enumerate([(2, 1), (1, 1), (1, 4), (1, 1), (1, 4), (1, 1), (1, 1)]):
        group = make.group(f"block{number}", "layer", cls="Block")
        last = make.op(
            f"b{number}/c",
            "Conv2D",
            last,
            group=group,
            strides=[1, stride, stride, 1],
            dilations=[1, dilation, dilation, 1],
        )
        for kind in ("Relu", "Tanh", "Exp"):
            last = make.op(f"b{number}/{kind}", kind, last, group=group)
    graph = make.graph("net", ["x"], [last])
    assert folds(graph) == ["block1 ×7"]
    assert variations(graph) == [["copy 1: stride 2", "copies 3, 5: dilation 4"]]
