"""``.html``: the interactive page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..registry import Output

if TYPE_CHECKING:
    from ...graph.graph import Graph
    from ..options import Options


def _make(graph: "Graph", options: "Options") -> str:
    from ..page.whole_page import whole_page

    return whole_page(graph, options)


OUTPUT = Output(
    ".html", "interactive page, one file that needs no network", False, _make,
    honours=frozenset({"depth", "sources", "heat", "theme", "check", "libraries"}), place=5,
)  # fmt: skip
