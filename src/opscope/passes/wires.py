"""Turns ops that only pass a tensor on into wires, and finds the variables that a loop really changes."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import compress, count
from typing import Dict

from ..graph.content import content_of, with_content
from ..graph.graph import Graph
from ..graph.hlo_opcodes import TUPLE, TUPLE_ELEMENT
from ..graph.types import CONTROL
from ..graph.view import BOX, PILL, WIRE
from ..graph.vocabulary import ARGUMENT, CALL_KINDS, CHOICE_PARTS, RESULT
from .flow import Flow

PASSING = frozenset({"Identity", "IdentityN", "Snapshot", TUPLE, TUPLE_ELEMENT})
"""Ops that return their input as it is. XLA puts tensors together and takes them apart where several are handed on."""
KEPT_IN = CALL_KINDS | CHOICE_PARTS
"""Kinds of groups that should not vanish from a drawing: see `keep_only_ops` and `shape_arithmetic`."""


def wire_through(graph: Graph) -> Graph:
    """Give identities, arguments and results the role `WIRE`, and loop variables that change the role `PILL`.

    Before: dead ops are hidden. After: every op of `PASSING` that has an input, every `_Arg` that has one and every `_Retval`
    is a `WIRE` or a `PILL`, unless it is hidden or an input of the graph.
    """
    table, view = content_of(graph).table, content_of(graph).view
    roles = bytearray(view.roles or bytes(len(table)))
    inputs = {port.node for port in content_of(graph).inputs}
    for node, op in compress(enumerate(table.ops), map((PASSING | {RESULT, ARGUMENT}).__contains__, table.ops)):
        if roles[node] != BOX or node in inputs:
            continue
        # Nothing is handed to the arguments of a function that is shown by itself: they are where its tensors begin.
        if op == RESULT or _has_input(graph, node):
            roles[node] = WIRE
    _find_loop_variables(graph, roles)
    return with_content(graph, view=replace(view, roles=bytes(roles)))


def _has_input(graph: Graph, node: int) -> bool:
    table = content_of(graph).table
    start = table.edge_start[node]
    return start < table.edge_start[node + 1] and table.edge_output[start] != CONTROL


def _find_loop_variables(graph: Graph, roles: bytearray) -> None:
    """Make pills of the loop variables (arguments of a loop's body) that the body changes, and of a dataset's elements and state."""
    flow = Flow(graph, roles, remember=False)  # the roles change below
    # Inner loops first (a group comes after its parents): an outer loop may change a variable only by running an inner
    # one.
    for body in sorted(flow.loops.values(), reverse=True):
        args, results = flow.args.get(body, []), flow.results.get(body, [])
        # First all are pills, where the flow stops. Those whose result comes straight from the argument are wires.
        for arg in args:
            roles[arg] = PILL if roles[arg] == WIRE else roles[arg]
        for arg, result in zip(args, results):
            if flow.source(result, 0) == (arg, 0) and roles[arg] == PILL:
                roles[arg] = WIRE
    for bodies_of in flow.datasets.values():
        for body in bodies_of:
            for arg in flow.args.get(body, ()):
                if roles[arg] == WIRE and flow.varies(arg):
                    roles[arg] = PILL


def keep_only_ops(graph: Graph) -> Graph:
    """Make the last identity of a layer or branch a box again if nothing else in it is drawn.

    At inference, for example, a Dropout layer is a single `Identity`: as a wire, the layer would not be in the drawing
    at all.

    Before: `wire_through` and `dock` have run. After: a layer or branch in which an identity is a wire has a box (or a
    pill). `view.counts.passed_on` is the number of identities that no box shows.
    """
    table, view, groups = content_of(graph).table, content_of(graph).view, content_of(graph).groups
    roles = bytearray(view.roles)
    homes = content_of(graph).node_group
    drawn = [0] * len(groups)
    for group in set(compress(homes, map((BOX, PILL).__contains__, roles))) - {-1}:
        drawn[group] = 1
    last: Dict[int, int] = {}
    for node in compress(count(), map(WIRE.__eq__, roles)):
        if homes[node] >= 0 and table.ops[node] in PASSING:
            last[homes[node]] = node
    for index in range(len(groups) - 1, -1, -1):
        if not drawn[index] and index in last and groups[index].kind in KEPT_IN:
            roles[last[index]] = BOX
            drawn[index] = 1
        parent = groups[index].parent
        # What is drawn in a group is drawn in all groups around it; a layer's last identity may lie in a scope of it.
        if parent >= 0:
            drawn[parent] |= drawn[index]
            if index in last:
                last[parent] = max(last.get(parent, -1), last[index])
    passed_on = Counter(op for op in compress(table.ops, map(WIRE.__eq__, roles)) if op in PASSING)
    counts = replace(view.counts, passed_on=dict(sorted(passed_on.items())))
    return with_content(graph, view=replace(view, roles=bytes(roles), counts=counts))
