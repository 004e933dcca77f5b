"""``.dot``: the drawing as DOT text, for Graphviz and programs like it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..drawn import DOT_OPTIONS, dot_text
from ..registry import Output

if TYPE_CHECKING:
    from ...graph.graph import Graph
    from ..options import Options


def _make(graph: "Graph", options: "Options") -> str:
    return dot_text(graph, options, positions=options.positions)


OUTPUT = Output(
    ".dot", "DOT text, for Graphviz and its relatives", False, _make, honours=DOT_OPTIONS | {"positions"}, place=1
)  # fmt: skip
