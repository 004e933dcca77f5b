"""Gradient sums that a tape made outside every scope go to the group whose gradients they add."""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING, List, Set

from ..graph.types import CONTROL

if TYPE_CHECKING:
    from ..graph.graph import Graph


def home_sums(graph: Graph) -> Graph:
    """Move each ``AddN`` into the innermost group that holds all that it adds.

    TensorFlow's tape adds the gradients of a tensor that is used more than once, with an op that has no name scope.
    Before: any graph. After: a sum whose inputs all lie in one group below its own lies in that group too; nothing
    else changes.
    """
    table = graph.table
    home = array("i", graph.content.node_group)
    for node, op in enumerate(table.ops):
        if op == "AddN":
            inputs = range(table.edge_start[node], table.edge_start[node + 1])
            sources = {home[table.edge_node[row]] for row in inputs if table.edge_output[row] != CONTROL}
            around = _around(graph, sources)
            if around and (home[node] < 0 or home[node] in around):
                home[node] = around[0]
    return graph.with_content(node_group=home)


def _around(graph: Graph, groups: Set[int]) -> List[int]:
    """The groups that hold all of `groups`, the innermost first."""
    common: List[int] = []
    for index, group in enumerate(sorted(groups)):
        chain = _chain(graph, group)
        common = [each for each in common if each in chain] if index else chain
    return common


def _chain(graph: Graph, group: int) -> List[int]:
    """A group and all that hold it."""
    chain = []
    while group >= 0:
        chain.append(group)
        group = graph.groups[group].parent
    return chain
