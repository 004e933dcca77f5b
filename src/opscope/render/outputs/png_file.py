"""``.png``: the drawing as a PNG."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..drawn import SVG_OPTIONS, svg_text
from ..registry import Output

if TYPE_CHECKING:
    from ...graph.graph import Graph
    from ..options import Options


def _make(graph: "Graph", options: "Options") -> bytes:
    from ..svg.png import png

    return png(svg_text(graph, options), scale=options.scale)


OUTPUT = Output(".png", "drawing", True, _make, honours=SVG_OPTIONS | {"scale"}, place=3)
