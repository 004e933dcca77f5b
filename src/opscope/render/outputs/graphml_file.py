"""``.graphml``: the whole graph for yEd, Gephi, networkx and other programs for graphs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..registry import Output

if TYPE_CHECKING:
    from ...graph.graph import Graph
    from ..options import Options
    from ..write_file import Data


def _make(graph: "Graph", _: "Options") -> "Data":
    from ..exchange.graphml import graphml

    return graphml(graph)


OUTPUT = Output(".graphml", "the whole graph, for yEd, Gephi and networkx", False, _make, place=10)
