"""Writes an overview as one SVG document: the drawing in columns, the figures of each row beside it, and what is slowest below."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Iterator, List, NamedTuple, Optional, Sequence, Tuple

from ...graph.measured_runs import between_runs
from ...graph.number_text import percent_text
from ...graph.uncertainty import UNCERTAIN, uncertain
from ...layout.overview.page_shapes import BELOW_HIGH, LINE_GAP, OF_COPIES, second_line
from ...layout.overview.row_figures import RowFigures, copies_of, with_inner
from ...layout.scene.captions import ALARMS
from ...layout.scene.heat import ALL_COUNTED, not_counted
from ...layout.scene.items import Card, ChainRow
from ...layout.scene.items import items as scene_items
from ...layout.scene.labels import cut
from ...layout.sizes.extents import Frame
from ...layout.sizes.headline import FACTS, FACTS_GAP, headline_wide, title_wide
from ...layout.sizes.text_width import width
from ...layout.strips import flow_at
from .drawing import (
    LEGEND,
    MARGIN,
    document,
    footer_families,
    heading,
    item_marks,
    legend_width,
    text_lines,
    title_marks,
    window,
)
from .figure_room import PAGE_WIDEST, FigureRoom
from .figures_below import FiguresBelow, carried_on
from .figures_beside import GAP, told_error
from .marks import coordinate, rectangle, text_mark, unnamed
from .most import SENTENCE, most_of_all, most_told
from .sign_words import classes_found, signs_told
from .symbols import Piece, with_symbols
from .told_lines import told_lines

if TYPE_CHECKING:
    from ...layout.overview.one_page import Overview
    from ...layout.picture import Drawn
    from ...layout.scene.items import Scene
    from ...layout.strips import Strip
    from .marks import Naming
    from .told_lines import ToldLine

_SCALE = 1.25
"""Units of the document for each of the drawing, so that the smallest text has 13."""
_TOP = 38.0
"""Where the drawing begins, below the title, if the line of facts stands beside that."""
_HEAD = 45.0
"""The base line of the heads of the figures, beside the top of the drawing."""
_BELOW_HEAD = 17.0
"""From that line to the middle of the first line of figures, at least."""
_UNSHRUNK, _WIDE_FOR_HIGH = 1024.0, 16.0 / 9.0
"""A document is shown in a window of 1280 × 720 as it is up to this width; wider, if it is so high that its height decides."""
_NOTE_PITCH = 15.0
"""From one line of notes to the next."""
_BELOW_TEXT = 10.0
"""From the base line of the last one to the lower edge."""
BESIDE_PITCH = 17.0
"""From one line of text beside the drawing to the next."""
LEAST_WIDE = 604.0
"""The document is at least so wide, with its margin on the right."""
OWN_WORDS = "custom class"
NONE_OWN = "no custom layers"
"""Said where it is known of every layer: no mark can show that none is the author's."""
_ONLY_OWN = "no layer of a library"
IN_ROWS = "a layer's figures include gradients and update"
_MOST_CLASSES = 6
_SIGN, _BEHIND = 20.0, 18.0
"""The width of the sign before what the legend says of the author's classes, and the gap behind that."""
_OTHER_FONT = 1.15
"""Where a reader has not our font, bold text may be so many times as wide as it is measured here."""


def overview_svg(
    overview: "Overview",
    *,
    theme: Optional[str] = "auto",
    links: Optional[str] = None,
    named: "Naming" = unnamed,
    beside: Sequence[BesideLine] = (),
) -> str:
    """The overview as an SVG document.

    Args:
        overview: what is drawn.
        theme: as in `style`; ``None`` for a document without a style sheet.
        links: as in `svg`.
        named: writes the attributes that a card, a cell of a row, a pill and a line of figures are known by.
        beside: lines of text that stand right of the drawing, at the top.
    """
    drawing = overview.drawing
    scene = drawing.scene
    told = told_lines(overview)
    flow = _lines_of_flow if drawing.rightward else _columns
    parts = flow(overview, told, links, named)
    symbols, marks = with_symbols(iter(parts.pieces))
    high = max(parts.high, len(beside) * BESIDE_PITCH)
    texts = [
        text_mark(line.style, parts.wide + GAP, _TOP + 10 + number * BESIDE_PITCH, line.text)
        for number, line in enumerate(beside)
    ]
    reach = parts.wide + GAP + max(width(line.text, FACTS) for line in beside) if beside else parts.wide
    wide = max(reach, LEAST_WIDE, MARGIN + width(most_told(overview), SENTENCE)) + MARGIN
    wide = max(wide, min(PAGE_WIDEST, _line_below(overview)))
    second = second_line(scene)
    wide = max(wide, 2 * MARGIN + (width(scene.heading, FACTS) if second else headline_wide(scene)))
    bottom, y = _below(overview, told, wide, _TOP + high)
    body = [symbols, marks, *parts.content, *texts, *bottom]
    if second:
        body = [f'<g transform="translate(0 {coordinate(second)})">', *body, "</g>"]
    title = ['<g transform="translate(0 -20)">', *_heading(scene, in_line=not second), "</g>"]
    return "".join(document([*title, *body], wide, y + second, theme, _SCALE, fits=theme is not None))


def _heading(scene: "Scene", *, in_line: bool) -> Iterator[str]:
    """The title and the facts, beside or below it."""
    if not in_line:
        yield from heading(scene)
        return
    yield from title_marks(scene)
    yield text_mark("facts", MARGIN + title_wide(scene) + FACTS_GAP, 44, scene.heading)


class BesideLine(NamedTuple):
    """A line of text right of the drawing."""

    text: str
    style: str
    """The class of its style."""


class _Parts(NamedTuple):
    """The drawing with its figures: pieces that may become symbols, what is drawn over them, and how far they reach."""

    pieces: List[Piece]
    content: List[str]
    wide: float
    """The right end of all."""
    high: float
    """The lower end, from where the drawing begins."""


def _columns(overview: "Overview", told: "Sequence[ToldLine]", links: Optional[str], named: "Naming") -> _Parts:
    """The columns of a drawing side by side, each with the figures of its rows beside it."""
    root = overview.drawing.root
    content: List[str] = []
    x, down = MARGIN, 0.0
    pieces: List[Piece] = []
    room = FigureRoom(overview, named, _page_wide(overview))
    told = room.named(told)
    table = room.table(told)
    top = _top(overview, told)
    before: Optional[Tuple[float, float]] = None  # where the flow left the column before
    for strip in overview.columns:
        wide, high = strip.right - strip.left, strip.bottom - strip.top
        pieces.append(window(strip, x, top))
        pieces.extend(item_marks(root, links, strip, named))
        pieces.append("</svg>")
        if before is not None:
            content.append(_carried(root, before, strip, x, top))
        flow = flow_at(root, strip.bottom)
        before = None if flow is None else (x + flow - strip.left, top + high)
        here = [each for each in told if strip.shows(each.line.y, each.line.y)]
        content.extend(table.head(x + wide + GAP, _HEAD))
        content.extend(table.lines(here, x + wide + GAP, top - strip.top))
        x += wide + GAP + table.wide + GAP
        down = max(down, high)
    return _Parts(pieces, content, x - GAP, top - _TOP + down)


def _page_wide(overview: "Overview") -> float:
    """How wide the page may be without that it is shown smaller, or as what stands below makes it anyway."""
    high = (
        _TOP
        + second_line(overview.drawing.scene)
        + max(strip.bottom - strip.top for strip in overview.columns)
        + BELOW_HIGH
    )
    return min(PAGE_WIDEST, max(high * _WIDE_FOR_HIGH, _UNSHRUNK, _line_below(overview)))


def _top(overview: "Overview", told: "Sequence[ToldLine]") -> float:
    """Where the drawing begins: so far below the heads of the figures that those of the first line stand clear of them."""
    first = [
        min((each.line.y - strip.top for each in told if strip.shows(each.line.y, each.line.y)), default=math.inf)
        for strip in overview.columns
    ]
    return max(_TOP, _HEAD + _BELOW_HEAD - min(first))


def _lines_of_flow(overview: "Overview", told: "Sequence[ToldLine]", links: Optional[str], named: "Naming") -> _Parts:
    """The lines of flow of a drawing from left to right below each other, with the figures of each item below it."""
    root = overview.drawing.root
    below = FiguresBelow(overview.figures, named, most_of_all(overview))
    wide = max(strip.right - strip.left for strip in overview.columns)
    pieces: List[Piece] = []
    content = [*below.head(MARGIN + max(wide, LEAST_WIDE - MARGIN), _HEAD - 9.0)]
    y = _TOP
    before: Optional[Tuple[float, float]] = None  # where the flow left the line before
    for strip in overview.columns:
        pieces.append(window(strip, MARGIN, y))
        pieces.extend(item_marks(root, links, strip, named, rightward=True))
        pieces.append("</svg>")
        flow = flow_at(root, strip.left, along=0)
        if before is not None and flow is not None:
            content.append(carried_on(before, (MARGIN, y + flow - strip.top), y - LINE_GAP / 2))
        after = flow_at(root, strip.right, along=0)
        before = None if after is None else (MARGIN + strip.right - strip.left, y + after - strip.top)
        for each in told:
            if strip.shows(each.line.x, each.line.x):
                content.extend(below.lines(each.line, each.amounts, MARGIN - strip.left, y - strip.top))
        y += strip.bottom - strip.top + LINE_GAP
    return _Parts(pieces, content, MARGIN + wide, y - LINE_GAP - _TOP)


def _carried(root: "Drawn", start: Tuple[float, float], strip: "Strip", x: float, top: float) -> str:
    """The line along which the flow goes on from the foot of a column to the head of the next, which begins at `x` and `top`."""
    flow = flow_at(root, strip.top)
    if flow is None:
        return ""
    gutter, end = x - GAP / 2, x + flow - strip.left
    corners = [
        (start[0], start[1] + 6.0),
        (gutter, start[1] + 6.0),
        (gutter, top - 4.0),
        (end, top - 4.0),
        (end, top),
    ]
    steps = "L".join(f"{coordinate(a)} {coordinate(b)}" for a, b in (start, *corners))
    return f'<path class="carried" d="M{steps}"/>'


def _line_below(overview: "Overview") -> float:
    """The width at which what stands below the drawing would be one line of text, and one of legend."""
    words = " \u00b7 ".join(
        [*_of_flops(overview.figures), *_of_phases(overview.figures), *overview.drawing.scene.notes]
    )
    return 2 * MARGIN + max(
        width(words, FACTS), _OTHER_FONT * width(most_told(overview), SENTENCE) + GAP + _legend_wide(overview)
    )


def _legend_wide(overview: "Overview") -> float:
    return legend_width(overview.drawing.scene) + (_own_wide(OWN_WORDS) if _tells_own(overview) else 0.0)


def _tells_own(overview: "Overview") -> bool:
    """Whether the legend has the sign of the author's classes: where it is on a card."""
    return any(card.own for card in _cards(overview.drawing.scene))


def _own_wide(words: str) -> float:
    """The width of the sign of the author's classes with these words, and of the gap behind them."""
    return _SIGN + width(words, LEGEND) + _BEHIND


def _own_words(overview: "Overview", room: float) -> str:
    """What the legend says of the author's classes: their names, so many as there is room for, and how many more; or only that there are some."""
    # Models are the author's almost always: where there is no room for all, they are left to the number.
    names = [cut(own.name) for own in sorted(overview.classes, key=lambda own: own.is_model)]
    some = [
        _own_named(overview, f"{', '.join(names[:count])} and {len(names) - count} more")
        for count in range(min(len(names) - 1, _MOST_CLASSES), 0, -1)
    ]
    return next((words for words in [*_all_own_words(overview), *some] if _own_wide(words) <= room), OWN_WORDS)


def _all_own_words(overview: "Overview") -> List[str]:
    """The words that name all of the author's classes, with what stands for them in the drawing and without; none where there are many."""
    names = [cut(own.name) for own in overview.classes]
    told = [classes_found(overview), names] if 0 < len(names) <= _MOST_CLASSES else []
    return [_own_named(overview, ", ".join(each)) for each in told]


def _own_named(overview: "Overview", names: str) -> str:
    return f"{OWN_WORDS}: {names}{f' ({_ONLY_OWN})' if overview.all_own else ''}"


def _own_sign(words: str, left: float, y: float) -> Iterator[str]:
    """The sign of the author's classes, with the words behind it."""
    yield rectangle("own", Frame(left, y + 6, 14.0, 14.0), 3)
    yield text_mark("legend", left + _SIGN, y + 17, words)


def _below(overview: "Overview", told: "Sequence[ToldLine]", wide: float, y: float) -> Tuple[List[str], float]:
    """The rule below the drawing, what is slowest, the legend and the notes."""
    scene = overview.drawing.scene
    y += 8
    parts = [f'<path class="rule" d="M{coordinate(MARGIN)} {coordinate(y)}H{coordinate(wide - MARGIN)}"/>']
    said = most_told(overview)
    left = MARGIN
    warned = [note for note in scene.notes if note.startswith(ALARMS)]
    calm = [note for note in scene.notes if note not in warned]
    for line in [line for line in (said, *warned) if line]:
        y += 18 if left > MARGIN else 0
        parts.append(text_mark("told", MARGIN, y + 17, line))
        left = MARGIN + _OTHER_FONT * width(line, SENTENCE) + GAP
    room = wide - MARGIN - left
    legend = legend_width(scene)
    own = _tells_own(overview)
    beside = _own_words(overview, room) if own and left > MARGIN else OWN_WORDS
    own_told = beside in _all_own_words(overview) and _own_wide(beside) + legend > room
    if own_told:  # beside or before the legend there is no room for all names
        parts.extend(_own_sign(beside, left, y))
    if own_told or _legend_wide(overview) > room:
        left, y = MARGIN, y + (18 if left > MARGIN else 0)
        room = wide - 2 * MARGIN
    if own and not own_told:
        words = _own_words(overview, room - legend)
        parts.extend(_own_sign(words, left, y))
        left += _own_wide(words)
    none_own = [NONE_OWN] if overview.none_own else []
    signs = " \u00b7 ".join([*signs_told(overview.drawing.root), *none_own])
    after, row = left + legend_width(scene), y
    families, y = footer_families(scene, wide, y + 6, left)
    parts.extend(families)
    if signs and after + width(signs, LEGEND) <= wide - MARGIN:  # in the line of the legend, as all of that is there
        parts.append(text_mark("legend", after, row + 17, signs))
        signs = ""
    y += 2
    for line in text_lines(
        " \u00b7 ".join(
            [
                *([signs] if signs else []),
                *_of_flops(overview.figures),
                *_of_errors(overview),
                *_of_phases(overview.figures),
                *_of_copies(told),
                *calm,
            ]
        ),
        wide - 2 * MARGIN,
    ):
        parts.append(text_mark("facts", MARGIN, y, line))
        y += _NOTE_PITCH
    return parts, y - _NOTE_PITCH + _BELOW_TEXT


def _of_flops(figures: RowFigures) -> List[str]:
    """What is said of the column of FLOPs."""
    said = not_counted(figures.cost)
    if not any(row.flops for row in figures.rows):
        return (
            [f"FLOPs {said}"]
            if figures.cost is not None and figures.cost.flops is None and figures.cost.unknown_shape
            else []
        )
    sample = " for one sample" if figures.cost is not None and figures.cost.per_sample else ""
    return [f"FLOPs{sample} {said[: -len(ALL_COUNTED)] if said.endswith(ALL_COUNTED) else said}"]


def _of_phases(figures: RowFigures) -> List[str]:
    """Where the figures of gradients and updates stand: their own cards have none of a layer's."""
    return [IN_ROWS] if any(len(row.parts) > 1 for row in figures.rows) else []


def _of_copies(told: "Sequence[ToldLine]") -> List[str]:
    """That figures beside a stack are of all its copies, where one stands without words of its own for that."""
    return [OF_COPIES] if any(copies_of(each.line.item) > 1 and not each.below for each in told) else []


def _of_errors(overview: "Overview") -> List[str]:
    """What the signs beside figures mean, where they are shown."""
    rows = overview.figures.rows
    shown = len(overview.columns) == 1 and any(told_error(row) is not None for row in rows)
    signs = [f"± standard error{between_runs(overview.graph.measurement)}"] if shown else []
    doubted = any(uncertain(row.total or 0.0, row.error) for row in with_inner(rows))
    return [*signs, *([f"~ error may be above {percent_text(UNCERTAIN)}"] if doubted else [])]


def _cards(scene: "Scene") -> "Iterator[Card]":
    """All cards, those in rows too."""
    for item in scene_items(scene):
        yield from (part for part in (item.items if isinstance(item, ChainRow) else (item,)) if isinstance(part, Card))
