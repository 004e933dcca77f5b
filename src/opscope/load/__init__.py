"""A file -> `Graph`, without TensorFlow. Each format has a module of its own; its content tells which one reads it."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Union

from ..errors import LoadError
from ..graph.graph import Graph
from ..graph.json import from_dict

__all__ = ["load"]


def load(path: Union[str, "os.PathLike[str]"]) -> Graph:
    """Read a model file into a `Graph`, no TensorFlow needed.

    Formats, told by content: GraphDef (binary), opscope's own JSON. `LoadError` names the file and what is wrong in it.
    """
    file = Path(path)
    try:
        data = file.read_bytes()
    except OSError as error:
        raise LoadError(f"{file}: cannot be read ({error.strerror}); check the path") from error
    if data[:1] == b"{":
        return _from_json(data, str(file))
    return _from_graph_def(data, str(file))


def _from_json(data: bytes, origin: str) -> Graph:
    try:
        return from_dict(json.loads(data))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise LoadError(f"{origin}: not a graph that opscope wrote ({error}); write it anew with opscope") from error


def _from_graph_def(data: bytes, origin: str) -> Graph:
    from . import expand, graphdef, layers

    if not data:
        raise LoadError(f"{origin}: the file is empty; give a GraphDef or a graph that opscope wrote")
    program = layers.group(graphdef.read(graphdef.parse(data, origin)))
    return Graph(Path(origin).stem, lambda: expand.expand(program))
