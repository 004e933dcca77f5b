"""Of a stack the overview draws one copy. Where another one is selected, panel and path say both, in the words of the picture."""

from __future__ import annotations

import re

import pytest
from page_driver import SHADOW, shown
from page_graphs import tower

from graphs import Builder

SAID = ".details .drawn-copy"
NOTE = ".crumb-note"


def select_in_overview(opened, what):
    """Select something by its name, which leads to the drawing, and come back."""
    opened.run(f"opscope.select({what!r})")
    if shown(opened) == "drawing":
        opened.page.keyboard.press("v")


def drawn_by_the_picture(opened):
    """The number of the copy that the picture says it draws; 1 where it says none."""
    words = opened.run(f"[...{SHADOW}.querySelectorAll('text')].map((text) => text.textContent).join(' ')")
    found = re.search(r"drawn: copy (\d+)", words)
    return int(found.group(1)) if found else 1


@pytest.mark.parametrize("projected", [False, True])
def test_the_copy_that_is_selected_and_the_one_that_is_drawn_are_both_named(open_page, projected):
    """Of the tower with a projection in its first block the second block is drawn."""
    opened = open_page(tower(projected=projected), overview=True)
    drawn = drawn_by_the_picture(opened)
    assert drawn == (2 if projected else 1)
    for number in (1, 2, 4, 14):
        select_in_overview(opened, f"group:tower/block_{number - 1}")
        own = f"copy {number} of 14 (block_{number - 1})"
        other = f"drawn: copy {drawn} (block_{drawn - 1})"
        same = number == drawn
        assert opened.page.inner_text(SAID) == (
            f"selected and drawn: {own}" if same else f"selected: {own} \u00b7 {other}"
        )
        assert opened.page.locator(NOTE).all_inner_texts() == ([] if same else [f"  \u00b7 {other}"])


@pytest.mark.parametrize("kind, name", [("group", "tower/block_5/widen"), ("op", "block_5/AddV2")])
def test_what_lies_in_another_copy_says_so_too_and_the_drawing_has_no_need_to(open_page, kind, name):
    """The drawing shows the copy that is selected."""
    opened = open_page(tower(), overview=True)
    select_in_overview(opened, f"{kind}:{name}")
    assert opened.page.inner_text(SAID) == "selected: copy 6 of 14 (block_5) \u00b7 drawn: copy 1 (block_0)"
    assert opened.page.inner_text(NOTE).endswith("drawn: copy 1 (block_0)")
    opened.page.keyboard.press("v")
    assert shown(opened) == "drawing"
    assert not opened.page.is_visible(SAID)
    assert opened.page.locator(NOTE).count() == 0


def test_the_panel_says_how_many_ops_of_a_layer_are_drawn(open_page):
    """Two have a box, a constant stands beside one of them, and a wire runs through an Identity."""
    build = Builder()
    x = build.op("x", "Placeholder")
    layer = build.group("layer", "layer", cls="Layer")
    limit = build.op("layer/limit", "Const", group=layer, attrs={"value": 6.0})
    x = build.op("layer/Minimum", "Minimum", x, limit, group=layer)
    x = build.op("layer/Identity", "Identity", x, group=layer)
    x = build.op("layer/Exp", "Exp", x, group=layer)
    whole = build.group("whole", "layer", cls="Whole")
    x = build.op("whole/Tanh", "Tanh", x, group=whole)
    opened = open_page(build.graph("drawn", ["x"], [x]))
    opened.run("opscope.select('layer')")
    assert "Ops\n4\nwith all of it open: 2 boxes, 1 in chips beside them, 1 not drawn" in opened.page.inner_text(
        ".details .pairs"
    )
    opened.run("opscope.select('whole')")
    assert "with all of it open" not in opened.page.inner_text(".details .pairs")
