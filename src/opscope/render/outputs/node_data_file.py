"""``.nodedata.json``: one quantity of each op, for Google's Model Explorer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..registry import Output

if TYPE_CHECKING:
    from ...graph.graph import Graph
    from ..options import Options


def _make(graph: "Graph", options: "Options") -> str:
    from ..exchange.node_data import node_data

    return node_data(graph, options.heat)


OUTPUT = Output(
    ".nodedata.json", "a quantity of each op, for Google's Model Explorer", False, _make, honours=frozenset({"heat"}), place=15
)  # fmt: skip
