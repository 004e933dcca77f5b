"""``.drawio``: the drawing for draw.io, to be edited there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..drawn import PLACED_OPTIONS, drawing_down
from ..registry import Output

if TYPE_CHECKING:
    from ...graph.graph import Graph
    from ..options import Options


def _make(graph: "Graph", options: "Options") -> str:
    from ..exchange.drawio import drawio

    return drawio(drawing_down(graph, options))


OUTPUT = Output(".drawio", "drawing for draw.io, to be edited there", False, _make, honours=PLACED_OPTIONS, place=17)
