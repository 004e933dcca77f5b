"""Picture and page show the same drawing: every box, card and bar of one stands in the same place in the other."""

from __future__ import annotations

import re

import pytest
from page_graphs import chain, tagger

from opscope.layout.engine import layout
from opscope.layout.scene.items import Box, Card
from opscope.render.svg.marks import heat_bar

RECT = re.compile(r'<rect x="([-\d.]+)" y="([-\d.]+)" width="([\d.]+)" height="([\d.]+)" rx="([\d.]+)"')


def of_the_picture(graph):
    """The rectangles of boxes (rounded by 5), cards (9), and the bars of their figures (3), inside out."""
    drawing = layout(graph, "all")
    found, waiting = [], [(drawing.root, 0.0, 0.0)]
    while waiting:
        drawn, x, y = waiting.pop()
        left, top = x + drawn.body.x, y + drawn.body.y
        if drawn is not drawing.root and isinstance(drawn.item, (Box, Card)):
            found.append((left, top, drawn.body.width, drawn.body.height, 5 if isinstance(drawn.item, Box) else 9))
        if isinstance(drawn.item, Card) and drawn.item.heat:
            bar = heat_bar(drawn.body, drawn.item.repeat)
            found.append((left + bar.x - drawn.body.x, top, bar.width, bar.height, 3))
        if drawn.inside is not None:
            waiting.extend((child, left + drawn.inside.x, top + drawn.inside.y) for child in drawn.inside.children)
    return found


def of_the_page(opened):
    """The same from the page's own SVG of its whole view."""
    opened.page.keyboard.press("0")
    rects = [tuple(map(float, match.groups())) for match in RECT.finditer(opened.saved_svg())]
    return [rect for rect in rects if rect[4] in (3, 5, 9)]


def from_corner(rects):
    left, top = min(rect[0] for rect in rects), min(rect[1] for rect in rects)
    return sorted({(round(x - left, 1), round(y - top, 1), w, h, int(r)) for x, y, w, h, r in rects})


@pytest.mark.parametrize("graph", [tagger(), chain(9)], ids=["tagger", "chain"])
def test_every_box_and_card_stands_where_the_picture_has_it(open_page, graph):
    opened = open_page(graph)
    opened.page.click("button:has-text('View')")
    opened.page.click("[role=menuitem]:has-text('Open all inside')")
    drawn = from_corner(of_the_picture(graph))
    shown = from_corner(of_the_page(opened))
    assert len(drawn) > 8
    assert [rect for rect in drawn if rect not in shown] == []
    assert [rect for rect in shown if rect[4] == 3] == [rect for rect in drawn if rect[4] == 3]
