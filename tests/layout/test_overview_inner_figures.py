"""The figures of rows inside an open card: parts of the card's own, of all copies of a stack together. The right answers are sums over ops."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from graphs import Builder, F
from opscope.graph.content import content_of
from opscope.graph.quantities import TIME
from opscope.graph.types import Cost, Measured, Variable
from opscope.layout.overview.kinds_inside import kinds_inside
from opscope.layout.overview.one_page import overview
from opscope.layout.scene.items import Card, Cell, ChainRow
from opscope.render.svg import overview_page
from opscope.render.svg.figure_room import PAGE_WIDEST
from opscope.render.svg.most import most_told
from opscope.render.svg.overview_page import overview_svg
from opscope.render.svg.row_names import NAME_SHOWN, SHORTER_SHOWN, short_name
from opscope.render.svg.told_lines import told_lines

ONE_BY_ONE = {"filters": 8, "kernel_size": [1, 1], "strides": [1, 1], "padding": "same", "activation": "linear"}


def layer(make, name, around, cls, op, source, *, took, flops=None, size=0, package="keras", settings=None):
    """A layer of one op, with a variable of so many numbers."""
    variables = ()
    if size:
        variables = (len(make.variables),)
        make.variables.append(Variable(variables[0], f"{name}.kernel", "float32", (size,), True))
    group = make.group(
        name, "layer", around, cls=cls, defined_in=package, variables=variables, outputs=(F,),
        measured=Measured(time_us=took, error_us=took / 100), settings=settings or {},
    )  # fmt: skip
    path = make.groups[group].path
    return make.op(
        f"{path}/{op}", op, source, group=group,
        cost=Cost(flops, None) if flops else None, measured=Measured(time_us=took, error_us=took / 100),
    )  # fmt: skip


def stacked(copies=3, shortcut=0.0, size=20, *, bare=False, project=ONE_BY_ONE, cls="Conv2D"):
    """A model of equal blocks: attention and a dense layer, each added to its input.

    The first block may have one more layer in its shortcut, or, if it is `bare`, no shortcut.
    """
    make = Builder()
    model = make.group("net", "model", cls="Net", defined_in="mine")
    here = make.op("x", "Placeholder")
    for number in range(copies):
        block = make.group(f"block_{number}", "layer", model, cls="Block", defined_in="mine", outputs=(F,))
        normed = layer(make, "norm", block, "LayerNormalization", "Mul", here, took=1.0)
        normed = layer(make, "drop", block, "Dropout", "Mul", normed, took=1.0)
        inner = layer(
            make, "attention", block, "MultiHeadAttention", "Einsum", normed, took=40.0 + number, flops=100.0, size=7
        )
        short = here
        if shortcut and not number:
            short = layer(
                make,
                "project",
                block,
                cls,
                "Conv2D",
                here,
                took=shortcut,
                flops=30.0,
                size=11,
                settings=project,
            )
        path = make.groups[block].path
        added = inner
        if number or not bare:
            took = Measured(time_us=2.0, error_us=0.1)
            added = make.op(f"{path}/add", "AddV2", inner, short, group=block, measured=took)
        here = layer(make, "mlp", block, "Dense", "MatMul", added, took=10.0 + number, flops=300.0, size=size)
    last = layer(make, "head", model, "Dense", "MatMul", here, took=5.0, size=3)
    return make.graph("net", ["x"], [last])


def named(lines, rows):
    """What lines say of themselves -> their amounts, the parts of each too."""
    found = {}
    for line, row in zip(lines, rows):
        name = line.item.name or line.item.cells[0].text if isinstance(line.item, ChainRow) else line.item.title
        found[name] = row
        found.update(named(line.inner, row.inner))
    return found


def test_rows_inside_a_stack_have_what_all_copies_have_in_them():
    found = overview(stacked())
    by_name = named(found.lines, found.figures.rows)
    assert by_name["norm"].total == 3 * 2.0  # with its dropout, in one row
    assert by_name["attention"].total == 40.0 + 41.0 + 42.0
    assert by_name["mlp"].total == 10.0 + 11.0 + 12.0
    assert by_name["+"].total == 3 * 2.0
    assert (by_name["attention"].parameters, by_name["mlp"].parameters) == (3 * 7, 3 * 20)
    assert (by_name["attention"].flops, by_name["mlp"].flops) == (300.0, 900.0)
    assert by_name["+"].parameters is None  # not 0: it has none
    stack = by_name["block_0 … 2"]
    assert sum(row.total for row in stack.inner) == pytest.approx(stack.total)
    assert sum(row.parameters or 0 for row in stack.inner) == stack.parameters
    assert [row.total for row in found.figures.rows] == [stack.total, 5.0]  # nothing counts twice


def test_what_only_one_copy_has_is_told_as_the_rest_so_that_parts_add_up():
    found = overview(stacked(shortcut=17.0))
    stack = named(found.lines, found.figures.rows)["block_0 … 2"]
    assert (stack.beside.total, stack.beside.parameters, stack.beside.flops) == (17.0, 11, 30.0)
    assert sum(row.total for row in stack.inner) + 17.0 == pytest.approx(stack.total)
    (rest,) = [told for told in told_lines(found) if told.is_rest]
    assert rest.amounts is stack.beside
    assert re.search(r">copy 1: 11<", overview_svg(found))
    assert ">1×1 conv<" in overview_svg(found)  # what the figures are of


def test_the_bars_of_parts_are_thin_and_of_the_scale_of_all_and_the_stack_says_of_how_many_copies_they_are():
    svg = overview_svg(overview(stacked()))
    bars = [
        (float(wide), float(high))
        for wide, high in re.findall(r'<rect class="h1" x="[^"]+" y="[^"]+" width="([^"]+)" height="([^"]+)"', svg)
    ]
    (whole, *parts, last) = bars
    assert (whole[1], {high for _, high in parts}, last[1]) == (10.0, {5.0}, 10.0)
    assert sum(wide for wide, _ in parts) == pytest.approx(whole[0], abs=0.5)
    assert last[0] / whole[0] == pytest.approx(5.0 / 168.0, abs=0.01)
    assert ">sums over all 3<" in svg
    assert 240.0 <= whole[0] <= 420.0  # as long as the page has room for


@pytest.mark.parametrize("copies", [3, 5])
def test_a_stack_says_of_how_many_copies_its_figures_are_and_those_of_the_rows_inside(copies):
    found = overview(stacked(copies, shortcut=17.0))
    head, *inside, rest, last = told_lines(found)
    assert head.below == f"sums over all {copies}"
    assert {told.amounts.parameters for told in inside} == {None, 7 * copies, 20 * copies}
    assert [(told.copies, told.below) for told in (*inside, rest, last)] == [("", "")] * (len(inside) + 2)
    svg = overview_svg(found)
    assert svg.count(f">sums over all {copies}<") == 1
    # A bracket joins what these words are about: not what the first copy has for itself, nor what stands behind the stack.
    ((top, bottom),) = re.findall(r'<path class="seam" d="M[\d.]+ ([\d.]+)H[\d.]+V([\d.]+)H', svg)
    lines = sorted(float(y) + 9.5 for y in re.findall(r'<rect class="band" x="[\d.]+" y="([\d.]+)"', svg))
    assert len(lines) == len(inside) + 3
    joined = [y for y in lines if float(top) <= y <= float(bottom)]
    assert joined == lines[: len(inside) + 1]


def test_a_row_that_not_all_copies_have_says_how_many_have_it():
    """The first of four blocks has no shortcut, and so no addition."""
    found = overview(stacked(4, bare=True))
    by_name = named(found.lines, found.figures.rows)
    assert by_name["+"].total == 3 * 2.0
    said = {told.copies for told in told_lines(found) if told.amounts is by_name["+"]}
    assert said == {"3 of 4"}
    others = {told.copies for told in told_lines(found) if told.amounts in (by_name["norm"], by_name["mlp"])}
    assert others == {""}
    svg = overview_svg(found)
    # The words end before the widest of such numbers begins.
    (end,) = [float(x) for x in re.findall(r'<text class="note" x="([^"]+)"[^>]*>3 of 4<', svg)]
    column = float(re.search(r'<text class="head" x="([^"]+)"[^>]*>parameters<', svg).group(1))
    assert end < column


def test_the_layer_that_one_copy_has_for_itself_is_named_whole():
    padding = {"padding": [[0, 1], [0, 1]]}
    svg = overview_svg(overview(stacked(shortcut=17.0, project=padding, cls="ZeroPadding2D")))
    assert ">zero pad (0, 1)<" in svg


def test_rows_of_a_stack_in_a_stack_say_how_many_copies_there_are_in_all():
    """Three stages of twelve blocks, of which each has a layer of 20 numbers."""
    make = Builder()
    model = make.group("net", "model", cls="Net", defined_in="mine")
    here = make.op("x", "Placeholder")
    for stage in range(3):
        around = make.group(f"stage_{stage}", "layer", model, cls="Stage", defined_in="mine", outputs=(F,))
        here = layer(make, "widen", around, "Dense", "MatMul", here, took=5.0, size=3)
        for number in range(12):
            block = make.group(f"block_{number}", "layer", around, cls="Block", defined_in="mine", outputs=(F,))
            path = make.groups[block].path
            normed = layer(make, "norm", block, "LayerNormalization", "Mul", here, took=1.0)
            inner = layer(make, "mlp", block, "Dense", "MatMul", normed, took=10.0, size=20)
            took = Measured(time_us=2.0, error_us=0.1)
            here = make.op(f"{path}/add", "AddV2", inner, here, group=block, measured=took)
    last = layer(make, "head", model, "Dense", "MatMul", here, took=5.0, size=3)
    told = told_lines(overview(make.graph("net", ["x"], [last])))
    said = [(each.amounts.parameters, each.copies, each.below) for each in told]
    assert (3 * 3, "", "") in said
    assert (3 * 12 * 20, "", "sums over all 36") in said
    assert (3 * 12 * 20, "", "") in said


def test_how_many_copies_have_a_row_is_left_out_where_there_is_no_room_for_it(monkeypatch):
    found = overview(stacked(size=2_000_000_000))  # so wide a number leaves no room in its own column
    rows = [replace(told, copies="2 of 3") if told.depth else told for told in told_lines(found)]
    monkeypatch.setattr(overview_page, "told_lines", lambda _: rows)
    assert ">2 of 3<" in overview_svg(found)
    (strip,) = found.columns
    wide = replace(found, columns=(strip._replace(right=strip.left + PAGE_WIDEST),))
    svg = overview_svg(wide)
    assert ">2 of 3<" not in svg
    assert ">sums over all 3<" in svg


def test_a_number_that_the_user_gave_for_a_stack_has_no_measured_parts():
    graph = stacked().overlay({"block_0": {"time": 1.0}, "block_1": {"time": 2.0}, "block_2": {"time": 3.0}})
    found = overview(graph)
    stack = named(found.lines, found.figures.rows)["block_0 … 2"]
    assert stack.total == 6e6
    assert [row.total for row in stack.inner] == [None] * len(stack.inner)


def test_the_gradients_of_all_copies_count_in_the_rows_of_their_layers():
    make = Builder()
    forward = make.group("forward", "forward")
    model = make.group("net", "model", forward, cls="Net", defined_in="mine")
    here = make.op("x", "Placeholder")
    for number in range(3):
        block = make.group(f"block_{number}", "layer", model, cls="Block", defined_in="mine", outputs=(F,))
        for name in ("one", "two", "three", "four"):
            here = layer(make, name, block, "Dense", "MatMul", here, took=10.0)
        here = make.op(f"{make.groups[block].path}/add", "AddV2", here, here, group=block)
    loss = make.group("loss", "loss")
    value = make.op("loss/l", "Square", here, group=loss, measured=Measured(time_us=1.0))
    backward = make.group("backward", "backward")
    for number in (2, 1, 0):
        for name, took in (("four", 0.0), ("three", 0.0), ("two", 100.0), ("one", 30.0)):
            mirror = make.group(f"{name}_{number}", "scope", backward, of=f"forward/net/block_{number}/{name}")
            path = make.groups[mirror].path
            value = make.op(f"{path}/g", "MatMul", value, group=mirror, measured=Measured(time_us=took + number))
    found = overview(make.graph("step", ["x"], [value]))
    stack = next(row for row in found.figures.rows if row.inner)
    assert [dict(row.parts) for row in stack.inner if row.parts] == [
        {"forward": 30.0, "backward": backward} for backward in (93.0, 303.0, 3.0, 3.0)
    ]
    assert "forward" not in caption(
        overview_svg(found)
    )  # the stack has nearly all, of which the head of the bars says it


def caption(svg):
    return re.search(r'class="told"[^>]*>([^<]*)<', svg)[1]


def test_the_caption_names_what_has_most_of_the_slowest():
    said = caption(overview_svg(overview(stacked())))
    # 123 of 173 in the attention of all blocks; 168 of 173 in the blocks.
    assert said == "slowest: block_0 … 2, 97.1 % of time known · in it: attention (71.1 % of all)"


def test_that_one_line_has_nearly_all_is_told_without_a_share_where_its_parts_are():
    # 160 of 241 in one block; 240 of 241 in the blocks.
    said = caption(overview_svg(overview(blocks_of([10.0, 10.0, 40.0], last=1.0))))
    assert said == "nearly all time known in block_0 … 2 · in it: block_2 (66.4 % of all)"


@pytest.mark.parametrize(("size", "told"), [(100, " · most parameters: Dense 8, 66.7 % of all"), (40, "")])
def test_the_line_with_most_parameters_is_named_where_another_takes_most(size, told):
    """100 parameters of 150, or 40 of 90."""
    make = Builder()
    model = make.group("net", "model", cls="Net", defined_in="mine")
    here = make.op("x", "Placeholder")
    here = layer(make, "dense_1", model, "Dense", "MatMul", here, took=5.0, size=size, settings={"units": 8})
    here = layer(make, "conv", model, "Conv2D", "Conv2D", here, took=50.0, size=50)
    said = caption(overview_svg(overview(make.graph("net", ["x"], [here]))))
    assert said == f"slowest: conv, 90.9 % of time known{told}"


def test_the_caption_says_how_much_of_the_slowest_part_of_a_step_is_forward_and_backward():
    make = Builder()
    forward = make.group("forward", "forward")
    here = make.op("x", "Placeholder")
    for name, took in (("one", 20.0), ("two", 10.0)):
        here = layer(make, name, forward, "Dense", "MatMul", here, took=took)
    loss, backward = make.group("loss", "loss"), make.group("backward", "backward")
    value = make.op("loss/l", "Square", here, group=loss, measured=Measured(time_us=10.0))
    for name, took in (("two", 10.0), ("one", 50.0)):
        mirror = make.group(name, "scope", backward, of=f"forward/{name}")
        value = make.op(f"backward/{name}/g", "MatMul", value, group=mirror, measured=Measured(time_us=took))
    said = caption(overview_svg(overview(make.graph("step", ["x"], [value]))))
    assert said == "slowest: one, 70 % of time known: forward 20 %, backward 50 %"


def test_that_all_lines_have_as_much_is_no_news():
    make = Builder()
    here = make.op("x", "Placeholder")
    for name in ("one", "two"):
        group = make.group(name, "layer", cls="Dense", defined_in="keras", outputs=(F,))
        here = make.op(f"{name}/Tanh", "Tanh", here, group=group)
    found = overview(make.graph("net", ["x"], [here]))
    assert len({row.flops for row in found.figures.rows if row.flops}) == 1 < len(found.lines)
    assert most_told(found) == ""


def test_where_the_bars_show_nothing_no_line_has_most():
    """100 parameters of 150 are in one line, but no layer took any time."""
    make = Builder()
    here = make.op("x", "Placeholder")
    for name, cls, op, size in (("dense", "Dense", "MatMul", 100), ("conv", "Conv2D", "Conv2D", 50)):
        here = layer(make, name, -1, cls, op, here, took=0.0, size=size)
    found = overview(make.graph("net", ["x"], [here]))
    assert sorted(row.parameters for row in found.figures.rows) == [50, 100]
    assert most_told(found) == ""


def test_parts_that_are_not_told_apart_are_both_named():
    make = Builder()
    model = make.group("net", "model", cls="Net", defined_in="mine")
    here = make.op("x", "Placeholder")
    for number in range(3):
        block = make.group(f"block_{number}", "layer", model, cls="Block", defined_in="mine", outputs=(F,))
        for name, took in (("a", 40.0), ("b", 40.2), ("c", 2.0), ("d", 2.0)):
            here = layer(make, name, block, "MultiHeadAttention", "Einsum", here, took=took)
        here = make.op(f"{make.groups[block].path}/add", "AddV2", here, here, group=block)
    last = layer(make, "head", model, "Dense", "MatMul", here, took=5.0)
    said = caption(overview_svg(overview(make.graph("net", ["x"], [last]))))
    assert " · in it: b (46.8 %) and a (46.6 %) of all" in said  # 120.6 and 120 of 257.6


def test_of_a_closed_block_the_costliest_kind_of_layers_is_named(monkeypatch):
    make = Builder()
    block = make.group("block", "layer", cls="Block", defined_in="keras", outputs=(F,))
    here = make.op("x", "Placeholder")
    for number in range(2):
        here = layer(make, f"wide{number}", block, "Dense", "MatMul", here, took=30.0)
        here = layer(make, f"drop{number}", block, "Dropout", "Mul", here, took=5.0 + number)
    backward = make.group("backward", "backward")
    mirror = make.group("drop0", "scope", backward, of="block/drop0")
    last = make.op("backward/drop0/g", "Mul", here, group=mirror, measured=Measured(time_us=50.0))
    graph = make.graph("net", ["x"], [last])
    (group,) = [index for index, each in enumerate(content_of(graph).groups) if each.name == "block"]
    card = Card(group, "layer", "block", "", open=False)
    asked = []
    monkeypatch.setattr(
        "opscope.layout.overview.kinds_inside.settings_text", lambda group: asked.append(group.path) or ""
    )
    told = kinds_inside(graph, card, range(len(graph)), TIME)
    assert sorted(asked) == [
        "block/drop0",
        "block/drop1",
        "block/wide0",
        "block/wide1",
    ]  # each once, for all of its ops
    assert [(kind.name, kind.value) for kind in told] == [("Dropout", 61.0), ("Dense", 60.0)]  # 50 of them backward
    assert [kind.layers for kind in told] == [2, 2]
    assert kinds_inside(graph, replace(card, open=True), range(len(graph)), TIME) == ()


def blocks_of(times, last=5.0, first=1.0):
    """Blocks in a row of four dense layers each, which take so long, the first of them `first` times, and a head."""
    make = Builder()
    model = make.group("net", "model", cls="Net", defined_in="mine")
    here = make.op("x", "Placeholder")
    for number, took in enumerate(times):
        block = make.group(f"block_{number}", "layer", model, cls="Block", defined_in="mine", outputs=(F,))
        for name in ("a", "b", "c", "d"):
            here = layer(make, name, block, "Dense", "MatMul", here, took=took * (first if name == "a" else 1.0))
        here = make.op(f"{make.groups[block].path}/add", "AddV2", here, here, group=block)
    return make.graph("net", ["x"], [layer(make, "head", model, "Dense", "BatchMatMulV2", here, took=last)])


def test_the_copy_that_has_most_of_the_slowest_stack_is_named():
    said = caption(overview_svg(overview(blocks_of([10.0, 10.0, 40.0]))))
    assert " · in it: block_2 (65.3 % of all)" in said  # 160 of 245
    assert "in it: block" not in caption(overview_svg(overview(blocks_of([10.0, 10.0, 11.0]))))


@pytest.mark.parametrize(
    ("times", "said"), [([10.0, 10.0, 40.0], "all 3 copies"), ([10.0, 10.0, 10.0, 40.0], "all 4 copies")]
)
def test_what_all_copies_have_is_told_apart_from_what_one_has(times, said):
    found = caption(overview_svg(overview(blocks_of(times, first=4.0))))
    everything = sum(times) * 7 + 5.0
    copy, row = 40.0 * 7 / everything, sum(times) * 4 / everything
    name = f"block_{len(times) - 1}"
    assert f" \u00b7 in it: {name} ({copy:.1%} of all); in {said}: a ({row:.1%} of all)".replace("%", " %") in found


def test_an_op_beside_the_slowest_line_that_takes_longer_than_any_other_is_named():
    said = caption(overview_svg(overview(blocks_of([10.0, 10.0, 10.0], last=30.0))))
    assert said.endswith("slowest single op: matmul in head (20 % of all)")  # 30 of 150
    assert "slowest single op" not in caption(overview_svg(overview(blocks_of([10.0, 10.0, 10.0], last=9.0))))


def test_an_open_card_beside_another_one_has_its_name_before_its_figures():
    """The rows in it have none: the other's figures at the height of one of them would seem to be that row's."""
    make = Builder()
    ends = []
    for name, steps in (("left", 4), ("right", 2)):
        here = make.op(f"{name}_input", "Placeholder")
        block = make.group(name, "layer", cls=name.title(), defined_in="mine", outputs=(F,))
        for number in range(steps):
            here = layer(make, f"step_{number}", block, "Dense", "MatMul", here, took=10.0 + number, flops=50.0, size=9)
        ends.append(here)
    last = make.op("join", "AddV2", *ends, measured=Measured(time_us=2.0, error_us=0.1))
    drawn = overview(make.graph("sides", ["left_input", "right_input"], [last]))
    cards = {told.line.item.title: told for told in told_lines(drawn) if isinstance(told.line.item, Card)}
    assert all(each.line.item.open for each in cards.values())
    assert {name: told.label for name, told in cards.items()} == {"left": ("left",), "right": ("right",)}


def test_every_line_of_figures_has_a_name_where_one_needs_it_and_parts_are_indented():
    """Beside three layers side by side each is named, and so is all else: names begin below each other, those of parts further right."""
    make = Builder()
    model = make.group("net", "model", cls="Net", defined_in="mine")
    here = make.op("x", "Placeholder")
    here = layer(make, "stem", model, "Dense", "MatMul", here, took=5.0, size=3)
    block = make.group("mix", "layer", model, cls="Mix", defined_in="mine", outputs=(F,))
    ways = [layer(make, f"way_{name}", block, "Dense", "MatMul", here, took=9.0, size=4) for name in "ab"]
    took = Measured(time_us=2.0, error_us=0.1)
    here = make.op(f"{make.groups[block].path}/add", "AddV2", *ways, group=block, measured=took)
    last = layer(make, "head", model, "Dense", "MatMul", here, took=5.0, size=3)
    svg = overview_svg(overview(make.graph("net", ["x"], [last])))
    places = {text: float(x) for x, text in re.findall(r'<text class="note" x="([^"]+)" y="[^"]+">([^<]+)<', svg)}
    assert set(places) >= {"stem", "mix", "way_a", "way_b", "+", "head"}
    assert places["stem"] == places["mix"] == places["head"] < places["way_a"] == places["way_b"] == places["+"]


def row(*texts, name=""):
    return ChainRow(tuple(Cell(closed(text), text, "", symbol=text in "+\u2212") for text in texts), name)


def closed(title):
    return Card(0, "layer", title, "", open=False)


@pytest.mark.parametrize(
    ("item", "name"),
    [
        (row("3×3 conv, 16", "BN", "ReLU"), "3×3 conv, 16 · BN …"),
        (row("concat", "3×3 conv, 16", "BN"), "concat …"),
        (row("\u2212", "softmax"), "\u2212 softmax"),
        (row("2×2 max pool", "Dropout 0.25"), "2×2 max pool …"),
        (row("Dense 4", name="head"), "head"),
        (row("Critic", name="same weights as critic"), "Critic"),
        (row("Dense 1", name="critic#2, same weights as critic"), "critic#2"),
        (closed("encoder: downsampling"), "encoder: downsampling"),
        (row("Embedding", name="token_embedding, positions"), "token_embedding …"),
        (closed("a_name_without_any_space"), "a_name_without_any_sp…"),
    ],
)
def test_the_name_before_a_line_of_figures_ends_between_words_and_cells(item, name):
    assert short_name(item) == name
    assert len(name) <= NAME_SHOWN
    assert len(short_name(item, SHORTER_SHOWN)) <= SHORTER_SHOWN


def test_of_a_stack_whose_line_has_no_words_for_that_it_is_told_below_that_figures_are_sums(monkeypatch):
    words = ">figures beside ×n are sums over all n copies"
    found = overview(stacked())
    assert words not in overview_svg(found).replace(" \u00b7 ", "<>")  # its bands say `sums over all 3`
    head, *_, last = told_lines(found)
    assert head.amounts.parameters == 3 * 27
    monkeypatch.setattr(overview_page, "told_lines", lambda _: [replace(head, below="", is_sum=False), last])
    assert words in overview_svg(found).replace(" \u00b7 ", "<>")
