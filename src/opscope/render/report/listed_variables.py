"""The table of variables in the summary of a file that holds nothing else: a checkpoint, weights of Keras."""

from __future__ import annotations

from typing import TYPE_CHECKING, Dict, List, Optional

from ...graph.content import content_of
from ...graph.model_variables import only_variables
from .text_columns import TextColumn, table_lines

if TYPE_CHECKING:
    from ...graph.graph import Graph

MOST_LISTED = 40
"""How many variables are listed if not all are asked for."""


class ListedVariables:
    """The variables of a graph that is a list of them; none of any other graph."""

    def __init__(self, graph: "Graph", *, full: bool) -> None:
        self._table = content_of(graph).table
        self.count = len(self._table) if only_variables(self._table) else 0
        self.shown = self.count if full else min(self.count, MOST_LISTED)

    def lines(self, width: Optional[int]) -> List[str]:
        """A line for each: its name, dtype, shape, and the bytes that it has in the file, if that tells."""
        rows = range(self.shown)
        types = [self._table.outputs[row][0] for row in rows]
        sizes = [self._bytes(row) for row in rows]
        columns: Dict[str, List[str]] = {
            "variable": [self._table.names[row] for row in rows],
            "dtype": [kind.dtype for kind in types],
            "shape": ["(unknown)" if kind.shape is None else str(kind.shape) for kind in types],
            "bytes": [f"{size:,}" if size is not None else "" for size in sizes],
        }
        cells = [
            TextColumn(title, own, number=title == "bytes", keep="end" if title == "variable" else "start")
            for title, own in columns.items()
        ]
        return table_lines(cells, width)

    def _bytes(self, row: int) -> Optional[int]:
        size = self._table.attrs(row).get("bytes")
        return size if isinstance(size, int) else None
