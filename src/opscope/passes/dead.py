"""Hide what has no effect: dead ops, and ops that only order others which do not exist."""

from __future__ import annotations

from array import array
from dataclasses import replace

from ..graph.graph import Graph
from ..graph.view import HIDDEN


def hide_dead(graph: Graph) -> Graph:
    """Give dead ops, and `NoOp`s that nothing waits for, the role `HIDDEN`.

    Before: any graph. After: `view.counts` says how many are hidden as ``dead`` and as ``idle``.
    """
    content, table = graph.content, graph.table
    roles = bytearray(content.view.roles or bytes(len(table)))
    used = array("b", bytes(len(table)))
    for producer in table.edge_node:
        used[producer] = 1
    counts = {"dead": 0, "idle": 0}
    for node, op in enumerate(table.ops):
        dead = bool(content.dead) and bool(content.dead[node])
        if dead or (op == "NoOp" and not used[node]):
            roles[node] = HIDDEN
            counts["dead" if dead else "idle"] += 1
    view = replace(content.view, roles=bytes(roles), counts={**content.view.counts, **counts})
    return graph.with_content(view=view)
