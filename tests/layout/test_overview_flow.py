"""Where wires of an overview begin and end, and how they go on at the border of an open card."""

from __future__ import annotations

import math
import re

import pytest

from graphs import Builder
from opscope.graph.types import Cost, TensorType
from opscope.layout.overview.one_page import overview
from opscope.layout.scene.items import ChainRow, cards
from opscope.layout.sizes.row_sizes import cell_frames
from opscope.render.svg.overview_page import overview_svg

F = TensorType("float32", (4, 8))
CONV = {"kernel_size": (3, 3), "filters": 64, "strides": (2, 2), "padding": "same"}


def layer(make, around, name, cls, op, *inputs, cost=None, settings=None):
    group = make.group(name, "layer", around, cls=cls, defined_in="keras", settings=settings or {}, outputs=(F,))
    return make.op(f"{make.groups[group].path}/{op}", op, *inputs, group=group, cost=cost)


def residual(own=False):
    """Rows of a convolution, a normalization and an activation, and around them a skip connection that is added; in a block of the author's."""
    make = Builder()
    model = make.group("net", "model", cls="Net", defined_in="keras")
    x = make.op("x", "Placeholder", out=[TensorType("float32", (None, 8))])
    around = make.group("block", "layer", model, cls="Residual", defined_in="mine", outputs=(F,)) if own else model
    here = start = layer(make, around, "first", "Dense", "MatMul", x)
    for number in (1, 2):
        here = layer(make, around, f"c{number}", "Conv2D", "Conv2D", here, settings=CONV, cost=Cost(9e6, 1.0))
        here = layer(make, around, f"n{number}", "BatchNormalization", "FusedBatchNormV3", here)
        here = layer(make, around, f"r{number}", "ReLU", "Relu", here)
    here = layer(make, around, "add", "Add", "AddV2", here, start)
    return make.graph("net", ["x"], [layer(make, model, "last", "Dense", "MatMul", here)])


def paths_with(root):
    """All wires, each with the items that hold its ends; ``None`` for the border."""
    waiting = [root]
    while waiting:
        drawn = waiting.pop()
        if drawn.inside is None:
            continue
        for path in drawn.inside.paths:
            ends = [
                drawn.inside.children[end.child] if end.child >= 0 else None
                for end in (path.wire.source, path.wire.target)
            ]
            yield (*ends, path)
        waiting.extend(drawn.inside.children)


def test_rows_begin_at_one_place_and_the_flow_runs_straight_through_them():
    root = overview(residual()).drawing.root
    found = 0
    for source, target, path in paths_with(root):
        rows = [end for end in (source, target) if end is not None and isinstance(end.item, ChainRow)]
        if len(rows) < 2 or any(row.item.cells[0].symbol for row in rows):
            continue
        assert rows[0].body.x == rows[1].body.x
        (start, above), (end, below) = path.points
        assert start == end  # straight down from the one to the other, whichever of its cells is the last
        assert above == rows[0].body.y + rows[0].body.height and below == rows[1].body.y
        found += 1
    assert found == 2


def test_the_cells_of_a_row_are_one_bar_without_gaps():
    rows = [each.item for each in overview(residual()).drawing.root.inside.children if isinstance(each.item, ChainRow)]
    bars = [cell_frames(row) for row in rows if len(row.cells) > 1]
    assert bars
    for frames in bars:
        assert all(one.x + one.width == two.x for one, two in zip(frames, frames[1:]))


def test_a_skip_connection_passes_on_the_left_and_enters_the_sign_from_its_side():
    """The main line comes from above; the other one, straight down beside all rows that it skips, and then level into the middle of the circle."""
    root = overview(residual()).drawing.root
    ends = [
        (path.points, target.body)
        for _, target, path in paths_with(root)
        if target is not None and isinstance(target.item, ChainRow) and target.item.cells[0].symbol
    ]
    main, skip = sorted(ends, key=lambda end: len(end[0]))
    (points, sign) = main
    assert points[-1] == (sign.x + sign.width / 2 if sign.width == sign.height else points[-1][0], sign.y)
    assert points[-2][0] == points[-1][0] and points[-2][1] < points[-1][1]
    (points, sign) = skip
    assert points[-1] == (sign.x, sign.y + sign.height / 2)
    assert points[-2][1] == points[-1][1] and points[-2][0] < points[-1][0]
    skipped = [child.body for child in root.inside.children if points[0][1] < child.body.y < sign.y]
    assert len(skipped) == 2
    assert points[-2][0] < min(body.x for body in skipped)
    page = overview_svg(overview(residual()))
    # Its arrow head points to the right: from the tip back to the left.
    assert len(re.findall(r"M[\d.]+ [\d.]+l-7 -3.2v6.4z", page)) == 1


@pytest.mark.parametrize("behind", [False, True], ids=["alone", "with_cells_behind"])
def test_what_comes_from_the_right_enters_a_sign_from_there_only_where_nothing_stands_behind_it(behind):
    make = Builder()
    model = make.group("net", "model", cls="Net", defined_in="mine")
    chains = []
    for name in "ab":
        here = make.op(f"x{name}", "Placeholder", out=[F])
        for number in range(2):
            here = layer(make, model, f"{name}{number}", "Dense", "MatMul", here)
        chains.append(here)
    here = make.op("sum", "AddV2", *chains)
    here = make.op("end", "Relu", here) if behind else here
    last = layer(make, model, "last", "Dense", "MatMul", here)
    root = overview(make.graph("net", ["xa", "xb"], [last])).drawing.root
    signs = [child for child in root.inside.children if isinstance(child.item, ChainRow) and child.item.cells[0].symbol]
    (sign,) = signs
    assert len(sign.item.cells) == (2 if behind else 1)
    ends = [path.points[-2:] for _, target, path in paths_with(root) if target is sign]
    level = [last for before, last in ends if before[1] == last[1]]
    assert level == ([] if behind else [(sign.body.x + sign.body.width, sign.body.y + sign.body.height / 2)])


def test_two_wires_into_a_sign_end_side_by_side_on_its_circle():
    ends = [
        (target.body, path.points[-1])
        for _, target, path in paths_with(overview(residual()).drawing.root)
        if target is not None and isinstance(target.item, ChainRow) and target.item.cells[0].symbol
    ]
    assert len(ends) == 2
    for body, (x, y) in ends:
        radius = body.height / 2
        assert math.hypot(x - (body.x + radius), y - (body.y + radius)) == pytest.approx(radius)
    assert abs(ends[0][1][0] - ends[1][1][0]) >= 7.0  # an arrow head is 6.4 wide


def test_a_wire_into_an_open_card_goes_on_below_the_title_of_the_card():
    found = overview(residual(own=True))
    (card,) = [card for card in cards(found.drawing.scene) if card.open and card.title == "block"]
    (drawn,) = [child for child in found.drawing.root.inside.children if child.item is card]
    begins = [path.points[0] for source, _, path in paths_with(drawn) if source is None]
    page = overview_svg(found)
    lines = re.findall(r'class="through" d="M([\d.]+) ([\d.]+)V([\d.]+)"', page)
    x, y = drawn.body.x + drawn.inside.x + begins[0][0], drawn.body.y + drawn.inside.y + begins[0][1]
    ((below, under, end),) = [tuple(map(float, line)) for line in lines]
    assert (below, end) == pytest.approx((x, y), abs=0.1)
    # It begins below the letters of 14 px, whose base line the page tells.
    base = float(re.search(r'<text class="name" x="[\d.]+" y="([\d.]+)">block<', page)[1])
    assert base + 0.25 * 14 <= under < end


def bands(text):
    """Left, middle and right of each band of a page."""
    found = re.findall(r'<rect class="band" x="([\d.]+)" y="([\d.]+)" width="([\d.]+)" height="([\d.]+)"', text)
    numbers = [tuple(map(float, each)) for each in found]
    return [(x, y + high / 2, x + wide) for x, y, wide, high in numbers]


def test_each_row_has_a_band_behind_its_figures_and_all_begin_behind_the_drawing():
    text = overview_svg(overview(residual()))
    ((x, wide),) = re.findall(r'<svg x="([\d.]+)" y="[\d.]+" width="([\d.]+)" height="[\d.]+" viewBox', text)
    numbers = {float(y) - 4.0 for y in re.findall(r'class="number" x="[\d.]+" y="([\d.]+)"', text)}
    found_bands = bands(text)
    assert {middle for _, middle, _ in found_bands} == numbers and numbers
    ((begin, end),) = {(begin, end) for begin, _, end in found_bands}  # columns are columns
    assert float(x) + float(wide) <= begin < end  # nothing that is drawn is crossed


def test_where_something_else_stands_right_of_a_row_all_lines_of_figures_are_named():
    """Where a box without figures stands right of a row, the figures would seem to be that box's; then all lines are named."""
    make = Builder()
    model = make.group("net", "model", cls="Net", defined_in="mine")
    x, y = make.op("x", "Placeholder", out=[F]), make.op("y", "Placeholder", out=[F])
    a = layer(make, model, "a", "Dense", "MatMul", x, cost=Cost(9e6, 1.0))
    b = layer(make, model, "b", "ReLU", "Relu", y)
    here = make.op("product", "Mul", layer(make, model, "c", "Dense", "MatMul", a, cost=Cost(9e6, 1.0)), b)
    here = layer(make, model, "d", "Dense", "MatMul", here, cost=Cost(9e6, 1.0))
    text = overview_svg(overview(make.graph("net", ["x", "y"], [here])))
    heights = {float(y) - 4.0 for y in re.findall(r'class="number" x="[\d.]+" y="([\d.]+)"', text)}
    assert len(heights) == 3  # a stands beside the oval of y, c beside b
    found = re.findall(r'class="note" x="([\d.]+)" y="([\d.]+)">(\w+)<', text)
    begin, *_ = bands(text)[0]
    named = [(float(x), float(y) - 4.0, said) for x, y, said in found if float(x) > begin]
    assert [said for _, _, said in named] == ["a", "c", "d"] and len({x for x, _, _ in named}) == 1
    assert {y for _, y, _ in named} == heights


def test_signs_are_explained_where_they_stand():
    text = overview_svg(overview(residual()))
    assert "/2: stride 2 \u00b7 None: any batch size" in text
    make = Builder()
    model = make.group("net", "model", cls="Net", defined_in="keras")
    last = layer(make, model, "d", "Dense", "MatMul", make.op("x", "Placeholder", out=[F]))
    text = overview_svg(overview(make.graph("net", ["x"], [last])))
    assert "stride" not in text and "any " not in text
