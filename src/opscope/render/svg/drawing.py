"""Writes a drawing as one SVG document: title, cards inside cards, wires, legend, heat scale and notes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Iterator, List, Optional, Set, Tuple

from ...layout.flow_lines import flow_lines
from ...layout.scene.heat import STEPS
from ...layout.scene.items import Box, ChainRow, Pill
from ...layout.scene.labels import cut
from ...layout.scene.layer_kinds import LOOKS
from ...layout.sizes.extents import INSIDE, STACK_CARDS, STACK_STEP, Frame
from ...layout.sizes.headline import FACTS, HEADLINE, MOST_TITLE, SUBTITLE_GAP, title_wide
from ...layout.sizes.text_width import Font, in_lines, width
from ...layout.strips import ABOVE, WHOLE_DRAWING, Strip, flow_at
from ...layout.strips import strips as cut_into
from . import marks, rightward_marks
from .figures_below import carried_on
from .marks import coordinate, rectangle, text_mark, unnamed
from .sketch_marks import sketched_card
from .style import style
from .symbols import Piece, with_symbols
from .wire_paths import wires

if TYPE_CHECKING:
    from ...layout.picture import Drawing, Drawn
    from ...layout.scene.items import Scale, Scene
    from .marks import Naming

MARGIN = 36.0
"""The room around everything. All sizes here are in pixels."""
TOP = 94.0
"""Where the first mark begins, below the two lines of the title (at 44 and 66)."""
LEAST_WIDTH = 480.0
"""So that there is room for the title above a narrow drawing."""
STRIP_GAP = 40.0
"""Between two columns."""
BELOW = STACK_STEP * STACK_CARDS
"""How far the cards that are seen behind a stack may reach below the front card."""
LEGEND = Font("regular", 12.0)
LINE_HEIGHT = 26.0


def svg(drawing: "Drawing", *, theme: str = "auto", links: Optional[str] = None, columns: int = 1) -> str:
    """The drawing as an SVG document.

    Args:
        drawing: what `layout.engine` made.
        theme: ``light``, ``dark``, or ``auto``: the reader's system chooses.
        links: a template that turns source lines into links, such as ``https://host/blob/main/{file}#L{line}``;
            ``None`` for no links.
        columns: cut the drawing into at most this many columns side by side; one that goes to the right into lines below each other.
    """
    if drawing.rightward:
        return _rightward(drawing, theme, links, columns)
    scene, root = drawing.scene, drawing.root
    strips = cut_into(root, columns) if columns > 1 else []
    # The width and height of the marks: of the columns side by side, or else of the whole drawing.
    across = sum(strip.right - strip.left + STRIP_GAP for strip in strips) - STRIP_GAP if strips else root.body.width
    down = max(strip.bottom - strip.top for strip in strips) if strips else root.body.height - INSIDE
    headline = title_wide(scene)
    # The document is as wide as the widest of the marks and the lines of text.
    needed = [across, LEAST_WIDTH, headline, *(width(line, FACTS) for line in (scene.heading, *scene.notes))]
    wide = max(needed) + 2 * MARGIN
    left = (wide - across) / 2
    top = TOP - (root.inside.y if root.inside is not None else 0.0)  # the root's border is not drawn
    symbols, shown = with_symbols(_side_by_side(root, links, strips, left) if strips else item_marks(root, links))
    if not strips:
        shown = f'<g transform="translate({coordinate(left)} {coordinate(top)})">{shown}</g>'
    content = [symbols, shown]
    content.extend(heading(scene))
    # A strip begins a little above its first mark, so its window is placed that much higher.
    footer, height = _footer(scene, wide, TOP - ABOVE + down if strips else top + down)
    content.extend(footer)
    return "".join(document(content, wide, height, theme))


def _rightward(drawing: "Drawing", theme: str, links: Optional[str], most: int) -> str:
    """A drawing from left to right as a document, in at most so many lines of flow."""
    scene, root = drawing.scene, drawing.root
    lines = flow_lines(root, most)
    down = sum(line.bottom - line.top + STRIP_GAP for line in lines) - STRIP_GAP
    headline = title_wide(scene)
    notes = [width(line, FACTS) for line in (scene.heading, *scene.notes)]
    wide = max([*(line.right - line.left for line in lines), LEAST_WIDTH, headline, *notes]) + 2 * MARGIN
    symbols, shown = with_symbols(_one_below_another(root, links, lines))
    content = [symbols, shown]
    y, before = TOP - ABOVE, None
    for line in lines:  # the flow goes on from the end of a line to the beginning of the next
        flow, after = flow_at(root, line.left, along=0), flow_at(root, line.right, along=0)
        if before is not None and flow is not None:
            content.append(carried_on(before, (MARGIN, y + flow - line.top), y - STRIP_GAP / 2))
        before = None if after is None else (MARGIN + line.right - line.left, y + after - line.top)
        y += line.bottom - line.top + STRIP_GAP
    content.extend(heading(scene))
    footer, height = _footer(scene, wide, TOP - ABOVE + down)
    content.extend(footer)
    return "".join(document(content, wide, height, theme))


def _one_below_another(root: "Drawn", links: Optional[str], lines: List[Strip]) -> Iterator[Piece]:
    """The lines of flow of a drawing, from the first to the last, each in a window as in `_side_by_side`."""
    y = TOP - ABOVE
    for line in lines:
        yield window(line, MARGIN, y)
        yield from item_marks(root, links, line, rightward=True)
        yield "</svg>"
        y += line.bottom - line.top + STRIP_GAP


def window(strip: Strip, x: float, y: float) -> str:
    """The beginning of an inner ``svg`` at a place: a window that shows a column or a line of flow."""
    wide, high = strip.right - strip.left, strip.bottom - strip.top
    box = " ".join(coordinate(value) for value in (strip.left, strip.top, wide, high))
    place = f'x="{coordinate(x)}" y="{coordinate(y)}" width="{coordinate(wide)}" height="{coordinate(high)}"'
    return f'<svg {place} viewBox="{box}">'


def _side_by_side(root: "Drawn", links: Optional[str], strips: List[Strip], x: float) -> Iterator[Piece]:
    """The columns of a drawing from left to right. Each is an inner ``svg``: a window that shows one strip."""
    for strip in strips:
        yield window(strip, x, TOP - ABOVE)
        yield from item_marks(root, links, strip)
        yield "</svg>"
        x += strip.right - strip.left + STRIP_GAP


def document(
    content: List[str], wide: float, height: float, theme: Optional[str], scale: float = 1.0, *, fits: bool = False
) -> Iterator[str]:
    """The document around the content, with a style sheet of only those classes that the content uses.

    `scale` is how many of its units one of the content is. Without a `theme` there is no style sheet: who shows the document has
    one of its own, with the rules of `classes_in`. A document that `fits` shrinks with what it stands in, where it is part of a web page:
    an overview does, which stays readable.
    """
    box = f"0 0 {coordinate(wide * scale)} {coordinate(height * scale)}"
    size = f'width="{coordinate(wide * scale)}" height="{coordinate(height * scale)}" viewBox="{box}"'
    shrinks = ' style="max-width:100%;height:auto"' if fits else ""
    yield f'<svg xmlns="http://www.w3.org/2000/svg" {size}{shrinks}>'
    shown = "".join(content)
    if theme is not None:
        yield style(classes_in(shown) | {"paper"}, theme)  # the paper is written below
    yield f'<rect class="paper" width="{coordinate(wide * scale)}" height="{coordinate(height * scale)}"/>'
    yield shown if scale == 1.0 else f'<g transform="scale({scale:g})">{shown}</g>'
    yield "</svg>\n"


def classes_in(markup: str) -> Set[str]:
    """The classes that occur in some markup."""
    return set(re.findall(r'class="([\w-]+)"', markup))


def item_marks(
    root: "Drawn",
    links: Optional[str],
    column: Strip = WHOLE_DRAWING,
    named: "Naming" = unnamed,
    *,
    rightward: bool = False,
) -> Iterator[Piece]:
    """All marks that a column shows; a card comes before what is in it. Not recursive, as cards may nest deeply.

    In a drawing that goes `rightward`, a column is one of several lines of flow.
    """
    box = rightward_marks.box_marks if rightward else marks.box
    row = rightward_marks.column_marks if rightward else marks.chain_row
    card = rightward_marks.card_marks if rightward else sketched_card
    # What is still to be written, with the height (or the distance from the left edge) at which its parent begins. ``None`` closes the
    # group of a card.
    stack: List[Tuple[Optional["Drawn"], float]] = [(root, 0.0)]
    while stack:
        drawn, before = stack.pop()
        if drawn is None:
            yield "</g>"
            continue
        item = drawn.item
        begin, long = (drawn.body.x, drawn.body.width) if rightward else (drawn.body.y, drawn.body.height)
        begin += before
        middle = begin + long / 2  # a mark that cannot be cut is in the column that has its middle
        if not (column.shows(middle, middle) if drawn.inside is None else column.shows(begin, begin + long + BELOW)):
            continue
        if isinstance(item, Box):
            yield from box(drawn, item, named)
        elif isinstance(item, Pill):
            yield from marks.pill(drawn, item, named)
        elif isinstance(item, ChainRow):
            yield from row(drawn, item, named)
        else:
            if drawn is not root:
                yield from card(drawn, item, links, headed=column.shows(begin, begin + 1), named=named)
            if drawn.inside is not None:
                left, down = drawn.body.x + drawn.inside.x, drawn.body.y + drawn.inside.y
                inner = before + (left if rightward else down)
                yield f'<g transform="translate({coordinate(left)} {coordinate(down)})">'
                yield from wires(drawn.inside, column, inner, rightward=rightward)
                # It is a stack: the children, put on top in reverse order, are written before the group is closed.
                stack.append((None, 0.0))
                stack.extend((child, inner) for child in reversed(drawn.inside.children))


def heading(scene: "Scene") -> Iterator[str]:
    """The title with its subtitle, and the line of facts below."""
    yield from title_marks(scene)
    yield text_mark("facts", MARGIN, 66, scene.heading)


def title_marks(scene: "Scene") -> Iterator[str]:
    """The title with its subtitle."""
    name = cut(scene.title, MOST_TITLE)
    title = text_mark("title", MARGIN, 44, name)
    if scene.subtitle:
        # In a viewer that has none of the fonts, the title still ends before the subtitle begins.
        title = title.replace(
            ">", f' textLength="{coordinate(width(name, HEADLINE))}" lengthAdjust="spacingAndGlyphs">', 1
        )
    yield title
    if scene.subtitle:
        yield text_mark("subtitle", MARGIN + width(name, HEADLINE) + SUBTITLE_GAP, 44, scene.subtitle)


def _footer(scene: "Scene", wide: float, y: float) -> Tuple[List[str], float]:
    """Legend, heat scale and notes below the drawing, and the height at which the document ends."""
    y += MARGIN
    parts = [f'<path class="rule" d="M{coordinate(MARGIN)} {coordinate(y)}H{coordinate(wide - MARGIN)}"/>']
    families, y = footer_families(scene, wide, y + 14)
    parts.extend(families)
    if scene.scale is not None:
        more, y = _scale(scene.scale, y + 6, wide)
        parts.extend(more)
    for note in scene.notes:
        y += 18
        parts.append(text_mark("facts", MARGIN, y, note))
    return parts, y + 24


def legend_width(scene: "Scene") -> float:
    """The width of the legend of the families in one line."""
    return sum(38 + width(LOOKS[name].title, LEGEND) for name in scene.families)


def footer_families(scene: "Scene", wide: float, y: float, left: float = MARGIN) -> Tuple[List[str], float]:
    """The legend of the families from the height `y` on, and the height at which it ends. Its first line begins at `left`."""
    parts: List[str] = []
    x = left
    for name in scene.families:
        family = LOOKS[name]
        need = 20 + width(family.title, LEGEND) + 18
        # The next family does not fit on this line. (The first of a line always stands there, however long it is.)
        if x + need > wide - MARGIN and x > MARGIN:
            x, y = MARGIN, y + LINE_HEIGHT
        parts.append(rectangle(f"f-{name}", Frame(x, y, 14.0, 14.0), 3))
        parts.append(text_mark("legend", x + 20, y + 11, family.title))
        x += need
    y += LINE_HEIGHT if scene.families else 0
    return parts, y


def _scale(scale: "Scale", y: float, wide: float) -> Tuple[List[str], float]:
    """The heat scale, and the height at which it ends. Its text stands beside it, or below it if there is no room."""
    parts = []
    for index in range(len(STEPS)):
        parts.append(rectangle(f"h{index}", Frame(MARGIN + 34 * index, y, 34.0, 14.0), 0))
    end = MARGIN + 34 * len(STEPS)
    parts.append(text_mark("facts", MARGIN, y + 30, "0"))
    # The top of the scale ends at the scale's end, unless it is so long that it would run into the 0.
    parts.append(text_mark("facts", end, y + 30, scale.text, "end" if width(scale.text, FACTS) < 150 else ""))
    # The text stands right of the scale if it fits there, otherwise below it.
    if end + 40 + width(scale.coverage, FACTS) < wide - MARGIN:
        parts.append(text_mark("facts", end + 40, y + 11, scale.coverage))
        return parts, y + 34
    y += 50
    lines = text_lines(scale.coverage, wide - 2 * MARGIN)
    parts.extend(text_mark("facts", MARGIN, y + 18 * index, line) for index, line in enumerate(lines))
    return parts, y + 4 + 18 * (len(lines) - 1)


def text_lines(text: str, room: float) -> List[str]:
    """Break a text into lines that fit: between the parts of an enumeration (``a · b``), else between words."""
    space = " · " if " · " in text else " "
    return in_lines(text, FACTS, room, space)
