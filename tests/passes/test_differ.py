from __future__ import annotations

from drawn import Builder
from opscope.graph.types import TensorType
from opscope.layout.compose import compose
from opscope.layout.scene import cards
from opscope.passes import for_drawing
from opscope.render.dot import dot


def net(widths, strides=None, parameters=None):
    """Equal blocks in a row: a convolution and two ops, of these widths, strides and numbers of parameters."""
    make = Builder()
    last = make.op("x", "Placeholder")
    for k, wide in enumerate(widths):
        out = [TensorType("float32", (1, wide))]
        block = make.group(f"block_{k}", "layer", cls="Block", parameters=(parameters or [7] * len(widths))[k])
        stride = (strides or [1] * len(widths))[k]
        last = make.op(f"c{k}", "Conv2D", last, group=block, out=out, strides=[1, stride, stride, 1], padding="SAME")
        for step in range(5):
            last = make.op(f"r{k}{step}", "Relu", last, group=block, out=out)
    return make.graph("net", ["x"], [last])


def stack(graph):
    drawing = for_drawing(graph, "all", unfold=False)
    return next(card for card in cards(compose(drawing)) if card.repeat > 1)


def words(graph):
    drawing = for_drawing(graph, "all", unfold=False)
    assert len(drawing.content.view.stacks) == 1
    return list(drawing.content.view.differences.values())


def test_copies_that_are_the_same_in_all_say_nothing():
    assert words(net([8] * 4)) == []
    assert "differ" not in stack(net([8] * 4)).detail


def test_two_shapes_are_both_named():
    assert words(net([8, 8, 16])) == [("Relu (1, 8) / (1, 16)",)]


def test_of_many_shapes_the_first_and_the_last_are_named_and_how_many_there_are():
    assert words(net([8, 16, 16, 32])) == [("Relu (1, 8) … (1, 32) (3 kinds)",)]


def test_parameters_and_attributes_are_named():
    assert words(net([8] * 3, strides=[1, 2, 2], parameters=[7, 1000, 1000])) == [
        ("7 / 1,000 parameters", "Conv2D strides 1 / 2x2"),
    ]


def test_the_card_names_the_first_and_the_tooltip_all():
    graph = net([8] * 3, strides=[1, 2, 2], parameters=[7, 1000, 1000])
    card = stack(graph)
    assert card.detail == "7 parameters · each feeds the next · copies differ: 7 / 1,000 parameters + 1"
    assert card.tip.endswith("copies differ: 7 / 1,000 parameters\ncopies differ: Conv2D strides 1 / 2x2")
    assert "copies differ: 7 / 1,000 parameters" in dot(graph)


def test_with_every_copy_drawn_nothing_is_said():
    assert not for_drawing(net([8, 16, 32]), "all", unfold=True).content.view.differences
