"""The curve of the memory that a measured step took, in the memory tab, over changes written by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from graphs import Builder
from opscope.graph.content import with_measurement
from opscope.graph.types import Measured

KIB = 1024
MEMORY = {
    "allocator": "mklcpu", "held_bytes": 4096 * KIB, "peak_bytes": 100 * KIB, "peak_us": 30.0, "peak_node": "m/b/Relu",
    "step_peak_bytes": [100 * KIB, 100 * KIB], "allocated_bytes": 110 * KIB, "smallest_bytes": 8 * KIB,
    "owners": [{"node": "m/a/MatMul", "bytes": 64 * KIB}, {"node": "m/b/Relu", "bytes": 30 * KIB}, {"node": None, "bytes": 6 * KIB}],
    "time_us": [10.0, 20.0, 30.0, 60.0, 80.0], "change_bytes": [64 * KIB, 6 * KIB, 30 * KIB, -64 * KIB, 10 * KIB],
    "node": ["m/a/MatMul", None, "m/b/Relu", "m/a/MatMul", "m/a/MatMul"],
}  # fmt: skip
STEP = {
    "steps": 3, "steps_kept": 3, "disturbed": False, "step_time_us": 100.0, "step_spread_us": 1.0, "profiled_step_time_us": 100.0,
    "attributed": 1.0, "coverage": {"ops": 1.0}, "trace_level": 3, "devices": ["CPU"],
}  # fmt: skip


def measured(shape=(8, 64), memory=MEMORY):
    build = Builder()
    model = build.group("m", "model", cls="Model")
    build.op("x", "Placeholder", out=[("float32", shape)])
    a, b = (build.group(name, "layer", parent=model, cls=name.title()) for name in "ab")
    build.op(
        "m/a/MatMul", "MatMul", "x", group=a, out=[("float32", shape)], measured=Measured(time_us=20.0, busy_us=20.0)
    )
    build.op(
        "m/b/Relu", "Relu", "m/a/MatMul", group=b, out=[("float32", shape)], measured=Measured(time_us=5.0, busy_us=5.0)
    )
    return with_measurement(build.graph("net"), {**STEP, **({"memory": [memory]} if memory else {})})


def test_it_tells_the_peak_what_was_held_before_and_whose_it_is(open_page):
    opened = open_page(measured())
    opened.page.click("#tab-memory")
    assert opened.page.locator(".plot-choice button").all_inner_texts() == ["Measured step", "Estimated from shapes"]
    curve = opened.page.locator(".curve.measured")
    assert curve.get_attribute("aria-valuetext") == (
        "at least 100 KiB taken by the step (beside 4 MiB held before it), at 30 µs, the peak: m/b/Relu takes 30 KiB"
    )
    assert (
        "from TensorFlow's allocator mklcpu; only of buffers that TensorFlow reported, which are 8 KiB or more: it reports no small ones"
        in opened.page.text_content(".memory-at >> nth=0")
    )
    rows = [row.inner_text().split("\n")[:2] for row in opened.page.locator(".memory-peak .table-row").all()]
    assert rows == [["64 KiB", "m/a/MatMul"], ["30 KiB", "m/b/Relu"], ["6 KiB", "no op of this graph"]]
    assert opened.page.inner_text(".memory-peak .caption") == "alive at the peak, by the op that took it"
    opened.page.click(".memory-peak .table-row >> nth=0")
    assert opened.run("opscope.view().select") == "op:m/a/MatMul"
    assert opened.errors == []
    text = Path(opened.saved("CSV").path()).read_text("utf-8")
    assert text.splitlines()[:2] == ["Memory,Made by,In", f"{64 * KIB},m/a/MatMul,m/a"]


def test_keys_and_pointer_walk_along_the_changes(open_page):
    opened = open_page(measured())
    opened.page.click("#tab-memory")
    curve = opened.page.locator(".curve.measured")
    curve.focus()
    opened.page.keyboard.press("Home")
    told = []
    for _ in range(5):
        told.append(curve.get_attribute("aria-valuetext").split(" taken")[0])
        opened.page.keyboard.press("ArrowRight")
    assert told == [f"at least {size} KiB" for size in (64, 70, 100, 36, 46)]
    box = curve.bounding_box()
    # The axis begins 62 pixels from the left and ends 12 from the right; without a timeline it goes to the last change, at 80 µs.
    opened.page.mouse.move(box["x"] + 62 + (box["width"] - 74) * 65 / 80, box["y"] + box["height"] / 2)
    assert curve.get_attribute("aria-valuetext").endswith("m/a/MatMul gives back 64 KiB")
    opened.page.mouse.click(box["x"] + 62 + (box["width"] - 74) * 40 / 80, box["y"] + box["height"] / 2)
    assert opened.run("opscope.view().select") == "op:m/b/Relu"


def test_the_estimate_is_a_click_away_and_alone_where_nothing_was_measured(open_page):
    opened = open_page(measured())
    opened.page.click("#tab-memory")
    opened.page.click(".plot-choice button:has-text('Estimated')")
    assert "of activations alive" in opened.page.get_attribute(".curve", "aria-valuetext")
    plain = open_page(measured(memory=None))
    plain.page.click("#tab-memory")
    assert plain.page.locator(".plot-choice").count() == 0
    assert "of activations alive" in plain.page.get_attribute(".curve", "aria-valuetext")


@pytest.mark.parametrize("size", [(1280, 720), (390, 844)], ids=lambda size: f"{size[0]}")
def test_the_measured_curve_is_there_without_an_estimate_too(open_page, size):
    opened = open_page(measured(shape=None), size=size)
    opened.page.click("#tab-memory")
    assert opened.page.locator(".plot-choice").count() == 0
    box = opened.page.locator(".curve.measured").bounding_box()
    assert box["width"] > 150 and box["height"] > 60
