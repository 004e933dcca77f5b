"""Moves ops of the backward pass that only the forward pass uses, such as a loop's lists, to the forward pass."""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING

from ..graph.content import content_of, with_content
from ..graph.vocabulary import CONSTANTS, FIRST_PHASES, phases
from .common_groups import common_groups
from .reach import users_of

if TYPE_CHECKING:
    from ..graph.graph import Graph


_STORES = CONSTANTS | {"EmptyTensorList", "TensorListReserve"}
"""Lists, and what they are made of."""


def home_stores(graph: Graph) -> Graph:
    """Move each op of a ``backward`` phase whose users are all in the forward pass or the loss to where its users are.

    The forward pass of what is no training step (a saliency map) is in no phase, and neither is what uses the gradient. There only
    lists, and the constants that they are made of, are moved.

    When TensorFlow differentiates a loop, it rewrites it: the loop stores the values that the gradient will need in
    lists. The ops that make these (empty) lists are created by the gradient code, so they are recorded in the backward
    phase. Left there, the forward phase would depend on the backward phase and the other way round.

    Before: any graph. After: each such op is in the innermost group that holds all its users, if there is one. Nothing else changes.
    """
    phase = phases(content_of(graph).groups)
    if "backward" not in phase:
        return graph
    home = array("i", content_of(graph).node_group)
    inside = {node for node, index in enumerate(home) if index >= 0 and phase[index] == "backward"}
    table = content_of(graph).table
    users, is_store = users_of(table, inside), {node: table.ops[node] in _STORES for node in inside}
    for node in sorted(users, reverse=True):  # backwards, so that an op's users are moved before it
        homes = {home[user] for user in users[node]}
        if all(index >= 0 and phase[index] in FIRST_PHASES for index in homes):
            home[node] = (common_groups(graph, homes) or [home[node]])[0]
        elif is_store[node] and all(index < 0 or not phase[index] for index in homes):
            home[node] = (common_groups(graph, homes) or [-1])[0]
    return with_content(graph, node_group=home)
