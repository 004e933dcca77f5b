"""`Graph.save`: the output that a path's suffix asks for, written to it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Union

from ..collector import paused
from ..errors import InputError
from .options import Options, described
from .registry import output_for
from .write_file import write

if TYPE_CHECKING:
    import os

    from ..graph.graph import Graph


def save(graph: "Graph", path: Union[str, "os.PathLike[str]"], **options: Any) -> Path:
    """Write `graph` at `path` in the format of its suffix; see `Graph.save`."""
    known = [option.name for option in described()]
    unknown = sorted(set(options) - set(known))
    if unknown:
        msg = f"save knows no option {', '.join(unknown)}; use {', '.join(known)}"
        raise InputError(msg)
    output = output_for(Path(path).suffix)
    with paused():  # the first look at a large file's graph expands it, and its drawing keeps most of what it makes
        return write(path, output.make(graph, Options(**options)))
