"""An overview in windows too narrow for it: what was opened is on the screen, each row has its figure, and nothing lies over what is read."""

from __future__ import annotations

import base64
import re

import pytest
from page_driver import SHADOW, mark, of_pixels
from page_graphs import tagger, tower
from test_small_windows import ACCENT, RING, assert_whole, wide
from told import timed

from layout.test_overview_inner_figures import stacked
from opscope.graph.content import content_of

NARROW = [(800, 600), (390, 844), (640, 360)]
"""A small window, a phone, and a laptop's window at 200 %."""
LONG = "_of_a_long_name_that_makes_all_cards_wide"
QUIET = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"


def narrow(test):
    return pytest.mark.parametrize("size", NARROW, ids=lambda size: f"{size[0]}x{size[1]}")(test)


def box(opened, script):
    return opened.run(
        f"(() => {{ const {{ left, top, right, bottom }} = {script}.getBoundingClientRect(); return {{ left, top, right, bottom }}; }})()"
    )


def card(opened, name):
    """The name of a card of the overview whose names are long, and cut."""
    return opened.page.locator(f".overview text.name:text-matches('^{name}_of_a')").first


def settled(opened):
    opened.run(QUIET)


def select(opened, name):
    """Select a card by its name, to which a reader scrolls before clicking: what a name shows may change in the next frame."""
    found = card(opened, name)
    found.scroll_into_view_if_needed()
    settled(opened)
    found.click(position={"x": 4, "y": 4})


# What opens


FRAME = f"{SHADOW}.querySelector('.opened')"
SIGN = 22
"""How wide the margins are that belong to the signs of more, in pixels."""


@narrow
@pytest.mark.parametrize("text", ["widen", "narrow", "head"])
def test_what_opens_in_place_is_on_the_screen(open_page, size, text):
    opened = open_page(tower(LONG), overview=True, size=size)
    select(opened, text)
    opened.page.keyboard.press("Enter")
    opened.wait(f"{FRAME} !== null")
    settled(opened)
    frame, window = box(opened, FRAME), box(opened, "document.querySelector('.overview')")
    for start, end in (("left", "right"), ("top", "bottom")):
        room = window[end] - window[start]
        seen = min(frame[end], window[end]) - max(frame[start], window[start])
        if frame[end] - frame[start] <= room - 2 * SIGN - 10:
            assert seen >= frame[end] - frame[start] - 1  # all of it
        else:
            assert seen >= 0.6 * room
    assert frame["top"] >= window["top"] + SIGN - 1  # its name stands there
    texts = opened.run(f"[...{FRAME}.querySelectorAll('text')].map((text) => text.getBoundingClientRect().left)")
    assert any(window["left"] <= left <= window["right"] for left in texts)


@narrow
def test_what_is_opened_can_be_read_at_the_end_of_the_path(open_page, size):
    opened = open_page(tower(), overview=True, size=size)
    mark(opened, "widen").click()
    opened.page.keyboard.press("Enter")
    last = opened.page.locator(".breadcrumb .crumb").last
    assert last.text_content() == "widen"
    assert last.is_visible()
    assert last.evaluate("(one) => one.scrollWidth <= one.clientWidth + 1")
    crumb, path = last.bounding_box(), opened.page.locator(".breadcrumb").bounding_box()
    assert crumb["x"] + crumb["width"] <= path["x"] + path["width"] + 1
    beside = [one.bounding_box() for one in opened.page.locator(".above button").all() if one.is_visible()]
    assert all(each["x"] + each["width"] <= size[0] for each in beside)


# Figures


STRIP = """() => [...document.querySelectorAll('.figures-row')].filter((row) => row.checkVisibility({ visibilityProperty: true })).map((row) => {
  const cell = row.querySelector('.figures-cell').getBoundingClientRect(), { top, bottom } = row.getBoundingClientRect();
  return { top, bottom, middle: (cell.top + cell.bottom) / 2, right: cell.right, texts: [...row.querySelectorAll('.figures-cell')].map((one) => one.textContent), label: [...row.querySelectorAll('.figures-label')].map((one) => one.textContent) };
})"""


def microseconds(figure):
    value, unit = re.fullmatch(r"~?([\d.,]+) (µs|ms|s)", figure).groups()
    return float(value.replace(",", "")) * {"µs": 1.0, "ms": 1e3, "s": 1e6}[unit]


@narrow
def test_each_row_has_the_figure_that_is_chosen_in_view_at_its_height(open_page, size):
    """The right times are the sums of what the ops were given; a stack's are those of all copies."""
    graph = timed(tower())
    content = content_of(graph)
    took: "dict[str, float]" = {}
    for group in content.groups:
        took[group.name] = took.get(group.name, 0.0) + group.measured.time_us
    opened = open_page(graph, overview=True, size=size)
    if not opened.page.is_visible(".figures"):
        return
    settled(opened)
    titles = opened.page.locator(".figures-head .figures-cell").all_text_contents()
    for name, op, scrolled in (("head", "softmax", 9999), ("stem", "exp", 50)):
        opened.run(f"document.querySelector('.overview').scrollTo(0, {scrolled})")
        settled(opened)
        rows = opened.page.evaluate(STRIP)
        place = mark(opened, op).bounding_box()
        (row,) = (each for each in rows if abs(each["middle"] - place["y"] - place["height"] / 2) < 6)
        assert row["right"] <= size[0]
        assert microseconds(row["texts"][titles.index("time")]) == pytest.approx(took[name], rel=0.01)
    stack = mark(opened, "block_0 … 13").bounding_box()
    (row,) = (each for each in rows if abs(each["middle"] - stack["y"] - stack["height"] / 2) < 6)
    blocks = sum(group.measured.time_us for group in content.groups if group.name.startswith("block_"))
    assert microseconds(row["texts"][titles.index("time")]) == pytest.approx(blocks, rel=0.01)
    copies = sum(group.name.startswith("block_") for group in content.groups)
    assert row["label"] == [f"sums over all {copies}"]
    mark(opened, "widen").evaluate("(one) => one.scrollIntoView({ block: 'center' })")
    settled(opened)
    middle = sum(mark(opened, "widen").bounding_box()[side] * part for side, part in (("y", 1.0), ("height", 0.5)))
    row = min(opened.page.evaluate(STRIP), key=lambda each: abs(each["middle"] - middle))
    assert microseconds(row["texts"][titles.index("time")]) == pytest.approx(took["widen"], rel=0.01)
    assert row["label"] == []  # the head of the stack says of how many copies it is
    assert row["bottom"] - row["top"] < 20


@pytest.mark.parametrize("wide", [None, 400])
def test_every_figure_stands_below_its_head(open_page, wide):
    """Words about a row, such as of how many copies it is the sum, push no figure into another's column, however wide the strip is."""
    opened = open_page(timed(tower()), overview=True, size=(760, 700))
    settled(opened)
    if wide:
        opened.run(f"document.querySelector('.figures').style.width = '{wide}px'")
    rights = "(row) => [...row.querySelectorAll('.figures-cell')].map((cell) => cell.getBoundingClientRect().right)"
    heads = opened.page.locator(".figures-head").evaluate(rights)
    rows = [row for row in opened.page.locator(".figures-row").all() if row.is_visible()]
    assert any("sums over all 14" in row.text_content() for row in rows)
    for row in rows:
        assert row.evaluate(rights) == pytest.approx(heads, abs=1), row.text_content()


@narrow
def test_the_chip_tells_what_is_shown(open_page, size):
    """Boxes of an overview have the colours of their kinds: what is chosen there are figures. In the drawing it is the colour."""
    opened = open_page(timed(tower(LONG)), overview=True, size=size)
    chip = opened.page.locator(".modes .menu-button")
    assert chip.inner_text() == "Figures: Time ▾"
    assert "time" in opened.page.locator(".figures-head span").all_text_contents()
    chip.click()
    opened.page.click("[role=menuitem]:has-text('Family')")
    assert chip.inner_text() == "Colour: Family ▾"
    assert opened.page.locator(".stage > .legend").is_hidden()  # the overview's own is below it
    opened.page.keyboard.press("v")
    assert opened.page.locator(".stage > .legend").is_visible()
    assert opened.page.locator(".figures").is_hidden()


@pytest.mark.parametrize("size", [(1280, 720), *NARROW], ids=str)
def test_the_legend_that_the_flame_graph_speaks_of_is_on_the_screen(open_page, size):
    opened = open_page(timed(tower()), overview=True, size=size)
    opened.page.click("#tab-flame")
    assert "as in the legend" in opened.run("document.querySelector('.flame-bar.root').title")
    assert opened.page.is_visible(".stage > .legend .scale")
    assert "Time" in opened.page.locator(".stage > .legend").inner_text() or size[1] < 480
    fills = opened.run("[...document.querySelectorAll('.flame-bar.filled')].map((bar) => bar.style.background)")
    steps = opened.run("[...document.querySelectorAll('.scale span')].map((step) => step.style.background)")
    assert set(fills) <= set(steps)


def test_figures_of_what_is_out_of_view_are_not_beside_what_is_in_view(open_page):
    """A row that was scrolled out at the side has its figure no longer: it would seem to be that of what stands there."""
    opened = open_page(timed(tower(LONG)), overview=True, size=(390, 844))
    settled(opened)
    assert opened.page.evaluate(STRIP)
    opened.run("document.querySelector('.overview').scrollTo(9999, 0)")
    settled(opened)
    window = box(opened, "document.querySelector('.overview')")
    head = card(opened, "head").bounding_box()
    middles = [row["middle"] for row in opened.page.evaluate(STRIP)]
    # Of a title of which only the last letters are in view nobody can say that the figure is its.
    gone = head["x"] + head["width"] < window["left"] + SIGN + 40
    assert gone == (not any(abs(middle - head["y"] - head["height"] / 2) < 6 for middle in middles))


@narrow
def test_no_figure_is_cut_by_the_head_of_its_strip_or_by_the_end_of_the_window(open_page, size):
    opened = open_page(timed(tower()), overview=True, size=size)
    if not opened.page.is_visible(".figures"):
        return
    opened.page.click("#tab-layers")  # so that there is more below
    rows = set()
    for step in range(24):
        opened.run(f"document.querySelector('.overview').scrollTo(0, {7 * step})")
        settled(opened)
        head, strip = (box(opened, f"document.querySelector('{one}')") for one in (".figures-head", ".figures"))
        seen = opened.page.evaluate(STRIP)
        assert all(head["bottom"] <= row["top"] + 3 and row["bottom"] <= strip["bottom"] + 3 for row in seen)
        rows |= {tuple(row["texts"]) for row in seen}
        heads = opened.run(
            "[...document.querySelectorAll('.figures-head span')].map((one) => one.scrollWidth - one.clientWidth)"
        )
        assert max(heads) <= 1
    assert len(rows) > 1


# Nothing lies over what is read


@narrow
def test_words_around_the_drawing_wrap(open_page, size):
    """Facts above and notes below it are all of their words, none cut by the window."""
    opened = open_page(timed(tower(LONG)), overview=True, size=size)
    settled(opened)
    if opened.run(f"{SHADOW}.querySelector('.words').hidden"):  # all of its width can be read
        pane = "document.querySelector('.overview')"
        assert opened.run(f"{pane}.scrollWidth <= {pane}.clientWidth + 1")
        return
    svg = f"{SHADOW}.querySelector('svg')"
    written = set(
        opened.run(
            f"[...{svg}.querySelectorAll(':scope > g > :is(text.told, text.facts, text.legend), g[transform] > text.title')].map((one) => one.textContent)"
        )
    )
    assert written
    words = opened.run(f"[...{SHADOW}.querySelectorAll('.words span')].map((one) => one.textContent)")
    assert written <= set(words)
    window = box(opened, "document.querySelector('.overview')")
    for scrolled in (0, 200):
        opened.run(f"document.querySelector('.overview').scrollTo({scrolled}, 0)")
        settled(opened)
        for one in opened.run(
            f"[...{SHADOW}.querySelectorAll('.words p')].map((each) => [each.getBoundingClientRect().left, each.getBoundingClientRect().right, each.scrollWidth - each.clientWidth])"
        ):
            assert one[0] >= window["left"] + SIGN  # beside the signs of more
            assert one[1] <= window["right"] - SIGN + 1
            assert one[2] <= 1


OVER = f"""() => [...{SHADOW}.querySelectorAll('.kept > div:not([hidden])')].flatMap((label) => {{
  const own = label.getBoundingClientRect(), window = document.querySelector('.overview').getBoundingClientRect();
  return [...{SHADOW}.querySelectorAll('svg svg text')].filter((text) => label.textContent.includes(text.textContent)).map((text) => text.getBoundingClientRect())
    .filter((at) => Math.abs(at.top - own.top) < 3 && at.right > window.left && at.left < window.right)
    .map((at) => Math.min(at.right, window.right) - own.right);
}})"""
"""How far each text that a kept name lies over sticks out behind it."""


def test_a_name_kept_in_view_lies_over_its_whole_line(open_page):
    """Of what is said beside the name the end stuck out behind it: a sentence without a beginning."""
    opened = open_page(tower(LONG, projected=True), overview=True, size=(390, 844))
    seen = []
    for left in (60, 140, 220):
        opened.run(f"document.querySelector('.overview').scrollTo({left}, 0)")
        settled(opened)
        seen += opened.page.evaluate(OVER)
    assert seen
    assert max(seen) <= 1


COLOURS = of_pixels("""  const { data } = context.getImageData(0, 0, image.width, image.height);
  return new Set(Array.from({ length: data.length / 4 }, (_, at) => data.slice(4 * at, 4 * at + 3).join())).size;""")


@narrow
@pytest.mark.parametrize("overview", [True, False], ids=["overview", "drawing"])
def test_a_sign_of_more_has_a_margin_of_its_own(open_page, size, overview):
    """Nothing drawn is to be seen through it, at none of the four edges."""
    opened = open_page(tower(LONG) if overview else wide(), overview=overview, size=size)
    for _ in range(3):
        opened.page.click("[aria-label='Zoom in']")
    settled(opened)
    signs = ".overview + .more" if overview else "canvas.drawing + .more"
    opened.run(f"document.querySelectorAll('{signs} button').forEach((one) => (one.style.color = 'transparent'))")
    told = [one for one in opened.page.locator(f"{signs} .more-side").all() if one.is_visible()]
    assert len(told) >= 2
    for one in told:
        place = one.bounding_box()
        level = place["width"] > place["height"]
        x, y = (30, 7) if level else (7, 30)  # without the fading at its inner edge, and the corners
        inner = {
            "x": place["x"] + x,
            "y": place["y"] + y,
            "width": place["width"] - 2 * x,
            "height": place["height"] - 2 * y,
        }
        picture = opened.page.screenshot(clip=inner)
        colours = opened.page.evaluate(COLOURS, base64.b64encode(picture).decode("ascii"))
        assert colours == 1, one.get_attribute("class")


# Panels


@narrow
@pytest.mark.parametrize("panel", ["tree", "details"])
def test_a_panel_leaves_the_drawing_a_part_with_what_is_selected_and_can_be_closed(open_page, size, panel):
    opened = open_page(wide(), size=size)
    opened.run("opscope.close('net/r_convolution'), opscope.select('net/r_convolution')")
    page = opened.page
    if page.is_visible(f".{panel}"):
        page.click(f"[aria-controls=panel-{panel}]")
        settled(opened)
    page.click(f"[aria-controls=panel-{panel}]")
    settled(opened)
    own, room = page.locator(f".{panel}").bounding_box(), page.locator(".room").bounding_box()
    apart = own["x"] >= room["x"] + room["width"] - 1 or own["x"] + own["width"] <= room["x"] + 1
    assert apart or own["y"] >= room["y"] + room["height"] - 1
    assert room["width"] >= 0.5 * size[0]
    assert room["height"] >= 0.2 * size[1]
    assert_whole(page.evaluate(RING, ACCENT))
    for part in (".zoom", ".legend"):
        beside = page.locator(part).bounding_box()
        assert beside["x"] + beside["width"] <= room["x"] + room["width"] + 1
    close = page.locator(f".panel-close.of-{panel}")
    at = close.bounding_box()
    assert own["x"] <= at["x"]
    assert at["x"] + at["width"] <= own["x"] + own["width"] + 1
    assert own["y"] <= at["y"] <= own["y"] + 40
    for one in page.locator(f".{panel} .quiet, .{panel} .tree-unit").all():  # nor does it lie over another
        other = one.bounding_box()
        if one.is_visible() and other["y"] < at["y"] + at["height"]:
            assert other["x"] + other["width"] <= at["x"] + 1
    close.click()
    assert not page.is_visible(f".{panel}")
    assert page.get_attribute(f"[aria-controls=panel-{panel}]", "aria-expanded") == "false"


@pytest.mark.parametrize("size", [(390, 844), (640, 360)], ids=str)
def test_in_a_small_window_one_thing_at_a_time_takes_room_of_the_drawing(open_page, size):
    opened = open_page(wide(), size=size)
    page = opened.page
    page.click("button[aria-controls=panel-details]")
    page.click("button[aria-controls=panel-tree]")
    assert (page.is_visible(".tree"), page.is_visible(".details")) == (True, False)
    page.click("#tab-ops")
    assert (page.is_visible(".bottom-body"), page.is_visible(".tree")) == (True, False)
    close = page.locator(".bottom-close").bounding_box()
    assert close["x"] + close["width"] <= size[0]
    assert close["y"] < page.locator(".bottom-body").bounding_box()["y"]
    page.click("button[aria-controls=panel-details]")
    assert (page.is_visible(".bottom-body"), page.is_visible(".details")) == (False, True)
    page.click("#tab-ops")
    page.click(".bottom-close")
    assert not page.is_visible(".bottom-body")


@narrow
def test_what_is_selected_in_the_overview_stays_in_view_beside_a_panel(open_page, size):
    opened = open_page(tower(LONG), overview=True, size=size)
    select(opened, "head")
    page = opened.page
    for way in ("button[aria-controls=panel-tree]", "#tab-ops"):
        page.click(way)
        settled(opened)
        ring, window = (
            box(opened, f"{SHADOW}.querySelector('.ring')"),
            box(opened, "document.querySelector('.overview')"),
        )
        assert ring["top"] >= window["top"] - 1
        assert ring["bottom"] <= window["bottom"] + 1
        assert ring["left"] < window["right"] - SIGN
        assert ring["right"] > window["left"] + SIGN


# A selection that is larger than the window


@narrow
@pytest.mark.parametrize("steps", [0, 4])
def test_the_ring_of_what_is_larger_than_the_window_is_closed_within_it_or_goes_on_to_its_edge(open_page, size, steps):
    opened = open_page(wide(), size=size)
    opened.run("opscope.open('net/l_convolution'), opscope.open('net/r_convolution'), opscope.select('net')")
    for _ in range(steps):
        opened.page.click("[aria-label='Zoom in']")
    ring = opened.page.evaluate(RING, ACCENT)
    if steps:  # cut on all sides
        assert_whole(ring)
    else:  # it begins below the top; a side that broke off within the window would seem to end there
        assert 10 < ring["top"] < 60
        if size == (390, 844):  # wider than the window, too: of its sides the upper one is in view
            assert (ring["left"], ring["right"], ring["bottom"]) == (0, ring["w"], ring["top"] + 1)
        else:
            assert ring["left"] > 10 and ring["right"] < ring["w"] - 10
            assert ring["bottom"] >= ring["h"] - 1
    assert ring["right"] - ring["left"] >= 0.6 * ring["w"]


# Help


@pytest.mark.parametrize("size", [(1280, 720), *NARROW], ids=str)
def test_help_says_that_there_is_more_of_it(open_page, size):
    opened = open_page(tagger(), size=size)
    opened.page.keyboard.press("?")
    sign = opened.page.locator(".help-more")
    settled(opened)
    help_ = "document.querySelector('.help')"
    for _ in range(12):
        below = opened.run(
            f"[...{help_}.querySelectorAll('dd')].some((one) => one.getBoundingClientRect().bottom > {help_}.getBoundingClientRect().bottom + 1)"
        )
        assert sign.is_visible() or not below
        if not sign.is_visible():
            break
        place = sign.bounding_box()
        assert place["y"] + place["height"] <= size[1]
        sign.click()
        settled(opened)
    assert not sign.is_visible()


# Saving


def test_a_narrow_window_does_not_change_what_is_saved(open_page):
    """The file is the whole overview, with title and figures, whatever part of it the window shows."""
    graph = timed(tower(LONG))
    saved = [open_page(graph, overview=True, size=size).saved_svg() for size in ((1280, 720), (390, 844))]
    assert saved[0] == saved[1]
    assert "MFLOP" in saved[1]


def test_tabs_have_the_room_beside_an_overview_that_needs_no_legend(open_page):
    opened = open_page(timed(tower()), overview=True, size=(500, 360))
    opened.page.click("#tab-ops")
    settled(opened)
    tabs = opened.page.locator(".tab").all()
    assert len(tabs) > 4
    row = box(opened, "document.querySelector('.tabs')")
    assert all(one.bounding_box()["x"] + one.bounding_box()["width"] <= row["right"] + 1 for one in tabs)


@narrow
def test_words_behind_a_figure_are_not_taken_for_it(open_page, size):
    """What only the first copy has is told with the layers that it is of, behind its time: in the strip that time stands under the head."""
    opened = open_page(stacked(copies=12, shortcut=17.0), overview=True, size=size)
    settled(opened)
    rows = opened.run(
        "[...document.querySelectorAll('.figures-row')].map((row) => [row.querySelector('.figures-label')?.textContent ?? '', "
        "[...row.querySelectorAll('.figures-cell')].map((cell) => cell.textContent)])"
    )
    assert any("copy 1:" in label and "1×1 conv" in label for label, _ in rows)
    cells = [cell for _, cells in rows for cell in cells if cell and cell != "shared"]
    assert cells
    assert [cell for cell in cells if not re.fullmatch(r"[~<]?[\d.,]+( ± [\d.,]+)?( (µs|ms|s))?", cell)] == []


# Figures at the edge

FIGURES = f"""() => [...{SHADOW}.querySelectorAll('.opened text')].filter((text) => /(µs|ms)$/.test(text.textContent))
  .map((text) => [text.textContent, text.getBoundingClientRect().left, text.getBoundingClientRect().right])"""
"""The times in what is open, and where they stand."""


@narrow
def test_a_figure_that_the_window_would_cut_goes_without_its_error(open_page, size):
    opened = open_page(timed(tower(LONG), error=0.05), overview=True, size=size)
    select(opened, "widen")
    opened.page.keyboard.press("Enter")
    opened.wait(f"{FRAME} !== null")
    settled(opened)
    edge = box(opened, "document.querySelector('.overview')")["right"] - SIGN
    cuts = set()
    for step in range(8):
        opened.page.evaluate(f"document.querySelector('.overview').scrollLeft = {40 * step}")
        settled(opened)
        figures = opened.run(FIGURES)
        assert figures
        for text, left, right in figures:
            assert " ± " in text or left < edge, text
            assert " ± " not in text or not left < edge - 2 < right - 1, text
            cuts.add(" ± " not in text)
    assert cuts == {True, False}, "each of both is seen"
    saved = re.findall(r">([^<>]* [µm]s)</text>", opened.saved_svg())
    assert {text for text, _, _ in figures} - set(saved) == {text for text, _, _ in figures if " ± " not in text}


CUT = """(() => { const window = document.querySelector('.overview').getBoundingClientRect();
  const words = [...document.querySelector('.overview').shadowRoot.querySelectorAll('svg text, .words p')];
  return words.filter((one) => one.checkVisibility() && getComputedStyle(one).opacity !== '0').filter((one) => {
    const { top, bottom } = one.getBoundingClientRect();
    const runs = (end) => top + 0.2 * (bottom - top) < end && bottom - 0.2 * (bottom - top) > end;
    return runs(window.top + 20) || runs(window.bottom - 20);
  }).map((one) => one.textContent); })()"""
"""The words of the overview that are shown though the sign at its upper or lower edge lies over a part of their letters."""


@narrow
def test_no_line_of_words_is_cut_by_the_upper_or_lower_edge(open_page, size):
    opened = open_page(tower(), overview=True, size=size)
    if not opened.run(
        "document.querySelector('.overview').scrollHeight > document.querySelector('.overview').clientHeight + 100"
    ):
        opened.page.click("#tab-layers")  # so that there is more below
    texts = "[...document.querySelector('.overview').shadowRoot.querySelectorAll('svg text')]"
    hidden = f"{texts}.filter((one) => one.style.opacity === '0').length"
    seen = set()
    for step in range(1, 12):
        opened.run(f"document.querySelector('.overview').scrollTo(0, {9 * step})")
        settled(opened)
        at, left, out = opened.run(f"[document.querySelector('.overview').scrollTop, {CUT}, {hidden}]")
        if (
            30
            < at
            < opened.run(
                "document.querySelector('.overview').scrollHeight - document.querySelector('.overview').clientHeight - 30"
            )
        ):
            assert left == []
            seen.add(out)
    assert max(seen) > 0
    assert 'style="opacity' not in opened.saved_svg()


def test_the_words_below_a_name_are_kept_in_view_with_it(open_page):
    """Without its beginning nobody can say what such a line tells."""
    opened = open_page(tower(LONG, projected=True), overview=True, size=(390, 844))
    opened.run("document.querySelector('.overview').scrollTo(140, 0)")
    settled(opened)
    kept = opened.run(
        "[...document.querySelector('.overview').shadowRoot.querySelectorAll('.kept > div')].filter((one) => !one.hidden).map((one) => one.textContent)"
    )
    below = opened.run(
        "[...document.querySelector('.overview').shadowRoot.querySelectorAll('svg svg [data-unit] > text.name')].flatMap((name) => "
        "[...name.parentNode.querySelectorAll(':scope > text')].filter((text) => text.getAttribute('y') !== name.getAttribute('y') "
        "&& text.getBoundingClientRect().left < 0).map((text) => text.textContent))"
    )
    assert below
    assert set(below) <= set(kept)


@pytest.mark.parametrize("size", [(800, 600), (1280, 720)])
def test_the_list_of_a_search_does_not_lie_over_the_details(open_page, size):
    opened = open_page(tower(), overview=True, size=size)
    opened.page.fill("[role=combobox]", "block")
    opened.page.keyboard.press("ArrowDown")
    button = opened.page.locator("button[aria-controls=panel-details]")
    if button.get_attribute("aria-expanded") == "false":
        button.click()
        opened.page.focus("[role=combobox]")
        opened.page.keyboard.press("ArrowDown")
    hits, panel = (box(opened, f"document.querySelector('{one}')") for one in (".hits", ".details"))
    assert hits["right"] > hits["left"]
    assert hits["right"] <= panel["left"] + 1


# What an edge cuts

PANE = "document.querySelector('.overview')"
ACROSS = f"""() => {{
  const pane = {PANE}, {{ left, right }} = pane.getBoundingClientRect(), room = [left + 20, right - 20];
  return [...{SHADOW}.querySelectorAll('svg text')].filter((text) => getComputedStyle(text).opacity !== '0' && text.checkVisibility()).flatMap((text) => {{
    const at = text.getBoundingClientRect();
    return [at.left < room[1] && at.right > room[1] + 2, at.left < room[0] - 4 && at.right > room[0] + 2].some(Boolean) ? [[text.textContent, at.left < room[0]]] : [];
  }});
}}"""
"""The texts that are shown and that a side of the window cuts; whether that is the left one."""
WHOLE = re.compile(r"[~<≥]?\s?[\d.,]+( ± [\d.,]+)? ([µmn]?s|%|[KMG]iB)|\([\d, ]*\)")


@narrow
def test_a_figure_is_shown_whole_or_not_at_all_and_other_words_end_with_a_sign(open_page, size):
    opened = open_page(timed(tower(LONG)), overview=True, size=size)
    select(opened, "head")
    opened.page.keyboard.press("Enter")
    opened.wait(f"{FRAME} !== null")
    signs = set()
    for left in range(0, 400, 37):
        opened.run(f"{PANE}.scrollTo({left}, {PANE}.scrollTop)")
        settled(opened)
        cut = opened.page.evaluate(ACROSS)
        before, beyond = opened.run(
            f"[{PANE}.scrollLeft > 2, {PANE}.scrollLeft + {PANE}.clientWidth < {PANE}.scrollWidth - 2]"
        )
        assert not before or not [text for text, is_left in cut if is_left and WHOLE.fullmatch(text)]
        assert not beyond or not [text for text, is_left in cut if not is_left]
        signs |= set(opened.run(f"[...{SHADOW}.querySelectorAll('.cut-words > div')].map((one) => one.textContent)"))
    reached = opened.run(f"{PANE}.scrollWidth > {PANE}.clientWidth + 2")
    assert bool(signs) == reached


def test_a_column_without_figures_takes_no_room(open_page):
    """As long as a row in view has figures the column is there, in the room that these need; without, the drawing has all of the window."""
    opened = open_page(timed(tower(LONG)), overview=True, size=(390, 440))
    settled(opened)
    wide = "document.querySelector('.figures').getBoundingClientRect().width"
    assert 40 < opened.run(wide) < 390 / 3
    assert opened.page.evaluate(STRIP)
    for top, has_rows in ((100, True), (400, False)):
        for _ in range(3):  # each time there is more room to scroll in, as long as the column narrows
            opened.run(f"{PANE}.scrollTo({PANE}.scrollWidth, {top})")
            settled(opened)
        assert bool(opened.page.evaluate(STRIP)) == has_rows
        assert (opened.run(wide) > 40) == has_rows
        assert (opened.run(f"{PANE}.getBoundingClientRect().right") < 389) == has_rows


WORDS = f"""() => {{
  const pane = {PANE}, {{ left, right }} = pane.getBoundingClientRect();
  const box = (each) => {{ const at = each.getBoundingClientRect(); return [at.left, at.top, at.right, at.bottom]; }};
  const drawn = [...{SHADOW}.querySelectorAll('svg text')];
  const shown = drawn.filter((text) => getComputedStyle(text).opacity !== '0' && text.checkVisibility());
  const instead = [...{SHADOW}.querySelectorAll('.cut-words > div:not(.counted)')];
  return {{ edges: [left, right], all: drawn.map((text) => text.textContent), shown: shown.map(box), instead: instead.map((each) => [each.scrollWidth > each.clientWidth + 1, each.textContent, ...box(each)]) }};
}}"""


def test_a_short_word_at_the_edge_of_a_phone_stands_whole_or_not_at_all(open_page):
    """Of the words beside a small drawing in a card that is wider than the phone `co…` and `th…` were left."""
    keras = pytest.importorskip("keras")
    pytest.importorskip("tensorflow")
    if int(keras.__version__.split(".")[0]) < 3:
        pytest.skip("the newest is enough here")
    import opscope

    graph = opscope.trace(keras.applications.ResNet50(weights=None))
    opened = open_page(graph, overview=True, size=(390, 844), has_touch=True, is_mobile=True)
    moved = set()
    for left in range(0, 400, 12):
        opened.run(f"{PANE}.scrollTo({left}, {PANE}.scrollTop)")
        settled(opened)
        seen = opened.page.evaluate(WORDS)
        for cut, text, start, top, end, bottom in seen["instead"]:
            assert not cut, text
            beginning = text.rstrip("… ")
            assert any(each.startswith(beginning) for each in seen["all"])
            assert len(beginning) >= 3, text
            if text in seen["all"]:  # it stands whole, elsewhere than in the drawing: on nothing else, and in view
                moved.add(text)
                assert seen["edges"][0] <= start < end <= seen["edges"][1]
                over = [
                    box
                    for box in seen["shown"]
                    if box[0] < end and box[2] > start and box[1] < bottom - 2 and box[3] > top + 2
                ]
                assert not over
    assert {"copy 1", "then 2, 3"} <= moved
