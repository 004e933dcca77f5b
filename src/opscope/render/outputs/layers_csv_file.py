"""``.layers.csv``: a table of the layers, for spreadsheets and data frames."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..registry import Output

if TYPE_CHECKING:
    from ...graph.graph import Graph
    from ..options import Options


def _make(graph: "Graph", _: "Options") -> str:
    from ..report.csv_tables import layers_csv

    return layers_csv(graph)


OUTPUT = Output(".layers.csv", "table with one layer a line", False, _make, place=13)
