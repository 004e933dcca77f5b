"""Gradient sums that a tape made outside every scope go to the group whose gradients they add."""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING

from ..graph.types import CONTROL
from .around import around_all
from .reach import users_of

if TYPE_CHECKING:
    from ..graph.graph import Graph


def home_sums(graph: Graph) -> Graph:
    """Move each ``AddN`` into the innermost group that holds all that it adds, or all that uses it and a part of what it adds.

    TensorFlow's tape adds the gradients of a tensor that is used more than once, with an op that has no name scope. Where
    a tensor by-passes layers (a residual block), one of the gradients comes from outside of the block: the sum then
    stands with those of the block; outside of it, it would make a circle with the block.
    Before: any graph. After: no sum lies further out than it must for one of the two; nothing else changes.
    """
    table = graph.table
    home = array("i", graph.content.node_group)
    sums = [node for node, op in enumerate(table.ops) if op == "AddN"]
    users = users_of(table, set(sums))
    for node in sums:
        inputs = range(table.edge_start[node], table.edge_start[node + 1])
        sources = {home[table.edge_node[row]] for row in inputs if table.edge_output[row] != CONTROL}
        used = {home[user] for user in users.get(node, ()) if table.ops[user] != "AddN"}
        choices = [
            around_all(graph, sources),
            *(around_all(graph, {*used, source}) for source in sorted(sources) if used),
        ]
        around = max(choices, key=len)
        if around and (home[node] < 0 or home[node] in around):
            home[node] = around[0]
    return graph.with_content(node_group=home)
