"""Reads a checkpoint: its index, and of its values only what describes the objects."""

from __future__ import annotations

from ...graph.facts import Facts
from ...graph.graph import Graph
from ..archives.packed_path import FilePlace
from .checkpoint_graph import graph_of_checkpoint
from .contents import contents, object_graph, value_files
from .finding import graphs_beside


def of_index(name: str, index: FilePlace, data: bytes) -> Graph:
    """The graph of the variables that an index lists. `LoadError` if it is damaged."""
    found = contents(data)
    objects = object_graph(index, found)
    files = value_files(index, found.shards)
    facts: Facts = {"format": "checkpoint", "graphs_beside": graphs_beside(index)}
    if found.shards:
        facts["variables_bytes"] = sum(file.stat().st_size for file in files)
        if len(files) != found.shards:
            facts["values_missing"] = found.shards - len(files)
    elif all(each.size is not None for each in found.variables):
        facts["variables_bytes"] = sum(each.size or 0 for each in found.variables)
    if found.objects is not None and objects is None:
        facts["objects_unread"] = True
    return graph_of_checkpoint(name, found.variables, objects, facts)
