"""A card of the overview opens where it stands, down to the ops, and everything else makes room."""

from __future__ import annotations

from pathlib import Path

import pytest
from ends_of_wires import faults, read
from page_driver import SHADOW, details, mark, shown
from page_graphs import skips, tower

from graphs import F
from layout.test_overview_rows import Net
from layout.test_sketches import modules, residual

OPENED = f"{SHADOW}.querySelectorAll('.opened').length"
OPEN = """(number) => {
  let at = 0;
  for (const group of document.querySelector('.overview').shadowRoot.querySelectorAll('svg svg g')) {
    if (group.closest('.opened') || !group.querySelector(':scope > rect:not(.holding, .behind)') || at++ !== number) continue;
    const click = { bubbles: true, composed: true, detail: 1 };
    group.dispatchEvent(new MouseEvent('click', click));
    group.dispatchEvent(new MouseEvent('dblclick', { ...click, detail: 2 }));
    return opscope.view().shown;
  }
}"""


@pytest.fixture
def opened(open_page):
    return open_page(tower(), overview=True)


def open_cards(opened):
    """The cards that are open in place, as the link says it and as many frames as are drawn."""
    said = [change[1:] for change in opened.run("opscope.view().open") if change.startswith("@")]
    assert opened.run(OPENED) == len(said)
    return said


AT = {"x": 4, "y": 6}
"""On the first letter: what a text goes on with stands apart from it."""


def inner(opened, text):
    """A text in a frame."""
    return opened.page.locator(f".overview .opened text:text-is({text!r})").first


def words(opened):
    """What is written in the frames."""
    return opened.run(f"[...{SHADOW}.querySelectorAll('.opened text')].map((text) => text.textContent)")


def drawn(opened, holds):
    """Whether something comes to hold of what is written in the frames: it is drawn in one of the next frames of the browser, which a busy machine has late."""
    for _ in range(400):
        if holds(set(words(opened))):
            return True
        opened.page.wait_for_timeout(50)
    return False


def test_a_double_click_opens_a_cell_where_it_stands_and_another_closes_it(opened):
    before = read(opened.page)
    mark(opened, "widen").dblclick()
    assert shown(opened) == "overview"
    assert open_cards(opened) == ["tower/block_0/widen"]
    assert details(opened) == "tower/block_0/widen"
    assert drawn(opened, lambda said: {"Neg", "Relu"} <= said)
    inner(opened, "widen").dblclick(position=AT)
    assert open_cards(opened) == []
    assert faults(before, read(opened.page), set()) == []


def test_what_no_line_of_a_stack_has_stays_below_them_all(open_page):
    """The shortcut of the first block is in no row of the drawn one: its line stands below the rows, whatever is open in them."""
    opened = open_page(tower(projected=True), overview=True)
    places = """() => { const top = (test) => [...document.querySelector('.overview').shadowRoot.querySelectorAll('text')].find((one) => !one.closest('.opened') && test(one.textContent)).getBoundingClientRect().top;
      return [top((text) => text.startsWith('copy 1: ')), top((text) => text === '+')]; }"""
    rest, last = opened.run(places)
    assert 0 < rest - last < 30
    mark(opened, "widen").dblclick()
    assert drawn(opened, lambda said: {"Neg", "Relu"} <= said)
    scale = opened.run(
        f"{SHADOW}.querySelector('svg').getBoundingClientRect().width / {SHADOW}.querySelector('svg').width.baseVal.value"
    )
    moved, lower = opened.run(places)
    assert lower > last
    assert abs((moved - lower) - (rest - last)) < 4 / scale


def test_v_closes_all_before_it_leads_to_the_drawing(opened):
    pristine = read(opened.page)["marks"]
    for name in ("widen", "stem"):
        mark(opened, name).dblclick()
    assert len(open_cards(opened)) == 2
    opened.page.keyboard.press("v")
    assert shown(opened) == "overview"
    assert open_cards(opened) == []
    places = [[[mark["right"] - mark["left"], mark["bottom"] - mark["top"]] for mark in marks] for marks in (pristine, read(opened.page)["marks"])]  # fmt: skip
    assert all(a == pytest.approx(b, rel=0.2) for a, b in zip(*places))
    opened.page.keyboard.press("v")
    assert shown(opened) == "drawing"
    opened.page.keyboard.press("v")
    assert shown(opened) == "overview"
    assert open_cards(opened) == []


def test_what_is_nested_opens_further_in_it(opened):
    mark(opened, "block_0 … 13").dblclick()  # an open card of the overview: its drawn body takes its place
    assert open_cards(opened) == ["tower/block_0"]
    assert opened.page.locator(".overview [data-unit] text:text-is('widen')").first.is_hidden()
    assert drawn(opened, lambda said: any("widen" in word for word in said))
    was = set(words(opened))
    inner(opened, "widen").dblclick(position=AT)
    assert details(opened) == "tower/block_0/widen"
    assert open_cards(opened) == ["tower/block_0"]
    assert shown(opened) == "overview"
    assert drawn(opened, lambda said: ("Neg" in said) != ("Neg" in was))
    opened.page.keyboard.press("Enter")
    assert drawn(opened, lambda said: said == was)


def test_what_is_selected_in_a_frame_has_its_details_beside_it_and_a_ring(opened):
    mark(opened, "stem").dblclick()
    inner(opened, "Relu").click()
    assert opened.run("opscope.view().select") == "op:stem/Relu"
    assert details(opened) == "stem/Relu"
    assert open_cards(opened) == ["tower/stem"]
    assert opened.run(f"{SHADOW}.querySelector('.ring').hidden") is True  # the painter has drawn one
    strokes = opened.run(
        f"[...{SHADOW}.querySelectorAll('.opened rect')].map((rect) => rect.getAttribute('stroke-width'))"
    )
    assert strokes.count("2.2") == 1
    inner(opened, "Exp").hover()
    assert opened.page.inner_text(".tip").split("\n") == ["stem/Exp", "Exp", "float32 (8, 64)"]


def test_keys_alone_open_walk_and_close(opened):
    press = opened.page.keyboard.press
    opened.page.focus(".overview")
    mark(opened, "head").click()
    press("Enter")
    assert open_cards(opened) == ["tower/head"]
    press("ArrowDown")
    assert opened.run("opscope.view().select") == "op:head/Softmax"
    press("Enter")  # an op has nothing to open
    assert shown(opened) == "overview"
    press("ArrowUp")
    assert opened.run("opscope.view().select") == "group:tower/head"
    press(" ")
    assert open_cards(opened) == []
    press("ArrowUp")
    assert opened.run("opscope.view().select") != "group:tower/head"
    assert shown(opened) == "overview"


def test_back_and_forward_know_what_was_open(opened):
    mark(opened, "stem").dblclick()
    mark(opened, "head").dblclick()
    opened.page.keyboard.press("[")
    assert open_cards(opened) == ["tower/stem"]
    opened.page.keyboard.press("[")
    assert open_cards(opened) == []
    opened.page.keyboard.press("]")
    assert open_cards(opened) == ["tower/stem"]
    opened.page.keyboard.press("1")
    assert open_cards(opened) == []


def test_a_link_opens_it_again(open_page, opened):
    mark(opened, "widen").dblclick()
    opened.wait("decodeURIComponent(location.hash).includes('@tower/block_0/widen')")
    second = open_page(tower(), overview=True, link=opened.run("location.hash.slice(1)"))
    assert shown(second) == "overview"
    assert open_cards(second) == ["tower/block_0/widen"]
    small = open_page(tower(), link=opened.run("location.hash.slice(1)"))  # a page without an overview
    assert shown(small) == "drawing"
    assert small.errors == []


def test_another_copy_is_shown_in_the_frame(opened):
    mark(opened, "widen").dblclick()
    opened.page.keyboard.press(".")
    assert shown(opened) == "overview"
    chosen = opened.run("opscope.view().open")
    assert len(open_cards(opened)) == 1
    assert any(change.startswith("=") for change in chosen)
    inner(opened, "Neg").click()
    assert opened.run("opscope.view().select") == "op:block_1/widen/Neg"


def test_it_is_saved_as_it_is_open(opened):
    mark(opened, "stem").dblclick()
    svg = Path(opened.saved("SVG").path()).read_text(encoding="utf-8")
    assert ">Exp<" in svg
    assert "block_0 … 13" in svg


@pytest.mark.parametrize("graph", [tower, skips], ids=["tower", "skips"])
def test_wires_end_where_they_did_and_nothing_overlaps_whatever_is_open(open_page, graph):
    opened = open_page(graph(), overview=True)
    before = read(opened.page)
    assert any(wire["from"] and wire["to"] for wire in before["wires"])
    units = [each["number"] for each in before["marks"] if each["unit"] is not None]
    tried = set()
    for number in units:
        if opened.page.evaluate(OPEN, number) != "overview":
            opened.page.keyboard.press("[")
            continue
        tried.add(number)
        assert opened.run(OPENED) == 1
        assert faults(before, read(opened.page), {number}) == []
        opened.page.keyboard.press("v")
        assert open_cards(opened) == []
        assert faults(before, read(opened.page), set()) == []
    assert len(tried) >= 2
    for number in sorted(tried, reverse=True):  # the inner ones of cards that stay as they are, all at once
        opened.page.evaluate(OPEN, number)
    assert faults(before, read(opened.page), tried) == []
    assert opened.errors == []


def test_the_overview_has_the_room_until_something_is_selected(open_page):
    opened = open_page(tower(), overview=True)
    assert not opened.page.is_visible(".tree")
    assert not opened.page.is_visible(".details")
    mark(opened, "stem").click()
    assert opened.page.is_visible(".details")
    opened.page.keyboard.press("Escape")
    assert opened.page.is_visible(".details")  # it does not come and go
    opened.page.keyboard.press("v")
    assert opened.page.is_visible(".tree")
    opened.page.keyboard.press("v")
    assert not opened.page.is_visible(".tree")
    opened.page.click("[aria-label='Layers beside the drawing']")
    assert opened.page.is_visible(".tree")


def test_what_was_clicked_stays_under_the_pointer_when_it_opens(opened):
    card = mark(opened, "head")
    card.click()
    place = f"(() => {{ const found = [...{SHADOW}.querySelectorAll('[data-unit], .opened')].filter((each) => each.textContent.includes('head') && !each.closest('[display]')).pop().getBoundingClientRect(); return [found.left + found.width / 2, found.top]; }})()"
    before = opened.run(place)
    opened.page.keyboard.press("Enter")
    assert len(open_cards(opened)) == 1
    after = opened.run(place)
    assert abs(after[1] - before[1]) < 30


def test_a_card_that_draws_its_steps_opens_in_its_own_place(open_page):
    """The lines between its chips are no seam: it is no further cell of the row before it, and nothing of it is left beside what it shows."""
    net = Net()
    here = modules(6, 0, residual, net, net.make.op("x", "Placeholder"))
    here = net.layer("between", "ReLU", "Relu", here)
    last = modules(7, 1, residual, net, here)
    opened = open_page(net.make.graph("stages", ["x"], [last]), overview=True)
    before = read(opened.page)
    card = mark(opened, "stage1_block0 … 6")
    card.click()
    number = opened.run(
        f"(() => {{ const found = [...{SHADOW}.querySelectorAll('svg svg g')].filter((each) => each.querySelector(':scope > rect:not(.holding, .behind)')); "
        "return found.findIndex((each) => [...each.querySelectorAll(':scope > text')].some((text) => text.textContent === 'stage1_block0 … 6')); })()"
    )
    opened.page.locator(".overview").press("Enter")
    assert len(open_cards(opened)) == 1
    assert opened.run(f"{SHADOW}.querySelectorAll('.holding, .tie').length") == 0
    assert not card.is_visible()
    assert faults(before, read(opened.page), {number}) == []


JOINED = """() => {
  const root = document.querySelector('.overview').shadowRoot, frame = root.querySelector('.opened');
  const { left, right, top, bottom } = frame.querySelector('rect').getBoundingClientRect();
  const ends = (path) => (path.getAttribute('d').match(/M[^M]*/g) ?? []).map((part) => {
    const one = document.createElementNS('http://www.w3.org/2000/svg', 'path');
    one.setAttribute('d', part);
    path.parentNode.append(one);
    const at = (length) => { const { x, y } = one.getPointAtLength(length).matrixTransform(one.getScreenCTM()); return [x, y]; };
    const found = [at(0), at(one.getTotalLength())];
    one.remove();
    return found;
  });
  const within = ([x]) => x > left && x < right;
  const outside = [...root.querySelectorAll('svg svg .wire')].filter((path) => path.tagName === 'path' && !path.closest('.opened, [display]')).flatMap(ends);
  const inside = [...frame.querySelectorAll('path')].flatMap(ends);
  const once = (all) => [...new Set(all.map(([x]) => Math.round(x)))];
  const entering = once(outside.map(([, end]) => end).filter((end) => within(end) && end[1] < top && end[1] > top - 12));
  const leaving = once(outside.map(([start]) => start).filter((start) => within(start) && Math.abs(start[1] - bottom) < 2));
  const starts = once(inside.map(([start]) => start).filter(([, y]) => y < top + 60));
  const finishes = once(inside.map(([, end]) => end).filter(([, y]) => Math.abs(y - bottom) < 2));
  return { entering, leaving, starts, finishes };
}"""
"""Where, across the screen, wires outside meet the frame of what is open and leave it, and where those inside begin and end at its border."""


def test_the_only_wire_outside_goes_on_where_the_one_inside_begins(open_page):
    net = Net()
    around = net.make.group("generator", "layer", net.model, cls="Generator", defined_in="mine", outputs=(F,))
    here = net.layer("before", "Dense", "MatMul", net.make.op("x", "Placeholder"), parent=around)
    group = net.make.group("normed", "layer", around, cls="PixelNorm", defined_in="mine", outputs=(F,))
    squared = net.make.op("square", "Square", here, group=group)
    scaled = net.make.op("scale", "Mul", here, net.make.op("root", "Rsqrt", squared, group=group), group=group)
    scaled = net.layer("paint", "Dense", "MatMul", scaled, parent=around)
    for number, kind in enumerate(("Relu", "Tanh", "Exp", "Neg", "Abs", "Sin", "Cos", "Elu", "Sqrt", "Log") * 5):
        of = ("Dense", "MatMul") if number % 2 else ("Activation", kind)
        scaled = net.layer(f"after_{number}", *of, scaled)
    opened = open_page(net.make.graph("net", ["x"], [scaled]), overview=True)
    mark(opened, "PixelNorm").click()
    colours = f"[getComputedStyle({SHADOW}.querySelector('.ringed > .own')).stroke, getComputedStyle({SHADOW}.querySelector('.ring')).borderTopColor]"
    own, ring = opened.run(colours)
    assert own == ring  # two frames would be two selections
    mark(opened, "PixelNorm").dblclick()
    opened.run("opscope.view()")
    opened.wait(f"{SHADOW}.querySelector('.opened text')")
    legend = opened.run("document.querySelector('.legend').innerText")
    assert "thick frame: custom class" in legend  # its own legend is out of view
    assert "other boxes:" in legend  # which have the colours of their kinds
    found = opened.page.evaluate(JOINED)
    assert len(found["entering"]) == len(found["starts"]) == 1
    assert len(found["leaving"]) == len(found["finishes"]) == 1
    assert abs(found["entering"][0] - found["starts"][0]) <= 1
    assert abs(found["leaving"][0] - found["finishes"][0]) <= 1
