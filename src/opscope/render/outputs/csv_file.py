"""``.csv``: a table of the ops, for spreadsheets and data frames."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..registry import Output

if TYPE_CHECKING:
    from ...graph.graph import Graph
    from ..options import Options


def _make(graph: "Graph", _: "Options") -> str:
    from ..report.csv_tables import ops_csv

    return ops_csv(graph)


OUTPUT = Output(".csv", "table with one op a line", False, _make, place=12)
