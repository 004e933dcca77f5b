"""Times with their errors: one and the same in the picture, the tree, the details and the tables of a page."""

from __future__ import annotations

import pytest

from graphs import Builder
from opscope.graph.content import with_measurement
from opscope.graph.types import Cost, Measured, TensorType


def took(time, error, calls=1.0):
    return Measured(time, time, calls, error_us=error, spread_us=error)


def blocks(disturbed=False):
    """Four equal blocks, of which one takes twice as long, a loop's worth of dispatch in a layer, and a head."""
    build = Builder()
    out = [TensorType("float32", (8, 64))]

    x = build.op("x", "Placeholder", out=out)
    for index, time in enumerate((12300.0, 12000.0, 24000.0, 12100.0)):
        name = f"block_{index}"
        block = build.group(name, "layer", cls="Block", measured=took(time, 400.0))
        for step in range(5):
            figure = took(time / 2, 500.0) if step < 2 else None
            x = build.op(f"{name}/r{step}", "Relu", x, group=block, out=out, measured=figure)
    loop = build.group("loop", "layer", cls="Loop", measured=took(520.0, 260.0, 2000.0))
    x = build.op("loop/exp", "Exp", x, group=loop, out=out, measured=took(520.0, 260.0, 2000.0))
    x = build.op("end", "Identity", x, out=out)
    made = build.graph("net", ["x"], [x])
    coverage = {"ops": 0.6, "dispatch": 0.3, "python": 0.1, "copies": 0.0, "unattributed": 0.0}
    measurement = {
        "steps": 10, "steps_kept": 9, "disturbed": disturbed, "step_time_us": 80000.0, "step_spread_us": 900.0,
        "profiled_step_time_us": 100000.0, "attributed": 1.0, "coverage": coverage, "trace_level": 3, "devices": ["CPU"],
    }  # fmt: skip
    return with_measurement(made, measurement)


def test_all_places_tell_the_same_time_with_its_error(open_page, tmp_path):
    made = blocks()
    picture = made.save(tmp_path / "a.svg").read_text(encoding="utf-8")
    page = open_page(made).page
    page.click("[role=treeitem]:has-text('block_0')")
    details = page.inner_text(".details").replace("\n", " ")
    tree = page.inner_text(".tree").replace("\n", " ")
    # Together at most the sum of the errors.
    for words in ("12.3 ± 0.4 ms", "60.4 ± 1.6 ms"):
        assert words in details
        assert words in picture
    assert "12.3 ± 0.4 ms" in tree
    assert "~520 ± 260 µs" in tree
    assert "~520 ± 260 µs" in picture
    assert "12.3 % of the profiled step" in details


def test_a_copy_that_takes_longer_than_its_equals_is_named(open_page):
    page = open_page(blocks()).page
    page.click("[role=treeitem]:has-text('block_0')")
    assert "block_2 takes 24.0 ± 0.4 ms; the median is 12.1 ± 0.4 ms" in page.inner_text(".details")


def test_the_table_of_layers_has_ranks_that_equal_layers_share_and_its_file_the_errors(open_page):
    opened = open_page(blocks())
    opened.page.click("#tab-layers")
    rows = [row.inner_text().split("\n") for row in opened.page.locator(".table-row").all()]
    told = {row[0]: row for row in rows}
    assert "1" in told["block_2"]
    assert all("2 to 4" in told[name] for name in ("block_0", "block_1", "block_3"))
    assert "5" in told["loop"]
    assert "24.0 ± 0.4 ms" in told["block_2"]


def test_the_row_of_what_is_selected_is_marked_however_the_table_is_sorted(open_page):
    opened = open_page(blocks())
    opened.page.click("#tab-layers")

    def marked():
        return [row.inner_text().split("\n")[0] for row in opened.page.locator(".table-row.current").all()]

    assert marked() == []
    opened.run("opscope.select('block_3')")
    assert marked() == ["block_3"]
    opened.page.click(".table-head button:has-text('Name')")
    assert marked() == ["block_3"]
    opened.page.click("#tab-ops")
    opened.run("opscope.select('block_1/r0')")
    assert [name.split("/")[-1] for name in marked()] == ["r0"]
    opened.page.click("#tab-layers")
    assert marked() == []
    opened.page.click(".table-row:has-text('loop')")
    assert marked() == ["loop"]
    opened.page.click("#tab-types")
    opened.page.click(".table-row:has-text('Relu')")  # many ops
    assert marked() == ["Relu"]


@pytest.mark.parametrize("tab", ["layers", "ops", "types"])
def test_no_time_in_a_table_loses_its_unit(open_page, tab):
    opened = open_page(blocks())
    opened.page.click(f"#tab-{tab}")
    times = [cell for cell in opened.page.locator(".table-row .cell.amount").all() if "±" in cell.inner_text()]
    assert times
    assert all(cell.evaluate("(cell) => cell.scrollWidth <= cell.clientWidth") for cell in times)


def convolution():
    """A measured layer with all figures that the table of layers has columns for."""
    build = Builder()
    out = (TensorType("float32", (16, 128, 128, 64)),)
    cost = Cost(947e6, 5e6, macs=472e6)
    group = build.group(
        "conv", "layer", cls="Conv2D", measured=took(219e3, 91e3), parameters=25636712, cost=cost, outputs=out
    )
    x = build.op(
        "conv/op", "Conv2D", build.op("x", "Placeholder"), group=group, out=out, cost=cost, measured=took(219e3, 91e3)
    )
    return build.graph("conv", ["x"], [x], measurement={"steps": 10, "profiled_step_time_us": 300e3})


def test_the_table_of_layers_fits_a_usual_window_with_all_its_figures(open_page):
    opened = open_page(convolution())
    opened.page.click("#tab-layers")
    columns = opened.page.locator(".table-head .cell").all()
    assert {"Time", "Rank by time", "FLOPs", "MACs", "Parameters", "Output"} <= {
        one.inner_text().rstrip(" \u2191\u2193") for one in columns
    }
    assert all(one.bounding_box()["x"] + one.bounding_box()["width"] <= 1280 for one in columns)
    for cell in opened.page.locator(".table-row .cell").all():
        assert cell.evaluate("(cell) => cell.scrollWidth <= cell.clientWidth"), cell.inner_text()


def test_ranks_that_tell_nothing_have_no_column(open_page):
    """Where each layer may be at any place."""
    build = Builder()
    x = build.op("x", "Placeholder")
    for name in ("one", "two", "three"):
        took = Measured(10.0, 10.0, 1.0, error_us=9.0, spread_us=9.0)
        x = build.op(
            f"{name}/Relu", "Relu", x, group=build.group(name, "layer", cls="Relu", measured=took), measured=took
        )
    page = open_page(build.graph("net", ["x"], [x]), link="t=layers").page
    head = page.inner_text(".table-head")
    assert "Time" in head
    assert "Rank by time" not in head


def test_what_a_rank_is_can_be_read(open_page):
    page = open_page(blocks()).page
    page.click("#tab-layers")
    assert "cannot tell apart" in page.get_attribute(".table-head button:has-text('Rank by time')", "title")


def test_what_dispatch_may_cost_a_layer_of_small_ops_is_in_its_details(open_page):
    page = open_page(blocks()).page
    page.click("[role=treeitem]:has-text('loop')")
    # 2,000 of 2,008 op starts, and 30 ms of dispatch
    assert "about 29.9 ms more in op dispatch (estimate)" in page.inner_text(".details").replace("\n", " ")


@pytest.mark.parametrize("size", [(1280, 720), (640, 360), (390, 844)])
def test_disturbance_is_told_where_times_are_in_a_window_of_any_size(open_page, size):
    page = open_page(blocks(disturbed=True), size=size).page
    assert page.is_visible(".legend :text('disturbed: measure again')")
    page.click("[role=tab]:has-text('Layers')")
    assert page.is_visible(".legend :text('disturbed: measure again')")


def test_disturbance_is_told(open_page):
    page = open_page(blocks(disturbed=True)).page
    assert "9 of 10 steps, disturbed" in page.inner_text(".details")
    assert "80 ms (half interquartile range 900 µs)" in page.inner_text(".details")
    assert "disturbed: measure again" in page.inner_text(".legend")
    assert "1 of 10 profiled steps is left out" in page.get_attribute(".title", "title")
