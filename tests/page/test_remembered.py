"""What the browser remembers from page to page: the theme and the sizes of panels."""

from __future__ import annotations

import html as markup
from pathlib import Path
from typing import Any

import pytest
from page_driver import Opened, wait
from page_graphs import tagger, tower

from opscope.render.page.html import html

THEME = "document.documentElement.dataset.theme"
WIDTH = "document.querySelector('.{}').getBoundingClientRect().width"
TABLE = "document.querySelector('.bottom-body').getBoundingClientRect().height"


def choose(opened: Opened, menu: str, entry: str) -> None:
    opened.page.click(f".bar .menu-button:has-text('{menu}')")
    opened.page.click(f"[role=menuitem]:has-text('{entry}')")


def another(
    opened: Opened, tmp_path: Path, graph: Any, size: "tuple[int, int]" = (1280, 720), **options: Any
) -> Opened:
    """Another page in the same browser, as the reader opens it later."""
    file = tmp_path / "another.html"
    file.write_text(html(graph, **options), encoding="utf-8")
    page = opened.page.context.new_page()
    page.set_viewport_size({"width": size[0], "height": size[1]})
    return Opened(page).go(file)


def test_theme_and_sizes_of_panels_are_those_of_the_page_before(open_page, tmp_path):
    first = open_page(tagger())
    choose(first, "View", "Light or dark")
    assert first.run(THEME) == "dark"
    first.page.focus(".tree-splitter")
    for _ in range(3):
        first.page.keyboard.press("ArrowRight")
    box = first.page.locator(".details-splitter").bounding_box()
    first.page.mouse.move(box["x"] + 3, box["y"] + 200)
    first.page.mouse.down()
    first.page.mouse.move(box["x"] - 57, box["y"] + 200, steps=2)
    first.page.mouse.up()
    first.page.click("#tab-ops")
    first.page.focus(".bottom-splitter")
    first.page.keyboard.press("ArrowUp")
    sizes = [first.run(what) for what in (WIDTH.format("tree"), WIDTH.format("details"), TABLE)]
    second = another(first, tmp_path, tower(), theme="light")
    second.page.click("#tab-ops")
    assert second.run(THEME) == "dark"
    assert [second.run(what) for what in (WIDTH.format("tree"), WIDTH.format("details"), TABLE)] == sizes
    assert sizes[0] == open_page(tagger()).run(WIDTH.format("tree")) + 48
    choose(second, "View", "Theme of the system")
    second.page.focus(".tree-splitter")
    second.page.keyboard.press("Home")
    third = another(first, tmp_path, tagger())
    assert third.run(THEME) == "light"
    assert third.run(WIDTH.format("tree")) == sizes[0] - 48
    assert [*first.errors, *second.errors, *third.errors] == []


def test_a_size_of_a_large_window_leaves_a_smaller_one_its_drawing(open_page, tmp_path):
    first = open_page(tagger(), size=(1600, 900))
    first.page.focus(".tree-splitter")
    for _ in range(25):
        first.page.keyboard.press("ArrowRight")
    assert first.run(WIDTH.format("tree")) == 700
    second = another(first, tmp_path, tagger(), size=(1100, 720))
    assert second.run(WIDTH.format("tree")) == 550
    second.page.set_viewport_size({"width": 1600, "height": 900})
    assert second.run(WIDTH.format("tree")) == 700


@pytest.mark.parametrize(
    "garbage", ["{", '{"version":1,"theme":"pink","sizes":{"tree":"x","details":1e9}}', '{"version":9,"theme":"dark"}']
)
def test_what_cannot_be_read_is_as_if_nothing_were_kept(open_page, tmp_path, garbage):
    first = open_page(tagger())
    first.page.evaluate("(text) => localStorage.setItem('opscope', text)", garbage)
    second = another(first, tmp_path, tagger())
    assert second.run(THEME) == "light"
    assert second.run(WIDTH.format("tree")) == first.run(WIDTH.format("tree"))
    assert second.errors == []


def test_where_nothing_may_be_kept_the_page_works_and_remembers_nothing(open_page, tmp_path):
    """As in a notebook: the page in a sandboxed frame, which may not even ask for the browser's store."""
    file = tmp_path / "notebook.html"
    inside = markup.escape(html(tagger()), quote=True)
    file.write_text(
        f'<iframe srcdoc="{inside}" sandbox="allow-scripts allow-downloads" width=1200 height=680></iframe>',
        encoding="utf-8",
    )
    opened = open_page(tagger())
    opened.page.goto(file.as_uri())
    frame = opened.page.frames[1]
    wait(frame, "document.documentElement.dataset.opscope === 'ready'")
    before = opened.page.evaluate("history.length")
    frame.click(".bar .menu-button:has-text('View')")
    frame.click("[role=menuitem]:has-text('Light or dark')")
    assert frame.evaluate(THEME) == "dark"
    frame.focus(".tree-splitter")
    frame.press(".tree-splitter", "ArrowRight")
    frame.evaluate("opscope.open('model/head')")
    frame.evaluate("opscope.close('model/head')")
    # The history is the notebook's: the page's own buttons go back in it.
    assert opened.page.evaluate("history.length") == before
    frame.click("button[aria-label=Back]")
    assert "model/head" not in str(frame.evaluate("opscope.view().open"))
    assert opened.errors == []


@pytest.mark.parametrize("panel", ["tree", "details", "bottom"])
def test_handles_say_what_they_are_and_how_large_the_panel_is(open_page, panel):
    opened = open_page(tagger())
    opened.page.click("#tab-ops")
    handle = opened.page.locator(f".{panel}-splitter")
    assert handle.get_attribute("role") == "separator"
    assert handle.get_attribute("tabindex") == "0"
    assert handle.get_attribute("aria-orientation") == ("horizontal" if panel == "bottom" else "vertical")
    assert opened.page.locator(f"#{handle.get_attribute('aria-controls')}").count() == 1
    now, least, most = (int(handle.get_attribute(f"aria-value{what}")) for what in ("now", "min", "max"))
    assert least <= now <= most
    handle.focus()
    opened.page.keyboard.press("ArrowUp" if panel == "bottom" else "ArrowRight" if panel == "tree" else "ArrowLeft")
    opened.wait(f"document.querySelector('.{panel}-splitter').getAttribute('aria-valuenow') === '{now + 16}'")
