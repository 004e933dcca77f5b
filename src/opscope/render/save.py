"""`Graph.save`: the output that a path's suffix asks for, written to it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Union

from ..collector import paused
from .options import Options
from .registry import output_for
from .write_file import write

if TYPE_CHECKING:
    import os

    from ..graph.graph import Graph


def save(graph: "Graph", path: Union[str, "os.PathLike[str]"], options: Options) -> Path:
    """Write `graph` at `path` in the format of its suffix; see `Graph.save`."""
    output = output_for(Path(path).suffix)
    with paused():  # the first look at a large file's graph expands it, and its drawing keeps most of what it makes
        return write(path, output.make(graph, options))
