from __future__ import annotations

import base64
from dataclasses import replace

import pytest
from page_driver import details, of_pixels
from page_graphs import condition, many_ends, tagger, tower
from told import TAKEN, drawing

from graphs import Builder
from opscope.graph.types import Cost, TensorType
from opscope.render.page.html import html

TREE = "document.querySelector('.tree').getBoundingClientRect().width"


def long_names():
    build = Builder()
    x = build.op("x", "Placeholder")
    for name in ("convolution_block_one_first", "convolution_block_one_second", "convolution_block_two_first"):
        group = build.group(name, "layer", cls="SeparableConvolution")
        x = build.op(f"{name}/op", "Relu", build.op(f"{name}/more", "Exp", x, group=group), group=group)
    return build.graph("long")


def test_a_panel_is_widened_by_dragging_and_by_keys(open_page):
    opened = open_page(tagger())
    page, before = opened.page, opened.run(TREE)
    box = page.locator(".tree-splitter").bounding_box()
    page.mouse.move(box["x"] + 3, box["y"] + 200)
    page.mouse.down()
    page.mouse.move(box["x"] + 103, box["y"] + 200, steps=2)
    page.mouse.up()
    assert opened.run(TREE) == pytest.approx(before + 100, abs=2)
    page.keyboard.press("ArrowLeft")
    assert opened.run(TREE) == pytest.approx(before + 84, abs=2)
    page.keyboard.press("Home")
    assert opened.run(TREE) == before


def test_names_that_have_no_room_keep_the_end_that_tells_them_apart(open_page):
    opened = open_page(long_names(), size=(1000, 720))
    row = opened.page.locator("[role=treeitem]").nth(1)
    assert row.get_attribute("title") == "convolution_block_one_second SeparableConvolution"
    assert row.locator(".tree-name").evaluate("(name) => name.lastChild.textContent") == "second"
    end, label = (row.locator(part).bounding_box() for part in (".tree-name", ".tree-label"))
    assert end["x"] + end["width"] <= label["x"] + label["width"] + 1
    assert opened.page.locator(".tree-name").nth(2).text_content() == "convolution_block_two_first"


def test_in_a_narrow_window_tree_and_details_are_shown_when_asked_for(open_page):
    opened = open_page(tagger(), size=(640, 600))
    page = opened.page
    assert not page.is_visible(".tree")
    assert not page.is_visible(".details")
    page.click("[aria-controls=panel-tree]")
    page.click("[role=treeitem]:has-text('head')")
    page.click("[aria-controls=panel-tree]")
    page.click("[aria-controls=panel-details]")
    assert "model/head" in page.inner_text(".details")
    assert page.get_attribute("[aria-controls=panel-details]", "aria-expanded") == "true"
    page.click("[aria-controls=panel-details]")
    page.click("button:has-text('Colour: Time')")
    page.click("[role=menuitem]:has-text('FLOPs')")
    assert opened.run("opscope.view().colour") == "flops"


def test_in_a_wide_window_both_can_be_hidden(open_page):
    opened = open_page(tagger())
    wide = "document.querySelector('canvas.drawing').getBoundingClientRect().width"
    before = opened.run(wide)
    opened.page.click("[aria-controls=panel-tree]")
    opened.page.click("[aria-controls=panel-details]")
    assert opened.run(wide) > before + 400


@pytest.mark.parametrize(("ops", "words"), [(0, "This graph has no ops"), (1, "not drawn: 1 NoOp")])
def test_a_graph_of_which_nothing_is_drawn_says_so(open_page, ops, words):
    build = Builder()
    for index in range(ops):
        build.op(f"x{index}", "NoOp", out=[])
    opened = open_page(build.graph("bare"))
    assert words in opened.page.inner_text(".nothing")
    assert opened.errors == []


def test_colour_and_theme_at_the_start_are_those_asked_for(open_page):
    from opscope.render.page.html import html

    opened = open_page(None, text=html(tagger(), heat="memory", theme="dark"))
    assert opened.run("opscope.view().colour") == "memory"
    assert opened.run("document.documentElement.dataset.theme") == "dark"
    opened.page.click("button:has-text('View')")
    opened.page.click("[role=menuitem]:has-text('Light or dark')")
    assert opened.run("document.documentElement.dataset.theme") == "light"


def test_a_link_tells_every_colour_mode_but_the_one_at_the_start(open_page):
    first = open_page(tagger())
    first.page.click("[role=radio]:has-text('Family')")
    first.wait("location.hash.includes('c=family')")
    second = open_page(tagger(), link=first.run("location.hash.slice(1)"))
    assert second.run("opscope.view().colour") == "family"
    second.run("location.hash = ''")
    second.wait("opscope.view().colour === 'time'")


def test_a_link_leaves_closed_what_was_closed_around_the_selection(open_page):
    first = open_page(tagger())
    first.run("opscope.select('model/head/MatMul')")
    first.run("opscope.close('model/head')")
    first.wait("location.hash.includes('-model/head')")
    second = open_page(tagger(), link=first.run("location.hash.slice(1)"))
    assert second.run("opscope.view().open") == first.run("opscope.view().open") == ["-model/head"]
    assert second.run("opscope.view().select") == "op:model/head/MatMul"


def test_the_small_picture_marks_selection_and_hits(open_page):
    opened = open_page(tagger())
    opened.page.set_viewport_size({"width": 1280, "height": 500})
    picture = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(document.querySelector('.minimap').toDataURL()))))"
    before = opened.run(picture)
    opened.run("opscope.search('op:Tanh')")
    found = opened.run(picture)
    opened.run("opscope.search('')")
    assert opened.run(picture) == before != found


def test_the_saved_drawing_shows_what_was_found(open_page):
    opened = open_page(tagger())
    opened.run("opscope.search('op:Tanh')")
    svg = opened.saved_svg()
    assert 'stroke="#b3138f" stroke-width="2.2"' in svg
    assert 'opacity="0.32"' in svg


def test_an_objects_path_is_broken_between_its_words(open_page):
    """Where it has no room it goes on in another line behind a sign, not within a word."""
    build = Builder()
    group = build.group("block", "layer", cls="Block", object_path="blocks[1].attention.project_out_of_the_heads")
    x = build.op("block/op", "Relu", build.op("x", "Placeholder"), group=group)
    opened = open_page(build.graph("path", ["x"], [x]), size=(1280, 720))
    opened.run("opscope.select('group:block')")
    told = opened.page.locator(".details dd", has_text="project_out_of_the_heads")
    lines = told.evaluate(
        """(dd) => { const range = document.createRange(), lines = new Map();
        for (const node of [...dd.childNodes].filter((one) => one.nodeType === 3)) for (let at = 0; at < node.length; at++) {
          range.setStart(node, at), range.setEnd(node, at + 1);
          const { top } = range.getBoundingClientRect();
          lines.set(top, (lines.get(top) ?? '') + node.data[at]); }
        return [...lines.values()]; }"""
    )
    assert len(lines) > 1
    assert all(line[-1] in "._" for line in lines[:-1])


def test_long_lists_of_inputs_can_be_seen_whole(open_page):
    build = Builder()
    inputs = [build.op(f"x{index}", "Placeholder") for index in range(30)]
    build.op("sum", "AddN", *inputs)
    opened = open_page(build.graph("sum"))
    opened.run("opscope.select('sum')")
    assert "x29" not in opened.page.inner_text(".details")
    opened.page.click("button:has-text('and 18 more')")
    opened.page.click(".details .ref:has-text('x29')")
    assert opened.run("opscope.view().select") == "op:x29"


def test_what_a_constant_holds_is_told_in_words(open_page):
    build = Builder()
    value = {"dtype": "int32", "shape": [3], "values": [8, 40, 64], "min": 8, "max": 64}
    const = build.op("c", "Const", dtype="int32", value=value)
    build.op("y", "Neg", const)
    opened = open_page(build.graph("constant"))
    opened.run("opscope.select('c')")
    assert "8, 40, 64" in opened.page.inner_text(".details .pairs")


def test_what_is_coloured_by_kind_is_also_named(open_page):
    opened = open_page(tagger())
    opened.page.click("button:has-text('More')")
    opened.page.click("[role=menuitem]:has-text('Dtype')")
    assert "float64" in opened.page.inner_text(".legend")
    opened.page.click("[aria-label='Show everything']")
    assert ">float64</text>" in opened.saved_svg()


def test_keys_move_the_drawing_by_a_window_and_to_its_ends(open_page):
    opened = open_page(tagger())
    opened.page.set_viewport_size({"width": 1280, "height": 500})
    opened.page.focus("canvas.drawing")
    at = opened.run("opscope.view().camera.y")
    opened.page.keyboard.press("PageDown")
    assert opened.run("opscope.view().camera.y") > at
    opened.page.keyboard.press("End")
    assert opened.run("opscope.view().camera.y") > at
    opened.page.keyboard.press("Home")
    assert opened.run("opscope.view().camera.y") == pytest.approx(at, abs=60)


def test_the_flame_graph_is_walked_by_arrow_keys(open_page):
    opened = open_page(tagger())
    opened.page.click("#tab-flame")
    opened.page.focus(".flame button[tabindex='0']")
    for key in ("ArrowDown", "ArrowRight", "ArrowDown", "Enter"):  # into the model, to the stack, to its first copy
        opened.page.keyboard.press(key)
    assert opened.run("opscope.view().select") == "group:model/block_0"
    assert opened.run("document.querySelectorAll('.flame button[tabindex=\"0\"]').length") == 1


def test_what_is_chosen_in_the_tree_comes_into_view(open_page):
    opened = open_page(tagger())
    opened.page.set_viewport_size({"width": 1280, "height": 500})
    at = opened.run("opscope.view().camera.y")
    opened.page.click("[role=treeitem]:has-text('inner')")
    opened.wait(f"opscope.view().camera.y > {at} + 100")


def test_a_page_starts_in_the_multiply_adds_that_it_was_saved_with(open_page):
    build = Builder()
    dense = build.group("dense", "layer", cls="Dense")
    x = build.op("x", "Placeholder", out=[("float32", (8, 100))])
    w = build.op("w", "Const", out=[("float32", (100, 600))])
    build.op("dense/y", "MatMul", x, w, group=dense, out=[("float32", (8, 600))])
    opened = open_page(build.graph("dense"), text=html(build.graph("dense"), heat="macs"))
    assert opened.run("opscope.view().colour") == "macs"
    assert "480 k" in opened.page.locator("[role=treeitem]").first.inner_text().replace("\n", " ")  # 8 x 100 x 600


def test_parameters_are_the_models_and_state_has_a_row_of_its_own(open_page):
    build = Builder()
    dense = build.group("dense", "layer", variables=(0,))
    update = build.group("optimizer", "optimizer")
    build.variable("kernel", "kernel", (3, 4), group=dense)
    build.variable("moment", "moment", (3, 4))
    build.variables[1] = replace(build.variables[1], trainable=False)
    build.op("step", "ResourceApplyKerasMomentum", "kernel", "moment", group=update)
    said = open_page(build.graph("step")).page.inner_text(".details").split("\n")
    assert "12 in 1 variable" in said[said.index("Parameters") + 1 :][:1]
    assert "12 in 1 variable" in said[said.index("State") + 1 :][:1]


@pytest.mark.parametrize(
    "size", [(1280, 720), (800, 600), (390, 844), (640, 360)], ids=lambda size: f"{size[0]}x{size[1]}"
)
def test_nothing_is_off_screen_or_over_the_drawing(open_page, size):
    opened = open_page(tagger(), size=size)
    opened.page.click("[role=tab]:has-text('Ops')")
    for button in (".bar .panel-button", ".bar .menu-button", ".above button"):
        for one in opened.page.locator(button).all():
            if one.is_visible():
                box = one.bounding_box()
                assert box["x"] >= 0
                assert box["x"] + box["width"] <= size[0]
    room = opened.page.locator(".room").bounding_box()
    assert room["height"] >= 0.3 * size[1]
    for over in (".above", ".legend", ".bottom"):
        box = opened.page.locator(over).bounding_box() if opened.page.is_visible(over) else None
        assert box is None or box["y"] >= room["y"] + room["height"] - 1 or box["y"] + box["height"] <= room["y"] + 1
    strip, tabs = opened.page.locator(".strip").bounding_box(), opened.page.locator(".tabs").bounding_box()
    assert tabs["y"] >= strip["y"] - 1
    assert tabs["height"] <= strip["height"]


def test_the_small_picture_can_be_hidden(open_page):
    opened = open_page(tagger())
    opened.run("opscope.select('model/head')")
    opened.page.click(".zoom [aria-label='Zoom in']")
    assert opened.page.is_visible(".minimap")
    opened.page.click(".map-button")
    assert not opened.page.is_visible(".minimap")
    opened.page.click(".map-button")
    assert opened.page.is_visible(".minimap")


def listed(opened, heading):
    """The list under a heading of the panel."""
    return opened.run(
        f"() => [...[...document.querySelectorAll('.details h3')].find((one) => one.textContent.startsWith({heading!r}))"
        ".nextSibling.querySelectorAll('li')].map((line) => line.textContent)"
    )


def test_the_sides_of_a_condition_are_named_in_the_panel_as_on_the_wires(open_page):
    opened = open_page(condition())
    opened.run("() => opscope.select('switch')")
    assert listed(opened, "Outputs") == [":0 false float32 (8, 64)", ":1 true float32 (8, 64)"]
    assert listed(opened, "Used by") == ["no Tanh, false", "yes Relu, true"] or listed(opened, "Used by") == [
        "yes Relu, true",
        "no Tanh, false",
    ]
    opened.run("() => opscope.select('yes')")
    assert listed(opened, "Inputs") == ["switch :1 true float32 (8, 64)"]


def test_many_inputs_or_outputs_are_a_card_that_opens(open_page):
    opened = open_page(many_ends())
    opened.run(TAKEN)
    inputs, outputs = {f"in_{k}" for k in range(14)}, {f"end_{k}" for k in range(13)}
    closed = drawing(opened)
    assert {"14 inputs", "13 outputs"} <= set(closed)
    assert not (inputs | outputs) & set(closed)
    assert opened.run("() => opscope.select('#1')")
    assert [line.split(" ")[0] for line in listed(opened, "Contains")] == [f"in_{k}" for k in range(14)]
    assert opened.run("() => opscope.open('#1')")
    assert opened.run("() => opscope.open('#2')")
    assert opened.run("() => opscope.select('#2')")
    assert listed(opened, "Contains") == [f"end_{k}" for k in range(13)]
    assert inputs | outputs <= set(drawing(opened))
    assert opened.errors == []


def test_an_input_is_found_though_its_card_is_closed(open_page):
    opened = open_page(many_ends())
    opened.run(TAKEN)
    opened.run("() => opscope.select('in_7')")
    assert "in_7" in drawing(opened)
    assert opened.run("() => document.querySelector('.details .name').textContent") == "in_7"


def test_help_says_what_the_words_of_tree_panel_and_overview_mean(open_page):
    opened = open_page(tagger())
    opened.page.keyboard.press("?")
    help_ = opened.page.inner_text(".help")
    for word in (
        "of one copy",
        "directly in it",
        "op runs",
        "in other copies",
        "dead ops",
        "custom class",
        "same weights",
    ):
        assert word in help_


@pytest.mark.parametrize(("size", "columns"), [((1280, 720), 2), ((390, 844), 1)])
def test_help_has_two_columns_where_there_is_the_room(open_page, size, columns):
    opened = open_page(tagger(), size=size)
    opened.page.keyboard.press("?")
    lefts = opened.run("[...document.querySelectorAll('.help dt')].map((term) => term.getBoundingClientRect().left)")
    assert len({round(left) for left in lefts}) == columns
    assert opened.run("(({scrollWidth, clientWidth}) => scrollWidth <= clientWidth)(document.querySelector('.help'))")


def wide_ops():
    """Ops whose names, types and shapes are longer than others."""
    build = Builder()
    x = build.op("x", "Placeholder", out=[TensorType("float32", (16, 112, 112, 384))])
    group = build.group("encoder_with_a_name", "layer", cls="Encoder")
    for number in range(12):
        x = build.op(
            f"encoder_with_a_name/convolution_of_many_channels_{number}", "DepthwiseConv2dNativeBackpropFilter" if number == 7 else "Relu",
            x, group=group, out=[TensorType("float32", (16, 112, 112, 384))], cost=Cost(2e6, 8e6, macs=1e6),
        )  # fmt: skip
    return build.graph("wide", ["x"], [x])


def test_no_cell_of_a_table_is_cut_while_another_column_has_room(open_page):
    """Columns are as wide as what stands in them; what is left is the names'."""
    opened = open_page(wide_ops(), size=(1280, 720))
    opened.page.click("#tab-ops")
    cut = "[...document.querySelectorAll('.table .cell')].filter((cell) => cell.scrollWidth > cell.clientWidth).map((cell) => cell.textContent)"
    assert opened.run(cut) == []
    rights = "[...document.querySelectorAll('.table-row')].map((row) => row.lastChild.getBoundingClientRect().right)"
    assert max(opened.run(rights)) <= 1280


def test_tree_tab_and_table_call_groups_layers_only_where_there_are_any(open_page):
    for cls, title in (("Encoder", "Layers"), (None, "Groups")):
        build = Builder()
        x = build.op("x", "Placeholder")
        group = build.group("encoder", "layer" if cls else "scope", cls=cls)
        for kind in ("Exp", "Tanh"):
            x = build.op(f"encoder/{kind}", kind, x, group=group)
        opened = open_page(build.graph("net", ["x"], [x]))
        assert opened.page.inner_text("#tab-layers") == title
        assert opened.page.inner_text(".tree h2").lower() == title.lower()


def test_a_long_name_breaks_behind_its_signs_and_not_within_a_short_word(open_page):
    build = Builder()
    x = build.op("x", "Placeholder")
    group = build.group("attention", "layer", cls="Attention")
    for name in ("Tensordot/MatMul", "AVeryLongWordOfManyCapitals"):
        x = build.op(f"attention/{name}", "MatMul", x, x, group=group)
    opened = open_page(build.graph("net", ["x"], [x]))
    parts = "[...document.querySelectorAll('.details .name > .path-name')].map((part) => part.innerHTML)"
    opened.run("opscope.select('attention/Tensordot/MatMul')")
    assert opened.run(parts) == ["attention/", "Tensordot/", "MatMul"]
    opened.run("opscope.select('attention/AVeryLongWordOfManyCapitals')")
    assert opened.run(parts) == ["attention/", "AVery<wbr>Long<wbr>Word<wbr>Of<wbr>Many<wbr>Capitals"]


def test_a_path_breaks_between_its_names_before_it_breaks_within_one(open_page):
    """`discriminator_1/compare_1`, which has no room in one line, is two lines, not three pieces."""
    build = Builder()
    x = build.op("x", "Placeholder")
    for name in ("Exp", "Tanh"):
        x = build.op(f"discriminator_one/compare_the_two/reduce/{name}", name, x)
    opened = open_page(build.graph("net", ["x"], [x]))
    opened.run("opscope.select('discriminator_one/compare_the_two/reduce/Tanh')")
    parts = opened.run(
        "[...document.querySelectorAll('.details .path-name')].map((part) => [part.textContent, part.getBoundingClientRect().height, part.getBoundingClientRect().top])"
    )
    assert [text for text, *_ in parts] == ["discriminator_one/", "compare_the_two/", "reduce/", "Tanh"]
    assert len({height for _, height, _ in parts}) == 1  # none is broken
    assert parts[0][2] < parts[1][2]
    assert details(opened) == "discriminator_one/compare_the_two/reduce/Tanh"


LAST_LINES = """const { data } = context.getImageData(0, image.height - 4, image.width, 4);
  const colours = new Set();
  for (let at = 0; at < data.length; at += 4) colours.add([data[at], data[at + 1], data[at + 2]].join());
  return colours.size;"""
"""How many colours there are in the lowest four lines of a picture."""


@pytest.mark.parametrize("size", [(1280, 400), (800, 400)])
def test_no_line_of_the_details_is_cut_at_their_lower_edge(open_page, size):
    """However far they are scrolled, nothing is written right at the edge; at the end all of the last line is there."""
    opened = open_page(tagger(), size=size)
    opened.run("opscope.select('model/embed/MatMul')")
    opened.run("opscope.view()")
    panel = opened.page.locator(".details")
    assert "embed/MatMul" in panel.inner_text()
    assert panel.evaluate("(panel) => panel.scrollHeight > panel.clientHeight + 40")
    room = panel.evaluate(
        "(panel) => ({ x: panel.getBoundingClientRect().x + 4, y: panel.getBoundingClientRect().y, width: panel.clientWidth - 8, height: panel.clientHeight })"
    )
    for top in range(0, 24, 4):
        panel.evaluate(f"(panel) => {{ panel.scrollTop = {top}; }}")
        picture = base64.b64encode(opened.page.screenshot(clip=room)).decode()
        assert opened.page.evaluate(of_pixels(LAST_LINES), picture) == 1, top
    panel.evaluate("(panel) => { panel.scrollTop = panel.scrollHeight; }")
    under = panel.evaluate(
        "(panel) => panel.getBoundingClientRect().bottom - panel.lastElementChild.getBoundingClientRect().bottom"
    )
    assert under >= 20


SMALLEST = """(() => [...document.querySelectorAll('body *')].filter((one) => one.checkVisibility() && !one.closest('svg')
  && [...one.childNodes].some((child) => child.nodeType === 3 && child.textContent.trim()))
  .map((one) => [parseFloat(getComputedStyle(one).fontSize), one.className, one.textContent.slice(0, 30)])
  .filter(([size]) => size > 0 && size < 11))()"""
"""The texts of the page, those of its pictures aside, whose letters are smaller than 11 pixels."""


@pytest.mark.parametrize("size", [(1280, 720), (390, 844)], ids=["wide", "narrow"])
def test_no_letters_of_the_page_are_smaller_than_eleven_pixels(open_page, size):
    opened = open_page(tower(), overview=True, size=size, link="c=flops")
    assert opened.run(SMALLEST) == []
    opened.run("opscope.select('tower/block_3')")
    for tab in ("layers", "flame"):
        opened.page.click(f"#tab-{tab}")
        assert opened.run(SMALLEST) == []
    opened.page.fill("[role=combobox]", "block")
    assert opened.run(SMALLEST) == []
    opened.page.keyboard.press("Escape")
    opened.page.keyboard.press("Escape")
    opened.page.keyboard.press("?")
    assert opened.run(SMALLEST) == []
