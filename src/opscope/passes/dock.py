"""Side matter: constants, variables and what merely reads or converts them become chips on the ops that use them."""

from __future__ import annotations

from dataclasses import replace
from typing import List

from ..graph.graph import Graph
from ..graph.types import CONTROL
from ..graph.view import BOX, CHIP
from .flow import Flow

CONSTANTS = frozenset({"Const", "HostConst", "ImmutableConst"})
VARIABLES = frozenset({"VarHandleOp", "VariableV2", "Variable", "AutoReloadVariable", "TemporaryVariable"})
READS = frozenset({"ReadVariableOp", "Cast", "_ReadVariablesOp", "StopGradient", "PreventGradient"})
"""Ops that are side matter when their first input is."""


def is_source(graph: Graph, node: int) -> bool:
    """Whether an op is where side matter begins: a constant or a variable's handle."""
    op = graph.table.ops[node]
    if op in CONSTANTS or op in VARIABLES:
        return True
    if op not in {"Placeholder", "_Arg"}:
        return False
    outputs = graph.table.outputs[node]
    return node in graph.content.handles or (op == "Placeholder" and bool(outputs) and outputs[0].dtype == "resource")


def dock(graph: Graph) -> Graph:
    """Give constants, variables and their reads the role `CHIP`.

    Before: `wire_through` has run. After: no op of the role `CHIP` has an input that is not side matter;
    `view.counts` says how many are ``docked``.
    """
    table, view = graph.table, graph.content.view
    roles = bytearray(view.roles)
    for node in range(len(table)):
        if roles[node] == BOX and table.ops[node] not in READS and is_source(graph, node):
            roles[node] = CHIP
    flow = Flow(graph, roles)
    known = bytearray(len(table))
    for node, op in enumerate(table.ops):
        if op in READS and roles[node] == BOX:
            _settle(graph, flow, roles, known, node)
    counts = {**view.counts, "docked": roles.count(CHIP)}
    return graph.with_content(view=replace(view, roles=bytes(roles), counts=counts))


def _settle(graph: Graph, flow: Flow, roles: bytearray, known: bytearray, node: int) -> None:
    """Follow the first inputs of reads to where they begin, then give the whole chain the same role."""
    table = graph.table
    chain: List[int] = []
    while roles[node] == BOX and not known[node] and table.ops[node] in READS:
        known[node] = 1
        chain.append(node)
        row = table.edge_start[node]
        if row == table.edge_start[node + 1] or table.edge_output[row] == CONTROL:
            return
        node = flow.source(table.edge_node[row], table.edge_output[row])[0]
    if roles[node] == CHIP:
        for read in chain:
            roles[read] = CHIP
