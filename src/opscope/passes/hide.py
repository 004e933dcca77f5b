"""Hides ops without effect: dead ones, and each `NoOp` that nothing with an effect waits for."""

from __future__ import annotations

from dataclasses import replace
from itertools import compress, count
from typing import Set

from ..graph.content import content_of, with_content
from ..graph.edges import user_of
from ..graph.graph import Graph
from ..graph.table import NodeTable
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
    waiting = set(compress(count(), map("NoOp".__eq__, table.ops)))
    dead = set(compress(count(), content.dead))
    idle = waiting - _waited_for(table, waiting) - dead
    for node in dead | idle:
        roles[node] = HIDDEN
    counts = replace(content.view.counts, dead=len(dead), idle=len(idle))
    view = replace(content.view, roles=bytes(roles), counts=counts)
    return with_content(graph, view=view)


def _waited_for(table: NodeTable, nodes: Set[int]) -> Set[int]:
    """Those of some ops that another op uses, or waits for, that does more than pass something on."""
    edges = [edge for edge, producer in enumerate(table.edge_node) if producer in nodes] if nodes else []
    return {table.edge_node[edge] for edge in edges if table.ops[user_of(table.edge_start, edge)] not in _PASSIVE}
