"""The timeline tab, over executions written by hand: what is said, where they stand, and the way to the drawing and back."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from page_driver import of_pixels
from page_graphs import tagger

from graphs import Builder
from opscope.graph.content import with_facts, with_measurement
from opscope.graph.json import from_dict, to_dict
from opscope.graph.step_timeline import Ran, Timeline
from opscope.graph.types import Measured

STEP = {
    "steps": 3, "steps_kept": 3, "disturbed": False, "step_time_us": 100.0, "step_spread_us": 1.0, "profiled_step_time_us": 100.0,
    "attributed": 1.0, "coverage": {"ops": 0.9, "dispatch": 0.1, "python": 0.0, "copies": 0.0, "unattributed": 0.0}, "trace_level": 3,
    "devices": ["CPU"],
}  # fmt: skip
# Of a step of 100 µs: a product from 10 to 30 with a kernel on a GPU, sums from 40 to 44 and from 60 to 66 on another thread, what is no op from 70 on.
RAN = (
    Ran(2, "m/a/MatMul", 3, 10.0, 30.0),
    Ran(2, "m/a/MatMul", -1, 15.0, 35.0),
    Ran(4, "m/b/Relu_fused", 7, 40.0, 44.0),
    Ran(4, "m/b/Relu_fused", 7, 60.0, 66.0),
    Ran(-1, "lost/op", 7, 70.0, 80.0),
)
LINE = Timeline(100.0, RAN, {3: "tf_Compute/11", 7: "tf_Compute/12", -1: "/device:GPU:0 Stream #14"})


def measured(line=LINE):
    build = Builder()
    model = build.group("m", "model", cls="Model")
    build.op("x", "Placeholder")
    a, b = (
        build.group(name, "layer", parent=model, cls=name.title(), measured=Measured(time, time, 1.0))
        for name, time in (("a", 20.0), ("b", 10.0))
    )
    build.op("m/a/kernel", "Const", group=a)
    build.op("m/a/MatMul", "MatMul", "x", "m/a/kernel", group=a, measured=Measured(20.0, 20.0, 1.0))
    build.op("m/a/BiasAdd", "BiasAdd", "m/a/MatMul", group=a)
    build.op(
        "m/b/Relu",
        "Relu",
        "m/a/BiasAdd",
        group=b,
        measured=Measured(10.0, 10.0, 2.0, fused=("m/b/Relu", "m/a/BiasAdd")),
    )
    graph = with_measurement(build.graph("net"), STEP)
    return with_facts(graph, {"timeline": line}) if line else graph


def opened_tab(open_page, graph=None, **more):
    opened = open_page(graph or measured(), **more)
    opened.page.click("#tab-timeline")
    return opened


def said(opened):
    opened.run("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    return opened.page.inner_text(".plot-said")


def place(opened, time, lane):
    """Where a time is on the screen, in a lane: threads of the host first, in the profiler's order, then streams."""
    box = opened.page.locator(".timeline").bounding_box()
    gutter = round(min(170, max(64, box["width"] * 0.16)))
    high = min(30, max(17, int((box["height"] - 26 - 8 - 3 * 7) // 3)))
    return box["x"] + gutter + time / 100 * (box["width"] - gutter), box["y"] + 26 + 4 + lane * (high + 7) + high / 2


@pytest.mark.parametrize("size", [(1280, 720), (390, 844)], ids=lambda size: f"{size[0]}")
def test_what_is_pointed_at_is_told_and_a_click_selects_its_op(open_page, size):
    opened = opened_tab(open_page, size=size)
    assert said(opened) == "one step of 100 µs, the one nearest the median: 5 executions of ops"
    told = {
        (20, 0): "m/a/MatMul · MatMul · in m/a · takes 20 µs, from 10 µs on · tf_Compute/11",
        (63, 1): "m/b/Relu · Relu · in m/b · ran as m/b/Relu_fused · takes 6 µs, from 60 µs on · tf_Compute/12",
        (75, 1): "lost/op · no op of this graph · takes 10 µs, from 70 µs on · tf_Compute/12",
        (32, 2): "m/a/MatMul · MatMul · in m/a · takes 20 µs, from 15 µs on · /device:GPU:0 Stream #14",
    }
    for (time, lane), words in told.items():
        opened.page.mouse.move(*place(opened, time, lane))
        assert said(opened) == words
    opened.page.mouse.click(*place(opened, 75, 1))
    assert opened.run("opscope.view().select") == ""
    opened.page.mouse.click(*place(opened, 63, 1))
    assert opened.run("opscope.view().select") == "op:m/b/Relu"
    assert opened.errors == []


def test_what_is_selected_elsewhere_is_told_walked_and_marked(open_page):
    opened = opened_tab(open_page)
    picture = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(document.querySelector('.timeline').toDataURL()))))"
    seen = {opened.run(picture)}
    opened.run("opscope.select('m/b')")
    assert said(opened) == "m/b · 2 executions, 10 µs on their threads in this step"
    seen.add(opened.run(picture))
    opened.run("opscope.select('m')")
    assert said(opened) == "m · 4 executions, 50 µs on their threads in this step"
    seen.add(opened.run(picture))
    assert len(seen) == 3
    opened.run("opscope.select('m/a/kernel')")
    assert said(opened) == "m/a/kernel · no execution of it was recorded in this step"
    opened.run("opscope.select('m/a/BiasAdd')")  # it ran in the kernel of the other op
    assert said(opened) == "m/a/BiasAdd · 2 executions, 10 µs on their threads in this step"
    opened.page.click("button[aria-label='Next of the selection']")
    assert "from 40 µs on" in said(opened)
    opened.page.click("button[aria-label='Next of the selection']")
    assert "from 60 µs on" in said(opened)
    opened.page.click("button[aria-label='Next of the selection']")
    assert "from 40 µs on" in said(opened)


def test_keys_walk_along_and_across_threads_and_zoom(open_page):
    opened = opened_tab(open_page)
    keys = opened.page.keyboard
    opened.page.focus(".timeline")
    walked = []
    for key in ("ArrowRight", "ArrowDown", "ArrowRight", "ArrowRight", "ArrowRight", "ArrowDown", "ArrowUp"):
        keys.press(key)
        walked.append(said(opened).split(" on ·")[0].split("from ")[1])
    assert walked == ["10 µs", "40 µs", "60 µs", "70 µs", "70 µs", "15 µs", "40 µs"]
    keys.press("Enter")
    assert opened.run("opscope.view().select") == "op:m/b/Relu"
    opened.page.mouse.move(*place(opened, 20, 0))
    assert "m/a/MatMul" in said(opened)
    opened.page.focus(".timeline")
    for _ in range(12):
        keys.press("+")
    # Zoomed in around the product, a point far from it is inside of it as well.
    opened.page.mouse.move(*place(opened, 95, 0))
    assert said(opened).startswith("m/a/MatMul")
    keys.press("0")
    opened.page.mouse.move(*place(opened, 95, 0))
    assert not said(opened).startswith("m/a/MatMul")


def test_the_wheel_zooms_where_it_is_and_a_drag_moves(open_page):
    opened = opened_tab(open_page)
    opened.page.mouse.move(*place(opened, 63, 1))
    for _ in range(6):
        opened.page.mouse.wheel(0, -400)
    assert "from 60 µs on" in said(opened)  # it is still under the pointer
    x, y = place(opened, 63, 1)
    opened.page.mouse.move(x + 150, y)
    assert "from 60 µs on" in said(opened)  # and wider than it was
    opened.page.mouse.move(x, y)
    opened.page.mouse.down()
    opened.page.mouse.move(x - 3000, y, steps=4)
    opened.page.mouse.up()
    opened.page.mouse.move(x, y)
    assert opened.run("opscope.view().select") == ""
    assert "from 60 µs on" not in said(opened)


def test_a_bar_has_the_colour_of_its_family_in_both_themes(open_page):
    for scheme in ("light", "dark"):
        opened = opened_tab(open_page, color_scheme=scheme)
        x, y = place(opened, 25, 0)
        box = opened.page.locator(".timeline").bounding_box()
        colour = opened.page.evaluate(
            of_pixels(
                f"return [...context.getImageData({round(x - box['x'])}, {round(y - box['y'])}, 1, 1).data].slice(0, 3);"
            ),
            opened.run(
                "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(document.querySelector('.timeline').toDataURL().split(',')[1]))))"
            ),
        )
        swatch = opened.run("getComputedStyle(document.querySelector('.plot-legend .swatch')).backgroundColor")
        assert opened.page.inner_text(".plot-legend .legend-entry >> nth=0") == "matmul, conv"
        assert f"rgb({colour[0]}, {colour[1]}, {colour[2]})" == swatch


def test_its_csv_has_every_execution(open_page):
    opened = opened_tab(open_page)
    rows = list(csv.DictReader(io.StringIO(Path(opened.saved("CSV").path()).read_text("utf-8"))))
    assert [(float(row["Start (µs)"]), row["Name"], row["Thread"]) for row in rows] == [
        (10, "m/a/MatMul", "tf_Compute/11"), (15, "m/a/MatMul", "/device:GPU:0 Stream #14"), (40, "m/b/Relu", "tf_Compute/12"),
        (60, "m/b/Relu", "tf_Compute/12"), (70, "lost/op", "tf_Compute/12"),
    ]  # fmt: skip
    assert sum(float(row["Takes (µs)"]) for row in rows) == pytest.approx(60)


def test_it_comes_through_json_and_says_what_a_file_left_out(open_page):
    record = to_dict(measured())
    record["timeline"].update(left_out=1200, left_out_us=35.0)
    opened = opened_tab(open_page, from_dict(record))
    assert (
        said(opened)
        == "one step of 100 µs, the one nearest the median: 5 executions of ops; not kept: the 1,200 shortest executions, 35 µs together"
    )
    opened.page.mouse.move(*place(opened, 63, 1))
    assert "ran as m/b/Relu_fused" in said(opened)


def test_there_is_no_tab_where_nothing_tells_when_ops_ran(open_page):
    opened = open_page(measured(None), link="t=timeline")
    assert opened.run("document.getElementById('tab-timeline')") is None
    assert opened.run("opscope.view().tab") == ""
    assert open_page(tagger()).run("document.getElementById('tab-timeline')") is None
