"""What stands right of a row of an overview, between it and its figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...layout.sizes.row_sizes import CELL_HEIGHT

if TYPE_CHECKING:
    from ...layout.overview.figure_lines import FigureLine
    from ...layout.picture import Drawn
    from ...layout.scene.items import Item


def is_last(root: "Drawn", line: "FigureLine") -> bool:
    """Whether nothing else stands right of what a line of figures is about, at its height."""
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
            right = left + child.body.x + child.body.width
            own = right if child.item is line.item else own
            end = max(end, right)
        if holder is None:
            break
        drawn, left, top = holder, left + holder.body.x, top + holder.body.y
    return end == own


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
