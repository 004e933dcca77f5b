"""``.md``: the totals and the table of layers in Markdown, for a README or a pull request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..registry import Output

if TYPE_CHECKING:
    from ...graph.graph import Graph
    from ..options import Options


def _make(graph: "Graph", _: "Options") -> str:
    from ..report.markdown_summary import markdown_summary

    return markdown_summary(graph)


OUTPUT = Output(".md", "table of layers in Markdown", False, _make, place=11)
