"""Where the band begins that leads from a row of an overview to its figures."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ...layout.scene.items import Card, ChainRow
from ...layout.sizes.extents import seen_behind
from ...layout.sizes.row_sizes import CELL_HEIGHT, beside_width

if TYPE_CHECKING:
    from ...layout.overview.figure_lines import FigureLine
    from ...layout.picture import Drawn
    from ...layout.scene.items import Item


class RowEnd(NamedTuple):
    """Where a row ends."""

    x: float
    """The right end of the row, with its name, and of what else stands there beside it, in the drawing's coordinates."""
    alone: bool
    """Whether nothing else stands right of it."""


def end_of_row(root: "Drawn", line: "FigureLine") -> RowEnd:
    """Where what a line of figures is about ends. What holds it goes on around the band: only the border of an open card is crossed."""
    drawn, left, top = root, root.body.x, root.body.y
    own = end = left
    while drawn.inside is not None:
        left, top = left + drawn.inside.x, top + drawn.inside.y
        holder = None
        for child in drawn.inside.children:
            above = top + child.body.y
            if above >= line.y + CELL_HEIGHT / 2 or above + child.body.height <= line.y - CELL_HEIGHT / 2:
                continue
            if child.item is not line.item and _holds(child, line.item):
                holder = child
                continue
            right = left + child.body.x + child.body.width + _aside(child.item)
            own = right if child.item is line.item else own
            end = max(end, right)
        if holder is None:
            break
        drawn, left, top = holder, left + holder.body.x, top + holder.body.y
    return RowEnd(end, alone=end == own)


def _aside(item: "Item") -> float:
    """How far what belongs to an item reaches beyond its body."""
    if isinstance(item, ChainRow):
        return beside_width(item)
    return seen_behind(item) if isinstance(item, Card) else 0.0


def _holds(drawn: "Drawn", item: "Item") -> bool:
    """Whether an item is the one that is drawn, or in it."""
    waiting = [drawn]
    while waiting:
        here = waiting.pop()
        if here.item is item:
            return True
        if here.inside is not None:
            waiting.extend(here.inside.children)
    return False
