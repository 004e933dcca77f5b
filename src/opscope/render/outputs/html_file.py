"""``.html``: the interactive page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..registry import Output

if TYPE_CHECKING:
    from ...graph.graph import Graph
    from ..options import Options


def _make(graph: "Graph", options: "Options") -> str:
    from ..page.html import html

    return html(graph, depth=options.depth, sources=options.sources, heat=options.heat, theme=options.theme)


OUTPUT = Output(
    ".html", "interactive page, one file that needs no network", False, _make,
    honours=frozenset({"depth", "sources", "heat", "theme"}), place=5,
)  # fmt: skip
