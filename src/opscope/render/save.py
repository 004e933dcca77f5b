"""The work of `Graph.save`: makes the output that the suffix of a path asks for, and writes it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Union

from ..collector import paused
from ..graph.what_ran import ran_of
from . import heeded
from .options import Options
from .registry import Output, output_for, suffix_of
from .write_file import Data, write

if TYPE_CHECKING:
    import os

    from ..graph.graph import Graph


def save(graph: "Graph", path: Union[str, "os.PathLike[str]"], options: Options) -> Path:
    """Write `graph` to `path` in the format of its suffix, and return the path; see `Graph.save`."""
    heeded.require_heeded(options, [suffix_of(path)])
    return save_one(graph, path, options)


def save_one(graph: "Graph", path: Union[str, "os.PathLike[str]"], options: Options, *, executed: bool = False) -> Path:
    """As `save`, for one of several files that share options: those that it does not honour are passed over.

    With `executed` it has what TensorFlow ran of the graph, which has to be known; a page has both, and begins with that.
    """
    output = output_for(suffix_of(path))
    # Expanding a large graph and drawing it makes many objects, of which nearly all are kept: nothing to collect.
    with paused():
        return write(path, _executed(graph, output, options) if executed else output.make(graph, options))


def _executed(graph: "Graph", output: Output, options: Options) -> Data:
    if output.suffix == ".html":
        from .page.whole_page import whole_page  # late: only pages need it

        return whole_page(graph, options, executed=True)
    return output.make(ran_of(graph), options)
