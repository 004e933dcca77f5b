"""The page starts with the overview of a large graph, goes from it to the drawing and comes back."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from page_driver import SHADOW, Opened, details, mark, shown
from page_graphs import HOSTILE, loose_blocks, tagger, tower
from told import timed

from opscope.render.options import Options
from opscope.render.registry import output_for

SIZES = [(1280, 720), (800, 600), (390, 844), (640, 360)]
TITLES = "[...document.querySelectorAll('.flame-bar')].map(({ title }) => title)"


@pytest.fixture
def opened(open_page):
    return open_page(tower(), overview=True)


def test_a_large_graph_starts_with_its_overview(opened):
    assert shown(opened) == "overview"
    said = opened.run(f"[...{SHADOW}.querySelectorAll('text')].map((text) => text.textContent)")
    for words in ("tower", "block_0 … 13", "×14", "stem", "exp", "ReLU", "softmax", "MFLOP", "56.00"):
        assert words in said
    assert opened.errors == []
    assert len(opened.requests) == 1


def test_a_small_graph_starts_with_the_drawing_and_has_nothing_of_it(open_page):
    opened = open_page(tagger(), overview=True)
    assert shown(opened) == "drawing"
    assert opened.page.locator(".overview, button:has-text('Overview')").count() == 0
    opened.page.keyboard.press("v")
    opened.page.keyboard.press("?")
    assert shown(opened) == "drawing"
    assert "overview" not in opened.page.inner_text("dialog")


def test_a_browser_that_cannot_style_it_starts_with_the_drawing(browser, tmp_path):
    file = tmp_path / "old.html"
    file.write_text(str(output_for(".html").make(tower(), Options())), encoding="utf-8")
    context = browser.new_context()
    context.add_init_script("delete Document.prototype.adoptedStyleSheets")
    opened = Opened(context.new_page()).go(file)
    assert shown(opened) == "drawing"
    assert opened.errors == []
    context.close()


def test_a_click_selects_what_the_mark_stands_for(opened):
    mark(opened, "block_0 … 13").click()
    assert details(opened) == "tower/block_0"
    mark(opened, "softmax").click()
    assert opened.run("opscope.view().select") == "op:head/Softmax"
    opened.page.locator(".overview text:text-is('56.00')").click()  # a line of figures is about its card
    assert opened.run("opscope.view().select") == "group:tower/block_0"
    assert shown(opened) == "overview"
    opened.page.locator(".overview text:text-is('MFLOP')").click()
    assert opened.run("opscope.view().select") == ""


def test_a_ring_is_around_what_is_selected(opened):
    mark(opened, "narrow").click()
    ring, card = (
        opened.run(
            f"(() => {{ const box = {SHADOW}.{found}.getBoundingClientRect(); return [box.left, box.top, box.right, box.bottom]; }})()"
        )
        for found in ("querySelector('.ring')", "querySelectorAll('[data-unit]')[3]")
    )
    assert all(abs(a - b) < 5 for a, b in zip(ring, card))


def test_its_button_opens_it_in_the_drawing_and_v_comes_back(opened):
    before = opened.run("opscope.view().open")
    assert opened.run("opscope.close('tower/block_0/widen')")
    opened.page.keyboard.press("v")
    assert shown(opened) == "overview"
    mark(opened, "widen").click()
    opened.page.click(".above button:has-text('Open in drawing')")
    assert shown(opened) == "drawing"
    assert opened.run("opscope.view().open") == before  # it is open again
    assert opened.run("opscope.view().select") == "group:tower/block_0/widen"
    opened.page.keyboard.press("v")
    assert shown(opened) == "overview"
    assert details(opened) == "tower/block_0/widen"
    opened.page.keyboard.press("v")
    assert shown(opened) == "drawing"


def test_what_is_opened_is_in_view(opened):
    mark(opened, "softmax").dblclick()  # an op: there is nothing in it that could open in place
    assert shown(opened) == "drawing"
    x, y, scale = (opened.run(f"opscope.view().camera.{part}") for part in ("x", "y", "scale"))
    svg = opened.saved_svg()  # of what is in view, in coordinates of the window
    place = re.search(r'<text[^>]*x="([\d.-]+)" y="([\d.-]+)"[^>]*>Softmax<', svg)
    assert place is not None, (x, y, scale)


@pytest.mark.parametrize("way", ["button:has-text('Open')", "api"])
def test_other_ways_into_the_drawing(opened, way):
    mark(opened, "stem").click()
    if way == "api":
        assert opened.run("opscope.open('tower/stem')")
    else:
        opened.page.click(".above " + way)
    assert shown(opened) == "drawing"
    assert details(opened) == "tower/stem"


def test_an_op_of_it_is_shown_in_the_drawing(opened):
    mark(opened, "tanh").dblclick()
    assert shown(opened) == "drawing"
    assert opened.run("opscope.view().select") == "op:block_0/narrow/Tanh"


def test_the_button_of_the_bar_leads_there_and_back(opened):
    for wanted in ("drawing", "overview"):
        opened.page.click(".above button:has-text('Overview')")
        assert shown(opened) == wanted
        assert opened.page.get_attribute(".above button:has-text('Overview')", "aria-pressed") == str(wanted == "overview").lower()  # fmt: skip


def test_back_and_forward_know_the_step(opened):
    mark(opened, "head").click()
    opened.page.click(".above button:has-text('Open')")
    opened.page.keyboard.press("[")
    assert shown(opened) == "overview"
    opened.page.keyboard.press("]")
    assert shown(opened) == "drawing"
    assert details(opened) == "tower/head"
    opened.page.keyboard.press("v")
    opened.page.keyboard.press("[")
    assert shown(opened) == "drawing"


@pytest.mark.parametrize(
    "leave",
    [
        lambda page: (page.keyboard.press("t"), page.click(".tree-row:has-text('narrow')")),
        lambda page: (page.fill("[role=combobox]", "op:Softmax"), page.press("[role=combobox]", "Enter")),
        lambda page: (page.click("#tab-ops"), page.click(".table-row >> nth=0")),
        lambda page: page.evaluate("opscope.select('block_7/AddV2')"),
    ],
    ids=["tree", "search", "table", "program"],
)
def test_what_is_selected_beside_it_is_shown_in_the_drawing(opened, leave):
    leave(opened.page)
    assert shown(opened) == "drawing"
    assert opened.run("opscope.view().select") != ""
    opened.page.click("[aria-label=Back]")
    assert shown(opened) == "overview"


def test_of_what_lies_deeper_the_mark_around_it_is_ringed(opened):
    opened.run("opscope.select('block_7/widen/Neg')")  # copy 7 of what is drawn once
    opened.page.keyboard.press("v")
    assert opened.run(f"{SHADOW}.querySelector('.ring').hidden") is False
    assert opened.run("opscope.view().select") == "op:block_7/widen/Neg"


def test_a_link_to_either_restores_it(open_page, opened):
    mark(opened, "head").click()
    opened.wait("location.hash.includes('s=group') && location.hash.includes('p=overview')")
    second = open_page(tower(), overview=True, link=opened.run("location.hash.slice(1)"))
    assert shown(second) == "overview"
    assert second.run("opscope.view().select") == "group:tower/head"
    opened.page.keyboard.press("v")
    opened.wait("!location.hash.includes('p=overview')")
    third = open_page(tower(), overview=True, link=opened.run("location.hash.slice(1)"))
    assert shown(third) == "drawing"
    assert shown(open_page(tower(), link="p=overview&v=0,0,1")) == "drawing"  # a page without one


def test_arrows_step_from_mark_to_mark(opened):
    opened.page.focus(".overview")
    mark(opened, "stem").click()
    opened.page.keyboard.press("ArrowDown")
    assert opened.run("opscope.view().select") == "op:stem/Exp"
    opened.page.keyboard.press("ArrowRight")
    assert opened.run("opscope.view().select") == "op:stem/Relu"
    assert shown(opened) == "overview"


def test_hovering_tells_what_the_drawing_would(opened):
    mark(opened, "exp").hover()
    assert opened.page.inner_text(".tip").split("\n") == ["stem/Exp", "Exp", "float32 (8, 64)"]
    opened.page.locator(".overview text:text-is('MFLOP')").hover()
    assert not opened.page.is_visible(".tip")
    assert opened.run(f"{SHADOW}.querySelectorAll('title').length") == 0


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_it_starts_readable_and_each_edge_that_cuts_it_says_so(open_page, size):
    """Whole, or with all its width and letters of 9 pixels, or a part of it with letters of 11."""
    opened = open_page(tower(), overview=True, size=size)
    seen = opened.page.evaluate(SEEN)
    sheet, room = seen["sheet"], seen["room"]
    cut = {side for side, away in away_from(sheet, room).items() if away > 1.5}
    assert set(seen["signs"]) == cut
    if cut & {"left", "right"}:
        assert seen["letters"] >= 11 - 0.05  # the smallest letters have 13 units
    elif cut:
        assert (
            seen["letters"]
            >= min(10, seen["letters"] * (room["right"] - room["left"]) / (sheet["right"] - sheet["left"])) - 0.05
        )
        assert seen["letters"] >= 9
        if seen["letters"] >= 10.2:  # it has grown: then all that is drawn is in view, over the sign
            assert seen["marks"] <= seen["signs"]["down"]["top"] + 0.5
    for one in seen["signs"].values():
        assert max(away_from(one, room).values()) <= 0.5
    opened.page.keyboard.press("0")
    seen = opened.page.evaluate(SEEN)
    sheet, room = seen["sheet"], seen["room"]
    assert max(away_from(sheet, room).values()) <= 0.5
    assert not seen["signs"]
    wide, high = ((sheet[b] - sheet[a]) / (room[b] - room[a]) for a, b in (("left", "right"), ("top", "bottom")))
    assert max(wide, high) > 0.98  # as large as fits
    assert opened.page.is_visible(".above button:has-text('Overview')")


def away_from(rect, room):
    """How far a rectangle reaches out of another at each side."""
    return {
        "left": room["left"] - rect["left"], "up": room["top"] - rect["top"],
        "right": rect["right"] - room["right"], "down": rect["bottom"] - room["bottom"],
    }  # fmt: skip


SEEN = f"""async () => {{
  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  const box = (one) => {{ const {{ left, top, right, bottom }} = one.getBoundingClientRect(); return {{ left, top, right, bottom }}; }};
  const union = (all) => ({{ left: Math.min(...all.map((one) => one.left)), top: Math.min(...all.map((one) => one.top)), right: Math.max(...all.map((one) => one.right)), bottom: Math.max(...all.map((one) => one.bottom)) }});
  const texts = [...{SHADOW}.querySelectorAll('svg text')];
  const letters = Math.min(...texts.map((text) => parseFloat(getComputedStyle(text).fontSize) * text.getScreenCTM().a));
  const sides = [...document.querySelectorAll('.overview + .more .more-side:not([hidden])')].filter((one) => one.checkVisibility());
  const marks = Math.max(...[...{SHADOW}.querySelectorAll('[data-op], [data-unit]')].map((one) => one.getBoundingClientRect().bottom));
  return {{ letters, marks, sheet: union([...{SHADOW}.querySelectorAll('.sheet, .words:not([hidden])')].map(box)), room: box(document.querySelector('.overview')),
    signs: Object.fromEntries(sides.map((one) => [one.className.split('more-').pop(), box(one)])) }};
}}"""
"""What is in view of the overview: its smallest letters, its place, and the signs of more at the edges of the room."""


def test_a_sign_of_more_leads_there(open_page):
    opened = open_page(
        tower("_of_a_long_name_that_makes_all_cards_wide"),
        overview=True,
        size=(390, 844),
        has_touch=True,
        is_mobile=True,
    )
    before = opened.page.evaluate(SEEN)
    assert "right" in before["signs"]
    opened.page.tap(".overview + .more .more-right button")
    after = opened.page.evaluate(SEEN)
    assert after["sheet"]["left"] < before["sheet"]["left"] - 50
    assert "left" in after["signs"]


def test_it_follows_the_window_and_zooms(opened):
    wide = f"{SHADOW}.querySelector('svg').getBoundingClientRect().width"
    first = opened.run(wide)
    opened.page.set_viewport_size({"width": 900, "height": 500})
    opened.wait(f"{wide} < {first}")
    opened.page.keyboard.press("0")
    fitted = opened.run(wide)
    opened.page.keyboard.press("+")
    assert opened.run(wide) == pytest.approx(1.25 * fitted, rel=0.01)
    opened.page.keyboard.press("0")
    assert opened.run(wide) == pytest.approx(fitted, rel=0.01)
    mark(opened, "widen").hover()
    place = f"(() => {{ const {{ x, y }} = {SHADOW}.querySelectorAll('[data-unit]')[2].getBoundingClientRect(); return [x, y]; }})()"
    opened.page.mouse.wheel(0, -300)
    opened.wait(f"{wide} > {1.3 * fitted}")
    zoomed = opened.run(place)
    opened.page.mouse.down()
    opened.page.mouse.move(400, 200, steps=3)
    opened.page.mouse.up()
    assert opened.run(place) != zoomed
    assert opened.run("opscope.view().select") == ""  # a drag is no click


def test_it_wears_the_theme_of_the_page(open_page):
    from opscope.render.svg.style import declarations

    opened = open_page(tower(), overview=True, color_scheme="dark")
    fill = f"getComputedStyle({SHADOW}.querySelector('.title')).fill"

    def told(dark):
        colour = declarations(dark=dark)["title"]["fill"]
        return "rgb({}, {}, {})".format(*(int(colour[start : start + 2], 16) for start in (1, 3, 5)))

    assert opened.run(fill) == told(True)
    opened.page.click("button:has-text('View')")
    opened.page.click("[role=menuitem]:has-text('theme')")
    assert opened.run(fill) == told(False)


def test_its_styles_are_its_own(open_page, opened):
    plain = open_page(tower())
    for page in (opened, plain):
        page.run("opscope.select('head/Softmax')")
    looks = [
        page.run("JSON.stringify([...document.querySelectorAll('.name, .head, .note')].map((each) => getComputedStyle(each).cssText))")
        for page in (opened, plain)
    ]  # fmt: skip
    assert looks[0] == looks[1]


@pytest.mark.parametrize("name", HOSTILE[:5])
def test_names_in_it_are_text(open_page, name):
    opened = open_page(tower(name), overview=True)
    assert shown(opened) == "overview"
    opened.page.locator(".overview text:text-is('softmax')").first.click()
    opened.page.locator(".overview text:text-is('softmax')").first.hover()
    assert opened.run("window.hacked") is None
    assert opened.run(f"{SHADOW}.querySelectorAll('script, img, foreignObject, a').length") == 0
    assert opened.errors == []


def test_controls_that_mean_nothing_there_say_so(opened):
    assert not opened.page.is_visible(".minimap")
    assert not opened.page.is_visible(".map-button")
    assert not opened.page.is_visible(".legend")
    opened.page.click("button:has-text('Save')")
    entry = opened.page.locator("[role=menuitem]:has-text('PNG')")
    assert entry.is_disabled()
    assert "SVG" in entry.get_attribute("title")
    opened.page.keyboard.press("Escape")
    opened.page.keyboard.press("v")
    assert opened.page.is_visible(".legend")
    opened.page.click("button:has-text('Save')")
    assert entry.is_enabled()


def test_the_scale_of_an_amount_stands_beside_what_has_its_colours(open_page):
    """The overview's own bars and boxes have other colours; the tree and what is open in the overview have these."""
    opened = open_page(timed(tower()), overview=True)
    legend = opened.page.get_by_label("Colours", exact=True)
    assert opened.run("opscope.view().colour") == "time"
    assert shown(opened) == "overview"
    assert legend.is_hidden()
    opened.page.keyboard.press("t")
    assert legend.is_visible()  # the tree's bars
    opened.page.get_by_label("Layers beside the drawing").click()
    assert legend.is_hidden()
    stem = opened.page.locator(".overview text:text-is('stem')").first
    stem.dblclick()  # its body is drawn by the drawing's painter
    assert legend.is_visible()
    assert legend.inner_text().startswith("Time of what is open: < ")
    opened.page.keyboard.press("v")
    assert shown(opened) == "overview"
    assert legend.is_hidden()
    opened.page.keyboard.press("v")
    assert shown(opened) == "drawing"
    assert legend.is_visible()


def test_save_takes_the_overview_while_it_is_shown(opened):
    svg = Path(opened.saved("SVG").path()).read_text(encoding="utf-8")
    assert "block_0 … 13" in svg
    assert ".title" in svg  # its style sheet
    opened.page.keyboard.press("v")
    assert "block_0 … 13" not in opened.saved_svg()


def test_how_the_page_started_is_the_overview(opened):
    opened.run("opscope.close('tower')")
    assert shown(opened) == "drawing"
    opened.page.keyboard.press("1")
    assert shown(opened) == "overview"
    assert opened.run("opscope.view().open") == []
    opened.page.keyboard.press("?")
    assert "the overview, and back to the drawing" in opened.page.inner_text("dialog")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_accessibility_fault_is_found(open_page, scheme):
    axe = Path(__file__).parents[2] / "viewer" / "node_modules" / "axe-core" / "axe.min.js"
    if not axe.exists():
        pytest.skip("no axe-core: run make viewer")
    opened = open_page(tower(), overview=True, color_scheme=scheme)
    mark(opened, "stem").click()
    opened.run(axe.read_text(encoding="utf-8") + ";0")
    found = opened.run(
        "axe.run(document, {resultTypes: ['violations']}).then((result) => result.violations.map((one) => one.id + ': ' + one.nodes.map((node) => node.html.slice(0, 120) + ' ' + node.failureSummary).join(' | ')))"
    )
    assert found == []


def test_a_stack_has_one_name_on_the_page(open_page):
    """The layers of a block have no group: the overview says which block, and so do drawing, tree, path and flame graph."""
    opened = open_page(loose_blocks(), overview=True)
    name = "block 0 … 11"
    assert name in opened.run(f"[...{SHADOW}.querySelectorAll('text')].map((text) => text.textContent)")
    opened.page.keyboard.press("v")
    assert f">{name}<" in opened.saved_svg()
    assert name in opened.page.locator(".tree-label").all_inner_texts()
    opened.run("opscope.select('attn7/Exp')")  # whichever copy is shown
    assert f">{name}<" in opened.saved_svg()
    assert name in opened.page.locator(".tree-label").all_inner_texts()
    assert name in opened.page.inner_text(".breadcrumb")
    opened.page.click("#tab-flame")
    assert any(title.startswith(f"{name} ×12") for title in opened.run(TITLES))
    assert not opened.errors


def test_a_stack_whose_copies_have_names_keeps_that_of_the_copy_that_is_shown(open_page):
    opened = open_page(tower(), overview=True)
    opened.run("opscope.select('block_3/widen/Neg')")
    assert "block_3\nBlock" in opened.page.locator(".tree-label").all_inner_texts()
    opened.page.click("#tab-flame")
    assert any("block_0 … 13 ×14" in title for title in opened.run(TITLES))


ALL = [
    (tower, "28.00", "all 14 copies, its whole row", "1 MFLOP"),
    (tower, "1.00", "", "1 MFLOP"),  # that of the head, which has one op
    (loose_blocks, "24.00", "all 12 copies", "Ops\n2"),
]


@pytest.mark.parametrize("graph, column, scope, panel", ALL)
def test_the_panel_says_what_the_column_counts(open_page, graph, column, scope, panel):
    """Each op has 1 MFLOP. The column counts a row in all copies, the panel one layer or op of one copy."""
    opened = open_page(graph(), overview=True)
    mark(opened, column).click()  # a figure selects what it is about
    assert panel in opened.page.locator(".details > .pairs").first.inner_text().replace(".00", "")
    told = opened.page.locator(".details .in-overview")
    assert told.count() == bool(scope)
    if scope:
        assert told.locator("h3").text_content() == f"In the overview: {scope}"
        assert told.locator("dd").all_text_contents() == [f"{column} MFLOP"]
