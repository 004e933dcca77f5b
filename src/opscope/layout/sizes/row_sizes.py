"""How large the rows of an overview are, and where their cells stand."""

from __future__ import annotations

from typing import List, Sequence

from ..flat import Size
from ..scene.items import Cell, ChainRow
from .extents import SLIM_AXIS, SMALL_FONT, Extents, Frame, pad_beside
from .text_width import Font, width

CELL_FONT = Font("regular", 12.5)
NAME_FONT = Font("bold", 12.5)
CELL_HEIGHT = 19.0
CELL_PAD = 8.0
CELL_GAP = 7.0
CELL_LEAST = 36.0
MAIN_LEAST = 110.0
"""The main cell of a row is at least so wide, so that rows line up."""
NAME_GAP = 8.0
SIGN_HALF = 16.0
"""A sign counts as half so wide where wires enter it: the second one then ends 8 beside the one that comes straight, at the sign's shoulder,
so that one sees two arrow heads."""
COME_BACK = 4.0
"""From the cells of a row down to the line along which the result of the last one comes back to where the row begins."""


def cell_width(cell: Cell, *, main: bool = False) -> float:
    """The width of a cell; a sign has a circle."""
    if cell.symbol:
        return CELL_HEIGHT
    need = width(cell.text, CELL_FONT) + 2 * pad_beside(cell.compared, cell.found, CELL_PAD)
    return float(-(-max(need, MAIN_LEAST if main else CELL_LEAST) // 1))


def row_width(cells: Sequence[Cell]) -> float:
    """The width of the cells side by side, without the row's name."""
    return sum([cell_width(cell) for cell in cells]) + CELL_GAP * (len(cells) - 1)


def cell_frames(row: ChainRow) -> List[Frame]:
    """Where the cells stand, from the left of the row's body."""
    x, frames = 0.0, []
    for place, cell in enumerate(row.cells):
        wide = cell_width(cell, main=place == 0)
        frames.append(Frame(x, 0.0, wide, CELL_HEIGHT))
        x += wide + CELL_GAP
    return frames


def beside_width(row: ChainRow) -> float:
    """The room for the name of a row and for what it holds, with the gaps before them."""
    name = NAME_GAP + width(row.name, NAME_FONT) if row.name else 0.0
    return name + (NAME_GAP + width(row.inside, SMALL_FONT) if row.inside else 0.0)


def measure_row(row: ChainRow) -> Extents:
    """The size of a row. Its axis runs through the middle of its first cell, or through its left half: there it takes what it is given.

    Below several cells there is room for the line along which the last one's result comes back to the axis.
    """
    frames = cell_frames(row)
    first = frames[0]
    axis = first.x + min(first.width / 2, SLIM_AXIS)
    total = frames[-1].x + frames[-1].width
    body = Frame(-axis, 0.0, total, CELL_HEIGHT)
    high = CELL_HEIGHT + (COME_BACK if len(frames) > 1 else 0.0)
    half = SIGN_HALF if row.cells[0].symbol else axis
    return Extents(Size(axis, total - axis + beside_width(row), high, half), body, ())


def shoulder(row: ChainRow, aside: float) -> float:
    """So far below the top of a row its first cell begins at a distance from its axis: a sign is round."""
    radius = CELL_HEIGHT / 2
    if not row.cells[0].symbol or abs(aside) >= radius:
        return 0.0
    return float(radius - (radius**2 - aside**2) ** 0.5)


def last_middle(row: ChainRow) -> float:
    """Where below a row of several cells its result leaves it, from the left of its body: below the middle of the last one."""
    last = cell_frames(row)[-1]
    return last.x + min(last.width / 2, SLIM_AXIS)
