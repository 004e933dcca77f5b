"""Writes the marks of a drawing from left to right: what stands beside an item in other drawings stands above or below it here."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Iterator, Optional, Tuple

from ...graph.vocabulary import FLOW_KINDS, FLOW_PARTS
from ...layout.scene.heat import step
from ...layout.scene.items import Card
from ...layout.scene.labels import source_text
from ...layout.sizes.extents import CARD_PAD, HEAT_BAR, HEAT_GAP, STACK_STEP, Frame, behind
from ...layout.sizes.rightward_sizes import CELL_GAP, CHIP_INDENT, LINE_BELOW, column_frames, head_lines
from . import marks
from .marks import BAR_ROUND, coordinate, rectangle, text_mark, unnamed

if TYPE_CHECKING:
    from ...layout.flat import Point
    from ...layout.picture import Drawn
    from ...layout.scene.items import Box, ChainRow, Heat
    from .marks import Naming
    from .symbols import Piece

_NOTE_BASE = 11.0
"""From the lower edge of a body to the base line of the small text below it."""
_NAME_RISE = 5.0
"""From the upper edge of a row up to the base line of its name."""


def box_marks(drawn: "Drawn", item: "Box", named: "Naming" = unnamed) -> "Iterator[Piece]":
    """An op, with its chips above and its figure or note below."""
    tip = f"{item.tip}{chr(10)}{item.note}" if item.note and item.heat else item.tip
    yield from marks.box(drawn, replace(item, heat=None, note="", tip=tip), named)
    said = item.heat.text if item.heat else item.note
    if said:
        body = drawn.body
        yield text_mark("note", body.x + body.width / 2, body.y + body.height + _NOTE_BASE, said, "middle")


def column_marks(drawn: "Drawn", item: "ChainRow", named: "Naming" = unnamed) -> "Iterator[Piece]":
    """A row as a column: its cells feed each other to the right, and from the end of a line to the beginning of the next."""
    body = drawn.body
    middle = body.x + body.width / 2
    places = [Frame(body.x + frame.x, body.y + frame.y, frame.width, frame.height) for frame in column_frames(item)]
    for cell, place, before in zip(item.cells, places, [None, *places]):
        link = f'<path class="wire" d="{_link(before, place)}"/>' if before is not None else ""
        yield from marks.cell_marks(cell, place, link, named)
    if item.name:
        yield text_mark("called", middle, body.y - _NAME_RISE, item.name, "middle")


def _link(before: Frame, place: Frame) -> str:
    """The path of the line from one cell of a column to the next."""
    if before.y == place.y:
        right = before.x + before.width
        return f"M{coordinate(right)} {coordinate(place.y + place.height / 2)}H{coordinate(place.x)}"
    start, end = before.x + before.width / 2, place.x + place.width / 2
    half = coordinate(CELL_GAP / 2)
    return f"M{coordinate(start)} {coordinate(place.y - CELL_GAP)}v{half}H{coordinate(end)}v{half}"


def card_marks(
    drawn: "Drawn", item: Card, links: Optional[str], *, headed: bool = True, named: "Naming" = unnamed
) -> "Iterator[Piece]":
    """A card without what is in it, as `marks.card` writes it, with what it says in lines and its heat below."""
    yield from marks.card_ground(drawn.body, item, named, _head(drawn, item, links) if headed else ())
    if headed:
        if item.heat:
            yield from _heat(drawn.body, item.repeat, item.heat)
        yield from marks.chips(drawn, item.chips)


def _head(drawn: "Drawn", item: Card, links: Optional[str]) -> "Iterator[str]":
    title = "flow" if item.kind in FLOW_KINDS or item.kind in FLOW_PARTS else "name"
    wide = drawn.body.width if item.open else 0.0
    left = drawn.body.x + CARD_PAD
    for line in head_lines(item, source_text(item.source), wide, title):
        y = drawn.body.y + line.base
        if line.name == "source" and item.source is not None:
            yield marks.source(item.source, left, y, links, anchor="")
        else:
            yield text_mark(line.name, left, y, line.text)


def _heat(body: Frame, repeat: int, heat: "Heat") -> "Iterator[str]":
    """The bar of a figure below a card, and below those behind it, with the figure under it."""
    y = body.y + body.height + STACK_STEP * behind(repeat) + HEAT_GAP
    yield rectangle(f"h{step(heat.level)}", Frame(body.x, y, body.width, HEAT_BAR), BAR_ROUND)
    yield text_mark("hot", body.x, y + HEAT_BAR + _NOTE_BASE, heat.text)
    if heat.below:
        yield text_mark("note", body.x, y + HEAT_BAR + _NOTE_BASE + LINE_BELOW, heat.below)


def dock_lines(drawn: "Drawn") -> "Iterator[Tuple[Point, ...]]":
    """The lines from the chips above an item to it: level from each chip, then down along its left edge."""
    bus = drawn.body.x + CHIP_INDENT / 2
    for frame in drawn.chips:
        y = drawn.body.y + frame.y + frame.height / 2
        yield (drawn.body.x + frame.x, y), (bus, y), (bus, drawn.body.y)
