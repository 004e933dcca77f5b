"""``.txt``: the summary as text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..registry import Output

if TYPE_CHECKING:
    from ...graph.graph import Graph
    from ..options import Options


def _make(graph: "Graph", _: "Options") -> str:
    from ..report.text import IN_FILE, text

    return text(graph, remedy=IN_FILE)


OUTPUT = Output(".txt", "summary by layer", False, _make, place=7)
