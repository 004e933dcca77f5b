"""What is shown of an overview can be read: letters are large enough, no ring and no edge runs through a word, what has opened fills its window, and names lead to what they name."""

from __future__ import annotations

import pytest
from page_driver import SHADOW, details, mark
from page_graphs import skips, tower
from test_narrow_windows import NARROW, SIGN, box, settled

from graphs import Builder
from layout.test_folds import counted_unet
from layout.test_overview_rows import Net

LETTERS = f"""() => [...{SHADOW}.querySelectorAll('.sheet svg text')].filter((text) => text.textContent.trim() && text.getBoundingClientRect().width && getComputedStyle(text).visibility === 'visible')
  .map((text) => parseFloat(getComputedStyle(text).fontSize) * text.getScreenCTM().a)"""
"""How large the letters are, in pixels of the screen."""

GLYPHS = f"""() => {{
  const pen = document.createElement('canvas').getContext('2d');
  const seen = [...{SHADOW}.querySelectorAll('.sheet svg text')].filter((text) => text.style.opacity !== '0' && text.getBoundingClientRect().width);
  return seen.map((text) => {{
    const {{ fontSize, fontFamily, fontWeight }} = getComputedStyle(text), grid = text.getScreenCTM(), {{ left, right }} = text.getBoundingClientRect();
    pen.font = `${{fontWeight}} ${{parseFloat(fontSize) * grid.d}}px ${{fontFamily}}`;
    const {{ actualBoundingBoxAscent: up, actualBoundingBoxDescent: down }} = pen.measureText(text.textContent);
    const base = new DOMPoint(0, Number(text.getAttribute('y'))).matrixTransform(grid).y;
    return {{ text: text.textContent, kind: text.getAttribute('class'), left, right, top: base - up, bottom: base + down }};
  }});
}}"""
"""Each word in view, and the room that its letters take: a line of text is higher."""


TOUCH = 2
"""So far a bracket of a shape reaches to the border of what stands below it anyway, in pixels."""


def chains():
    """A row of layers with a name beside it, then 30 equal blocks."""
    net = Net()
    here = net.make.op("x", "Placeholder")
    here = net.chain(
        here,
        ("entry_pad", "ZeroPadding2D", "Pad"),
        ("entry_conv", "Conv2D", "Conv2D"),
        ("entry_out", "Softmax", "Softmax"),
    )
    for stage in range(30):
        kinds = (("conv", "Conv2D", "Conv2D"), ("bn", "BatchNormalization", "Mul"), ("act", "ReLU", "Relu"))
        here = net.chain(here, *((f"stage_{stage}_{name}", cls, op) for name, cls, op in kinds))
    return net.make.graph("net", ["x"], [here])


def image_net():
    return counted_unet(4)[0]


@pytest.mark.parametrize("graph", [tower, skips, image_net], ids=lambda make: make.__name__)
def test_letters_are_no_smaller_than_nine_pixels_in_any_window(open_page, graph):
    opened = open_page(graph(), overview=True, size=(1280, 720))
    for width, height in [(1280, 720), (1100, 700), (960, 600), (800, 600), (700, 500), (640, 360), (390, 844)]:
        opened.page.set_viewport_size({"width": width, "height": height})
        settled(opened)
        assert min(opened.page.evaluate(LETTERS)) > 8.9, (width, height)


@pytest.mark.parametrize("graph", [tower, image_net], ids=lambda make: make.__name__)
@pytest.mark.parametrize("size", [(1280, 720), (800, 600)], ids=str)
def test_the_ring_lies_on_no_word(open_page, graph, size):
    opened = open_page(graph(), overview=True, size=size)
    marks = opened.run(f"{SHADOW}.querySelectorAll('svg svg :is([data-op], [data-unit])').length")
    rings = 0
    for number in range(marks):
        opened.run(
            f"{SHADOW}.querySelectorAll('svg svg :is([data-op], [data-unit])')[{number}]"
            ".dispatchEvent(new MouseEvent('click', { bubbles: true, composed: true }))"
        )
        settled(opened)
        if opened.run(f"{SHADOW}.querySelector('.ring').hidden"):
            continue
        rings += 1
        ring, wide = box(opened, f"{SHADOW}.querySelector('.ring')"), 2.5
        for side, beyond in (("left", -1e9), ("top", -1e9), ("right", 1e9), ("bottom", 1e9)):
            style = f"getComputedStyle({SHADOW}.querySelector('.ring')).getPropertyValue('border-{side}-style')"
            ring[side] = beyond if opened.run(style) == "none" else ring[side]  # where it is cut there is no line
        for word in opened.page.evaluate(GLYPHS):
            across = word["left"] < ring["right"] and word["right"] > ring["left"]
            down = word["top"] < ring["bottom"] - TOUCH and word["bottom"] > ring["top"] + TOUCH
            within = (
                word["left"] > ring["left"] + wide - 1
                and word["right"] < ring["right"] - wide + 1
                and word["top"] > ring["top"] + wide - 1
                and word["bottom"] < ring["bottom"] - wide + 1
            )
            assert not (across and down) or within or word["kind"] != "type", (word, ring)
    assert rings > 5


@pytest.mark.parametrize("graph", [tower, skips, image_net], ids=lambda make: make.__name__)
@pytest.mark.parametrize("size", NARROW, ids=str)
def test_reading_begins_beside_the_left_edge(open_page, graph, size):
    """The leftmost of what is drawn stands there, whatever words lie further to the left."""
    opened = open_page(graph(), overview=True, size=size)
    settled(opened)
    pane = box(opened, "document.querySelector('.overview')")
    lefts = opened.run(
        f"[...{SHADOW}.querySelectorAll('svg svg :is([data-op], [data-unit])')].map((mark) => mark.getBoundingClientRect().left)"
    )
    scrolls = opened.run(
        "(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth + 1)(document.querySelector('.overview'))"
    )
    if scrolls:
        assert min(lefts) - pane["left"] < 40


@pytest.mark.parametrize("size", NARROW, ids=str)
def test_no_edge_cuts_the_shape_of_a_tensor(open_page, size):
    """`(4, 128, 12` is another shape than `(4, 128, 128)`."""
    opened = open_page(image_net(), overview=True, size=size)
    pane = box(opened, "document.querySelector('.overview')")
    seen = 0
    for scrolled in range(0, 400, 37):
        opened.run(f"document.querySelector('.overview').scrollLeft = {scrolled}")
        settled(opened)
        shapes = [word for word in opened.page.evaluate(GLYPHS) if word["kind"] == "type"]
        shown = [word for word in shapes if word["right"] > pane["left"] + SIGN and word["left"] < pane["right"] - SIGN]
        seen += len(shown)
        cut = [word for word in shown if word["left"] < pane["left"] or word["right"] > pane["right"]]
        assert not cut, (scrolled, pane, cut)
    assert seen


def far_from_the_left():
    """A layer of which what stands at its upper left is one op with its settings; all else is far to the right."""
    build = Builder()
    net = build.group("net", "model", cls="Net")
    x = build.op("x", "Placeholder")
    for index in range(50):
        block = build.group(f"block_{index}", "layer", cls=f"Block{index}", parent=net)
        name = f"net/block_{index}"
        if index != 3:
            x = build.op(f"{name}/a", ("Relu", "Tanh", "Exp")[index % 3], x, group=block)
            continue
        rows = [x]
        for branch in range(8):
            y = x
            for step in range(1 if branch == 0 else 8):
                y = build.op(
                    f"{name}/b{branch}_{step}", ("Relu", "Tanh", "Exp", "Neg")[(branch + step) % 4], y, group=block
                )
            rows.append(y)
        x = build.op(f"{name}/sum", "AddN", *rows[1:], group=block)
    return build.graph("far", ["x"], [x])


@pytest.mark.parametrize("size", [(390, 844), (640, 360)], ids=str)
def test_what_is_wider_than_its_window_opens_where_most_of_it_is(open_page, size):
    opened = open_page(far_from_the_left(), overview=True, size=size)
    mark(opened, "block_3").click(position={"x": 4, "y": 4})
    opened.page.keyboard.press("Enter")
    opened.wait(f"{SHADOW}.querySelector('.opened') !== null")
    settled(opened)
    seen = (
        "(() => { const pane = document.querySelector('.overview').getBoundingClientRect(); "
        f"return [...{SHADOW}.querySelectorAll('.opened rect')].map((each) => each.getBoundingClientRect())"
        ".filter(({ left, right, top, bottom }) => left >= pane.left && right <= pane.right && top >= pane.top && bottom <= pane.bottom).length; })()"
    )
    shown = opened.run(seen)
    most = 0
    for place in range(0, 1600, 20):
        opened.run(f"document.querySelector('.overview').scrollLeft = {place}")
        most = max(most, opened.run(seen))
    assert shown >= 0.7 * most
    # Its name stands in view, wherever that is.
    names = opened.run(f"[...{SHADOW}.querySelectorAll('.kept > div:not([hidden])')].map((each) => each.textContent)")
    assert any(name.startswith("block_3") for name in names)


@pytest.mark.parametrize("size", [(1280, 720), (390, 844)], ids=str)
def test_the_bold_name_beside_a_row_selects_what_it_names(open_page, size):
    opened = open_page(chains(), overview=True, size=size)
    name = opened.page.locator(".overview text.called").first
    said = name.text_content()
    assert name.evaluate("(text) => getComputedStyle(text).cursor") == "pointer"
    name.dispatch_event("click")
    settled(opened)
    first, _, rest = said.partition(",")
    assert details(opened).split("/")[-1].startswith(first), (said, rest)
