"""``.pdf``: the drawing as PDF, for papers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..drawn import SVG_OPTIONS, svg_text
from ..registry import Output

if TYPE_CHECKING:
    from ...graph.graph import Graph
    from ..options import Options


def _make(graph: "Graph", options: "Options") -> bytes:
    from ..svg.pdf import pdf

    return pdf(svg_text(graph, options))


OUTPUT = Output(".pdf", "drawing", True, _make, honours=SVG_OPTIONS, place=4)
