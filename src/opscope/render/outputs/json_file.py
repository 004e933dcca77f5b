"""``.json``: opscope's own JSON, which `load` reads again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..registry import Output

if TYPE_CHECKING:
    from ...graph.graph import Graph
    from ..options import Options
    from ..write_file import Data


def _make(graph: "Graph", _: "Options") -> Data:
    from ...graph.json import to_chunks

    return to_chunks(graph)


OUTPUT = Output(".json", "the whole graph, as docs/json.md describes it", False, _make, place=6)
