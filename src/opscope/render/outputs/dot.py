"""``.dot``: DOT text, for Graphviz and its relatives."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..drawn import PART, dot
from ..registry import Output

if TYPE_CHECKING:
    from ...graph.graph import Graph
    from ..options import Options


def _make(graph: "Graph", options: "Options") -> str:
    return dot(graph, options, positions=options.positions)


OUTPUT = Output(
    ".dot", "DOT text, for Graphviz and its relatives", False, _make, honours=PART | {"positions"}, place=1
)  # fmt: skip
