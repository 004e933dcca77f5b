"""``.html``: the interactive page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..registry import Output

if TYPE_CHECKING:
    from ...graph.graph import Graph
    from ..options import Options


def _make(graph: "Graph", options: "Options") -> str:
    from ...cost import estimate
    from ...graph.content import content_of
    from ..drawn import OVERVIEW, page_overview
    from ..page.html import html

    estimated = graph if content_of(graph).costs else estimate(graph, peak=False)
    return html(
        estimated, depth=None if options.depth == OVERVIEW else options.depth, sources=options.sources, heat=options.heat,
        theme=options.theme, overview=page_overview(graph, options, estimated=estimated),
    )  # fmt: skip


OUTPUT = Output(
    ".html", "interactive page, one file that needs no network", False, _make,
    honours=frozenset({"depth", "sources", "heat", "theme", "libraries"}), place=5,
)  # fmt: skip
