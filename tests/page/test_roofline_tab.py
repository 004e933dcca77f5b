"""The roofline tab and the table's columns. What is right is worked out by hand from the formula of the roofline model."""

from __future__ import annotations

import csv
import io
import math
from pathlib import Path

import pytest
from page_graphs import tagger

from graphs import Builder
from opscope.graph.content import with_measurement
from opscope.graph.types import Cost, Measured
from opscope.profile import roofline
from roofline_peaks import PEAKS

STEP = {
    "steps": 3, "steps_kept": 3, "disturbed": False, "step_time_us": 500.0, "step_spread_us": 1.0, "profiled_step_time_us": 500.0,
    "attributed": 1.0, "coverage": {"ops": 0.9, "dispatch": 0.1, "python": 0.0, "copies": 0.0, "unattributed": 0.0}, "trace_level": 3,
    "devices": ["CPU"],
}  # fmt: skip
# At 100 GFLOP/s and 10 GB/s 1e7 FLOPs take 100 µs, and 1e6 bytes take 100 µs.
LAYERS = [
    ("dense", "MatMul", Cost(2e7, 1e6, macs=1e7), 250.0),  # 200 µs of arithmetic, 20 FLOP/B
    ("act", "Relu", Cost(1e5, 1e6, macs=0.0), 125.0),  # 100 µs of memory, 0.1 FLOP/B
    ("slow", "AddV2", Cost(10.0, 1e3, macs=0.0), 20.0),  # 0.1 µs of memory: 200 times as long
    ("move", "Pad", Cost(0.0, 1e6, macs=0.0), 110.0),  # computes nothing
    ("odd", "Mystery", Cost(None, 1e3), 5.0),
]


def measured(peaks=PEAKS):
    build = Builder()
    model = build.group("m", "model", cls="Model")
    build.op("x", "Placeholder")
    for name, op, cost, time in LAYERS:
        took = Measured(time_us=time, busy_us=time, calls=1.0)
        layer = build.group(name, "layer", parent=model, cls=name.title(), cost=cost, measured=took)
        build.op(f"m/{name}/{op}", op, "x", group=layer, cost=cost, measured=took)
    graph = with_measurement(build.graph("net"), STEP)
    return roofline.with_peaks(graph, peaks) if peaks else graph


def opened_tab(open_page, **more):
    opened = open_page(measured(), **more)
    opened.page.click("#tab-roofline")
    return opened


def said(opened):
    opened.run("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    return opened.page.inner_text(".plot-said")


def test_the_tab_says_what_the_machine_can_do_and_what_is_not_drawn(open_page):
    opened = opened_tab(open_page)
    assert said(opened) == (
        "peaks measured on this machine (CPU, 2 threads): float32 100 GFLOP/s, memory 10 GB/s; "
        "not drawn: 1 layer that computes nothing and 1 layer of which FLOPs or bytes are not known"
    )
    assert opened.page.inner_text(".plot-legend").split("\n") == [
        "1 compute-bound",
        "1 memory-bound",
        "1 overhead",
        "area: time",
    ]
    assert opened.errors == []


WORDS = {
    "m/act": "memory-bound, at 80 % of what is attainable; 125 µs, 800 MFLOP/s, 8 GB/s, 0.1 FLOP/B; the best case saves 25 µs",
    "m/slow": "overhead: takes 200 times what arithmetic or memory would; 20 µs, 500 kFLOP/s, 50 MB/s, 0.01 FLOP/B; the best case saves 19.9 µs",
    "m/dense": "compute-bound, at 80 % of what is attainable; 250 µs, 80 GFLOP/s, 4 GB/s, 20 FLOP/B; the best case saves 50 µs",
}


def test_keys_walk_from_the_least_intensity_to_the_most_and_select(open_page):
    opened = opened_tab(open_page)
    opened.page.focus(".plot")
    opened.page.keyboard.press("Home")
    for name in ("m/slow", "m/act", "m/dense"):
        assert said(opened) == f"{name}: {WORDS[name]}"
        opened.page.keyboard.press("ArrowRight")
    opened.page.keyboard.press("Enter")
    assert opened.run("opscope.view().select") == "group:m/dense"
    opened.page.click(".plot-choice button:has-text('Ops')")
    opened.page.focus(".plot")
    opened.page.keyboard.press("Home")
    assert said(opened) == f"m/slow/AddV2: {WORDS['m/slow']}"
    opened.page.keyboard.press("Enter")
    assert opened.run("opscope.view().select") == "op:m/slow/AddV2"


@pytest.mark.parametrize("size", [(1280, 720), (390, 844)], ids=lambda size: f"{size[0]}")
def test_a_point_stands_at_its_place_on_logarithmic_axes(open_page, size):
    opened = opened_tab(open_page, size=size)
    box = opened.page.locator(".plot").bounding_box()
    # The plot's field lies within these margins; powers of ten around 0.01 to 20 FLOP/B, with 50 % of room, and 5e5 to 1e11 FLOP/s.
    left, right, top, bottom = 82, 16, 24, 34
    across = (math.log10(20) + 3) / (2 + 3)
    up = (math.log10(8e10) - 5) / (12 - 5)
    x = box["x"] + left + across * (box["width"] - left - right)
    y = box["y"] + box["height"] - bottom - up * (box["height"] - top - bottom)
    opened.page.mouse.move(x, y)
    assert said(opened).startswith("m/dense: compute-bound")
    opened.page.mouse.click(x, y)
    assert opened.run("opscope.view().select") == "group:m/dense"


def test_what_is_selected_elsewhere_is_told_and_ringed(open_page):
    opened = opened_tab(open_page)
    picture = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(document.querySelector('.plot').toDataURL()))))"
    plain = opened.run(picture)
    opened.run("opscope.select('m/act')")
    assert said(opened) == f"m/act: {WORDS['m/act']}"
    ringed = opened.run(picture)
    opened.run("opscope.select('m/dense/MatMul')")  # an op: the layer around it
    assert said(opened) == f"m/dense: {WORDS['m/dense']}"
    assert len({plain, ringed, opened.run(picture)}) == 3


def test_the_tables_have_columns_of_it_and_so_has_their_csv(open_page):
    opened = open_page(measured())
    opened.page.click("#tab-layers")
    titles = [title.rstrip(" ↓↑") for title in opened.page.locator("[role=columnheader]").all_inner_texts()]
    assert [title for title in titles if title in {"Achieved", "Moved", "FLOP/B", "Of attainable", "Bound by", "Best case saves"}] == [
        "Achieved", "Moved", "FLOP/B", "Of attainable", "Bound by", "Best case saves",
    ]  # fmt: skip
    rows = {
        row["Name"]: row for row in csv.DictReader(io.StringIO(Path(opened.saved("CSV").path()).read_text("utf-8")))
    }
    assert float(rows["m/dense"]["Achieved"]) == pytest.approx(2e7 / 250e-6)
    assert float(rows["m/dense"]["Of attainable"]) == pytest.approx(0.8)
    assert rows["m/slow"]["Bound by"] == "overhead"
    assert float(rows["m/act"]["Best case saves"]) == pytest.approx(25)
    assert rows["m/odd"]["Achieved"] == rows["m/odd"]["Bound by"] == ""
    opened.page.click("#tab-roofline")
    plotted = {row["Name"] for row in csv.DictReader(io.StringIO(Path(opened.saved("CSV").path()).read_text("utf-8")))}
    assert plotted == {"m/dense", "m/act", "m/slow"}


def test_without_peaks_there_is_neither_the_tab_nor_its_columns_nor_its_data(open_page):
    opened = open_page(measured(peaks=None), link="t=roofline")
    assert opened.run("document.getElementById('tab-roofline')") is None
    assert opened.run("opscope.view().tab") == ""
    opened.page.click("#tab-layers")
    assert "Bound by" not in opened.page.inner_text(".table-head")
    plain = open_page(tagger())
    assert plain.run("document.getElementById('tab-roofline')") is None
