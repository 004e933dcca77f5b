"""What a gradient prepares for the forward pass, such as the lists in which a loop keeps its values, stands with the forward pass."""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING

from ..graph.vocabulary import FIRST_PHASES, phases
from .around import around_all
from .reach import users_of

if TYPE_CHECKING:
    from ..graph.graph import Graph


def home_stores(graph: Graph) -> Graph:
    """Move the ops of a ``backward`` phase that only ops outside of it use to the innermost group that holds all these.

    TensorFlow rewrites a loop that it differentiates: the loop gets lists for the values that the gradient needs, which
    the gradient call makes. Left in the backward phase they would make a circle of it and the forward phase.
    Before: any graph. After: what a backward phase computes is used in it, or in an optimizer; nothing else changes.
    """
    phase = phases(graph.groups)
    if "backward" not in phase:
        return graph
    home = array("i", graph.content.node_group)
    inside = {node for node, index in enumerate(home) if index >= 0 and phase[index] == "backward"}
    users = users_of(graph.table, inside)
    for node in sorted(users, reverse=True):
        homes = {home[user] for user in users[node]}
        around = around_all(graph, homes)
        if around and all(phase[index] in FIRST_PHASES for index in homes):
            home[node] = around[0]
    return graph.with_content(node_group=home)
