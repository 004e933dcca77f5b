"""Hides ops without effect: dead ones, and each `NoOp` that nothing with an effect waits for."""

from __future__ import annotations

from dataclasses import replace

from ..graph.content import content_of, with_content
from ..graph.graph import Graph
from ..graph.view import HIDDEN
from ..graph.vocabulary import ENDS

_PASSIVE = ENDS | {"NoOp", "Identity", "IdentityN"}
"""Ops that do nothing with what they wait for."""


def hide_dead(graph: Graph) -> Graph:
    """Give dead ops, and `NoOp`s that no op with an effect waits for, the role `HIDDEN`.

    Before: any graph. After: in `view.counts`, ``dead`` and ``idle`` say how many of each were hidden.
    """
    content, table = content_of(graph), content_of(graph).table
    roles = bytearray(content.view.roles or bytes(len(table)))
    used = _waited_for(graph)
    hidden = idle = 0
    for node, op in enumerate(table.ops):
        dead = bool(content.dead) and bool(content.dead[node])
        if dead or (op == "NoOp" and not used[node]):
            roles[node] = HIDDEN
            hidden += dead
            idle += not dead
    counts = replace(content.view.counts, dead=hidden, idle=idle)
    view = replace(content.view, roles=bytes(roles), counts=counts)
    return with_content(graph, view=view)


def _waited_for(graph: Graph) -> bytearray:
    """For each op 1 if another op uses it, or waits for it, that does more than pass something on."""
    table = content_of(graph).table
    used = bytearray(len(table))
    for node, op in enumerate(table.ops):
        if op not in _PASSIVE:
            for row in range(table.edge_start[node], table.edge_start[node + 1]):
                used[table.edge_node[row]] = 1
    return used
