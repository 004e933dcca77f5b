"""Every button and control has a name and a tip, can be reached by keys, and shows when it has the focus, in each state of the page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from page_graphs import tagger, tower

if TYPE_CHECKING:
    from page_driver import Opened

CONTROLS = """() => {
  const roots = [document, ...[...document.querySelectorAll('*')].map((each) => each.shadowRoot).filter(Boolean)];
  const kinds = 'button, [role=button], input, select, textarea, [role=menuitem], [role=radio], [role=tab], [role=separator], [role=tree], [role=application]';
  return roots.flatMap((root) => [...root.querySelectorAll(kinds)]).filter((each) => each.checkVisibility({visibilityProperty: true}));
}"""

FAULTS = (
    """() => {
  const faults = [], all = (CONTROLS)();
  const composite = '[role=menu], [role=radiogroup], [role=tablist], [role=tree], .treemap, .flame, .more';
  for (const each of all) {
    const told = each.className + ' ' + (each.getAttribute('aria-label') || each.textContent).slice(0, 40);
    const name = each.getAttribute('aria-label') || each.closest('label')?.textContent || each.textContent;
    const isHidden = each.closest('[aria-hidden=true]') !== null; // told in another way, as the tree does
    if (!isHidden && !/[\\p{L}\\p{N}]/u.test(name || '')) faults.push('no name: ' + told);
    const isWidget = ['tree', 'application'].includes(each.getAttribute('role'));
    if (!isWidget && !(each.title || each.getAttribute('aria-description')) ) faults.push('no tip: ' + told);
    if (each.disabled || isHidden) continue;
    if (each.tabIndex < 0 && !each.closest(composite) && !each.classList.contains('clear')) faults.push('not reached by Tab: ' + told);
  }
  return [...new Set(faults)];
}"""
).replace("CONTROLS", CONTROLS)

UNSEEN = (
    """() => {
  const unseen = [];
  document.activeElement.blur();
  for (const each of (CONTROLS)()) {
    if (each.disabled || each.tabIndex < 0 || each.matches('.overview, .drawing')) continue;
    const look = () => { const style = getComputedStyle(each); return [style.outlineStyle, style.outlineWidth, style.boxShadow, style.backgroundColor].join(' '); };
    const before = look();
    each.focus({focusVisible: true, preventScroll: true});
    const style = getComputedStyle(each);
    if (look() === before || (style.outlineStyle === 'none' && style.boxShadow === 'none')) unseen.push(each.className + ' ' + (each.getAttribute('aria-label') || each.textContent).slice(0, 40));
    each.blur();
  }
  return unseen;
}"""
).replace("CONTROLS", CONTROLS)


def look(opened: Opened, state: str, faults: "list[str]") -> None:
    faults += [f"{state}: {fault}" for fault in opened.run(FAULTS)]


def menus(opened: Opened, faults: "list[str]") -> None:
    for index in range(opened.page.locator(".menu-button:visible").count()):
        opened.page.locator(".menu-button:visible").nth(index).click()
        look(opened, f"menu {index}", faults)
        opened.page.keyboard.press("Escape")


@pytest.mark.parametrize("size", [(1280, 720), (390, 844), (640, 360)])
def test_in_the_drawing(open_page: Any, size: "tuple[int, int]") -> None:
    opened = open_page(tagger(), size=size)
    page, faults = opened.page, []  # type: ignore[var-annotated]
    look(opened, "start", faults)
    assert len(opened.run(f"({CONTROLS})().map((each) => each.tagName)")) > 15
    for name in ("model/block_0", "model/head/MatMul", "x"):
        opened.run(f"opscope.select('{name}')")
        if page.locator(".details").is_hidden():
            page.click("button[aria-controls=panel-details]")
        look(opened, name, faults)
    menus(opened, faults)
    for tab in ("layers", "ops", "types", "lines", "flame", "treemap"):
        page.click(f"#tab-{tab}")
        look(opened, tab, faults)
    page.click(".bottom-close")
    page.focus("canvas.drawing")
    page.keyboard.press("i")
    look(opened, "traced", faults)
    for key in ("m", "b"):
        page.focus("canvas.drawing")
        page.keyboard.press(key)
        look(opened, f"writing {key}", faults)
        page.fill("dialog.writing :is(textarea, input)", "text")
        page.click("dialog.writing button:has-text('Save')")
    page.click("#tab-notes")
    look(opened, "notes", faults)
    page.focus("canvas.drawing")
    page.keyboard.press("?")
    look(opened, "help", faults)
    page.keyboard.press("Escape")
    opened.run("document.querySelector('.search input').focus()")
    page.keyboard.type("Tanh")
    look(opened, "search", faults)
    assert sorted(set(faults)) == []
    assert opened.errors == []


@pytest.mark.parametrize("size", [(1280, 720), (390, 844)])
def test_in_the_overview(open_page: Any, size: "tuple[int, int]") -> None:
    opened = open_page(tower(), overview=True, size=size)
    faults: "list[str]" = []
    look(opened, "start", faults)
    menus(opened, faults)
    opened.page.focus(".overview")
    for key in ("ArrowDown", "ArrowDown", "Enter"):
        opened.page.keyboard.press(key)
    look(opened, "opened", faults)
    assert sorted(set(faults)) == []


@pytest.mark.parametrize(("graph", "overview"), [(tagger, False), (tower, True)])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_what_has_the_focus_is_seen(open_page: Any, graph: Any, overview: bool, scheme: str) -> None:
    opened = open_page(graph(), overview=overview, color_scheme=scheme)
    opened.page.keyboard.press("Tab")  # the focus is moved by keys
    assert opened.run(UNSEEN) == []


def test_a_tip_tells_the_key(open_page: Any) -> None:
    opened = open_page(tagger())
    title = opened.page.locator("button[aria-label='Zoom in']").get_attribute("title")
    assert title == "Zoom in (+)"
    opened.page.click(".bar .menu-button:has-text('View')")
    entries = opened.page.locator("[role=menuitem]:visible")
    for index in range(entries.count()):
        keys = entries.nth(index).locator("kbd")
        if keys.count():
            assert entries.nth(index).is_disabled() or f"({keys.inner_text()})" in entries.nth(index).get_attribute(
                "title"
            )
