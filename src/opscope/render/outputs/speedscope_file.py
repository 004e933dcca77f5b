"""``.speedscope``: a measured step as a flame graph, for speedscope.app."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..registry import Output

if TYPE_CHECKING:
    from ...graph.graph import Graph
    from ..options import Options


def _make(graph: "Graph", _: "Options") -> str:
    from ..timeline.speedscope import speedscope

    return speedscope(graph)


OUTPUT = Output(".speedscope", "flame graph of a measured step, for speedscope.app", False, _make, place=8)
