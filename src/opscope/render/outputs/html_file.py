"""``.html``: the interactive page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..registry import Output

if TYPE_CHECKING:
    from ...graph.graph import Graph
    from ..options import Options


def _make(graph: "Graph", options: "Options") -> str:
    from ...check.shown_findings import with_checks
    from ...cost import estimate, estimate_with_memory
    from ...graph.content import content_of
    from ..drawn import OVERVIEW, page_overview
    from ..page.html import html
    from ..page.memory_columns import MOST_SCHEDULED

    graph = with_checks(graph) if options.check else graph
    estimated, memory = graph, None
    if not content_of(graph).costs and len(graph) <= MOST_SCHEDULED:
        estimated, memory = estimate_with_memory(graph)
    elif not content_of(graph).costs:
        estimated = estimate(graph, peak=False)
    return html(
        estimated, depth=None if options.depth == OVERVIEW else options.depth, sources=options.sources, heat=options.heat,
        theme=options.theme, overview=page_overview(graph, options, estimated=estimated), memory=memory,
    )  # fmt: skip


OUTPUT = Output(
    ".html", "interactive page, one file that needs no network", False, _make,
    honours=frozenset({"depth", "sources", "heat", "theme", "check", "libraries"}), place=5,
)  # fmt: skip
