"""A drawing -> one SVG document: title, cards inside cards, wires, legend, scale and notes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Iterator, List, Optional, Tuple

from opscope.layout.families import FAMILIES
from opscope.layout.heat import STEPS
from opscope.layout.labels import cut
from opscope.layout.measure import INSIDE, Frame
from opscope.layout.scene import Box, Pill
from opscope.layout.text import Font, width

from .svg_marks import box, card, number, pill, rectangle, text
from .svg_style import style
from .svg_symbols import Piece, resolve
from .svg_wires import wires

if TYPE_CHECKING:
    from opscope.layout.drawing import Drawing, Drawn
    from opscope.layout.scene import Scale, Scene

MARGIN = 36.0
TOP = 94.0
"""Where the first mark begins, below the title."""
LEAST_WIDTH = 480.0
"""Room for the title over a narrow drawing."""
TITLE, SUBTITLE = Font("bold", 20.0), Font("regular", 16.0)
MOST_TITLE = 72
"""Characters of the graph's name."""
LEGEND = Font("regular", 12.0)
FACTS = Font("mono", 11.5)
LINE = 26.0


def svg(drawing: "Drawing", *, theme: str = "auto", links: Optional[str] = None) -> str:
    """The drawing as an SVG document.

    Args:
        drawing: what `layout.engine` made.
        theme: ``light``, ``dark``, or ``auto`` for the reader's system to choose.
        links: a template such as ``https://host/blob/main/{file}#L{line}`` that makes source places links; ``None``: no links.
    """
    scene, body = drawing.scene, drawing.root.body
    heading = width(cut(scene.title, MOST_TITLE), TITLE) + 10 + width(scene.subtitle, SUBTITLE)
    needed = [body.width, LEAST_WIDTH, heading, *(width(line, FACTS) for line in (scene.facts, *scene.notes))]
    wide = max(needed) + 2 * MARGIN
    left = (wide - body.width) / 2
    symbols, marks = resolve(_items(drawing.root, links))
    top = TOP - (drawing.root.inside.y if drawing.root.inside is not None else 0.0)  # the root's border is not drawn
    content = [symbols, f'<g transform="translate({number(left)} {number(top)})">', marks, "</g>"]
    content.extend(_heading(scene))
    footer, height = _footer(scene, wide, top + body.height - INSIDE)
    content.extend(footer)
    return "".join(_document(content, wide, height, theme))


def _document(content: List[str], wide: float, height: float, theme: str) -> Iterator[str]:
    size = f'width="{number(wide)}" height="{number(height)}" viewBox="0 0 {number(wide)} {number(height)}"'
    yield f'<svg xmlns="http://www.w3.org/2000/svg" {size}>'
    marks = "".join(content)
    names = set(re.findall(r'class="([\w-]+)"', marks)) | {"paper"}
    yield style(names, theme)
    yield f'<rect class="paper" width="{number(wide)}" height="{number(height)}"/>'
    yield marks
    yield "</svg>\n"


def _items(root: "Drawn", links: Optional[str]) -> Iterator[Piece]:
    """Everything the root holds, cards before what they hold, without recursion."""
    stack: List[Tuple[Optional["Drawn"], str]] = [(root, "")]
    while stack:
        drawn, closing = stack.pop()
        if drawn is None:
            yield closing
            continue
        item = drawn.item
        if isinstance(item, Box):
            yield from box(drawn, item)
        elif isinstance(item, Pill):
            yield from pill(drawn, item)
        else:
            if drawn is not root:
                yield from card(drawn, item, links)
            if drawn.inside is not None:
                x, y = drawn.body.x + drawn.inside.x, drawn.body.y + drawn.inside.y
                yield f'<g transform="translate({number(x)} {number(y)})">'
                yield from wires(drawn.inside)
                stack.append((None, "</g>"))
                stack.extend((child, "") for child in reversed(drawn.inside.children))


def _heading(scene: "Scene") -> Iterator[str]:
    name = cut(scene.title, MOST_TITLE)
    yield text("title", MARGIN, 44, name)
    if scene.subtitle:
        yield text("subtitle", MARGIN + width(name, TITLE) + 10, 44, scene.subtitle)
    yield text("facts", MARGIN, 66, scene.facts)


def _footer(scene: "Scene", wide: float, y: float) -> Tuple[List[str], float]:
    """Legend, scale and notes below the drawing; and where the document ends."""
    y += MARGIN
    parts = [f'<path class="rule" d="M{number(MARGIN)} {number(y)}H{number(wide - MARGIN)}"/>']
    x, y = MARGIN, y + 14
    for name in scene.families:
        family = FAMILIES[name]
        need = 20 + width(family.title, LEGEND) + 18
        if x + need > wide - MARGIN and x > MARGIN:
            x, y = MARGIN, y + LINE
        parts.append(rectangle(f"f-{name}", Frame(x, y, 14.0, 14.0), 3))
        parts.append(text("legend", x + 20, y + 11, family.title))
        x += need
    y += LINE if scene.families else 0
    if scene.scale is not None:
        more, y = _scale(scene.scale, y + 6, wide)
        parts.extend(more)
    for note in scene.notes:
        y += 18
        parts.append(text("facts", MARGIN, y, note))
    return parts, y + 24


def _scale(scale: "Scale", y: float, wide: float) -> Tuple[List[str], float]:
    parts = []
    for index in range(len(STEPS)):
        parts.append(rectangle(f"h{index}", Frame(MARGIN + 34 * index, y, 34.0, 14.0), 0))
    end = MARGIN + 34 * len(STEPS)
    parts.append(text("facts", MARGIN, y + 30, "0"))
    parts.append(text("facts", end, y + 30, scale.text, "end" if width(scale.text, FACTS) < 150 else ""))
    if end + 40 + width(scale.coverage, FACTS) < wide - MARGIN:
        parts.append(text("facts", end + 40, y + 11, scale.coverage))
        return parts, y + 34
    parts.append(text("facts", MARGIN, y + 50, scale.coverage))
    return parts, y + 54
