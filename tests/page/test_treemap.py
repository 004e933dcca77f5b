"""The treemap: areas against the graph's own times, the same words as the flame graph, selecting and zooming."""

from __future__ import annotations

import re

import pytest
from page_graphs import tagger

from opscope.graph.content import content_of

AREAS = """[...document.querySelectorAll('.treemap > *')].map((one) => {
  const name = one.querySelector('.treemap-name') ?? one;
  return [name.title.split(':')[0], one.offsetWidth * one.offsetHeight, one.offsetLeft, one.offsetTop, one.offsetWidth, one.offsetHeight, one.classList.contains('treemap-frame')]; })"""


def opened_tab(open_page, **more):
    opened = open_page(tagger(), **more)
    opened.page.click("#tab-treemap")
    return opened


def test_areas_are_to_each_other_as_the_times_of_the_graph(open_page):
    opened = opened_tab(open_page)
    times = {group.path: group.measured.time_us for group in content_of(tagger()).groups if group.measured}
    areas = {name: area for name, area, *_ in opened.run(AREAS)}
    known = sorted(set(areas) & set(times))
    assert {"model", "model/embed", "model/head"} <= set(known)
    unit = areas["model"] / times["model"]
    for name in known:
        assert areas[name] / unit == pytest.approx(times[name], rel=0.06), name
    assert opened.errors == []


def test_what_lies_in_a_layer_lies_in_its_frame_and_nothing_over_another(open_page):
    opened = opened_tab(open_page)
    found = opened.run(AREAS)
    frames = {name: box for name, _, *box, is_frame in found if is_frame}
    leaves = [(name, box) for name, _, *box, is_frame in found if not is_frame]
    assert "model" in frames
    assert len(leaves) > 3
    left, top, wide, high = frames["model"]
    for at, (name, (x, y, w, h)) in enumerate(leaves):
        if name.startswith("model"):
            assert left <= x and x + w <= left + wide + 1 and top <= y and y + h <= top + high + 1, name
        for other, (x2, y2, w2, h2) in leaves[at + 1 :]:
            over = max(0, min(x + w, x2 + w2) - max(x, x2)) * max(0, min(y + h, y2 + h2) - max(y, y2))
            assert over <= 3 * max(w, h), (name, other)  # pixels are whole


def test_it_says_the_figures_that_the_flame_graph_says(open_page):
    def said(selector):
        titles = opened.page.eval_on_selector_all(selector, "(all) => all.map((one) => one.title)")
        return {title.split(": ")[0]: title.split(": ")[1] for title in titles if re.search(r": [~≥\d]", title)}

    def show(tab):
        if opened.page.get_attribute(f"#tab-{tab}", "aria-selected") == "false":
            opened.page.click(f"#tab-{tab}")

    opened = opened_tab(open_page)
    for mode in ("Time", "Parameters"):
        opened.page.click(f"button:text-is('{mode}')")
        show("treemap")
        told = said(".treemap button")
        show("flame")
        flame = said("button.flame-bar")
        both = set(told) & set(flame)
        assert len(both) >= (3 if mode == "Time" else 1), mode
        assert {name: told[name] for name in both} == {name: flame[name] for name in both}


def test_a_click_selects_and_what_is_selected_elsewhere_is_marked(open_page):
    opened = opened_tab(open_page)
    opened.page.click(".treemap button[title^='model/head:']")
    assert opened.run("opscope.view().select") == "group:model/head"
    assert opened.page.get_attribute(".treemap [aria-current]", "title").startswith("model/head:")
    opened.run("opscope.select('model/embed')")
    assert opened.page.get_attribute(".treemap [aria-current]", "title").startswith("model/embed:")
    opened.run("opscope.select('model/embed/Relu')")  # an op: the layer around it
    assert opened.page.get_attribute(".treemap [aria-current]", "title").startswith("model/embed:")


def test_a_double_click_zooms_in_and_the_path_leads_out(open_page):
    opened = opened_tab(open_page)
    path = lambda: opened.page.inner_text(".treemap-path").split("\n")  # noqa: E731
    assert len(path()) == 1
    opened.page.dblclick(".treemap button[title^='model/head:']")
    assert path()[-1] == "model"
    opened.page.dblclick(".treemap button[title^='model/head:']")
    assert path()[-2:] == ["›", "head"] or path()[-1] == "head"
    names = {name for name, *_ in opened.run(AREAS)}
    assert all(name.startswith("model/head") or not name.startswith("model") for name in names)
    opened.page.click(".treemap-path button >> nth=0")
    assert len(path()) == 1
    assert {"model/embed"} <= {name for name, *_ in opened.run(AREAS)}


def test_keys_walk_select_and_zoom(open_page):
    opened = opened_tab(open_page)
    first = opened.page.locator(".treemap button[tabindex='0']")
    assert first.count() == 1
    first.focus()
    before = opened.run("document.activeElement.title")
    keys = opened.page.keyboard
    keys.press("ArrowRight")
    assert opened.run("document.activeElement.title") != before
    assert opened.run("document.activeElement.closest('.treemap') !== null")
    keys.press("Enter")
    assert opened.run("opscope.view().select").startswith("group:model")
    keys.press("Shift+Enter")
    assert opened.page.inner_text(".treemap-path").split("\n")[-1] == "model"
    assert opened.run("document.activeElement.closest('.treemap') !== null")
    keys.press("Escape")
    assert opened.page.locator(".treemap-path button").count() == 0


@pytest.mark.parametrize("size", [(1280, 720), (390, 844)], ids=lambda size: f"{size[0]}")
def test_no_label_is_cut(open_page, size):
    opened = opened_tab(open_page, size=size)
    texts = opened.run(
        "[...document.querySelectorAll('.treemap span')].map((one) => [one.textContent, one.getBoundingClientRect().right <= one.parentElement.getBoundingClientRect().right + 1])"
    )
    assert texts
    assert [text for text, whole in texts if not whole] == []
