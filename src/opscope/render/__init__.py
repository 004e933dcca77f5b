"""A graph to a file: one module per output, entered in `registry`, written whole or not at all by `save`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Union

if TYPE_CHECKING:
    import os

    from ..graph.graph import Graph


def save(graph: "Graph", path: Union[str, "os.PathLike[str]"], **options: Any) -> Path:
    """Write `graph` at `path` in the format of its suffix; see `Graph.save`."""
    from .registry import Options, output_for
    from .save import write

    output = output_for(Path(path).suffix)
    return write(path, output.make(graph, Options(**options)))
