"""Tests of the room between the rows of an overview, and of rows that are a block of layers."""

import re

import pytest

from graphs import F
from layout.test_overview_rows import Net
from opscope.layout.density import CLEAR, SPACED, TIGHT
from opscope.layout.overview import page_shapes
from opscope.layout.overview.one_page import overview
from opscope.layout.overview.page_shapes import around_at_most
from opscope.layout.overview.row_runs import JOINED, SHORT
from opscope.layout.overview.rows import in_rows
from opscope.layout.scene.compose import compose
from opscope.layout.scene.items import ChainRow, items
from opscope.passes import for_drawing
from opscope.render.svg.overview_page import overview_svg

TALL, DEEP = 0.73 * 10.5, 0.25 * 10.5
"""How far capitals of a label reach above its base line, and letters such as p below it, in the font of 10.5 px."""


def chain(layers):
    """A chain of convolutions, of which each gives another number of channels."""
    net = Net()
    here = net.make.op("x", "Placeholder", out=images(3))
    for number in range(layers):
        size = {"filters": 8 + number, "kernel_size": [3, 3]}
        path = f"net/part{number}x"
        layer = net.make.group(
            path[4:], "layer", net.model, cls="Conv2D", defined_in="keras", settings=size, outputs=(F,)
        )
        here = net.make.op(f"{path}/Conv2D", "Conv2D", here, group=layer, out=images(8 + number))
    return net.make.graph("net", ["x"], [here])


def images(channels):
    """The types of what gives images."""
    return (("float32", (None, 32, 32, channels)),)


def test_the_densities_go_from_much_room_to_little():
    for densities in SPACED:
        rooms = [density.heights.label_aside + 2 * density.heights.row_gap for density in densities]
        assert rooms == sorted(rooms, reverse=True)
        assert len({density.shapes_beside for density in densities}) == 1
    assert any(CLEAR in densities for densities in SPACED)
    # Whatever the density, the same marks fit: only heights differ, and what is said where.
    assert {density.inside for densities in SPACED for density in densities} == {TIGHT.inside}


def test_no_label_of_a_small_model_is_near_a_box():
    inside = overview(chain(3)).drawing.root.inside
    assert inside.labels
    for label in inside.labels:
        for child in inside.children:
            top, bottom = child.body.y, child.body.y + child.body.height
            assert bottom + 4 <= label.y - TALL or label.y + DEEP + 3 <= top


@pytest.mark.parametrize("high", [270.0, 290.0, 310.0, 330.0])
def test_rows_stand_as_far_apart_as_the_page_allows(high, monkeypatch):
    monkeypatch.setattr(page_shapes, "PAGE_HIGH", high)
    found = overview(chain(7))
    (column,) = found.columns
    reached = column.bottom - column.top + around_at_most(found.drawing.scene, found.graph)
    assert 0.95 * high < reached <= high


def test_what_stands_around_the_marks_at_most_is_what_the_page_needs_at_most():
    graph = chain(7)
    found = overview(graph)
    (column,) = found.columns
    high = float(re.search(r'viewBox="0 0 [\d.]+ ([\d.]+)"', overview_svg(found))[1])
    usual = 720.0 - page_shapes.PAGE_HIGH
    assert high / 1.25 <= column.bottom - column.top + usual + around_at_most(found.drawing.scene, found.graph)


def rows(manner):
    """The rows of three blocks of which the second is long, by the names of their layers."""
    net = Net()
    parts = [("conv", "Conv2D", "Conv2D"), ("bn", "BatchNormalization", "FusedBatchNormV3"), ("act", "ReLU", "Relu")]
    here = net.make.op("x", "Placeholder")
    for name, size in [("stem", 8), ("block_expand", 48), ("block_inner", 96), ("block_project", 16), ("head", 32)]:
        for part, cls, op in parts:
            settings = {"filters": size, "kernel_size": [3, 3]} if part == "conv" else None
            here = net.layer(f"{name}_{part}", cls, op, here, settings=settings)
    graph = for_drawing(net.make.graph("net", ["x"], [here]), "layers")
    drawn = in_rows(compose(graph), graph, manner=manner)
    return [[part.title for part in row.items] for row in items(drawn) if isinstance(row, ChainRow)]


def test_a_block_breaks_by_no_width_where_rows_may_hold_several_layers():
    assert [len(row) for row in rows(SHORT)] == [3, 3, 3, 3, 3]
    blocks = [{title.partition("_")[0] for title in row} for row in rows(JOINED)]
    assert {"block"} in blocks
    assert sum("block" in block for block in blocks) == 1
