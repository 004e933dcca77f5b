"""The work of `Graph.save`: makes the output that the suffix of a path asks for, and writes it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Union

from ..collector import paused
from . import heeded
from .options import Options
from .registry import output_for
from .write_file import write

if TYPE_CHECKING:
    import os

    from ..graph.graph import Graph


def save(graph: "Graph", path: Union[str, "os.PathLike[str]"], options: Options) -> Path:
    """Write `graph` to `path` in the format of its suffix, and return the path; see `Graph.save`."""
    heeded.require_heeded(options, [Path(path).suffix])
    return save_one(graph, path, options)


def save_one(graph: "Graph", path: Union[str, "os.PathLike[str]"], options: Options) -> Path:
    """As `save`, for one of several files that share options: those that it does not honour are passed over."""
    output = output_for(Path(path).suffix)
    # Expanding a large graph and drawing it makes many objects, of which nearly all are kept: nothing to collect.
    with paused():
        return write(path, output.make(graph, options))
