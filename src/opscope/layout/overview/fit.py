"""Makes an overview fit on one page: opens as many groups as there is room for, and cuts what is high into columns."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, List, Mapping, Tuple

from ...passes import EVERYTHING, Selection, prepared
from ...passes.likeness import alike
from ...passes.overview import open_for_overview
from ..engine import draw
from ..picture import Drawing
from ..place.spacing import COMPACT
from ..scene.compose import compose
from ..strips import Strip, strips
from .cards import worded
from .figures import Figures, figures
from .frames import without_frames
from .leaves import Line, lines
from .rows import in_rows

if TYPE_CHECKING:
    from ...graph.graph import Graph

WIDE, HIGH = 1280.0, 545.0
"""The room for the marks of an overview, with their figures, in units of which texts have 10.5 or more."""
FIGURES_WIDE = 300.0
"""The room for the columns of figures beside each column of the drawing."""
MOST_COLUMNS = 3
BUDGETS = (160, 110, 80, 60, 45, 34, 26, 20, 14, 8)
"""How many boxes may be drawn, the first that fits."""


@dataclass(frozen=True)
class Overview:
    """An overview with coordinates: the drawing, the columns that it is cut into, and the lines of figures."""

    drawing: Drawing
    columns: Tuple[Strip, ...]
    lines: Tuple[Line, ...]
    figures: Figures


def overview(graph: Graph, *, selection: Selection = EVERYTHING) -> Overview:
    """The overview of a graph."""
    whole = prepared(graph, selection=selection)
    folded = prepared(graph, selection=selection, fold_repeats=True)
    like = alike(folded)
    found = None
    for rows in BUDGETS:
        found = _drawn(folded, rows, like)
        if found[2]:
            break
    assert found is not None
    drawing, columns, _, drawn = found
    there = lines(drawing.root)
    return Overview(drawing, columns, tuple(there), figures(whole, drawn, [line.item for line in there]))


def _drawn(graph: Graph, rows: int, like: Mapping[int, int]) -> "Tuple[Drawing, Tuple[Strip, ...], bool, Graph]":
    """The drawing with about so many boxes, its columns, and whether that fits the page."""
    graph = open_for_overview(graph, rows, like)
    scene = worded(compose(graph), graph, like)
    scene = in_rows(replace(scene, root=without_frames(scene.root)), graph)
    drawing = draw(scene, COMPACT)
    best: List[Strip] = []
    for count in range(1, MOST_COLUMNS + 1):
        cut = strips(drawing.root, count)
        across = sum(strip.right - strip.left + FIGURES_WIDE for strip in cut)
        if across > WIDE and best:
            break
        best = cut
        if max(strip.bottom - strip.top for strip in cut) <= HIGH:
            return drawing, tuple(cut), across <= WIDE, graph
    return drawing, tuple(best), False, graph
