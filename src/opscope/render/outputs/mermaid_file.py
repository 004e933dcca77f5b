"""``.mmd``: the drawing as a flowchart of Mermaid, for Markdown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..drawn import DOT_OPTIONS, scene_of
from ..registry import Output

if TYPE_CHECKING:
    from ...graph.graph import Graph
    from ..options import Options


def _make(graph: "Graph", options: "Options") -> str:
    from ..exchange.mermaid import mermaid

    return mermaid(scene_of(graph, options), rightward=options.direction == "right")


OUTPUT = Output(".mmd", "drawing as a flowchart of Mermaid, for Markdown", False, _make, honours=DOT_OPTIONS, place=16)
