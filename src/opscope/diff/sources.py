"""Makes a graph of whatever `diff` is given: a graph, the path of a file, or a live model or function."""

from __future__ import annotations

import os
from typing import Any

from ..graph.graph import Graph


def graph_from(source: Any) -> Graph:
    """The graph itself; of a path what `opscope.load` reads, of anything else what `opscope.trace` makes of it without inputs."""
    if isinstance(source, Graph):
        return source
    if isinstance(source, (str, os.PathLike)):
        from ..load import load

        return load(source)
    from ..capture import trace

    return trace(source)
