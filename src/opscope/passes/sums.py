"""Moves sums of gradients into the group whose gradients they add."""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING

from ..graph.content import content_of, with_content
from ..graph.types import CONTROL
from .common_groups import common_groups
from .reach import users_of

if TYPE_CHECKING:
    from ..graph.graph import Graph


def home_sums(graph: Graph) -> Graph:
    """Move each ``AddN`` into the group where the gradients are that it adds.

    If a tensor is used more than once, TensorFlow's tape adds up its gradients, with an ``AddN`` that has no name
    scope. The sum belongs into the innermost group that holds all its inputs. In a residual block this is not enough:
    the shortcut's gradient comes from outside the block. Then a group also fits that holds all users of the sum and one
    of its inputs; outside the block, the sum would both feed the block and depend on it. Of the groups that fit, the
    most deeply nested is taken.

    Before: any graph. After: each ``AddN`` is in such a group, if there is one further in than where it was. Nothing
    else changes.
    """
    table = content_of(graph).table
    home = array("i", content_of(graph).node_group)
    sums = [node for node, op in enumerate(table.ops) if op == "AddN"]
    users = users_of(table, set(sums))
    for node in sums:
        inputs = range(table.edge_start[node], table.edge_start[node + 1])
        sources = {home[table.edge_node[row]] for row in inputs if table.edge_output[row] != CONTROL}
        # A sum of sums says nothing about where the first sum belongs.
        used = {home[user] for user in users.get(node, ()) if table.ops[user] != "AddN"}
        choices = [
            common_groups(graph, sources),
            *(common_groups(graph, {*used, source}) for source in sorted(sources) if used),
        ]
        around = max(choices, key=len)
        # Only further in, never out of the group that it is in.
        if around and (home[node] < 0 or home[node] in around):
            home[node] = around[0]
    return with_content(graph, node_group=home)
