"""Draw straight through what only passes a tensor on; find the variables that a loop really changes."""

from __future__ import annotations

from dataclasses import replace
from typing import Dict

from ..graph.graph import Graph
from ..graph.types import CONTROL
from ..graph.view import BOX, PILL, WIRE
from ..graph.vocabulary import CALL_KINDS, CHOICE_PARTS, ENDS
from .flow import Flow

PASSING = frozenset({"Identity", "IdentityN", "Snapshot"})
"""Ops that hand on their input as it is."""
_KEPT_IN = CALL_KINDS | CHOICE_PARTS


def wire_through(graph: Graph) -> Graph:
    """Give identities, arguments and results the role `WIRE`, arguments that change in a loop the role `PILL`.

    Before: dead ops are hidden. After: every op of `PASSING` with an input, every `_Arg` and every `_Retval` that is
    not dead is a `WIRE` or a `PILL`; `view.counts` says how many (`passed_on`) hand on their input.
    """
    table, view = graph.table, graph.content.view
    roles = bytearray(view.roles or bytes(len(table)))
    inputs = {port.node for port in graph.content.inputs}
    for node, op in enumerate(table.ops):
        if roles[node] == BOX and (op in ENDS or (op in PASSING and _has_input(graph, node) and node not in inputs)):
            roles[node] = WIRE
    _find_loop_variables(graph, roles)
    passed_on = sum(1 for op, role in zip(table.ops, roles) if role == WIRE and op in PASSING)
    counts = replace(view.counts, passed_on=passed_on)
    return graph.with_content(view=replace(view, roles=bytes(roles), counts=counts))


def _has_input(graph: Graph, node: int) -> bool:
    table = graph.table
    start = table.edge_start[node]
    return start < table.edge_start[node + 1] and table.edge_output[start] != CONTROL


def _find_loop_variables(graph: Graph, roles: bytearray) -> None:
    """Inner loops first: whether an outer loop changes a variable may depend on what an inner one does to it."""
    flow = Flow(graph, roles, remember=False)
    for body in sorted(flow.loops.values(), reverse=True):
        args, results = flow.args.get(body, []), flow.results.get(body, [])
        for arg in args:
            roles[arg] = PILL if roles[arg] == WIRE else roles[arg]
        for arg, result in zip(args, results):
            if flow.source(result, 0) == (arg, 0) and roles[arg] == PILL:
                roles[arg] = WIRE


def keep_only_ops(graph: Graph) -> Graph:
    """Make the last identity of a layer or branch a box again when nothing else of it would be drawn.

    Before: `wire_through` and `dock` have run. After: a layer that has an op which is not dead has a box, so its card
    stays on the wire (dropout at inference is one `Identity`).
    """
    table, view, groups = graph.table, graph.content.view, graph.groups
    roles = bytearray(view.roles)
    drawn = [0] * len(groups)
    last: Dict[int, int] = {}
    for node, group in enumerate(graph.content.node_group):
        if group >= 0 and roles[node] in {BOX, PILL}:
            drawn[group] = 1
        elif group >= 0 and roles[node] == WIRE and table.ops[node] in PASSING:
            last[group] = node
    for index in range(len(groups) - 1, -1, -1):
        if not drawn[index] and index in last and groups[index].kind in _KEPT_IN:
            roles[last[index]] = BOX
            drawn[index] = 1
        parent = groups[index].parent
        if parent >= 0:
            drawn[parent] |= drawn[index]
            if index in last:
                last[parent] = max(last.get(parent, -1), last[index])
    return graph.with_content(view=replace(view, roles=bytes(roles)))
