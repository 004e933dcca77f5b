"""Docking: constants, variables, and ops that merely read or convert them, become small chips on the ops that use them.

Together they are called side matter. Drawn as boxes they would be most of the picture: a Dense layer has two boxes, and
around them two variables, two reads and their wires.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import compress, count
from typing import Sequence, Set

from ..graph.content import content_of, with_content
from ..graph.graph import Graph
from ..graph.hlo_opcodes import BITCAST
from ..graph.lite_ops import lite_too
from ..graph.model_variables import only_variables
from ..graph.view import BOX, CHIP
from ..graph.vocabulary import ARGUMENT, CONSTANTS, FED, MISSING, VARIABLES
from .flow import Flow

_HOLDERS = CONSTANTS | VARIABLES | {"AutoReloadVariable", "TemporaryVariable", MISSING}
_MAYBE = _HOLDERS | FED | {ARGUMENT}
"""What `is_source` may say yes to."""
READS = lite_too(
    {
        "ReadVariableOp",
        "Cast",
        "StopGradient",
        "PreventGradient",
        "Reshape",
        "Squeeze",
        "ExpandDims",
        "DEQUANTIZE",
        "DENSIFY",
        BITCAST,
    }
)
"""Ops that are side matter if all their inputs are. They read a variable, or give a value another type or shape."""


def is_source(graph: Graph, node: int) -> bool:
    """Whether an op is side matter by itself: a constant, a variable, a placeholder for one, or what the file lacks, mostly weights."""
    op = content_of(graph).table.ops[node]
    if op in _HOLDERS:
        return True
    if op not in FED and op != ARGUMENT:
        return False
    # A traced function has a placeholder for each variable that it captures, a loaded one an argument.
    return node in content_of(graph).handles or _is_captured(graph, node)


def _is_captured(graph: Graph, node: int) -> bool:
    """Whether a placeholder or argument is not fed by the caller: it is a resource, or a value that the function captured.

    A resource may be fed as well: an iterator that a function takes the next batch from is one of its inputs.
    """
    outputs, inputs = content_of(graph).table.outputs[node], content_of(graph).inputs
    if any(port.node == node for port in inputs):
        return False
    return bool(inputs) or bool(outputs and outputs[0].dtype == "resource")


def dock(graph: Graph) -> Graph:
    """Give constants, variables and their reads the role `CHIP`.

    Of a graph that is variables alone, these are boxes.

    Before: `wire_through` has run. After: all data inputs of an op with the role `CHIP` are chips too;
    `view.counts.docked` is the number of chips.
    """
    table, view = content_of(graph).table, content_of(graph).view
    if only_variables(table):
        return graph
    roles = bytearray(view.roles)
    for node in compress(count(), map(_MAYBE.__contains__, table.ops)):
        if roles[node] == BOX and is_source(graph, node):
            roles[node] = CHIP
    # It may remember although roles still change: from here on, no op becomes a wire or ceases to be one.
    flow = Flow(graph, roles)
    settled: Set[int] = set()
    for node in compress(count(), map(READS.__contains__, table.ops)):
        if roles[node] == BOX and node not in settled:
            _settle(table.ops, flow, roles, node, settled)
    counts = replace(view.counts, docked=roles.count(CHIP))
    return with_content(graph, view=replace(view, roles=bytes(roles), counts=counts))


def _settle(ops: Sequence[str], flow: Flow, roles: bytearray, node: int, settled: Set[int]) -> None:
    """Decide whether a read is a chip. The reads that it depends on are decided first; a stack replaces recursion."""
    waiting = [node]
    settled.add(node)
    while waiting:
        here = waiting[-1]
        sources = [source for source, _ in flow.taken(here)]
        further = [s for s in sources if roles[s] == BOX and ops[s] in READS and s not in settled]
        if further:
            settled.update(further)
            waiting.extend(further)
            continue
        waiting.pop()
        if sources and all(roles[source] == CHIP for source in sources):
            roles[here] = CHIP
