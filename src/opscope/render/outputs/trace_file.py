"""``.trace``: a measured step as a timeline, in Chrome's trace format."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..registry import Output

if TYPE_CHECKING:
    from ...graph.graph import Graph
    from ..options import Options


def _make(graph: "Graph", _: "Options") -> str:
    from ..timeline.chrome_trace import chrome_trace

    return chrome_trace(graph)


OUTPUT = Output(
    ".trace", "timeline of a measured step, for chrome://tracing and ui.perfetto.dev", False, _make, place=9
)
