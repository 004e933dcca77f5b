"""``.tex``: the drawing in TikZ, for papers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..drawn import PLACED_OPTIONS, drawing_down
from ..registry import Output

if TYPE_CHECKING:
    from ...graph.graph import Graph
    from ..options import Options


def _make(graph: "Graph", options: "Options") -> str:
    from ..exchange.tikz import tikz

    return tikz(drawing_down(graph, options))


OUTPUT = Output(".tex", "drawing in TikZ, for papers", False, _make, honours=PLACED_OPTIONS, place=18)
