"""The flame graph: which levels it has, what its bars say, how wide they are, and which is marked."""

from __future__ import annotations

import re

import pytest
from page_graphs import tagger

from graphs import Builder
from opscope.graph.types import Measured, TensorType

FLOAT = TensorType("float32", (8, 64))
BARS = """() => [...document.querySelectorAll('.flame-bar')].map((bar) => { const { x, y, width, height } = bar.getBoundingClientRect(), [name, ...lines] = [...bar.children].map((line) => line.textContent);
  return { title: bar.title, kind: bar.className.replace('flame-bar ', '').split(' ')[0], x, y, width, height, label: [name ?? '', ...lines].join(' '), lines: bar.children.length,
    cut: [...bar.children].some((line) => line.getBoundingClientRect().right > bar.getBoundingClientRect().right + 1) }; })"""
"""All bars: what they stand for, where they are, what they say, and whether a text runs out of its bar."""
SIZES = ((1280, 720), (800, 600), (390, 844), (640, 360))
sizes = pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")


def flame(opened):
    opened.page.click("#tab-flame")
    return opened.run(BARS)


def blocks(count=4, *, wide=1.0):
    """Layers in a row that are blocks of three by their names, all directly in one model; each op took another time."""
    build = Builder()
    x = build.op("x", "Placeholder", out=[FLOAT])
    times = {}
    layers = [("stem", ("Exp",))]
    layers += [(f"stage_block{block}_{part}", kinds) for block in range(1, count + 1) for part, kinds in PARTS]
    layers += [("tail", ("Neg",))]
    ops = []
    for name, kinds in layers:
        for kind in kinds:
            took = wide * (40.0 + 7 * len(ops))
            times[f"net/{name}"] = times.get(f"net/{name}", 0.0) + took
            ops.append((name, kind, took))
    model = build.group("net", "model", cls="Net", measured=took_of(sum(times.values())))
    groups = {}
    for name, kind, took in ops:
        if name not in groups:
            groups[name] = build.group(
                name, "layer", model, cls=name.split("_")[-1].title(), measured=took_of(times[f"net/{name}"])
            )
        x = build.op(f"net/{name}/{kind}", kind, x, group=groups[name], out=[FLOAT], measured=took_of(took))
    whole = sum(times.values())
    measurement = {"steps": 3, "step_time_us": whole, "profiled_step_time_us": 1.25 * whole,
                   "coverage": {"ops": 0.8, "dispatch": 0.18, "python": 0.015, "copies": 0.005}}  # fmt: skip
    return build.graph("net", ["x"], {"output": x}, measurement=measurement), times


PARTS = (("conv", ("Relu", "Tanh")), ("bn", ("Sqrt", "Sin")), ("relu", ("Abs", "Cos")))


def took_of(time):
    return Measured(time, time, 1, None)


def microseconds(text):
    value, unit = re.search(r"([\d.]+) (\u00b5s|ms|s)$", text).groups()
    return float(value) * {"\u00b5s": 1, "ms": 1000, "s": 1_000_000}[unit]


def test_a_stack_has_a_level_of_its_own_above_its_copies(open_page):
    bars = {bar["title"]: bar for bar in flame(open_page(tagger()))}
    stack = bars["model/block_0 \u2026 4 \u00d75: 510 \u00b5s"]  # 100 + 101 + ... + 104
    assert stack["label"] == "block_0 \u2026 4 \u00d75 510 \u00b5s"
    copies = [bars[f"model/block_{index}: {100 + index} \u00b5s"] for index in range(5)]
    assert {bar["y"] for bar in copies} == {stack["y"] + stack["height"] + 2}
    assert copies[0]["x"] == pytest.approx(stack["x"])
    assert sum(bar["width"] + 1 for bar in copies) == pytest.approx(stack["width"] + 1, abs=1)
    assert [bar["x"] for bar in copies] == sorted(bar["x"] for bar in copies)


def test_copies_that_are_several_layers_have_a_level_too(open_page):
    graph, times = blocks()
    opened = open_page(graph)
    bars = flame(opened)
    (stack,) = (bar for bar in bars if bar["kind"] == "stack")
    copies = [bar for bar in bars if bar["kind"] == "copy"]
    assert stack["label"].startswith("stage_block1 \u2026 4 \u00d74 ")
    assert len(copies) == 4
    assert microseconds(stack["title"]) == pytest.approx(
        sum(time for name, time in times.items() if "block" in name), rel=0.005
    )
    for number, copy in enumerate(copies, 1):
        own = {name: time for name, time in times.items() if f"block{number}_" in name}
        assert copy["title"].startswith(f"net/stage_block{number}: ")
        assert microseconds(copy["title"]) == pytest.approx(sum(own.values()), rel=0.005)
        inside = [
            bar
            for bar in bars
            if bar["kind"] == "group" and bar["y"] > copy["y"] and copy["x"] - 1 <= bar["x"] < copy["x"] + copy["width"]
        ]
        assert [bar["title"].split(":")[0] for bar in inside] == list(own)


def test_a_copy_that_is_several_layers_is_selected_and_marked(open_page):
    opened = open_page(blocks()[0])
    flame(opened)
    opened.page.click(".flame-bar.copy >> nth=2")
    assert opened.page.inner_text(".details .name") == "stage_block3"
    assert opened.page.input_value("[aria-label='Number of the copy that is shown']") == "3"
    marked = "[...document.querySelectorAll('.flame-bar.selected')].map((bar) => bar.title.split(':')[0])"
    assert opened.run(marked) == ["net/stage_block3"]
    opened.run("opscope.select('net/stage_block2_bn')")
    opened.page.click(".flame-bar.root")
    assert opened.run(marked) == ["net/stage_block2_bn"]


def test_what_is_selected_and_too_narrow_is_marked_on_what_holds_it(open_page):
    build = Builder()
    x = build.op("x", "Placeholder", out=[FLOAT])
    names = ["large", *(f"small_{kind.lower()}" for kind in ("Relu", "Tanh", "Exp", "Neg"))]
    for name in names:
        time = 100_000.0 if name == "large" else 200.0
        group = build.group(name, "layer", cls=name.title(), measured=took_of(time))
        x = build.op(f"{name}/op", name.rpartition("_")[2].title(), x, group=group, out=[FLOAT], measured=took_of(time))
    opened = open_page(build.graph("few"))
    bars = flame(opened)
    (more,) = (bar for bar in bars if bar["kind"] == "root" and "layers and groups too narrow" in bar["title"])
    assert more["title"] == "4 layers and groups too narrow to be shown: 800 \u00b5s"
    for name in ("small_exp", "small_neg"):
        opened.run(f"opscope.select('{name}')")
        marked = opened.run("[...document.querySelectorAll('.flame-bar.around')].map((bar) => bar.title)")
        assert marked == [more["title"].replace(":", f", selected: {name}:")]
    assert opened.run("document.querySelectorAll('.flame-bar.selected').length") == 0


@sizes
def test_labels_lie_in_their_bars_and_say_what_tells_them_apart(open_page, size):
    graph, _ = blocks()
    bars = flame(open_page(graph, size=size))
    assert [bar for bar in bars if bar["cut"]] == []
    names = {bar["title"].split(":")[0].rpartition("/")[2]: bar for bar in bars if bar["kind"] in ("group", "copy")}
    for name, bar in names.items():
        label = bar["label"]
        if label:
            shown = re.split(r" ~?[\d.,]+ (?:\u00b1|\u00b5s|ms)", label)[0]
            start, _, end = shown.partition("\u2026")
            assert shown == name or (len(start) >= 5 and name.startswith(start) and not end), label
    of_copies = [bar["label"] for bar in bars if bar["kind"] == "copy" and bar["label"]]
    assert len(set(of_copies)) == len(of_copies)


def test_a_bar_with_room_says_its_value(open_page):
    bars = flame(open_page(blocks()[0]))
    for bar in bars:
        if bar["width"] > 190 and bar["kind"] != "root":
            assert re.search(r"(\u00b5s|ms)$", bar["label"]), bar


@sizes
def test_the_flame_graph_uses_its_room(open_page, size):
    opened = open_page(blocks()[0], size=size)
    bars = flame(opened)
    room = opened.page.locator(".bottom-body").bounding_box()
    lowest = max(bar["y"] + bar["height"] for bar in bars)
    assert lowest <= room["y"] + room["height"]
    assert min(bar["height"] for bar in bars) >= 20
    assert lowest >= room["y"] + 0.75 * room["height"]


def test_the_whole_and_the_rest_of_the_step_are_told(open_page):
    bars = flame(open_page(blocks(wide=100.0)[0]))
    whole = bars[0]
    assert re.fullmatch(
        r"profiled step [\d.]+ ms point at a bar for its name \u00b7 grey: no layer, or several too narrow to be shown, \+2 for 2 of them"
        r" \u00b7 width: time \u00b7 colour: as in the legend",
        whole["label"],
    )
    (dispatch,) = (bar for bar in bars if bar["title"].startswith("op dispatch"))
    assert microseconds(dispatch["label"]) == pytest.approx(0.18 * microseconds(whole["title"].split(";")[0]), rel=0.01)
    (more,) = (bar for bar in bars if bar["title"].startswith("Python"))
    assert "memory copies" in more["title"]
    assert microseconds(more["title"]) == pytest.approx(0.02 * microseconds(whole["title"].split(";")[0]), rel=0.03)


def test_where_families_are_coloured_bars_have_the_cards_colour_and_say_what_their_width_is(open_page):
    opened = open_page(tagger())
    opened.page.click("[role=radio]:has-text('Family')")
    bars = flame(opened)
    assert "width: number of ops" in bars[0]["label"]
    fills = "[...new Set([...document.querySelectorAll('.flame-bar.group, .flame-bar.stack')].map((bar) => getComputedStyle(bar).backgroundColor))]"
    assert len(opened.run(fills)) == 1
    swatches = opened.run(
        "[...document.querySelectorAll('.swatch')].map((one) => getComputedStyle(one).backgroundColor)"
    )
    assert swatches
    assert not set(opened.run(fills)) & set(swatches)
    head = next(bar for bar in bars if bar["title"].startswith("model/head:"))
    assert head["title"] == "model/head: 3 ops"


def test_what_a_layer_does_itself_is_told_beside_what_lies_in_it(open_page):
    opened = open_page(tagger())
    for mode, told in (("Time", "990 \u00b5s"), ("Family", "1 op")):  # its scope has ops, and no figure of its own
        opened.page.click(f"[role=radio]:has-text('{mode}')")
        if mode == "Time":
            opened.page.click("#tab-flame")
        (own,) = (bar for bar in opened.run(BARS) if bar["title"].startswith("model/head, what is directly in it"))
        assert own["title"].endswith(f": {told}")
        # The model has no op of its own, though its figure is more than those of its layers.
        assert [bar for bar in opened.run(BARS) if bar["title"].startswith("model, what is directly in it")] == []


def test_parameters_of_a_layer_itself_are_told_beside_those_of_what_lies_in_it(open_page):
    build = Builder()
    outer = build.group("outer", "layer", cls="Outer", parameters=1000)
    inner = build.group("inner", "layer", outer, cls="Dense", parameters=600)
    x = build.op("x", "Placeholder", out=[FLOAT])
    x = build.op("outer/inner/y", "Tanh", x, group=inner, out=[FLOAT])
    build.op("outer/z", "Relu", x, group=outer, out=[FLOAT])
    opened = open_page(build.graph("few"))
    opened.page.click("[role=radio]:has-text('Parameters')")
    titles = [bar["title"] for bar in flame(opened)]
    assert "outer/inner: 600" in titles
    assert "outer, what is directly in it: 400" in titles


def test_hovering_does_not_look_like_selecting(open_page):
    opened = open_page(tagger())
    flame(opened)
    shadow = "(title) => getComputedStyle([...document.querySelectorAll('.flame-bar')].find((bar) => bar.title.startsWith(title))).boxShadow"
    before = opened.page.evaluate(shadow, "model/head:")
    opened.page.hover(".flame-bar[title^='model/head:']")
    assert opened.page.evaluate(shadow, "model/head:") == before
    opened.run("opscope.select('model/head')")
    assert opened.page.evaluate(shadow, "model/head:") != before


def test_the_focus_stays_on_its_bar_when_the_graph_is_drawn_again(open_page):
    opened = open_page(tagger())
    flame(opened)
    opened.page.focus(".flame button[tabindex='0']")
    opened.page.keyboard.press("ArrowDown")
    opened.page.set_viewport_size({"width": 1000, "height": 700})
    opened.run("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    assert opened.run("document.activeElement.title") == "model/embed: 300 \u00b5s"


def test_a_bar_of_copies_says_which_of_them_is_selected(open_page):
    """Of 200 copies in one bar: how many they are, and in which of them lies what is selected."""
    build = Builder()
    x = build.op("x", "Placeholder", out=[FLOAT])
    for number in range(200):
        block = build.group(f"block_{number}", "layer", cls="Block", measured=took_of(100.0))
        for step, kind in (("one", "Relu"), ("two", "Tanh"), ("three", "Exp")):
            x = build.op(f"block_{number}/{step}", kind, x, group=block, out=[FLOAT], measured=took_of(100.0 / 3))
    opened = open_page(build.graph("many"), size=(640, 360))
    bars = flame(opened)
    (more,) = (bar for bar in bars if bar["label"].startswith("200 copies"))
    for number in (41, 42):
        opened.run(f"opscope.select('block_{number}')")
        (marked,) = (bar for bar in opened.run(BARS) if f"all 200, selected: copy {number + 1}" in bar["label"])
        assert (marked["x"], marked["width"]) == (more["x"], more["width"])
        assert not marked["cut"]
    opened.page.keyboard.press("Escape")
    assert not any("selected" in bar["label"] for bar in opened.run(BARS))
