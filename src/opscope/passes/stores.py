"""Moves ops of the backward pass that only the forward pass uses, such as a loop's lists, to the forward pass."""

from __future__ import annotations

from array import array
from itertools import compress, count
from operator import not_
from typing import TYPE_CHECKING, AbstractSet, Sequence

from ..graph.content import content_of, with_content
from ..graph.types import CONTROL
from ..graph.vocabulary import CONSTANTS, FIRST_PHASES, phases
from .common_groups import common_groups
from .reach import users_of

if TYPE_CHECKING:
    from ..graph.graph import Graph
    from ..graph.table import NodeTable


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
    home, table = array("i", content_of(graph).node_group), content_of(graph).table
    inside = set(compress(count(), _has_phase(home, [each == "backward" for each in phase])))
    if not _leaves(table, inside, _has_phase(home, [bool(each) and each not in FIRST_PHASES for each in phase])):
        return graph
    users, is_store = users_of(table, inside), {node: table.ops[node] in _STORES for node in inside}
    for node in sorted(users, reverse=True):  # backwards, so that an op's users are moved before it
        homes = {home[user] for user in users[node]}
        if all(index >= 0 and phase[index] in FIRST_PHASES for index in homes):
            home[node] = (common_groups(graph, homes) or [home[node]])[0]
        elif is_store[node] and all(index < 0 or not phase[index] for index in homes):
            home[node] = (common_groups(graph, homes) or [-1])[0]
    return with_content(graph, node_group=home)


def _has_phase(home: Sequence[int], is_one: Sequence[bool]) -> bytes:
    """For each op 1 if its group is one of those; a loose op has none."""
    return bytes(map([*is_one, False].__getitem__, home))  # the group of a loose op is -1


def _leaves(table: NodeTable, inside: AbstractSet[int], is_late: Sequence[int]) -> bool:
    """Whether anything but the later phases uses a tensor of these ops: else none of them moves, as in most graphs."""
    early = compress(zip(table.edge_node, table.edge_output), map(not_, map(is_late.__getitem__, table.edge_users())))
    return any(node in inside and output != CONTROL for node, output in early)
