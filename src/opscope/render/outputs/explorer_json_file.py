"""``.explorer.json``: the whole graph for Google's Model Explorer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..registry import Output

if TYPE_CHECKING:
    from ...graph.graph import Graph
    from ..options import Options
    from ..write_file import Data


def _make(graph: "Graph", _: "Options") -> "Data":
    from ..exchange.model_explorer import model_explorer

    return model_explorer(graph)


OUTPUT = Output(".explorer.json", "the whole graph, for Google's Model Explorer", False, _make, place=14)
