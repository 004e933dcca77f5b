"""How large the rows of an overview are, and where their cells stand."""

from __future__ import annotations

from typing import List, Sequence

from ..flat import Size
from ..scene.items import Cell, ChainRow
from .extents import SLIM_AXIS, SMALL_FONT, Extents, Frame, pad_beside
from .text_width import Font, width

CELL_FONT = Font("regular", 12.5)
NAME_FONT = Font("bold", 12.5)
CELL_HEIGHT = 20.0
CELL_PAD = 8.0
CELL_GAP = 7.0
CELL_LEAST = 36.0
MAIN_LEAST = 110.0
"""The main cell of a row is at least so wide, so that rows line up."""
NAME_GAP = 8.0


def cell_width(cell: Cell, *, main: bool = False) -> float:
    """The width of a cell; a sign has a circle."""
    if cell.symbol:
        return CELL_HEIGHT
    need = width(cell.text, CELL_FONT) + 2 * pad_beside(cell.compared, CELL_PAD)
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
    """The size of a row. Its axis runs through the middle of its first cell, or through its left half: there it takes what it is given."""
    frames = cell_frames(row)
    first = frames[0]
    axis = first.x + min(first.width / 2, SLIM_AXIS)
    total = frames[-1].x + frames[-1].width
    body = Frame(-axis, 0.0, total, CELL_HEIGHT)
    return Extents(Size(axis, total - axis + beside_width(row), CELL_HEIGHT, axis), body, ())
