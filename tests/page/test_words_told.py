"""What readers took for a fault though it was meant otherwise: marks on what was not asked for, words that ran out of the panel, calls that are drawn nowhere."""

from __future__ import annotations

from page_graphs import FLOAT, tagger

from graphs import Builder
from opscope.graph.types import Measured


def test_a_search_for_a_type_marks_the_type_and_no_name_that_is_spelt_alike(open_page):
    build = Builder()
    layer = build.group("relu", "layer", cls="ReLU")
    x = build.op("x", "Placeholder", out=FLOAT)
    build.op("relu/activate", "Relu", x, group=layer, out=FLOAT)
    opened = open_page(build.graph("net", ["x"], ["relu/activate"]))
    opened.page.fill("[role=combobox]", "op:Relu")
    opened.wait("document.querySelectorAll('.hit').length === 1")
    assert opened.page.inner_text("#hit0 .hit-path") == "relu"
    marked = opened.page.locator("#hit0 mark")
    assert marked.all_text_contents() == ["Relu"]
    assert marked.first.evaluate("(one) => one.closest('.hit-path, .hit-name') === null")
    opened.page.fill("[role=combobox]", "relu")  # of a word all that has it is
    opened.wait("document.querySelectorAll('.hit').length === 2")
    assert opened.page.locator("#hit1 .hit-path mark").count() == 1


def test_a_figure_of_several_words_stays_in_the_panel(open_page):
    """`137 GFLOP/s, forward` was cut at the panel's edge."""
    build = Builder()
    forward, backward = build.group("forward", "forward"), build.group("backward", "backward")
    took = Measured(754.0, 1380.0, 7, 1000.0)
    layer = build.group("grow", "layer", forward, cls="Grow", path="forward/grow", measured=took, outputs=FLOAT)
    x = build.op("x", "Placeholder", out=FLOAT)
    kernel = build.op("kernel", "Placeholder", out=[("float32", (64, 100586))])
    y = build.op("forward/grow/MatMul", "MatMul", x, kernel, group=layer, out=[("float32", (8, 100586))], measured=took)
    last = build.op("backward/Neg", "Neg", y, group=backward, out=FLOAT, measured=took)
    steps = {"steps": 10, "steps_kept": 10, "disturbed": None, "step_time_us": 2200.0, "step_spread_us": None}
    coverage = {"ops": 1.0, "dispatch": 0.0, "python": 0.0, "copies": 0.0, "unattributed": 0.0}
    measurement = {
        **steps,
        "profiled_step_time_us": 2500.0,
        "attributed": 1.0,
        "coverage": coverage,
        "trace_level": 3,
        "devices": ["cpu"],
    }
    opened = open_page(build.graph("step", ["x"], [last], measurement=measurement), size=(800, 600))
    opened.run("opscope.select('group:forward/grow')")
    assert "137 GFLOP/s, forward" in opened.page.inner_text(".details")
    out = opened.run(
        """(() => { const panel = document.querySelector('.details').getBoundingClientRect();
        const range = document.createRange();
        return [...document.querySelectorAll('.details dd')].filter((one) => { range.selectNodeContents(one); return range.getBoundingClientRect().right > panel.right - 8; }).map((one) => one.textContent); })()"""
    )
    assert opened.page.is_visible(".details dd")
    assert out == []


def test_a_call_that_is_dead_is_told_beside_the_one_that_is_drawn(open_page):
    """Keras calls a cell once to learn its shapes: nothing uses what that gives, so one cell is drawn of two."""
    build = Builder()
    facts = {"cls": "Cell", "object_path": "cell", "outputs": FLOAT}
    x = build.op("x", "Placeholder", out=FLOAT)
    for call in (1, 2, 3):
        cell = build.group("cell", "layer", path=f"cell#{call}" if call > 1 else "cell", call=call, **facts)
        last = build.op(f"cell_{call}/Tanh", "Tanh", x, group=cell, out=FLOAT)
    build.dead.append("cell_1/Tanh")
    opened = open_page(build.graph("net", ["x"], [last]))
    opened.run("opscope.select('group:cell#3')")
    assert "call 3 of 3 (1 dead)" in opened.page.inner_text(".details")


def test_the_table_of_layers_counts_calls_as_the_head_counts_layers(open_page):
    opened = open_page(tagger())
    opened.page.click("#tab-layers")
    assert opened.page.inner_text(".table-head").startswith("Name · 8 calls")
    opened.page.click("#tab-ops")
    assert " rows" in opened.page.inner_text(".table-head")
