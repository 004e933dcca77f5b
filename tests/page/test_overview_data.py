"""The overview in the page's data: it is there exactly when a picture would be one, and its marks say what they are."""

from __future__ import annotations

import base64
import json
import re
import zlib
from collections import Counter
from xml.etree import ElementTree as ET

import pytest
from page_graphs import HOSTILE, tagger, tower

from graphs import Builder, F
from opscope.graph.content import content_of, with_measurement
from opscope.graph.types import Measured
from opscope.passes import for_drawing
from opscope.render.options import Options
from opscope.render.registry import output_for


def header_of(graph, **options):
    page = output_for(".html").make(graph, Options(**options))
    raw = zlib.decompress(base64.b64decode(re.search(r'id="data">([^<]*)', page)[1]))
    return json.loads(raw[4 : 4 + int.from_bytes(raw[:4], "little")])


def texts(svg):
    return Counter(element.text for element in ET.fromstring(svg).iter() if element.tag.endswith("text"))


ASKED = [{}, {"depth": "overview"}, {"depth": 2}, {"depth": "layers"}, {"depth": "all"}, {"heat": "flops"}, {"theme": "dark"}]  # fmt: skip


@pytest.mark.parametrize("options", ASKED, ids=str)
def test_a_large_graph_has_it_where_a_picture_would_be_one(options):
    header = header_of(tower(), **options)
    drawn = output_for(".svg").make(tower(), Options(**options))
    assert ("overview" in header) == ("most FLOPs" in drawn)  # words that only an overview has
    if "overview" in header:
        assert texts(header["overview"]["svg"]) == texts(drawn)


@pytest.mark.parametrize("options", ASKED, ids=str)
def test_a_small_graph_has_it_only_if_it_is_asked_for(options):
    assert ("overview" in header_of(tagger(), **options)) == (options.get("depth") == "overview")


@pytest.mark.parametrize("options", [{"hide": ["Softmax"]}, {"focus": "tower/block_0"}, {"unfold": True}, {"columns": 2}], ids=str)  # fmt: skip
def test_what_says_only_how_a_picture_is_drawn_leaves_the_page_its_whole_overview(options):
    assert header_of(tower(), **options)["overview"] == header_of(tower())["overview"]


def test_the_data_of_a_page_without_it_are_those_of_a_page_that_never_heard_of_it():
    from opscope.render.page.html import html

    assert output_for(".html").make(tagger(), Options()) == html(tagger())
    assert output_for(".html").make(tower(), Options(depth=2)) == html(tower(), depth=2)


@pytest.mark.parametrize("name", ["", *HOSTILE[:6], "\x00\x1b\ud800]]>\ufffe"], ids=ascii)
def test_each_mark_names_the_op_or_group_of_the_page_that_it_is(name):
    graph = tower(name)
    shown = content_of(for_drawing(graph, "all"))  # whose rows and groups the page has
    svg = header_of(graph)["overview"]["svg"]
    known = Counter()
    for mark in ET.fromstring(svg).iter():
        title = next((each.text for each in mark if each.tag.endswith("title")), None)
        number = mark.get("data-op") or mark.get("data-unit")
        if number is None or title is None:
            continue
        kind = "op" if mark.get("data-op") else "unit"
        own = shown.table.names[int(number)] if kind == "op" else shown.groups[int(number)].path
        if not set(name) & set("\x00\u202e"):  # elsewhere the picture has codes for characters
            assert title.startswith(own)
        known[kind, number] += 1
    assert len(known) == 13
    assert known["unit", "0"] == 0  # the frame around all is not drawn
    assert "<script" not in svg
    assert "<img" not in svg


def test_siblings_that_a_pass_puts_together_are_known():
    build = Builder()
    x = build.op("x", "Placeholder")
    for index in range(12):  # two layers each, with no group around a pair
        for kind, ops in (("mix", ("Exp", "Relu")), ("norm", ("Tanh", "Neg", "Abs"))):
            group = build.group(f"{kind}_{index}", "layer", cls=kind.title())
            for op in ops:
                x = build.op(f"{kind}_{index}/{op}", op, x, group=group)
    graph = build.graph("pairs", ["x"], [x])
    groups = len(content_of(for_drawing(graph, "all")).groups)
    header = header_of(graph)
    units = [int(unit) for unit in re.findall(r'data-unit="(\d+)"', header["overview"]["svg"])]
    assert [unit for unit in units if unit >= groups]


def test_its_style_sheets_have_the_colours_of_pictures():
    from opscope.render.svg.style import style

    told = header_of(tower())["overview"]
    classes = set(re.findall(r'class="([\w-]+)"', told["svg"]))
    assert f"<style>{told['light']}</style>" == style(classes, "light")
    assert f"<style>{told['light']}{told['dark']}</style>" == style(classes, "dark")
    assert "<style" not in told["svg"]
    assert not re.search(r"\sstyle=|\son\w+=|<script|href=\"[^#]", told["svg"])


def test_what_a_step_was_spent_on_stands_once_in_a_page():
    """In the strip at its bottom, which has it whatever is shown; a picture has it under the overview."""
    coverage = {"ops": 0.9, "dispatch": 0.1}
    timed = {row: Measured(time_us=1.0) for row in range(len(tower()))}
    measured = with_measurement(tower(), {"profiled_step_time_us": 100.0, "coverage": coverage}, measured=timed)
    words = "times of the profiled step (100 µs); ops took 90 %, starting them 10 %"
    assert words in output_for(".svg").make(measured, Options())
    header = header_of(measured)
    assert words not in header["overview"]["svg"]
    assert header["measurement"]["coverage"] == coverage


def test_the_scopes_of_figures_name_copies_and_gradients():
    make = Builder()
    forward = make.group("forward", "forward")
    model = make.group("net", "model", forward, cls="Net", defined_in="mine")
    here = make.op("x", "Placeholder")
    for number in range(3):
        block = make.group(f"block_{number}", "layer", model, cls="Block", defined_in="mine", outputs=(F,))
        for name in ("one", "two", "three", "four"):
            layer = make.group(name, "layer", block, cls="Dense", defined_in="keras", outputs=(F,))
            path = make.groups[layer].path
            here = make.op(f"{path}/MatMul", "MatMul", here, group=layer, measured=Measured(10.0))
        here = make.op(f"{make.groups[block].path}/add", "AddV2", here, here, group=block)
    value = make.op("loss/l", "Square", here, group=make.group("loss", "loss"), measured=Measured(1.0))
    backward = make.group("backward", "backward")
    for number in (2, 1, 0):
        mirror = make.group(f"one_{number}", "scope", backward, of=f"forward/net/block_{number}/one")
        value = make.op(f"{make.groups[mirror].path}/g", "MatMul", value, group=mirror, measured=Measured(100.0))
    graph = make.graph("step", ["x"], [value])
    paths = [group.path for group in content_of(graph).groups]
    scopes = header_of(graph, depth="overview")["overview"]["scopes"]
    told = {paths[row]: words for kind, row, words in scopes if kind == "unit" and row < len(paths)}
    assert told["forward/net/block_0"] == "all 3 copies, forward + backward"
    assert told["forward/net/block_0/one"] == "all 3 copies, forward + backward"
    assert told["forward/net/block_0/two"] == "all 3 copies"
