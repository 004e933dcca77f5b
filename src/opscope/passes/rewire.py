"""Builds the node table that `repeat` leaves.

It has the rows that stay. Where the producer of an edge is gone, the edge comes from the op that stands in for it.
"""

from __future__ import annotations

from array import array
from dataclasses import replace
from typing import TYPE_CHECKING, Callable, Dict, List, Mapping, Optional, Sequence, Tuple

from ..graph.content import content_of
from ..graph.hlo_opcodes import EACH_PASSED
from ..graph.table import NodeTable
from ..graph.types import CONTROL
from ..graph.view import WIRE
from ..graph.vocabulary import ARGUMENT
from .wires import PASSING

if TYPE_CHECKING:
    from ..graph.graph import Graph

GATHERING = frozenset({"AddN", "Pack", "Concat", "ConcatV2", "NoOp", "AccumulateNV2", "MergeSummary"})
"""Ops that treat all their inputs alike, however many there are. If all copies of a stack feed a sum, one wire shows
it."""

_HANDING_ON = PASSING | {ARGUMENT}

Inputs = List[Tuple[int, int]]
"""The inputs of an op: for each the producer and which of its outputs."""


def rewired(
    table: NodeTable,
    kept: Sequence[int],
    row: Mapping[int, int],
    source: Callable[[int], Optional[Tuple[int, int]]],
) -> NodeTable:
    """The table of the rows `kept`, in their order.

    An op keeps its own inputs, in their order. If the producer of one is gone, the op that stands in for it takes its
    place. An op of the copy that is drawn does not get the inputs that its counterparts in the other copies have.

    Args:
        table: the whole table.
        kept: the rows that stay.
        row: each row that stays -> its row in the new table.
        source: gives the op and output that are drawn as the source of an edge; ``None`` if none is.
    """
    inputs = {node: _inputs_of(table, node, source) for node in kept}
    starts, producers, outputs = array("q", [0]), array("i"), array("i")
    for node in kept:
        producers.extend([row[producer] for producer, _ in inputs[node]])
        outputs.extend([output for _, output in inputs[node]])
        starts.append(len(producers))
    return replace(
        table,
        names=[table.names[node] for node in kept],
        ops=[table.ops[node] for node in kept],
        edge_start=starts,
        edge_node=producers,
        edge_output=outputs,
        outputs=[table.outputs[node] for node in kept],
        raw_attrs=[table.raw_attrs[node] for node in kept],
        devices=[table.devices[node] for node in kept],
        elements={row[node]: table.elements[node] for node in kept if node in table.elements} if table.elements else {},
        _index={},  # of names to rows: the old one does not hold here
    )


def _inputs_of(table: NodeTable, node: int, source: Callable[[int], Optional[Tuple[int, int]]]) -> Inputs:
    """The inputs of an op that stays, each from what is drawn for its producer.

    Several copies of a stack may feed one op. If that is a `GATHERING` op, or if the edges are control edges, only one
    of these inputs is kept. Any other op keeps them all.
    """
    return [shown for shown, _ in merged_inputs(table, node, source)]


def merged_inputs(
    table: NodeTable, node: int, source: Callable[[int], Optional[Tuple[int, int]]]
) -> List[Tuple[Tuple[int, int], List[int]]]:
    """The inputs of an op that stays: what is drawn for the producer, and the edges of the whole table that it stands for."""
    found: List[Tuple[Tuple[int, int], List[int]]] = []
    seen: Dict[Tuple[int, int], int] = {}
    gathers = table.ops[node] in GATHERING
    for edge in range(table.edge_start[node], table.edge_start[node + 1]):
        producer, output = table.edge_node[edge], table.edge_output[edge]
        shown = source(edge)
        if shown is None:
            continue
        alike = gathers or output == CONTROL
        # We leave out what another copy gave already, and an edge that would lead from the op to itself. If one
        # producer is used twice (x + x), both edges stay.
        if alike and shown[0] == node:
            continue
        known = seen.setdefault(shown, len(found)) if alike else len(found)
        if known < len(found) and table.edge_node[found[known][1][0]] != producer:
            found[known][1].append(edge)
        else:
            found.append((shown, [edge]))
    return found


def passing(graph: "Graph") -> bytes:
    """For each op 1 if it is drawn as a wire and hands on what it gets: an identity, or an argument of a function that is called."""
    ops, roles = content_of(graph).table.ops, content_of(graph).view.roles
    return bytes([role == WIRE and op in _HANDING_ON for role, op in zip(roles, ops)]) if roles else bytes(len(ops))


def origin(table: NodeTable, node: int, output: int, passed: bytes) -> Tuple[int, int]:
    """The op and output that a tensor really comes from: we go back through all identities and arguments that are drawn as wires."""
    while output != CONTROL and passed[node]:
        edge = table.edge_start[node] + (output if table.ops[node] in EACH_PASSED else 0)
        node, output = table.edge_node[edge], table.edge_output[edge]
    return node, output
