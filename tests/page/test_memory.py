"""The memory tab: the curve, what is said of it, and the table of what is alive at its peak."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from page_graphs import tagger

from graphs import Builder
from opscope.graph.types import TensorType


def memory(opened):
    opened.page.click("#tab-memory")
    return opened.page.locator(".curve")


def test_the_memory_tab_tells_the_peak_and_what_makes_it(open_page):
    opened = open_page(tagger())
    curve = memory(opened)
    assert "alive, the peak, while" in curve.get_attribute("aria-valuetext")
    assert "alive at the peak" in opened.page.inner_text(".memory-peak .caption")
    assert "KiB" in opened.page.inner_text(".memory-peak .table-row >> nth=0")
    opened.page.click(".memory-peak .table-row >> nth=0")
    assert opened.run("opscope.view().select").startswith("op:model/")


def test_the_curve_is_walked_by_keys_and_leads_to_the_drawing(open_page):
    opened = open_page(tagger())
    curve = memory(opened)
    curve.focus()
    opened.page.keyboard.press("Home")
    assert curve.get_attribute("aria-valuenow") == "1"
    for _ in range(3):
        opened.page.keyboard.press("ArrowRight")
    assert curve.get_attribute("aria-valuenow") == "4"
    opened.page.keyboard.press("Enter")
    assert opened.run("opscope.view().select") == "op:" + curve_name(opened)


def curve_name(opened):
    return opened.page.inner_text(".memory-at .ref")


def test_the_curve_shows_where_the_selection_runs(open_page):
    opened = open_page(tagger())
    memory(opened)
    picture = "new Promise((done) => requestAnimationFrame(() => done(document.querySelector('.curve').toDataURL())))"
    before = opened.run(picture)
    opened.run("opscope.select('model/head')")
    with_group = opened.run(picture)
    opened.run("opscope.select('model/head/MatMul')")
    assert len({before, with_group, opened.run(picture)}) == 3


def test_there_is_no_memory_tab_where_nothing_has_a_size(open_page):
    build = Builder()
    build.op("x", "NoOp", out=[])
    opened = open_page(build.graph("quiet"), link="t=memory")
    assert opened.run("document.getElementById('tab-memory')") is None
    assert opened.run("opscope.view().tab") == ""


SIZES = ((1280, 720), (800, 600), (390, 844), (640, 360))
sizes = pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
INSIDE = """([part, outer]) => { const box = document.querySelector(outer).getBoundingClientRect();
  return [...document.querySelectorAll(part)].map((one) => { const { left, top, right, bottom } = one.getBoundingClientRect();
    return left >= box.left - 1 && top >= box.top - 1 && right <= box.right + 1 && bottom <= box.bottom + 1 && one.scrollWidth <= one.clientWidth + 1; }); }"""
WRITTEN = """() => { const seen = [], kept = CanvasRenderingContext2D.prototype.fillText;
  CanvasRenderingContext2D.prototype.fillText = function (text, ...rest) { if (this.canvas.classList.contains('curve')) seen.push(text); return kept.call(this, text, ...rest); };
  const curve = document.querySelector('.curve'); curve.dispatchEvent(new PointerEvent('pointermove', { clientX: 0 }));
  return new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => { CanvasRenderingContext2D.prototype.fillText = kept; done(seen); }))); }"""
"""What the curve's picture says, as it is painted again."""


@sizes
def test_the_heading_says_what_is_counted_and_which_op_runs(open_page, size):
    opened = open_page(tagger(), size=size)
    memory(opened)
    told, runs = opened.page.locator(".memory-at").all_inner_texts()
    assert "at the peak" in told
    assert "without weights" in told
    assert all(opened.page.evaluate(INSIDE, [".memory-at b, .memory-at span", ".memory-curve"]))
    link, column = (opened.page.locator(one).bounding_box() for one in (".memory-at .ref", ".memory-curve"))
    assert column["x"] <= link["x"]
    assert link["x"] + link["width"] <= column["x"] + column["width"]
    assert link["y"] + link["height"] <= opened.page.locator(".curve").bounding_box()["y"] + 1
    assert runs.startswith("while ")


@sizes
def test_the_table_leaves_out_what_is_least_needed_and_keeps_the_ends_of_names(open_page, size):
    opened = open_page(tagger(), size=size)
    memory(opened)
    titles = [one.split()[0] for one in opened.page.locator(".memory-peak [role=columnheader]").all_inner_texts()]
    assert titles == ["Memory", "Made", "In", "Tensor"][: len(titles)] or titles == ["Memory", "Made", "Tensor"]
    width = opened.page.locator(".memory-peak").bounding_box()["width"]
    assert ("Tensor" in titles) == (width > 490)
    cells = opened.run(
        "[...document.querySelectorAll('.memory-peak .table-row .cell:not(.path)')].map((one) => [one.textContent, one.scrollWidth <= one.clientWidth])"
    )
    assert cells
    assert [text for text, whole in cells if not whole] == []
    ends = opened.run(
        "[...document.querySelectorAll('.memory-peak .cell.path')].map((one) => one.querySelector('bdi').getBoundingClientRect().right - one.getBoundingClientRect().right)"
    )
    assert max(ends) <= 1


def test_the_csv_has_the_columns_that_a_small_window_leaves_out(open_page):
    opened = open_page(tagger(), size=(640, 360))
    memory(opened)
    assert opened.page.locator(".memory-peak [role=columnheader]").count() == 2
    text = Path(opened.saved("CSV").path()).read_text(encoding="utf-8")
    assert text.splitlines()[0] == "Memory,Made by,In,Tensor"


@sizes
def test_the_axes_have_one_unit_and_say_what_they_are(open_page, size):
    opened = open_page(tagger(), size=size)
    memory(opened)
    opened.run("opscope.select('model/head')")
    written = opened.run(WRITTEN)
    amounts = [text for text in written if re.fullmatch(r"[\d.]+ \S+", text)]
    assert len({text.split()[1] for text in amounts}) == 1
    assert "0" in written
    count = len(tagger())
    assert any(re.match(rf"ops 1 to {count}, (in an order they can run in|in order)", text) for text in written)
    assert "the selection" in written


def test_the_band_under_the_curve_names_stacks_where_layers_have_no_room(open_page):
    build = Builder()
    x = build.op("x", "Placeholder", out=[TensorType("float32", (8, 64))])
    model = build.group("net", "model", cls="Net")
    for block in range(24):
        group = build.group(f"block_{block}", "layer", model, cls="Block")
        for kind in ("Relu", "Tanh"):
            x = build.op(f"net/block_{block}/{kind}", kind, x, group=group, out=[TensorType("float32", (8, 64))])
    opened = open_page(build.graph("net", ["x"], {"output": x}))
    memory(opened)
    assert "block_0 \u2026 23 \u00d724" in opened.run(WRITTEN)


def test_marks_of_a_selection_join_where_its_ops_run_one_after_the_other(open_page):
    """A dotted line looked like hatching: what runs without a gap is one mark."""
    opened = open_page(tagger())
    memory(opened)
    opened.run("opscope.select('model')")
    opened.run("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    runs = opened.run(
        """() => { const canvas = document.querySelector('.curve'), context = canvas.getContext('2d'), accent = [0x2f, 0x6f, 0xde];
        const is = (data, at) => accent.every((part, index) => Math.abs(data[at + index] - part) < 30);
        let best = [];
        for (let y = 0; y < canvas.height; y++) { const { data } = context.getImageData(0, y, canvas.width - 140, 1); let runs = 0, wide = 0, on = false;
          for (let x = 0; x < data.length; x += 4) { const now = is(data, x); if (now && !on) runs++; if (now) wide++; on = now; }
          if (wide > (best[1] ?? 0)) best = [runs, wide]; }
        return best; }"""
    )
    assert runs[0] == 1
    assert runs[1] > 200
