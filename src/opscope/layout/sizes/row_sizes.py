"""How large the rows of an overview are, and where their cells stand."""

from __future__ import annotations

from typing import List, Sequence

from ..flat import Size
from ..scene.items import Cell, ChainRow
from .extents import SMALL_FONT, Extents, Frame, pad_beside
from .text_width import Font, width

CELL_FONT = Font("regular", 12.5)
NAME_FONT = Font("bold", 12.5)
CELL_HEIGHT = 19.0
CELL_PAD = 8.0
CELL_LEAST = 36.0
ROW_AXIS = 38.0
"""The flow runs through a row so far from its left edge, whatever its first cell says: so all rows of a card begin at one place."""
ALONE_LEAST, FIRST_LEAST = 2 * ROW_AXIS, ROW_AXIS + 12.0
"""A cell alone in its row is at least so wide, and the first of several: the flow runs through it."""
SIGN_GAP = 3.0
"""Between a sign and the cells beside it: the second arrow head at its shoulder ends at none of these."""
NAME_GAP = 8.0
FOOT = 2.5
"""At least so far below a row runs the wire that leaves its last cell, back to where the flow goes down."""
SIGN_HALF = 16.0
"""A sign counts as half so wide where wires enter it: the second one then ends 8 beside the one that comes straight, at the sign's shoulder,
so that one sees two arrow heads."""


def cell_width(cell: Cell, least: float = CELL_LEAST) -> float:
    """The width of a cell; a sign has a circle."""
    if cell.symbol:
        return CELL_HEIGHT
    need = width(cell.text, CELL_FONT) + 2 * pad_beside(cell.compared, cell.found, CELL_PAD)
    return float(-(-max(need, least) // 1))


def row_width(cells: Sequence[Cell]) -> float:
    """The width of the cells side by side, without the row's name."""
    return max((frame.x + frame.width for frame in _side_by_side(cells)), default=0.0)


def cell_frames(row: ChainRow) -> List[Frame]:
    """Where the cells stand, from the left of the row's body: they are the parts of one bar. Only around a sign there is a gap."""
    return _side_by_side(row.cells)


def _side_by_side(cells: Sequence[Cell]) -> List[Frame]:
    frames: List[Frame] = []
    for place, cell in enumerate(cells):
        wide = cell_width(cell, CELL_LEAST if place else ALONE_LEAST if len(cells) == 1 else FIRST_LEAST)
        x = frames[-1].x + frames[-1].width if frames else 0.0
        gap = SIGN_GAP if place and (cell.symbol or cells[place - 1].symbol) else 0.0
        frames.append(Frame(x + gap, 0.0, wide, CELL_HEIGHT))
    return frames


def beside_width(row: ChainRow) -> float:
    """The room for the name of a row and for what it holds, with the gaps before them."""
    name = NAME_GAP + width(row.name, NAME_FONT) if row.name else 0.0
    return name + (NAME_GAP + width(row.inside, SMALL_FONT) if row.inside else 0.0)


def measure_row(row: ChainRow) -> Extents:
    """The size of a row. Its axis runs through its first cell: there it takes what it is given, and what the last one gives leaves right below, in most rows (`leaves_aside`)."""
    frames = cell_frames(row)
    axis = frames[0].width / 2 if row.cells[0].symbol else ROW_AXIS
    total = frames[-1].x + frames[-1].width
    body = Frame(-axis, 0.0, total, CELL_HEIGHT)
    half = SIGN_HALF if row.cells[0].symbol else axis
    foot = FOOT if leaves_aside(row) else 0.0
    return Extents(Size(axis, total - axis + beside_width(row), CELL_HEIGHT, half, foot=foot), body, ())


def leaves_aside(row: ChainRow) -> bool:
    """Whether what the row gives is seen to leave its last cell: below a sign before others it would seem to be the sign's."""
    return row.cells[0].symbol and len(row.cells) > 1


def leaving_at(row: ChainRow) -> float:
    """From the axis of a row to the middle of its last cell."""
    frames = cell_frames(row)
    return frames[-1].x + frames[-1].width / 2 - (frames[0].width / 2 if row.cells[0].symbol else ROW_AXIS)


def shoulder(row: ChainRow, aside: float) -> float:
    """So far below the top of a row its first cell begins at a distance from its axis: a sign is round."""
    radius = CELL_HEIGHT / 2
    if not row.cells[0].symbol or abs(aside) >= radius:
        return 0.0
    return float(radius - (radius**2 - aside**2) ** 0.5)
