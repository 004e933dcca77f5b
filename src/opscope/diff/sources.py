"""Makes a graph of whatever `diff` is given: a graph, the path of a file, or a live model or function."""

from __future__ import annotations

import os
from typing import Any

from ..errors import InputError, in_file
from ..graph.content import renamed
from ..graph.graph import Graph
from ..graph.what_ran import ran_of


def graph_from(source: Any) -> Graph:
    """The graph itself; of a path what `opscope.load` reads, of anything else what `opscope.trace` makes of it without inputs."""
    if isinstance(source, Graph):
        return source
    if isinstance(source, (str, os.PathLike)):
        from ..load import load

        return load(source)
    from ..capture import trace

    return trace(source)


def as_it_ran(graph: Graph, which: str) -> Graph:
    """What TensorFlow ran of a graph, which says so by its name: a difference has nothing else to tell it by.

    Raises:
        InputError: that is not known; the message says of `which` of the two.
    """
    try:
        ran = ran_of(graph)
    except InputError as error:
        raise InputError(in_file(error, which)) from None
    return renamed(ran, f"{graph.name}, as executed")
