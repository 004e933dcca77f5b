"""The passes that prepare a graph for drawing. Each takes a `Graph` and returns one with more decisions in its `View`.

A pass changes nothing in place. The new graph shares the node table (but for `repeat`, which makes a shorter one) and
every column that the pass leaves alone.
"""

from __future__ import annotations

from ..graph.graph import Graph
from .counters import home_counters
from .dock import dock
from .ends import gather_ends
from .fold import Depth, fold
from .hide import hide_dead
from .known_sizes import with_known_sizes
from .loop_bookkeeping import fold_bookkeeping
from .metrics import home_metrics
from .repeat import repeat
from .select import EVERYTHING, Selection, select
from .shape_arithmetic import fold_shapes
from .stores import home_stores
from .sums import home_sums
from .wires import keep_only_ops, wire_through


def for_drawing(graph: Graph, depth: Depth = None, *, unfold: bool = True, selection: Selection = EVERYTHING) -> Graph:
    """Run all passes that a drawing needs, in their order.

    Args:
        graph: any graph.
        depth: how far groups open; see `fold`.
        unfold: draw every copy of what repeats. If false, equal parts become a stack, drawn once, and many equal inputs or
            outputs one oval.
        selection: which part of the graph is drawn.
    """
    graph = prepared(graph, selection=selection)
    return fold(graph if unfold else repeats_folded(graph), depth)


def prepared(graph: Graph, *, shapes: bool = True, selection: Selection = EVERYTHING) -> Graph:
    """Decide what of a graph is drawn, and how: the first passes of `for_drawing`.

    Without `shapes`, ops that only compute a shape are folded into the op whose label says the shape, see `fold_shapes`,
    and so is the bookkeeping of loops, see `fold_bookkeeping`. Sizes that follow from others are known then (`with_known_sizes`).
    """
    graph = select(with_roles(graph), selection)
    return graph if shapes else fold_bookkeeping(fold_shapes(with_known_sizes(graph)))


def with_roles(graph: Graph) -> Graph:
    """The graph in which each op lies where a drawing has it, and is known to be a box, a chip or not drawn.

    New groups come last, so that all groups keep their indices.
    """
    # The order matters: `dock` looks through the wires of `wire_through`; `keep_only_ops` needs to know what neither of
    # them left as a box; stacks, and the boxes that `fold` counts, depend on all roles.
    for step in (home_sums, home_stores, home_metrics, home_counters, hide_dead, wire_through, dock, keep_only_ops):
        graph = step(graph)
    return graph


def repeats_folded(graph: Graph) -> Graph:
    """The graph with equal parts as one stack, and with many equal inputs or outputs as one oval. Before: as `prepared` gives it."""
    return gather_ends(repeat(graph))


__all__ = [
    "EVERYTHING", "Depth", "Selection", "dock", "fold", "fold_bookkeeping", "fold_shapes", "for_drawing", "gather_ends", "hide_dead", "home_counters", "home_metrics", "home_stores", "home_sums", "keep_only_ops", "prepared",
    "repeat", "repeats_folded", "select", "wire_through", "with_roles",
]  # fmt: skip
