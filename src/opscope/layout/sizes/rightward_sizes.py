"""How large items are in a drawing from left to right, and where their parts stand.

Texts stay upright, and wires enter an item in the middle of its left side. So chips stand above an item instead of beside it, notes and
figures below it, the cells of a row one below the other, and what a card says is broken into lines.
"""

from __future__ import annotations

from typing import List, NamedTuple, Sequence, Tuple, Union

from ..flat import Size
from ..scene.items import Box, Card, Cell, ChainRow, Chip, Pill
from .extents import (
    BOX_HEIGHT,
    BOX_LEAST,
    BOX_PAD,
    CARD_LEAST,
    CARD_PAD,
    CHIP_FONT,
    CHIP_GAP,
    CHIP_HEIGHT,
    CHIP_PAD,
    CHIP_PITCH,
    DETAIL_FONT,
    HEAT_BAR,
    HEAT_FONT,
    HEAT_GAP,
    INSIDE,
    OP_FONT,
    PILL_FONT,
    PILL_PAD,
    SMALL_FONT,
    STACK_STEP,
    SUBTITLE_FONT,
    TEXT_GAP,
    TITLE_FONT,
    Frame,
    behind,
    times,
)
from .row_sizes import CELL_HEIGHT, NAME_FONT, cell_width
from .text_width import in_lines, width

CELL_GAP = 7.0
"""Between two cells of a row that stands as a column."""
CHIP_INDENT = 12.0
"""From the left edge of a body to the chips above it; the line that joins them to it runs half way."""
LINE_BELOW = 14.0
"""The height of a line of small text below or above a body."""
PORTS_ROOM = 6.0
"""Ports may spread along so much more than half of what a wire ends at: it is only as high as a line of text."""
HEAD_ROOM = 228.0
"""What a closed card says is broken into lines of at most so many pixels."""
HEAD_TOP, HEAD_BELOW = 5.0, 6.0
"""Above the first line of a card, and below its last."""
HIGHEST_AXIS = 40.0
"""A wire ends at most so far below the top of a closed card: what stands beside it mostly hangs down from the wire."""
FIGURES_HEIGHT, FIGURES_WIDE = 39.0, 124.0
"""The room for the figures of an item below it: two lines and a bar."""


class Across(NamedTuple):
    """The size of an item and the places of its parts, in pixels."""

    size: Size
    """As placing takes it: `left` and `right` are how far the item reaches above and below its axis, `height` is its width."""
    body: Frame
    """Its x is told from the left edge of the item's room, its y from the axis, which is level."""
    chips: Tuple[Frame, ...]
    """From the corner of the body, as `room`: what the item takes with all that stands around it."""
    room: Frame


class HeadLine(NamedTuple):
    """A line of what a card says: its class in the style sheet, its text, and its base line below the card's top."""

    name: str
    text: str
    base: float


class _Around(NamedTuple):
    """What stands around a body: above it, below it, before and behind it, and how wide that is."""

    above: float = 0.0
    below: float = 0.0
    before: float = 0.0
    behind: float = 0.0
    wide: float = 0.0


def box_across(item: Union[Box, Pill], oval: float) -> Across:
    """An op with its chips above and its figure or note below, or an end, which is an oval as high as that."""
    if isinstance(item, Box):
        note = item.heat.text if item.heat else item.note
        wide = max(BOX_LEAST, width(item.title, OP_FONT) + 2 * BOX_PAD)
        around = _Around(below=LINE_BELOW if note else 0.0, wide=width(note, SMALL_FONT))
        return _across(wide, BOX_HEIGHT, BOX_HEIGHT / 2, item.chips, around)
    text = width(item.title, PILL_FONT) + (TEXT_GAP + width(item.detail, SMALL_FONT) if item.detail else 0.0)
    return _across(max(BOX_LEAST, text + 2 * PILL_PAD), oval, oval / 2, item.chips, _Around())


def column_frames(row: ChainRow) -> List[Frame]:
    """Where the cells of a row stand in a column, from the corner of its body.

    The first one, where the wire ends, has a line of its own. Of the others as many stand side by side as have room. All lines are equally
    wide, but a sign alone in its line.
    """
    wide = column_width(row)
    frames: List[Frame] = []
    for number, line in enumerate(_column_lines(row.cells, wide)):
        needs = [cell_width(cell) for cell in line]
        more = (wide - sum(needs) - CELL_GAP * (len(line) - 1)) / len(line)
        x, y = 0.0, number * (CELL_HEIGHT + CELL_GAP)
        for cell, need in zip(line, needs):
            own = CELL_HEIGHT if cell.symbol else need + more
            frames.append(Frame(x + (need + more - own) / 2, y, own, CELL_HEIGHT))
            x += need + more + CELL_GAP
    return frames


def _column_lines(cells: Sequence[Cell], wide: float) -> List[List[Cell]]:
    """The cells of each line of a column."""
    lines: List[List[Cell]] = [[cells[0]]]
    for cell in cells[1:]:
        beside = [*lines[-1], cell]
        if len(lines) > 1 and sum(map(cell_width, beside)) + CELL_GAP * (len(beside) - 1) <= wide:
            lines[-1].append(cell)
        else:
            lines.append([cell])
    return lines


def column_width(row: ChainRow) -> float:
    """The width of the widest cell of a row."""
    return max(cell_width(cell) for cell in row.cells)


def row_across(row: ChainRow, *, figured: bool) -> Across:
    """A row as a column of cells, with its name above and perhaps its figures below. Its axis runs through its first cell."""
    frames = column_frames(row)
    first, high = frames[0], frames[-1].y + CELL_HEIGHT
    around = _Around(
        above=LINE_BELOW + 2.0 if row.name else 0.0,
        below=FIGURES_HEIGHT if figured else 0.0,
        wide=max(width(row.name, NAME_FONT), FIGURES_WIDE if figured else 0.0),
    )
    return _across(column_width(row), high, first.y + CELL_HEIGHT / 2, (), around, half=CELL_HEIGHT / 2 + PORTS_ROOM)


def card_across(
    card: Card, source: str, inside: Tuple[float, float], *, axis: float, before: float, figured: bool
) -> Across:
    """A card that holds something of width and height `inside`, (0, 0) for a closed one, below what it says.

    `axis` is the height of the flow in what it holds; `before` is kept free on its left for the words at arrow heads.
    """
    lines = head_lines(card, source, inside[0])
    said = max((width(line.text, FONTS[line.name]) for line in lines), default=0.0) + 2 * CARD_PAD
    wide, head = max(CARD_LEAST, said, inside[0]), head_room(card, source, inside[0])
    high = head + inside[1]
    stack = STACK_STEP * behind(card.repeat)
    heat = HEAT_GAP + HEAT_BAR + 2 * LINE_BELOW if card.heat else 0.0
    figures = FIGURES_HEIGHT if figured else 0.0
    around = _Around(
        below=stack + heat + figures,
        before=before,
        behind=stack,
        wide=max(
            FIGURES_WIDE if figured else 0.0,
            max(width(card.heat.text, HEAT_FONT), width(card.heat.below, SMALL_FONT)) if card.heat else 0.0,
        ),
    )
    return _across(wide, high, head + axis if card.open else min(high / 2, HIGHEST_AXIS), card.chips, around)


FONTS = {"name": TITLE_FONT, "flow": TITLE_FONT, "kind": SUBTITLE_FONT, "detail": DETAIL_FONT, "source": SMALL_FONT}
"""The fonts of the lines of a card, by class."""
_PITCH = {"name": 18.0, "flow": 18.0, "kind": 16.0, "detail": 14.0, "source": 14.0}
"""How far the base line of each is below the line before."""


def head_lines(card: Card, source: str, wide: float, title: str = "name") -> List[HeadLine]:
    """What a card says, in lines that fit into a card that is `wide`, or into `HEAD_ROOM`."""
    room = max(HEAD_ROOM, wide - 2 * CARD_PAD)
    named = f"{card.title} {times(card.repeat)}" if card.repeat > 1 else card.title
    lines: List[HeadLine] = []
    base = HEAD_TOP - 4.0
    for name, text in ((title, named), ("kind", card.subtitle), ("detail", card.detail), ("source", source)):
        for line in in_lines(" ".join(text.split()), FONTS[name], room) if text else ():
            base += _PITCH[name]
            lines.append(HeadLine(name, line, base))
    return lines


def head_room(card: Card, source: str, wide: float) -> float:
    """The height of what a card says; a card without a title keeps a little room above what it holds."""
    lines = head_lines(card, source, wide)
    return lines[-1].base + HEAD_BELOW if lines else INSIDE - 6.0


def _across(
    wide: float, high: float, axis: float, chips: Sequence[Chip], around: _Around, *, half: float = 0.0
) -> Across:
    """The size of an item whose body is so wide and high, with its axis so far below its top.

    `half` is how far from the axis its ports may stand; by default as far as its body reaches on both sides, and a little more.
    """
    wide, high = float(-(-wide // 1)), float(-(-high // 1))
    tower = len(chips) * CHIP_PITCH - (CHIP_PITCH - CHIP_HEIGHT) + CHIP_GAP if chips else 0.0
    frames = []
    for place, chip in enumerate(chips):
        own = float(-(-(width(chip.text, CHIP_FONT) + 2 * CHIP_PAD) // 1))
        frames.append(Frame(CHIP_INDENT, place * CHIP_PITCH - around.above - tower, own, CHIP_HEIGHT))
    above = around.above + tower
    total = max([wide + around.behind, around.wide, *(frame.x + frame.width for frame in frames)])
    # What is above and below stands in the middle, the chips begin at the left edge.
    left = max(0.0, (around.wide - wide) / 2) // 1
    room = Frame(-around.before - left, -above, around.before + left + total, above + high + around.below)
    size = Size(above + axis, high - axis + around.below, room.width, half or min(axis, high - axis) + PORTS_ROOM)
    return Across(size, Frame(around.before + left, -axis, wide, high), tuple(frames), room)
