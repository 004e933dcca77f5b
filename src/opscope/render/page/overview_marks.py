"""The overview in the page's data: its SVG, in which each mark says which op or unit of the page it stands for."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Dict, Optional, Tuple

from ...graph.content import content_of
from ...layout.overview.footer import TIMES_OF
from ...layout.scene.items import Box, Card, ChainRow
from ..svg.drawing import classes_in
from ..svg.overview_page import overview_svg
from ..svg.style import style_sheets
from .overview_scopes import scopes

if TYPE_CHECKING:
    from ...graph.graph import Graph
    from ...layout.overview.one_page import Overview
    from ...layout.scene.items import Item
    from .stacks import Copies


def overview_header(copies: "Copies", overview: "Overview") -> Dict[str, Any]:
    """The overview for the header: its SVG without a style sheet, the style sheets, which the page puts on by its theme, what its bars show, and what its figures count."""
    known = _Known(copies, overview.graph)
    svg = overview_svg(_without_step(overview), theme=None, named=known)
    light, dark = style_sheets(classes_in(svg))
    quantity = overview.figures.quantity
    shown = quantity.name if quantity else None
    told = [] if overview.drawing.rightward else scopes(overview, known.own)
    return {"overview": {"svg": svg, "light": light, "dark": dark, "quantity": shown, "scopes": told}}


def _without_step(overview: "Overview") -> "Overview":
    """Without the note on what a profiled step was spent on: the page says it in the strip at its bottom."""
    scene = overview.drawing.scene
    notes = tuple(note for note in scene.notes if not note.startswith(TIMES_OF))
    return replace(overview, drawing=replace(overview.drawing, scene=replace(scene, notes=notes)))


class _Known:
    """Writes what a mark of an overview is to the page: ``data-op="7"``, the row of an op, or ``data-unit="3"``, a group or bundle.

    The overview is drawn of a graph of its own, with other rows and groups than the page has; names and paths are the same.
    """

    def __init__(self, copies: "Copies", drawn: "Graph") -> None:
        self._drawn = content_of(drawn)
        self._rows = {name: row for row, name in enumerate(content_of(copies.whole).table.names)}
        self._units = {group.path: copies.unit[index] for index, group in enumerate(content_of(copies.drawn).groups)}
        self._units.update({group.path: index for index, group in enumerate(content_of(copies.whole).groups)})

    def __call__(self, item: "Item") -> str:
        kind, number = self._mark(item)
        return f' data-{kind}="{number}"' if number >= 0 else ""

    def own(self, item: "Item") -> Optional[Tuple[str, int]]:
        """The op or unit of the page that an item is itself; ``None`` where it is known by what is around it, or not at all."""
        main = item.cells[item.main].item if isinstance(item, ChainRow) else item
        if isinstance(main, Card) and (main.group < 0 or self._drawn.groups[main.group].path not in self._units):
            return None
        mark = self._mark(item)
        return mark if mark[1] >= 0 else None

    def _mark(self, item: "Item") -> Tuple[str, int]:
        if isinstance(item, ChainRow):  # a line of figures is about a whole row
            return self._mark(item.cells[item.main].item)
        if isinstance(item, Card):
            return "unit", self._unit(item.group)
        row = item.node if isinstance(item, Box) else item.op
        return "op", self._rows[self._drawn.table.names[row]] if row >= 0 else -1

    def _unit(self, index: int) -> int:
        """The unit of a group of the overview. Siblings that only the overview puts together are shown by the group around them."""
        while index >= 0:
            group = self._drawn.groups[index]
            if group.path in self._units:
                return self._units[group.path]
            index = group.parent
        return -1
