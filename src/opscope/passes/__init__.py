"""Graph -> Graph: what a drawing shows, hides, docks and folds. Pure functions that share the node table."""

from __future__ import annotations

from ..graph.graph import Graph
from .dead import hide_dead
from .dock import dock
from .fold import Depth, fold
from .wires import keep_only_ops, wire_through


def for_drawing(graph: Graph, depth: Depth = None) -> Graph:
    """All passes of a drawing, in their order."""
    for step in (hide_dead, wire_through, dock, keep_only_ops):
        graph = step(graph)
    return fold(graph, depth)


__all__ = ["Depth", "dock", "fold", "for_drawing", "hide_dead", "keep_only_ops", "wire_through"]
