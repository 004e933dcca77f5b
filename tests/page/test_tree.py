"""The tree beside the drawing: names that can be told apart, bars on one scale, whose figure is told, and what opens."""

from __future__ import annotations

import re

import pytest
from page_driver import details, mark
from page_graphs import tower

from graphs import Builder
from opscope.graph.types import Cost, Measured

ROWS = """[...document.querySelectorAll('[role=treeitem]')].map((row) => {
  const label = row.querySelector('.tree-label').getBoundingClientRect(), name = row.querySelector('.tree-name');
  const shown = [...name.childNodes].map((one) => one.className === 'tree-cut' ? '\u2026' : one.textContent).join('');
  const bar = row.querySelector('.tree-bar');
  return { shown, fits: name.getBoundingClientRect().right <= label.right + 0.5, name: name.textContent, figure: row.querySelector('.tree-figure')?.textContent ?? '',
    bar: bar && bar.getBoundingClientRect().width }; })"""


def took(time, error=None):
    return Measured(time, time, 1.0, error_us=error, spread_us=error)


def layers(named):
    """Layers one after another, each of two ops of its own, with these times; what they are called tells them apart."""
    build = Builder()
    x = build.op("x", "Placeholder")
    kinds = ("Relu", "Tanh", "Exp", "Neg", "Abs", "Elu", "Sin", "Cos", "Sqrt", "Log", "Floor", "Ceil")
    for index, (name, time) in enumerate(named.items()):
        group = build.group(name, "layer", cls="SeparableConvolution", measured=took(time, 0.2 * time))
        x = build.op(
            f"{name}/more", kinds[-1 - index], build.op(f"{name}/op", kinds[index], x, group=group), group=group
        )
    return build.graph("named", ["x"], [x])


FAMILIES = {
    "at the beginning": [f"stage{stage}_separable_convolution_block" for stage in range(1, 7)],
    "at the end": [f"very_wide_separable_block_{part}_part" for part in ("conv", "bn", "relu", "add", "out", "pad")],
    "in the middle": [f"stage{stage}_wide_block{block}_1_convolution" for stage in (2, 3) for block in (1, 2)],
    "at both": [
        f"{side}_multi_head_self_attention_{part}"
        for side in ("encoder", "decoder")
        for part in ("query", "key", "value")
    ],
}


@pytest.mark.parametrize("where", FAMILIES)
def test_names_without_room_keep_what_tells_them_apart(open_page, where):
    """What is in view of each name no other name has; what is read out is whole."""
    names = FAMILIES[where]
    opened = open_page(layers(dict.fromkeys(names, 123456.0)))
    rows = opened.run(ROWS)
    assert [row["name"] for row in rows] == names
    assert all(row["fits"] for row in rows)
    kept = [tuple(row["shown"].split("\u2026")) for row in rows]
    assert all(len(parts) == 2 for parts in kept)  # cut once
    for start, end in kept:
        assert [name for name in names if name.startswith(start) and name.endswith(end)] == [
            names[kept.index((start, end))]
        ]


def test_a_name_of_one_word_is_not_cut_in_two(open_page):
    """What is in view of it is one piece: in two it read as two words, with a gap between."""
    names = ["discriminator_or_generator", "discriminator", "discriminator#2"]
    rows = open_page(layers(dict.fromkeys(names, 123456.0))).run(ROWS)
    assert rows[1]["shown"] == "discriminator"


def test_a_name_is_cut_only_where_it_has_no_room_and_says_so(open_page):
    """One letter more of a name that is cut would not fit."""
    names = ["convolution_max_pooling_of_windows", "convolution_8", "convolution_9", "dense_max_pooling_of_windows"]
    opened = open_page(layers(dict.fromkeys(names, 123456.0)))
    rows = opened.run(ROWS)
    assert [row["shown"] for row in rows[1:3]] == ["convolution_8", "convolution_9"]
    assert ["\u2026" in row["shown"] for row in rows] == [True, False, False, True]
    room = """[...document.querySelectorAll('[role=treeitem]')].map((row) =>
      row.querySelector('.tree-label').getBoundingClientRect().right - row.querySelector('.tree-name').getBoundingClientRect().right)"""
    assert all(left < 13 for left in (opened.run(room)[at] for at in (0, 3)))


def test_bars_are_on_one_scale_and_none_of_what_is_closed_is_cut(open_page):
    times = {"a": 66900.0, "b": 4190.0, "c": 3530.0, "d": 1000.0}
    rows = {row["name"]: row for row in open_page(layers(times)).run(ROWS)}
    longest = rows["a"]["bar"]
    for name, time in times.items():
        assert rows[name]["bar"] == pytest.approx(max(0.04, time / 66900.0) * longest, abs=0.7)


def test_what_is_open_does_not_shorten_the_bars_of_its_parts(open_page):
    """A model with two layers: open it has no bar beside theirs, closed it has the one there is. Two bars of one length are of one figure."""
    build = Builder()
    x = build.op("x", "Placeholder")
    model = build.group("model", "model", measured=took(5000.0))
    for name, kind, time in (("big", "Relu", 4000.0), ("small", "Tanh", 1000.0)):
        group = build.group(name, "layer", model, cls="Dense", measured=took(time))
        scope = build.group("scope", "scope", group)  # without a figure it tells nothing of the layer's
        x = build.op(f"model/{name}/1", kind, x, group=group)
        for step in ("Exp", "Neg"):
            x = build.op(f"model/{name}/scope/{step}", step, x, group=scope)
    opened = open_page(build.graph("parts", ["x"], [x]))
    opened.run("opscope.open('model/big')")
    found = opened.run(ROWS)
    assert [row["name"] for row in found].count("scope") >= 1
    rows = {row["name"]: row for row in found}
    assert rows["small"]["bar"] == pytest.approx(rows["big"]["bar"] / 4, abs=0.7)
    assert rows["model"]["bar"] is None
    opened.run("opscope.close('model')")
    (row,) = opened.run(ROWS)
    assert row["bar"] == pytest.approx(rows["big"]["bar"], abs=0.7)


def stack():
    """Four equal blocks of different times."""
    build = Builder()
    x = build.op("x", "Placeholder")
    for index in range(4):
        block = build.group(f"block_{index}", "layer", cls="Block", measured=took(1000.0 * (index + 1)))
        for step, kind in enumerate(("Relu", "Tanh", "Exp", "Neg", "Abs")):
            x = build.op(f"block_{index}/{step}", kind, x, group=block)
    return build.graph("stack", ["x"], [x])


def test_a_row_says_which_copy_of_a_stack_its_figure_is_of(open_page):
    opened = open_page(stack())
    row = opened.page.locator("[role=treeitem] >> nth=0")
    for copy in range(4):
        opened.run(f"opscope.select('block_{copy}')")
        assert row.locator(".tree-name").text_content() == f"block_{copy}"
        assert row.locator(".tree-times").inner_text() == f"{copy + 1} of 4"
        assert row.locator(".tree-figure").inner_text() == f"{copy + 1} ms"
        lines = row.get_attribute("title").split("\n")
        assert lines[1:] == [f"copy {copy + 1} of 4: {copy + 1} ms", "all 4: 10 ms"]


def test_a_row_that_has_no_rows_in_it_promises_none(open_page):
    """Its sign opens it in the drawing, and is shown when the row is pointed at: on the selected row alone it looked like a row of another kind."""
    opened = open_page(layers({"one": 1.0, "two": 2.0}))
    shown = "[...document.querySelectorAll('.twist')].map((sign) => Number(getComputedStyle(sign).opacity))"
    opened.page.mouse.move(640, 700)
    assert opened.run(shown) == [0, 0]
    opened.page.hover("[role=treeitem]:has-text('two')")
    assert opened.run(shown) == [0, 1]
    before = opened.run("opscope.view().open")
    opened.page.click("[role=treeitem]:has-text('two') .twist")
    assert opened.run("opscope.view().open") != before
    opened.page.mouse.move(640, 700)
    opened.run("opscope.select('one')")
    assert opened.run(shown) == [0, 0]


def test_a_narrow_tree_leaves_out_errors_before_it_cuts_names(open_page):
    opened = open_page(layers({"separable_block_of_a": 123456.0}))
    error = opened.page.locator(".tree-error")
    assert error.is_visible()
    assert opened.page.locator(".tree-figure").inner_text() == "~123 ± 25 ms"
    opened.page.focus(".tree-splitter")
    for _ in range(4):
        opened.page.keyboard.press("ArrowLeft")
    error.wait_for(state="hidden")  # the page follows at its next picture
    assert opened.page.locator(".tree-figure").inner_text() == "~123 ms"
    assert "~123 ± 25 ms" in opened.page.get_attribute("[role=treeitem]", "title")


def test_a_name_has_room_before_an_error(open_page):
    """In rows of one tree: a figure is told with its error where that leaves the name whole, and else without."""
    names = ["conv", "separable_block_of_a1", "separable_block_of_a2"]
    rows = open_page(layers(dict.fromkeys(names, 123456.0))).run(ROWS)
    assert [row["figure"] for row in rows] == ["~123 ± 25 ms", "~123 ms", "~123 ms"]
    assert all(row["shown"] == row["name"] and row["fits"] for row in rows)


@pytest.mark.parametrize("own, shown", [(24.0, True), (1.0, False)])
def test_rows_of_an_open_layer_add_up_as_far_as_their_digits_tell(open_page, own, shown):
    """Two layers of 488 µs in one of 1 ms: what it does itself has a row, unless no digit of its figure tells it."""
    build = Builder()
    x = build.op("x", "Placeholder")
    outer = build.group("outer", "layer", cls="Outer", measured=took(976.0 + own))
    for name in ("one", "two"):
        inner = build.group(name, "layer", outer, cls="Inner", measured=took(488.0))
        x = build.op(f"outer/{name}/Relu", "Relu", x, group=inner, measured=took(488.0))
    x = build.op("outer/Tanh", "Tanh", x, group=outer, measured=took(own))
    opened = open_page(build.graph("adds", ["x"], [x]), link="c=time")
    opened.run("opscope.open('outer')")
    figures = opened.page.locator(".tree-figure").all_inner_texts()
    assert figures[1:] == ["488 µs", "488 µs", *(["24 µs"] if shown else [])]


def test_a_short_bar_lies_in_one_as_long_as_the_longest(open_page):
    """A speck alone cannot be compared with anything."""
    build = Builder()
    x = build.op("x", "Placeholder")
    for name, us in (("least", 1.0), ("most", 100.0)):
        layer = build.group(name, "layer", cls="Layer", measured=took(us))
        x = build.op(f"{name}/Relu", "Relu", x, group=layer, measured=took(us))
    opened = open_page(build.graph("bars", ["x"], [x]), link="c=time")
    widths = opened.run(
        "[...document.querySelectorAll('.tree-bar')].map((bar) => [bar, bar.parentElement].map((one) => one.getBoundingClientRect()))"
        ".map(([bar, room]) => [bar.width, room.width, bar.left - room.left])"
    )
    (least, room, begins), (most, other, _) = widths
    assert room == other == pytest.approx(most)
    assert begins == 0
    assert least < room / 10


def test_what_is_below_an_open_layer_comes_to_its_figure(open_page):
    """With a row for the ops that lie in it and in no layer of it; small ones are told by its title."""
    build = Builder()
    x = build.op("x", "Placeholder")
    outer = build.group("outer", "layer", cls="Outer", measured=took(100.0))
    inner = build.group("inner", "layer", outer, cls="Inner", measured=took(60.0))
    x = build.op("outer/inner/Relu", "Relu", x, group=inner, measured=took(60.0))
    x = build.op("outer/Tanh", "Tanh", x, group=outer, measured=took(40.0))
    slight = build.group("slight", "layer", cls="Slight", measured=took(200.0))
    most = build.group("most", "layer", slight, cls="Most", measured=took(199.0))
    x = build.op("slight/most/Exp", "Exp", x, group=most, measured=took(199.0))
    x = build.op("slight/Abs", "Abs", x, group=slight, measured=took(1.0))
    x = build.op("loose", "Neg", x, measured=took(25.0))
    opened = open_page(build.graph("named", ["x"], [x]), link="c=time")
    for layer in ("outer", "slight"):
        opened.run(f"opscope.open({layer!r})")
    rows = opened.run(
        "[...document.querySelectorAll('.tree-row')].map((row) => "
        "[row.querySelector('.tree-label').textContent, row.querySelector('.tree-figure').textContent, row.title, "
        "row.querySelector('.tree-bar')?.getBoundingClientRect().width])"
    )
    widths = {name: width for name, _, _, width in rows}
    assert widths["ops directly in it"] == pytest.approx(widths["mostMost"] * 40 / 199, abs=0.7)
    assert [(name, figure) for name, figure, *_ in rows] == [
        ("outerOuter", "100 µs"),
        ("innerInner", "60 µs"),
        ("ops directly in it", "40 µs"),
        ("slightSlight", "200 µs"),
        ("mostMost", "199 µs"),
    ]
    assert "ops directly in it, in no row below it: 1 µs" in rows[3][2]
    opened.page.focus("[role=tree]")
    opened.run("opscope.select('outer/inner')")
    opened.page.keyboard.press("ArrowDown")
    assert opened.run("opscope.view().select") == "group:slight"
    opened.page.keyboard.press("ArrowUp")
    assert opened.run("opscope.view().select") == "group:outer/inner"
    opened.wait("document.querySelector('.tree-rest').textContent === '+ 25 µs outside of these rows'")


def test_layers_that_were_found_are_marked(open_page):
    opened = open_page(layers(dict.fromkeys([f"block_{number}" for number in range(12)], 10.0)))
    found = "[...document.querySelectorAll('.tree-row.found .tree-name')].map((one) => one.textContent)"
    opened.page.fill("[role=combobox]", "block_3")
    assert opened.run(found) == ["block_3"]
    assert not opened.page.is_visible(".hit-more")
    opened.page.fill("[role=combobox]", "block")
    assert opened.page.text_content(".hit-more").startswith(f"{12 + 24} in all")
    opened.page.fill("[role=combobox]", "")
    assert opened.run(found) == []


def test_an_estimate_that_is_at_least_so_much_says_so_wherever_it_stands(open_page):
    """Of a loop with an unknown number of iterations one is counted: in tree, card, panel, table and flame graph."""
    build = Builder()
    x = build.op("x", "Placeholder")
    for name, kind, per in (("decoder", "Exp", "iteration"), ("head", "Tanh", "step")):
        cost = Cost(2_000_000.0, None, per)
        group = build.group(name, "layer", cls=name.title(), cost=cost)
        x = build.op(f"{name}/{kind}", kind, x, group=group, cost=cost)
        x = build.op(f"{name}/last", "Relu", x, group=group)
    opened = open_page(build.graph("loops", ["x"], [x]), link="c=flops")
    assert [row["figure"] for row in opened.run(ROWS)] == ["\u2265 2 MFLOP", "2 MFLOP"]
    for name, said in (("decoder", "\u2265 2 MFLOP"), ("head", "2 MFLOP")):
        opened.run(f"opscope.select({name!r})")
        lines = opened.page.inner_text(".details").split("\n")
        assert lines[lines.index("FLOPs") + 1] == said
        assert ("at least: loops with an unknown number" in opened.page.inner_text(".details")) == (name == "decoder")
    opened.page.click("#tab-layers")
    cells = [row.inner_text().split("\n") for row in opened.page.locator(".table-row").all()]
    assert {row[0]: next(cell for cell in row if cell.endswith("2 M")) for row in cells} == {
        "decoder": "\u2265 2 M",
        "head": "2 M",
    }
    opened.page.click("#tab-flame")
    bars = opened.run("[...document.querySelectorAll('button.flame-bar')].map((bar) => bar.title)")
    assert {"decoder: \u2265 2 MFLOP", "head: 2 MFLOP"} <= set(bars)


def test_a_layer_without_a_time_says_why(open_page):
    """A dash, and in its tip the reason; of the reader's own numbers nothing is known of the others."""
    build = Builder()
    x = build.op("x", "Placeholder")
    for name, kind, measured in (("one", "Exp", took(10.0)), ("other", "Tanh", None)):
        group = build.group(name, "layer", cls=name.title(), measured=measured)
        x = build.op(f"{name}/{kind}", kind, x, group=group, measured=measured)
        x = build.op(f"{name}/last", "Relu", x, group=group)
    for measurement, figure in (({"steps": 3, "profiled_step_time_us": 20.0}, "\u2013"), (None, "")):
        opened = open_page(build.graph("named", ["x"], [x], measurement=measurement), link="c=time")
        assert [row["figure"] for row in opened.run(ROWS)] == ["10 \u00b5s", figure]
        title = opened.page.get_attribute("[role=treeitem]:has-text('other')", "title")
        assert ("fused, constant or not run" in title) == (measurement is not None)


def test_the_path_names_a_layer_that_has_the_models_name_once(open_page):
    build = Builder()
    x = build.op("x", "Placeholder")
    net = build.group("net", "model", cls="Net")
    dense = build.group("dense", "layer", net, cls="Dense")
    for kind in ("Exp", "Tanh"):
        x = build.op(f"net/dense/{kind}", kind, x, group=dense)
    opened = open_page(build.graph("net", ["x"], [x]))
    opened.run("opscope.select('net/dense')")
    assert opened.page.inner_text(".breadcrumb").split() == ["net", "\u203a", "dense"]


def test_what_an_op_of_unknown_shape_leaves_out_is_told_wherever_the_sum_stands(open_page):
    """Of the layer two ops are estimated to 3 MFLOP together, one could not be: its figure is at least so much."""
    build = Builder()
    x = build.op("x", "Placeholder")
    for name, last in (("dense", Cost(None, None, "step", None)), ("head", Cost(1_000_000.0, 8.0, "step", 0.0))):
        group = build.group(name, "layer", cls=name.title(), cost=Cost(3_000_000.0, 16.0, "step", 4.0))
        x = build.op(f"{name}/MatMul", "MatMul", x, x, group=group, cost=Cost(2_000_000.0, 8.0, "step", 4.0))
        x = build.op(f"{name}/Softmax", "Softmax", x, group=group, cost=last)
        x = build.op(f"{name}/last", "Relu", x, group=group, cost=Cost(1_000_000.0, 8.0, "step", 0.0))
    opened = open_page(build.graph("open", ["x"], [x]), link="c=flops")
    assert [row["figure"] for row in opened.run(ROWS)] == ["\u2265 3 MFLOP", "3 MFLOP"]
    for name, said in (("dense", "\u2265 3 MFLOP"), ("head", "3 MFLOP")):
        opened.run(f"opscope.select({name!r})")
        details = opened.page.inner_text(".details")
        assert details.split("\n")[details.split("\n").index("FLOPs") + 1] == said
        least = "at least: 1 op of unknown shape or without a formula is not counted"
        assert (least in details) == (name == "dense")
    opened.page.click("#tab-layers")
    cells = [row.inner_text().split("\n") for row in opened.page.locator(".table-row").all()]
    assert {row[0]: next(cell for cell in row if cell.endswith("3 M")) for row in cells} == {
        "dense": "\u2265 3 M",
        "head": "3 M",
    }


def apart(*, own, inner):
    """A layer in which a layer lies, each with an op of 1 MFLOP and one whose FLOPs are not known where asked for; and one op in no layer."""
    build = Builder()
    x = build.op("x", "Placeholder")
    known, unknown = Cost(1e6, 8.0, "step", 5e5), Cost(None, None, "step", None)
    outer = build.group("outer", "layer", cls="Outer", cost=Cost(2e6, 8.0, "step", 1e6))
    inside = build.group("inner", "layer", outer, cls="Inner", cost=Cost(1e6, 8.0, "step", 5e5))
    for name, group, lacks in (("outer/inner/", inside, inner), ("outer/", outer, own), ("", -1, False)):
        x = build.op(f"{name}MatMul", "MatMul", x, group=group, cost=known)
        x = build.op(f"{name}Odd", "Odd", x, group=group, cost=unknown if lacks else Cost(0.0, 8.0, "step", 0.0))
    return build.graph("apart", ["x"], [x])


@pytest.mark.parametrize(
    ("own", "inner", "figures"),
    [
        (True, False, {"outer": "\u2265 2 MFLOP", "inner": "1 MFLOP", "ops directly in it": "\u2265 1 MFLOP"}),
        (False, True, {"outer": "\u2265 2 MFLOP", "inner": "\u2265 1 MFLOP", "ops directly in it": "1 MFLOP"}),
    ],
)
def test_own_ops_are_at_least_so_much_where_one_of_them_does_not_count(open_page, own, inner, figures):
    """In the tree, its tips and the flame graph; what a layer inside leaves out is that layer's."""
    opened = open_page(apart(own=own, inner=inner), link="c=flops")
    rows = "[...document.querySelectorAll('.tree-row')].map((row) => [row.querySelector('.tree-name, .tree-label').textContent, row.querySelector('.tree-figure').textContent, row.title])"
    tree = opened.run(rows)
    assert {name.split("O")[0].split("I")[0]: figure for name, figure, _ in tree} == figures
    assert f"ops directly in it, in no row below it: {figures['ops directly in it']}" in next(
        title for name, _, title in tree if "uter" in name
    )
    opened.wait("document.querySelector('.tree-rest').textContent === '+ 1 MFLOP outside of these rows'")
    opened.page.click("#tab-flame")
    bars = opened.run("[...document.querySelectorAll('.flame-bar')].map((bar) => bar.title)")
    assert f"outer, what is directly in it: {figures['ops directly in it']}" in bars
    assert f"outer/inner: {figures['inner']}" in bars
    assert "ops in no group: 1 MFLOP" in bars
    # The root is all of it, as the header and the summary have it.
    assert bars[0].startswith("FLOPs \u2265 3 MFLOP")


@pytest.mark.parametrize("told", [True, False])
def test_what_is_in_no_group_is_at_least_so_much_where_an_op_of_it_does_not_count(open_page, told):
    """Where more of its ops count than do not; else it is unknown, as it is of a group."""
    build = Builder()
    x = build.op("x", "Placeholder")
    group = build.group("only", "layer", cls="Only", cost=Cost(1e6, 8.0, "step", 0.0))
    x = build.op("only/Exp", "Exp", x, group=group, cost=Cost(1e6, 8.0, "step", 0.0))
    for name in ("Exp", "Tanh") if told else ("Exp",):
        x = build.op(name, name, x, cost=Cost(1e6, 8.0, "step", 0.0))
    x = build.op("Odd", "Odd", x, cost=Cost(None, None, "step", None))
    opened = open_page(build.graph("loose", ["x"], [x]), link="c=flops")
    if told:
        opened.wait("document.querySelector('.tree-rest').textContent === '+ \u2265 2 MFLOP outside of these rows'")
    else:
        opened.wait("document.querySelector('.tree-rest').hidden")
    opened.page.click("#tab-flame")
    bars = opened.run("[...document.querySelectorAll('.flame-bar')].map((bar) => bar.title)")
    assert [bar for bar in bars if bar.startswith("ops in no group")] == [
        "ops in no group: \u2265 2 MFLOP" if told else "ops in no group"
    ]
    assert "only: 1 MFLOP" in bars


def test_a_hit_of_a_search_for_an_amount_says_that_it_is_at_least_so_much(open_page):
    opened = open_page(apart(own=False, inner=True))
    opened.page.fill("[role=combobox]", "flops>0.5M")
    said = opened.run(
        "[...document.querySelectorAll('.hit')].map((hit) => [hit.querySelector('.hit-name').textContent, hit.querySelector('.hit-why').textContent])"
    )
    assert ["outer", "\u2265 2 MFLOP"] in said
    assert ["inner", "\u2265 1 MFLOP"] in said
    assert ["MatMul", "1 MFLOP"] in said


def test_ops_of_a_group_without_a_row_are_not_said_to_be_outside_of_all_layers(open_page):
    """An optimizer's scope of which all that is drawn is a stack: its other ops are in no row, yet in a group."""
    build = Builder()
    x = build.op("x", "Placeholder")
    optimizer = build.group("adam", "scope")
    rate = build.op("adam/rate", "Const", group=optimizer)
    for index in range(6):
        build.op(f"var_{index}", "VarHandleOp")
        value = build.op(f"adam/mul_{index}", "Mul", x, rate, group=optimizer)
        for number in range(3):
            value = build.op(f"adam/more_{index}_{number}", "Sqrt", value, group=optimizer)
        build.op(f"adam/assign_{index}", "AssignSubVariableOp", f"var_{index}", value, group=optimizer)
    opened = open_page(build.graph("step", ["x"], []))
    assert [row["figure"] for row in opened.run(ROWS)] == ["5"]
    opened.wait("document.querySelector('.tree-rest').textContent !== ''")
    # x, the variables and the rate: 38 ops less 6 times 5.
    assert opened.page.text_content(".tree-rest") == "+ 8 ops outside of these rows"


def chosen():
    """A layer, and in no layer a choice between one op and three, each of 512 FLOPs."""
    build = Builder()
    x = build.op("x", "Placeholder", out=[("float32", (8, 64))])
    build.op("p", "Placeholder", out=[("bool", ())])
    first = build.group("first", "layer", cls="First")
    for name in ("Relu", "Neg"):
        x = build.op(f"first/{name}", name, x, group=first, out=[("float32", (8, 64))])
    row = len(build.rows)
    choice = build.op("if", "If", "p", x, out=[("float32", (8, 64))])
    owned = build.group("if", "if", owner=row)
    for side, names in (("then", ["Neg"]), ("else", ["Neg", "Abs", "Relu"])):
        branch = build.group(side, "branch", owned, owner=row)
        last = build.op(f"{side}/a", "_Arg", x, group=branch, index=0, out=[("float32", (8, 64))])
        for name in names:
            last = build.op(f"{side}/{name}", name, last, group=branch, out=[("float32", (8, 64))])
        build.op(f"{side}/r", "_Retval", last, group=branch, out=[], index=0)
    return build.graph("chosen", ["x", "p"], [choice])


def test_of_the_branches_of_an_if_the_page_counts_the_one_that_the_summary_counts(open_page):
    """2 ops of the layer and 3 of the costlier branch: 2,560 FLOPs. The cheaper branch is nobody's rest."""
    graph = chosen().estimate()
    assert graph.cost.flops == 5 * 512
    opened = open_page(graph, link="c=flops")
    opened.page.click("#tab-flame")
    assert opened.run("document.querySelector('.flame-bar').title").startswith("FLOPs 2,560 FLOP")
    rows = {row["name"]: row["figure"] for row in opened.run(ROWS)}
    assert (rows["first"], rows["if"]) == ("1,024 FLOP", "1,536 FLOP")
    opened.run("new Promise((done) => setTimeout(done, 0))")  # the rest is found when the drawing stands
    assert opened.run("document.querySelector('.tree-rest').hidden")


def test_an_estimate_is_a_colour_where_all_is_known_of_the_branch_that_counts(open_page):
    """The other one has only ops without a formula, more than there are with one."""
    build = Builder()
    known = Cost(1e6, 8.0, "step", 0.0)
    x, p = build.op("x", "Placeholder"), build.op("p", "Placeholder")
    row = len(build.rows)
    choice = build.op("if", "If", p, x)
    owned = build.group("if", "if", owner=row, cost=known)
    for side, kinds, cost in (("then", ["Neg"], known), ("else", ["Odd", "Odder"], Cost(None, 8.0, "step", None))):
        branch = build.group(side, "branch", owned, owner=row, cost=cost if cost is known else None)
        last = x
        for kind in kinds:
            last = build.op(f"{side}/{kind}", kind, last, group=branch, cost=cost)
    opened = open_page(build.graph("either", ["x", "p"], [choice]))
    assert opened.page.locator("button:text-is('FLOPs')").count() > 0


def out_of_order():
    """A model whose layers were made in another order than they work in: `last`, `right`, `left`, `first`; and in `first` likewise."""
    build = Builder()
    model = build.group("model", "model", cls="Model")
    made = {
        name: build.group(name, "layer", model, cls=name.title())
        for name in ("last", "right", "left", "first", "loose")
    }
    inner = {name: build.group(name, "layer", made["first"], cls=name.title()) for name in ("second", "opening")}
    x = build.op("x", "Placeholder")
    for name, kinds in (("opening", ("Exp", "Log")), ("second", ("Neg", "Abs", "Sin"))):
        for kind in kinds:
            x = build.op(f"model/first/{name}/{kind}", kind, x, group=inner[name])
    sides = []
    for name, kinds in (("left", ("Cos", "Tan")), ("right", ("Relu", "Tanh", "Elu"))):
        y = x
        for kind in kinds:
            y = build.op(f"model/{name}/{kind}", kind, y, group=made[name])
        sides.append(y)
    y = build.op("model/last/AddV2", "AddV2", *reversed(sides), group=made["last"])
    y = build.op("model/last/Floor", "Floor", y, group=made["last"])
    build.op("model/loose/Ceil", "Ceil", y, group=made["loose"])
    return build.graph("out of order", ["x"], [y])


def test_rows_stand_in_the_order_of_the_drawing(open_page):
    """On every level: from the top down, and beside each other from left to right, as the saved drawing has the cards."""
    opened = open_page(out_of_order())
    opened.run("opscope.open('model/first')")
    rows = opened.run(
        "[...document.querySelectorAll('[role=treeitem]')].map((row) => [row.querySelector('.tree-name').textContent, Number(row.ariaLevel)])"
    )
    names = [name for name, _ in rows]
    assert names[:3] == ["model", "first", "opening"]
    assert names.index("opening") < names.index("second") < names.index("left")
    assert set(names[4:6]) == {"left", "right"}
    assert names[6] == "last"
    opened.page.keyboard.press("0")  # all of it: what is out of view is not saved
    found = re.findall(r'<text[^>]* x="([\d.]+)"[^>]*>(left|right)\b', opened.saved_svg())
    assert [name for _, name in sorted(found, key=lambda each: float(each[0]))] == names[4:6]


def test_the_row_around_what_has_none_of_its_own_says_so(open_page):
    """What is selected in the overview may lie in a layer whose rows are not open in the tree: its row is in view and marked."""
    opened = open_page(tower(), overview=True)
    opened.run("opscope.close('tower/block_0')")
    opened.page.keyboard.press("v")
    opened.page.click("[aria-label='Layers beside the drawing']")
    around = "[...document.querySelectorAll('.tree-row.around .tree-name')].map((one) => one.textContent)"
    mark(opened, "head").click()
    assert opened.run(around) == []
    mark(opened, "widen").click()
    assert details(opened).endswith("/widen")
    opened.wait("document.querySelectorAll('.tree-row.around').length === 1")
    assert opened.run(around) == ["block_0"]
    assert opened.page.text_content(".tree-row.around .tree-class") == "› widen"
    row, room = (
        opened.page.locator(".tree-row.around").bounding_box(),
        opened.page.locator(".tree .list").bounding_box(),
    )
    assert room["y"] <= row["y"]
    assert row["y"] + row["height"] <= room["y"] + room["height"] + 1


def test_ops_in_rows_come_to_those_of_the_row_around_them(open_page):
    """However few lie in no row of it: 41 ops of which one is the layer's own."""
    build = Builder()
    x = build.op("x", "Placeholder")
    outer = build.group("outer", "layer", cls="Outer")
    inner = build.group("inner", "layer", outer, cls="Inner")
    kinds = ("Exp", "Log", "Sin", "Cos", "Neg", "Abs", "Tan", "Relu")
    for number in range(40):
        x = build.op(f"outer/inner/{number}", kinds[number % 8] if number % 3 else "Elu", x, group=inner)
    x = build.op("outer/Tanh", "Tanh", x, group=outer)
    opened = open_page(build.graph("ops", ["x"], [x]))
    opened.run("opscope.open('outer')")
    rows = opened.run(
        "[...document.querySelectorAll('.tree-row')].map((row) => [row.querySelector('.tree-label').textContent, row.querySelector('.tree-figure').textContent])"
    )
    assert rows[:3] == [["outerOuter", "41"], ["innerInner", "40"], ["ops directly in it", "1"]]


def test_the_tree_says_what_figures_of_the_overview_count_more(open_page):
    """A row tells of one copy; the line of a stack in the overview beside it of all."""
    opened = open_page(tower(), overview=True)
    opened.page.click("[aria-label='Layers beside the drawing']")
    opened.page.click("button:text-is('FLOPs')")
    said = opened.page.locator(".tree-scope")
    assert said.inner_text() == "In the overview: sums of all copies"
    opened.page.keyboard.press("v")
    assert not said.is_visible()


def test_a_tree_that_is_shown_later_has_the_selected_row_in_view(open_page):
    """Hidden it could not scroll: shown again it began with its first rows, none of which was marked."""
    build = Builder()
    model = build.group("net", "model", cls="Functional", defined_in="keras")
    here = build.op("x", "Placeholder")
    for number, op in enumerate(("Relu", "Tanh", "Exp", "Neg", "Abs", "Sin", "Cos", "Elu", "Sqrt", "Log") * 3):
        layer = build.group(f"layer_{number}", "layer", model, cls=f"Own{number}", defined_in="mine")
        here = build.op(f"net/layer_{number}/{op}", op, here, group=layer)
    opened = open_page(build.graph("net", ["x"], [here]), overview=True, size=(800, 600))
    assert not opened.page.is_visible(".tree")
    opened.run("opscope.select('net/layer_28')")
    opened.page.keyboard.press("v")
    for panel in ("details", "tree"):
        opened.page.click(f"button[aria-controls=panel-{panel}]")
    opened.wait("document.querySelectorAll('.tree-row').length > 5")
    assert opened.page.locator(".tree-row.selected").count() == 1
    row, room = (opened.page.locator(each).bounding_box() for each in (".tree-row.selected", ".tree .list"))
    assert room["y"] <= row["y"] and row["y"] + row["height"] <= room["y"] + room["height"] + 1
