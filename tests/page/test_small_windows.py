"""What a reader sees in windows of four sizes: nothing that belongs together is cut, and nothing lies over it."""

from __future__ import annotations

import base64
import json
import re

import pytest
from page_driver import of_pixels
from page_graphs import tagger, tower

from graphs import Builder
from networks import residual
from opscope.graph.types import Measured

SIZES = [(1280, 720), (800, 600), (390, 844), (640, 360)]

INSIDE = """(() => { const { camera } = opscope.view(), room = document.querySelector('canvas.drawing').getBoundingClientRect();
  return { w: room.width / camera.scale, h: room.height / camera.scale, ...camera }; })()"""
"""The part of the drawing that is in view, in its own coordinates."""

RING = """async (colour) => {
  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  const canvas = document.querySelector('canvas.drawing'), room = canvas.getBoundingClientRect(), step = canvas.width / room.width;
  const { data, width, height } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
  let [left, top, right, bottom] = [Infinity, Infinity, -1, -1];
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) {
    const at = 4 * (y * width + x);
    if (colour.some((part, index) => Math.abs(data[at + index] - part) > 3)) continue;
    [left, top, right, bottom] = [Math.min(left, x), Math.min(top, y), Math.max(right, x), Math.max(bottom, y)];
  }
  return { left: left / step, top: top / step, right: (right + 1) / step, bottom: (bottom + 1) / step, w: room.width, h: room.height };
}"""
"""Where the ring around the selection is, read from the pixels of the canvas."""

ACCENT = [0x2F, 0x6F, 0xDE]


def sizes(test):
    return pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")(test)


def assert_whole(ring):
    """The ring has four sides inside the canvas, none on its edge."""
    assert ring["right"] > ring["left"] >= 2
    assert ring["bottom"] > ring["top"] >= 2
    assert ring["right"] <= ring["w"] - 2
    assert ring["bottom"] <= ring["h"] - 2


def wide():
    """A block of two branches far apart, between two long chains."""
    build = Builder()
    net = build.group("net", "layer", cls="Net")
    x = build.op("x", "Placeholder")
    for index in range(6):
        x = build.op(f"net/a{index}", "Relu", x, group=net)
    branches = []
    for branch in "lmr":
        own = build.group(f"{branch}_convolution", "layer", cls="Convolution", parent=net)
        y = x
        for index in range(3):
            y = build.op(f"net/{branch}_convolution/op{index}", "Exp", y, group=own)
        branches.append(y)
    x = build.op("net/sum", "AddN", *branches, group=net)
    for index in range(6):
        x = build.op(f"net/b{index}", "Relu", x, group=net)
    return build.graph("wide")


@sizes
@pytest.mark.parametrize("name", ["net/l_convolution", "net/r_convolution", "net/sum"])
def test_a_selection_that_fits_is_in_view_whole(open_page, size, name):
    opened = open_page(wide(), size=size)
    opened.run("opscope.open('net/l_convolution'), opscope.open('net/r_convolution')")
    opened.run(f"opscope.select('{name}')")
    assert_whole(opened.page.evaluate(RING, ACCENT))


@sizes
def test_a_selection_stays_in_view_when_a_panel_opens_under_it(open_page, size):
    opened = open_page(wide(), size=size)
    opened.run("opscope.close('net/r_convolution'), opscope.select('net/r_convolution')")
    for tab in ("flame", "ops"):
        opened.page.click(f"#tab-{tab}")
        assert_whole(opened.page.evaluate(RING, ACCENT))


def test_a_link_restores_its_camera_with_a_panel_open(open_page):
    first = open_page(wide())
    first.run("opscope.select('net/sum')")
    first.page.click("#tab-ops")
    first.page.mouse.move(600, 300)
    first.page.mouse.wheel(0, 0)
    first.page.keyboard.press("Escape")
    first.run("opscope.view()")
    first.wait("location.hash.includes('t=ops')")
    link = first.run("location.hash.slice(1)")
    second = open_page(wide(), link=link)
    second.run("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    assert second.run("opscope.view().camera") == pytest.approx(first.run("opscope.view().camera"), abs=0.6)


@sizes
def test_reading_begins_at_the_left_of_the_first_card(open_page, size):
    """The outermost card's title begins at its left edge, which is the drawing's."""
    seen = open_page(wide(), size=size).run(INSIDE)
    assert seen["x"] <= 0 < seen["x"] + seen["w"]
    assert seen["y"] <= 0


@sizes
def test_nothing_empty_is_in_view_while_a_neighbour_is_cut(open_page, size):
    """Beyond the drawing's left edge no more than a margin is shown, wherever the camera went."""
    opened = open_page(wide(), size=size)
    for name in ("net/l_convolution", "net/r_convolution"):
        opened.run(f"opscope.select('{name}')")
        seen = opened.run(INSIDE)
        whole = opened.run("document.querySelector('.minimap').hidden")
        assert whole or seen["x"] * seen["scale"] >= -50


def test_the_canvas_is_painted_to_its_last_pixel(open_page):
    """A canvas whose height is no whole number of pixels had a dark line at its edge."""
    opened = open_page(wide())
    canvas = "document.querySelector('canvas.drawing')"
    before = opened.run(f"{canvas}.height")
    opened.run(
        f"""(() => {{ const app = document.querySelector('#app'), height = (one) => one.getBoundingClientRect().height;
        app.style.height = `${{height(app) - (height({canvas}) % 1) - 20.25}}px`; }})()"""
    )
    opened.wait(f"{canvas}.height < {before}")
    high, dark = opened.run(
        f"""(() => {{ opscope.view(); const canvas = {canvas};
        const {{ data }} = canvas.getContext('2d').getImageData(0, canvas.height - 1, 8, 1);
        return [canvas.getBoundingClientRect().height, Math.min(...data.filter((_, at) => at % 4 < 3))]; }})()"""
    )
    assert high % 1 == pytest.approx(0.75, abs=0.02)
    assert dark > 240


def test_the_map_stands_beside_the_drawing_and_stays_where_it_is(open_page):
    opened = open_page(wide())
    places = set()
    for name in ("net/a0", "net/l_convolution/op1", "net/m_convolution", "net/r_convolution/op2", "net/sum", "net/b5"):
        opened.run(f"opscope.select('{name}')")
        opened.run("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
        if opened.page.is_visible(".minimap"):
            places.add(tuple(opened.page.locator(".minimap").bounding_box().values()))
    assert len(places) == 1
    (x, y, width, _) = places.pop()
    drawing, tree = (opened.page.locator(part).bounding_box() for part in ("canvas.drawing", ".tree .list"))
    assert x + width <= drawing["x"]
    assert y >= tree["y"] + tree["height"] - 1


def test_a_map_over_the_drawing_comes_when_it_is_asked_for_and_stays_where_it_is(open_page):
    opened = open_page(wide(), size=(800, 600))
    opened.run("opscope.select('net/sum')")
    assert not opened.page.is_visible(".minimap")
    opened.page.click(".map-button")
    assert opened.page.is_visible(".minimap")
    before = opened.page.locator(".minimap").bounding_box()
    opened.run("opscope.select('net/r_convolution/op2')")
    assert opened.page.locator(".minimap").bounding_box() == before


SIGNS = """async () => {
  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  return [...document.querySelectorAll('canvas.drawing + .more .more-side')].filter((one) => one.checkVisibility()).map((one) => one.className.split('more-').pop());
}"""


@sizes
def test_each_edge_that_cuts_the_drawing_says_so(open_page, size):
    opened = open_page(wide(), size=size)
    opened.run("opscope.open('net/l_convolution'), opscope.open('net/r_convolution')")
    opened.page.click("[aria-label='Show everything']")
    assert opened.page.evaluate(SIGNS) == []
    ink, whole = opened.page.evaluate(INK), opened.run(INSIDE)
    drawn = {
        side: whole["xy"[side in ("top", "bottom")]] + ink[side] / whole["scale"]
        for side in ("left", "top", "right", "bottom")
    }
    for name in ("net/a0", "net/l_convolution/op1", "net/r_convolution/op2", "net/b5"):
        opened.run(f"opscope.select('{name}')")
        signs, seen = set(opened.page.evaluate(SIGNS)), opened.run(INSIDE)
        beyond = {
            "left": seen["x"] - drawn["left"], "right": drawn["right"] - seen["x"] - seen["w"],
            "up": seen["y"] - drawn["top"], "down": drawn["bottom"] - seen["y"] - seen["h"],
        }  # fmt: skip
        assert signs >= {side for side, away in beyond.items() if away > 5}
        assert not signs & {side for side, away in beyond.items() if away < -45}  # the drawing has a margin


INK = """() => {
  const canvas = document.querySelector('canvas.drawing'), step = canvas.width / canvas.getBoundingClientRect().width;
  const { data, width, height } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
  let [left, top, right, bottom] = [Infinity, Infinity, -1, -1];
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) {
    const at = 4 * (y * width + x);
    if ([0, 1, 2].every((part) => Math.abs(data[at + part] - data[part]) < 9)) continue;
    [left, top, right, bottom] = [Math.min(left, x), Math.min(top, y), Math.max(right, x + 1), Math.max(bottom, y + 1)];
  }
  return { left: left / step, top: top / step, right: right / step, bottom: bottom / step };
}"""
"""The part of the canvas that is not plain ground."""


@sizes
def test_a_strip_that_cannot_tell_all_parts_of_the_step_adds_up_the_others(open_page, size):
    opened = open_page(tagger(), size=size)
    line = opened.page.locator(".coverage")
    if not line.is_visible():
        return
    shares = [float(part) for part in re.findall(r"([\d.]+) %", line.inner_text())]
    assert sum(shares) == pytest.approx(100, abs=0.3)
    assert line.evaluate(
        "(line) => line.scrollHeight <= line.clientHeight + 1 && line.scrollWidth <= line.clientWidth + 1"
    )


@sizes
def test_the_bar_has_the_models_name(open_page, size):
    opened = open_page(tagger(), size=size)
    name = opened.page.locator(".title h1")
    assert name.inner_text() == opened.run("document.querySelector('.title').title.split('\\n')[0]")
    assert name.evaluate("(name) => name.clientWidth > 0 && name.scrollWidth <= name.clientWidth + 1")
    boxes = [one.bounding_box() for one in opened.page.locator(".bar > *:visible").all()]
    for at, one in enumerate(boxes):
        assert one["x"] + one["width"] <= size[0] + 0.5
        for other in boxes[:at]:  # no two of them overlap
            beside = one["x"] >= other["x"] + other["width"] - 0.5 or other["x"] >= one["x"] + one["width"] - 0.5
            assert (
                beside or one["y"] >= other["y"] + other["height"] - 0.5 or other["y"] >= one["y"] + one["height"] - 0.5
            )


@sizes
def test_a_long_path_stays_within_the_margins_of_the_details(open_page, size):
    opened = open_page(
        tagger("/a_rather_long_folder_name/with_more_of_it/that_has_no_end_so_soon/tagger_with_a_long_name.py"),
        size=size,
    )
    opened.run("opscope.select('model/head')")
    if not opened.page.is_visible(".details"):
        opened.page.click("[aria-controls=panel-details]")
    reach = """(panel) => { const inner = panel.getBoundingClientRect().left + panel.clientLeft + panel.clientWidth - parseFloat(getComputedStyle(panel).paddingRight);
      const lines = [...panel.querySelectorAll('p, dd, li, h2, h3, button')].flatMap((one) => { const range = document.createRange(); range.selectNodeContents(one); return [...range.getClientRects()]; });
      return Math.max(...lines.map((line) => line.right)) - inner; }"""
    assert opened.page.locator(".details").evaluate(reach) <= 1


def test_a_short_window_with_a_panel_keeps_its_legend_and_room_for_the_drawing(open_page):
    """The path and the buttons beside it come back when the panel is closed."""
    opened = open_page(tagger(), size=(640, 360))
    opened.run("opscope.select('model/head')")
    opened.page.click("#tab-layers")
    assert opened.page.locator("canvas.drawing").bounding_box()["height"] >= 160
    assert opened.page.locator(".bottom-body").bounding_box()["height"] >= 4 * 26
    opened.page.click("#tab-flame")
    assert opened.page.locator("canvas.drawing").bounding_box()["height"] >= 130
    boxes = {}
    for part in (".legend", ".tabs", ".bottom-body"):
        assert opened.page.is_visible(part), part
        boxes[part] = opened.page.locator(part).bounding_box()
        assert boxes[part]["y"] >= 0
        assert boxes[part]["y"] + boxes[part]["height"] <= 361
        assert boxes[part]["x"] + boxes[part]["width"] <= 641
    assert boxes[".legend"]["x"] >= boxes[".tabs"]["x"] + boxes[".tabs"]["width"] - 1
    assert boxes[".bottom-body"]["height"] >= 5 * 30
    opened.page.click(".bottom-close")
    assert all(opened.page.is_visible(part) for part in (".steps", ".breadcrumb", ".zoom"))


@sizes
def test_the_tab_that_is_chosen_can_be_read(open_page, size):
    opened = open_page(tagger(), size=size)
    for tab in opened.run("[...document.querySelectorAll('[role=tab]')].map((one) => one.id)"):
        opened.page.click(f"#{tab}")
        own, tabs = opened.page.locator(f"#{tab}").bounding_box(), opened.page.locator(".tabs").bounding_box()
        assert own["x"] >= tabs["x"] - 1
        assert own["x"] + own["width"] <= tabs["x"] + tabs["width"] + 1
        opened.page.click(f"#{tab}")


@sizes
def test_the_table_of_the_peak_has_all_its_columns_in_view_and_ends_of_names(open_page, size):
    opened = open_page(tagger(), size=size)
    opened.page.click("#tab-memory")
    body = opened.page.locator(".bottom-body").bounding_box()
    for cell in opened.page.locator(".memory-peak [role=columnheader]").all():
        box = cell.bounding_box()
        assert box["x"] + box["width"] <= body["x"] + body["width"]
    name = opened.page.locator(".memory-peak .cell.path >> nth=0")
    end = name.evaluate(
        "(cell) => cell.querySelector('bdi').getBoundingClientRect().right - cell.getBoundingClientRect().right"
    )
    assert end <= 1


def test_the_flame_graph_marks_the_selected_layer(open_page):
    opened = open_page(tagger())
    opened.page.click("#tab-flame")
    opened.run("opscope.select('model/head')")
    marked = "[...document.querySelectorAll('.flame-bar.selected')].map((bar) => bar.title.split(':')[0])"
    assert opened.run(marked) == ["model/head"]
    opened.run("opscope.select('model/head/MatMul')")
    assert opened.run(marked) == ["model/head"]


def test_a_hit_keeps_its_figure(open_page):
    """What a closed card holds of a search is told beside its time, in the saved drawing as on screen."""
    opened = open_page(tagger())
    opened.run("opscope.close('model/head')")
    opened.run("opscope.select('model/head')")
    assert opened.run("opscope.search('MatMul')") > 1
    svg = opened.saved_svg()
    assert re.search(r">\d found<", svg)
    time = opened.run(
        "[...document.querySelectorAll('[role=treeitem]')].find((row) => row.textContent.includes('head')).querySelector('.tree-figure').textContent"
    )
    assert f">{time}<" in svg


def test_the_legend_says_where_the_last_colour_begins(open_page):
    """Whatever is drawn in the darkest colour is at least what the legend says of it, and nothing lighter is."""
    opened = open_page(tagger())
    rows = opened.run(
        """[...document.querySelectorAll('[role=treeitem]')].map((row) => [row.querySelector('.tree-figure')?.textContent, row.querySelector('.tree-bar')?.style.background]).filter(([, bar]) => bar)"""
    )
    assert rows
    least = opened.page.inner_text(".legend").split("\u2265")[1].split(" per")[0]
    darkest = opened.run("getComputedStyle(document.querySelector('.scale span:last-child')).backgroundColor")
    for figure, colour in rows:
        if figure:
            assert (microseconds(figure) >= microseconds(least)) == (colour == darkest), figure


def microseconds(text):
    value, unit = text.split("\u00b1")[0].split()[0], text.split()[-1]
    return float(value) * {"\u00b5s": 1, "ms": 1000, "s": 1_000_000}[unit]


def test_a_card_holds_no_more_hits_than_ops(open_page):
    """A search that finds a layer and all ops in it counts the ops."""
    build = Builder()
    x = build.op("x", "Placeholder")
    outer = build.group("encoder", "layer", cls="Encoder")
    for index in range(4):
        inner = build.group(f"cell_{index}", "layer", cls="Cell", parent=outer)
        x = build.op(
            f"encoder/cell_{index}/a", "Exp", build.op(f"encoder/cell_{index}/b", "Relu", x, group=inner), group=inner
        )
    opened = open_page(build.graph("found"))
    opened.run("opscope.close('encoder'), opscope.search('cell')")
    assert "4 layers, 8 ops" in opened.page.text_content(".hit-kinds")
    assert ">8 found<" in opened.saved_svg()


def test_a_hit_shows_why_it_matches(open_page):
    opened = open_page(tagger())
    opened.page.fill("[role=combobox]", "block")
    opened.wait("document.querySelectorAll('.hit').length > 8")
    for hit in opened.page.locator(".hit").all()[:8]:
        assert [word.lower() for word in hit.locator("mark").all_inner_texts()] == ["block"]


@sizes
def test_the_list_of_a_search_shows_whole_rows(open_page, size):
    opened = open_page(tagger(), size=size)
    opened.page.fill("[role=combobox]", "model")
    opened.wait("document.querySelectorAll('.hit').length > 8")
    box = opened.page.locator("#hits").bounding_box()
    assert box["y"] + box["height"] <= size[1]
    assert box["height"] % opened.page.locator("#hit0").bounding_box()["height"] == 0


@sizes
def test_the_scale_of_the_legend_has_all_its_colours_beside_an_open_panel(open_page, size):
    opened = open_page(tagger(), size=size)
    opened.page.click("#tab-flame")
    legend = opened.page.locator(".legend").bounding_box()
    blocks = [one.bounding_box() for one in opened.page.locator(".scale span").all()]
    assert len(blocks) == 5
    assert all(box["width"] >= 9 for box in blocks)
    words = [one.bounding_box() for one in opened.page.locator(".legend > span:visible").all()]
    assert all(box["x"] + box["width"] <= legend["x"] + legend["width"] + 1 for box in words)


@sizes
def test_numbers_of_the_whole_are_told_whole_or_not_at_all(open_page, size):
    """Of the line beside the name, and of what the step went on, each part is in view whole or out of sight."""
    opened = open_page(tagger(), size=size)
    parts = {".about": ".fact", ".coverage": "span"}
    seen = {
        outer: [
            (part.inner_text().strip(" \u00b7"), part.bounding_box())
            for part in opened.page.locator(f"{outer} > {inner}").all()
            if part.is_visible()
        ]
        for outer, inner in parts.items()
    }
    shown = []
    for outer, found in seen.items():
        box = opened.page.locator(outer).bounding_box()
        for words, part in found:
            above = part["y"] + part["height"] <= box["y"] + box["height"] + 1
            below = part["y"] >= box["y"] + box["height"] - 1
            assert above or below, words
            assert part["x"] + part["width"] <= size[0]
            shown += [words] if above else []
    told = opened.page.get_attribute(".title", "title")
    assert " ops · 7 layers" in told  # embed, five blocks, head
    if size[1] > 480:
        assert "ops 91.4 %" in shown
        assert "op dispatch 6.2 %" in shown
    if size == (1280, 720):
        assert {"33 ops", "7 layers"} <= set(shown)


def crowded():
    """A wide layer whose input and spine stand at its right, as those of an LSTM with its loop."""
    build = Builder()
    outer = build.group("recurrent", "layer", cls="Recurrent", measured=took(900.0))
    for index in range(9):
        side = build.group(f"state_{index}", "layer", outer, cls="State")
        y = build.op(f"state_{index}/c", "Const", group=side)
        build.op(f"end_{index}", "Identity", build.op(f"state_{index}/e", "Exp", y, group=side))
    x = build.op("x", "Placeholder")
    for index in range(4):
        x = build.op(f"recurrent/r{index}", "Relu", x, group=outer, measured=took(100.0))
    build.op("out", "Identity", x)
    return build.graph("crowded", ["x"], ["out"])


def took(time):
    return Measured(time, time, 1.0)


INPUT = """(() => { const { camera } = opscope.view(), room = document.querySelector('canvas.drawing').getBoundingClientRect();
  return { left: camera.x, right: camera.x + room.width / camera.scale, top: camera.y, scale: camera.scale }; })()"""


@sizes
def test_a_drawing_begins_with_its_input_and_the_name_and_figure_of_what_is_around_it(open_page, size):
    opened = open_page(crowded(), size=size)
    view = opened.run(INPUT)
    svg = opened.saved_svg()
    at = {
        name: float(re.search(rf'<text x="([\d.-]+)"[^>]*>{name}[<]', svg).group(1))
        for name in ("x", "recurrent", "900 \u00b5s")
    }
    assert view["scale"] >= 0.45
    assert view["top"] <= 0
    for name, place in at.items():
        assert view["left"] <= place <= view["right"], name


def test_tabs_fade_out_where_others_are_out_of_sight(open_page):
    opened = open_page(tagger(), size=(300, 600))
    opened.page.click("#tab-layers")  # beside a table they have one line
    opened.run("document.querySelector('.tabs').style.background = 'black'")
    opened.run("document.querySelector('.tabs').scrollLeft = 0")
    assert opened.run(
        "(() => { const tabs = document.querySelector('.tabs'); return tabs.scrollWidth > tabs.clientWidth; })()"
    )
    left, right = ends(opened)
    assert right > left + 100
    opened.run("document.querySelector('.tabs').scrollLeft = 9999")
    left, right = ends(opened)
    assert left > right + 100


ENDS = of_pixels(
    """  return [0, image.width - 3].map((x) => context.getImageData(x, image.height - 5, 3, 1).data[0]);"""
)
"""How light the two ends of a picture are, low enough in it for no letter to be there."""


def ends(opened):
    picture = opened.page.locator(".tabs").screenshot()
    return opened.page.evaluate(ENDS, base64.b64encode(picture).decode("ascii"))


WRITTEN = """() => { const own = CanvasRenderingContext2D.prototype, fill = own.fillText, texts = [];
  own.fillText = function (text, ...rest) { texts.push(text); return fill.call(this, text, ...rest); };
  document.querySelector("[aria-label='Zoom out']").click(); opscope.view();
  own.fillText = fill; return [opscope.view().camera.scale, texts]; }"""


def test_an_open_card_is_named_from_as_far_as_its_head_has_room_for_a_name(open_page):
    """A layer of a single op is low: it had no name as soon as its own letters were too small."""
    build = Builder()
    x = build.op("x", "Placeholder")
    for name in ("first_layer", "other_layer"):
        group = build.group(name, "layer", cls="Dense")
        x = build.op(f"{name}/a", "Relu" if name[0] == "f" else "Exp", x, group=group)
    opened = open_page(build.graph("far", ["x"], [x]))
    opened.run("opscope.open('first_layer'), opscope.open('other_layer')")
    seen = [opened.run(f"({WRITTEN})()") for _ in range(6)]
    far = [texts for scale, texts in seen if 0.36 < scale < 0.46]
    assert far
    for texts in far:
        assert [text for text in texts if text.startswith("fir")]
        assert [text for text in texts if text.startswith("oth") and "/" not in text]


@sizes
def test_help_can_be_closed_without_scrolling(open_page, size):
    opened = open_page(tagger(), size=size)
    opened.page.keyboard.press("?")
    away = opened.page.locator(".help-away")
    for scrolled in (0, 9999):
        opened.run(f"document.querySelector('.help').scrollTop = {scrolled}")
        box = away.bounding_box()
        assert 0 <= box["y"] <= size[1] - box["height"]
        assert 0 <= box["x"] <= size[0] - box["width"]
    away.click()
    assert not opened.page.is_visible(".help")


def test_a_step_of_the_path_that_is_a_short_word_is_not_cut(open_page):
    build = Builder()
    x, around = build.op("x", "Placeholder"), -1
    for depth, name in enumerate(
        ["model", "a_long_name_of_a_stage", "a_long_name_of_a_block", "a_long_name_of_a_layer"]
    ):
        around = build.group(name, "layer", around, cls=f"Kind{depth}")
    last = build.op("model/op", "Relu", x, group=around)
    opened = open_page(build.graph("model", ["x"], [last]), size=(640, 360))
    opened.run("opscope.select('model/op')")
    shown = [one for one in opened.page.locator(".crumb").all() if one.is_visible()]
    for one in shown:
        if len(one.inner_text()) <= 3:
            assert one.evaluate("(crumb) => crumb.scrollWidth <= crumb.clientWidth")


def test_a_phone_is_told_of_fingers_and_they_do_what_it_is_told(open_page):
    opened = open_page(tagger(), size=(390, 844), has_touch=True, is_mobile=True)
    opened.page.click("[aria-controls=panel-details]")
    told = opened.page.inner_text(".details")
    assert "double tap" in told
    assert "wheel" not in told
    opened.page.click("[aria-controls=panel-details]")
    opened.run("opscope.close('model/head'), opscope.select('model/head')")
    box = opened.page.locator("canvas.drawing").bounding_box()
    ring = opened.page.evaluate(RING, ACCENT)
    at = (box["x"] + (ring["left"] + ring["right"]) / 2, box["y"] + (ring["top"] + ring["bottom"]) / 2)
    before = opened.run("opscope.view().open")
    opened.page.touchscreen.tap(*at)
    opened.page.touchscreen.tap(*at)
    opened.wait(f"JSON.stringify(opscope.view().open) !== {json.dumps(json.dumps(before, separators=(',', ':')))}")


def test_a_phone_has_the_models_name_a_path_that_can_be_read_and_what_fingers_do(open_page):
    opened = open_page(tagger(), size=(390, 844), has_touch=True, is_mobile=True)
    assert opened.page.is_visible(".title h1")
    opened.run("opscope.select('model/block_3')")
    crumbs = [one for one in opened.page.locator(".crumb").all() if one.is_visible()]
    assert [one.text_content() for one in crumbs] == ["tagger", "model", "block_3"]
    assert all(one.evaluate("(one) => one.scrollWidth <= one.clientWidth + 1") for one in crumbs)
    opened.page.keyboard.press("?")
    assert opened.page.locator(".help h2").all_text_contents()[0] == "Fingers"
    assert opened.page.is_visible(".help :text('double tap')")


KEPT = """() => { const pane = document.querySelector('.overview'), edge = pane.getBoundingClientRect().left;
  return [...pane.shadowRoot.querySelectorAll('.kept > div:not([hidden])')].map((label) => [label.textContent, label.getBoundingClientRect().left - edge]); }"""


def test_the_names_of_cards_that_reach_out_of_the_window_stay_at_its_edge(open_page):
    """Of an overview that is wider than a phone: the stack's name and how often it is there, while its card is in view."""
    opened = open_page(tower("_of_a_long_name_that_makes_all_cards_wide"), overview=True, size=(390, 844))
    pane = "document.querySelector('.overview')"
    assert opened.run(f"{pane}.scrollWidth - {pane}.clientWidth") > 200
    opened.run(f"{pane}.scrollTo(0, 0)")
    opened.wait(f"{pane}.scrollLeft === 0")
    assert opened.run(KEPT) == []
    opened.run(f"{pane}.scrollTo(140, 0)")
    opened.wait(f"{pane}.scrollLeft === 140 && {pane}.shadowRoot.querySelector('.kept > div:not([hidden])')")
    ((said, place),) = [kept for kept in opened.run(KEPT) if kept[0].startswith("block_0")]
    # The line as it is in the card, how often it is there before what has no room. The class says no more than the name.
    assert said == "block_0 … 13 ×14 in sequence"
    assert place == pytest.approx(0, abs=1)


def test_the_second_line_of_a_card_wider_than_the_window_begins_where_it_can_be_read(open_page):
    """It was cut on both sides. The panel tells all of it."""
    opened = open_page(residual(3, 4), size=(320, 700))
    opened.run("opscope.select('conv1_block0_1_conv')")
    opened.page.keyboard.press("+")
    ((place, said),) = re.findall(r'<text x="([-\d.]+)"[^>]*>(not drawn: [^<]*)', opened.saved_svg())
    seen = opened.run(INSIDE)
    assert 0 <= (float(place) - seen["x"]) * seen["scale"] < 60
    assert said.endswith("\u2026")


BEGINNINGS = """(() => { const own = CanvasRenderingContext2D.prototype.fillText; window.written = {};
  CanvasRenderingContext2D.prototype.fillText = function (text, x, y) {
    const { a, e } = this.getTransform();
    if (this.canvas.matches('.drawing')) window.written[text] = (a * x + e) / devicePixelRatio;
    own.call(this, text, x, y); }; })()"""
"""Notes where on the canvas each text begins."""


@pytest.mark.parametrize("width", [320, 340, 360])
def test_the_lines_of_a_card_that_the_left_edge_cuts_by_a_little_begin_beside_the_sign_of_more(open_page, width):
    """Their first letters lay under it."""
    opened = open_page(residual(3, 4), size=(width, 700))
    opened.run(BEGINNINGS)
    opened.run("opscope.select('conv1_block0_1_conv')")
    opened.run("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    written = opened.run("window.written")
    lines = [place for text, place in written.items() if text == "conv1_block0" or text.startswith("not drawn: ")]
    assert len(lines) >= 2
    assert all(22 <= place < 60 for place in lines)


@pytest.mark.parametrize("size", [(1280, 720), (900, 600), (800, 600), (720, 600), (390, 844)], ids=str)
def test_the_shares_of_a_step_are_all_told_or_none(open_page, size):
    """An open table takes room from them, details do too. What is told adds up to the whole step."""
    opened = open_page(tagger(), size=size)
    shares = opened.page.locator(".coverage")
    for step in ("", "#tab-layers", ".bottom-close"):
        if step:
            opened.page.click(step)
        opened.run("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
        if not shares.is_visible():
            continue
        told = [float(share) for share in re.findall(r"([\d.]+) %", shares.inner_text())]
        assert sum(told) == pytest.approx(100.0, abs=0.3)
        assert shares.evaluate(
            "(one) => one.scrollHeight <= one.clientHeight + 1 && one.scrollWidth <= one.clientWidth + 1"
        )
    assert shares.is_visible() or size[0] < 800
