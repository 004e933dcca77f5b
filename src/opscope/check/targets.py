"""Makes a graph of whatever `check` is given."""

from __future__ import annotations

import os
from typing import Any, Mapping, Sequence

from ..errors import InputError
from ..graph.graph import Graph


def graph_to_check(target: Any, inputs: Sequence[Any], keywords: Mapping[str, Any]) -> Graph:
    """The graph itself; of a path what `opscope.load` reads, of anything else what `opscope.trace` makes of it."""
    if isinstance(target, Graph) or (isinstance(target, (str, os.PathLike)) and not keywords):
        if inputs or keywords:
            raise InputError("a graph is checked as it is; leave out the inputs, or give the model that they are for")
        if isinstance(target, Graph):
            return target
        from ..load import load

        return load(target)
    from ..capture import trace

    return trace(target, *inputs, **keywords)
