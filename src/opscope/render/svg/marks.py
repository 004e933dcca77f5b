"""The marks of a drawing as SVG: cards, boxes, pills, chips, heat. Coordinates are relative to what holds them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Iterator, List, Optional, Tuple
from xml.sax.saxutils import escape, quoteattr

from ...graph.vocabulary import FLOW_KINDS, FLOW_PARTS
from ...layout.scene.heat import step
from ...layout.scene.labels import source_text
from ...layout.sizes.extents import (
    CARD_PAD,
    HEAT_BAR,
    HEAT_GAP,
    HEAT_TEXT,
    LINE_ONE,
    LINE_TWO,
    NOTE_GAP,
    PILL_FONT,
    SMALL_FONT,
    STACK_STEP,
    SUBTITLE_FONT,
    TEXT_GAP,
    TITLE_FONT,
    Frame,
    behind,
    times,
)
from ...layout.sizes.text_width import width
from ...visible import one_line, visible
from .source_links import link
from .symbols import Mark, Piece, fixed

if TYPE_CHECKING:
    from ...graph.types import Source
    from ...layout.flat import Point
    from ...layout.picture import Drawn
    from ...layout.scene.items import Box, Card, Chip, Heat, Pill

STATES = frozenset({"state", "result"})
CARD_ROUND = 9
DOCK_BUS = 5.0
"""Chips above or below the body's height are joined to it by a line this far left of it."""
BOX_ROUND = 5
CHIP_ROUND = 10
BAR_ROUND = 3
NAME_DROP = 4.5
"""From the middle of a box or pill to the base line of its name."""
NOTE_DROP = 4.0
"""... and of the note beside it."""
CHIP_DROP = 3.5
"""From the middle of a chip to the base line of its text."""


def coordinate(value: float) -> str:
    """A coordinate, without what a reader of the file need not see."""
    return f"{value:.1f}".rstrip("0").rstrip(".") if value != int(value) else str(int(value))


def text_mark(name: str, x: float, y: float, content: str, anchor: str = "") -> str:
    """One line of text."""
    place = f' text-anchor="{anchor}"' if anchor else ""
    return f'<text class="{name}" x="{coordinate(x)}" y="{coordinate(y)}"{place}>{escape(one_line(content))}</text>'


def rectangle(name: str, frame: Frame, corner: float) -> str:
    """A rounded rectangle."""
    x, y, wide, high = (coordinate(value) for value in frame)
    return f'<rect class="{name}" x="{x}" y="{y}" width="{wide}" height="{high}" rx="{coordinate(corner)}"/>'


def shape(name: str, frame: Frame, corner: float) -> Mark:
    """A rounded rectangle that others may equal but for its place."""
    x, y, wide, high = (coordinate(value) for value in frame)
    return fixed(
        f'<rect class="{name}" width="{wide}" height="{high}" rx="{coordinate(corner)}"/>', f' x="{x}" y="{y}"'
    )


def tooltip(tip: str) -> str:
    """The tooltip of the group it opens."""
    return f"<title>{escape(visible(tip))}</title>" if tip else ""


def box(drawn: "Drawn", item: Box) -> Iterator[Piece]:
    """An op with its chips and what is noted beside it."""
    body = drawn.body
    yield f"<g>{tooltip(f'{item.tip}{chr(10)}{item.note}' if item.note and item.heat else item.tip)}"
    yield shape(f"f-{item.family}", body, BOX_ROUND)
    middle = body.y + body.height / 2
    yield text_mark("op", body.x + body.width / 2, middle + NAME_DROP, item.title)
    yield "</g>"
    if item.heat or item.note:
        yield text_mark(
            "note", body.x + body.width + NOTE_GAP, middle + NOTE_DROP, item.heat.text if item.heat else item.note
        )
    yield from chips(drawn, item.chips)


def pill(drawn: "Drawn", item: Pill) -> Iterator[Piece]:
    """An end of the graph, or a loop's variable."""
    body = drawn.body
    yield f"<g>{tooltip(item.tip)}"
    turns = item.kind in STATES
    yield shape("state" if turns else "end", body, body.height / 2)
    wide = width(item.title, PILL_FONT) + (TEXT_GAP + width(item.detail, SMALL_FONT) if item.detail else 0)
    x, y = body.x + (body.width - wide) / 2, body.y + body.height / 2 + NAME_DROP
    yield text_mark("turn" if turns else "port", x, y, item.title)
    if item.detail:
        yield text_mark("note", x + width(item.title, PILL_FONT) + TEXT_GAP, y, item.detail)
    yield "</g>"
    yield from chips(drawn, item.chips)


def chips(drawn: "Drawn", items: Tuple[Chip, ...]) -> Iterator[Piece]:
    """The docked chips of an item; one that stands for an op drawn elsewhere has that op's colour around it."""
    body = drawn.body
    for chip, frame in zip(items, drawn.chips):
        place = Frame(body.x + frame.x, body.y + frame.y, frame.width, frame.height)
        yield f"<g>{tooltip(chip.tip)}"
        yield shape("chip" if chip.family == "variable" else f"c-{chip.family}", place, CHIP_ROUND)
        yield text_mark("side", place.x + place.width / 2, place.y + place.height / 2 + CHIP_DROP, chip.text)
        yield "</g>"


def docks(drawn: "Drawn") -> "Iterator[Tuple[Point, ...]]":
    """The line from each chip of an item to its body; chips above or below the body's height are joined by a line beside it."""
    body = drawn.body
    for frame in drawn.chips:
        right, y = body.x + frame.x + frame.width, body.y + frame.y + frame.height / 2
        if body.y <= y <= body.y + body.height:
            yield (right, y), (body.x, y)
        else:
            bus, middle = body.x - DOCK_BUS, body.y + body.height / 2
            yield (right, y), (bus, y), (bus, middle), (body.x, middle)


def sheets(body: Frame, repeat: int) -> List[Frame]:
    """The cards that are seen behind a stack, the one furthest back first."""
    shifts = (sheet * STACK_STEP for sheet in range(behind(repeat), 0, -1))
    return [Frame(body.x + shift, body.y + shift, body.width, body.height) for shift in shifts]


def heat_bar(body: Frame, repeat: int) -> Frame:
    """The bar beside a card, and beside those behind it."""
    x = body.x + body.width + STACK_STEP * behind(repeat) + HEAT_GAP
    return Frame(x, body.y, HEAT_BAR, body.height)


def card(drawn: "Drawn", item: Card, links: Optional[str], *, headed: bool = True) -> Iterator[Piece]:
    """A card's own marks: those behind it in a stack, its ground, its texts, its heat, its chips; not `headed`: its ground alone."""
    body = drawn.body
    for sheet in sheets(body, item.repeat):
        yield shape("behind", sheet, CARD_ROUND)
    ground = "loop" if item.kind in FLOW_KINDS else "body" if item.kind in FLOW_PARTS else "card"
    yield f"<g>{tooltip(item.tip)}"
    yield shape(ground, body, CARD_ROUND)
    if headed:
        yield from _head(body, item, links)
    yield "</g>"
    if not headed:
        return
    if item.heat:
        yield from _heat(heat_bar(body, item.repeat), item.heat)
    yield from chips(drawn, item.chips)


def _head(body: Frame, item: Card, links: Optional[str]) -> Iterator[str]:
    left, right = body.x + CARD_PAD, body.x + body.width - CARD_PAD
    name = "flow" if item.kind in FLOW_KINDS or item.kind in FLOW_PARTS else "name"
    yield text_mark(name, left, body.y + LINE_ONE, item.title)
    x = left + width(item.title, TITLE_FONT) + TEXT_GAP
    if item.subtitle:
        yield text_mark("kind", x, body.y + LINE_ONE, item.subtitle)
        x += width(item.subtitle, SUBTITLE_FONT) + TEXT_GAP
    if item.repeat > 1:
        yield text_mark("name", x, body.y + LINE_ONE, times(item.repeat))
    if item.detail:
        yield text_mark("detail", left, body.y + LINE_TWO, item.detail)
    if item.source:
        yield source(item.source, right, body.y + LINE_TWO, links)


def source(place: "Source", x: float, y: float, links: Optional[str]) -> str:
    """A place in the user's code, as a link when a template is given."""
    shown = text_mark("source", x, y, source_text(place), "end")
    address = link(place, links) if links is not None else ""
    return f"<a href={quoteattr(address)}>{shown}</a>" if address else shown


def _heat(bar: Frame, heat: "Heat") -> Iterator[str]:
    yield rectangle(f"h{step(heat.level)}", bar, BAR_ROUND)
    x = bar.x + bar.width + HEAT_TEXT
    yield text_mark("hot", x, bar.y + 14, heat.text)
    if heat.share and bar.height >= 30:
        yield text_mark("note", x, bar.y + 32, heat.share)
