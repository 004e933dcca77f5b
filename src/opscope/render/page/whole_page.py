"""The page of a graph with all that it shows: overview, memory, findings, and what ran of it where that is known."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Optional

from ...check.shown_findings import with_checks
from ...cost import estimate, estimate_with_memory
from ...graph.content import content_of
from ..drawn import OVERVIEW, page_overview
from .html import RanSide, html
from .memory_columns import MOST_SCHEDULED

if TYPE_CHECKING:
    from ...cost import Memory
    from ...graph.graph import Graph
    from ...layout.overview.one_page import Overview
    from ..options import Options


def whole_page(graph: "Graph", options: "Options", *, executed: bool = False) -> str:
    """The page as HTML text. Of a graph of which it is known what ran it has both, and a switch between them.

    Args:
        graph: what to show.
        options: how; see `render.options`.
        executed: begin with what ran, and not with what was written.
    """
    shown = _shown(with_checks(graph) if options.check else graph, options)
    ran = None
    if graph.executed is not None:
        other = _shown(graph.executed.graph, options)
        ran = RanSide(other.graph, other.overview, other.memory, first=executed)
    return html(
        shown.graph, depth=None if options.depth == OVERVIEW else options.depth, sources=options.sources, heat=options.heat,
        theme=options.theme, overview=shown.overview, memory=shown.memory, ran=ran,
    )  # fmt: skip


class _Shown(NamedTuple):
    """A graph with its estimates, and what the page shows of it beside its drawing."""

    graph: "Graph"
    overview: "Optional[Overview]"
    memory: "Optional[Memory]"


def _shown(graph: "Graph", options: "Options") -> _Shown:
    estimated, memory = graph, None
    if not content_of(graph).costs and len(graph) <= MOST_SCHEDULED:
        estimated, memory = estimate_with_memory(graph)
    elif not content_of(graph).costs:
        estimated = estimate(graph, peak=False)
    return _Shown(estimated, page_overview(graph, options, estimated=estimated), memory)
