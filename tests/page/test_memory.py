from __future__ import annotations

from page_graphs import tagger

from graphs import Builder


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
