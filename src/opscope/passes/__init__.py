"""Graph -> Graph: what a drawing shows, hides, docks and folds. Pure functions that share the node table."""

from __future__ import annotations

from ..graph.graph import Graph
from .dock import dock
from .fold import Depth, fold
from .hide import hide_dead
from .metrics import home_metrics
from .repeat import repeat
from .select import EVERYTHING, Selection, select
from .stores import home_stores
from .sums import home_sums
from .wires import keep_only_ops, wire_through


def for_drawing(graph: Graph, depth: Depth = None, *, unfold: bool = True, selection: Selection = EVERYTHING) -> Graph:
    """All passes of a drawing, in their order; with `unfold` off, what repeats is folded into stacks."""
    for step in (home_sums, home_stores, home_metrics, hide_dead, wire_through, dock, keep_only_ops):
        graph = step(graph)
    graph = select(graph, selection)
    return fold(graph if unfold else repeat(graph), depth)


__all__ = [
    "EVERYTHING", "Depth", "Selection", "dock", "fold", "for_drawing", "hide_dead", "home_metrics", "home_stores", "home_sums", "keep_only_ops", "repeat",
    "select", "wire_through",
]  # fmt: skip
