"""Builds the node table for `repeat`, of the rows that stay, wired to the ops that stand in for their producers."""

from __future__ import annotations

from array import array
from dataclasses import replace
from typing import Callable, Dict, List, Mapping, Sequence, Set, Tuple

from ..graph.table import NodeTable
from ..graph.types import CONTROL

GATHERING = frozenset({"AddN", "Pack", "Concat", "ConcatV2", "NoOp", "AccumulateNV2", "MergeSummary"})
"""Ops that treat all their inputs alike, however many there are. If all copies of a stack feed a sum, one wire shows
it."""
MOST_OTHERS = 3
"""An op of a stack shows at most this many producers that only the same op of other copies has."""

Inputs = List[Tuple[int, int]]
"""The inputs of an op: for each the producer and which of its outputs."""


def rewired(
    table: NodeTable,
    kept: Sequence[int],
    row: Mapping[int, int],
    stand_in: Callable[[int], int],
    stacks_of: Mapping[int, Sequence[int]],
    passing: bytes,
) -> NodeTable:
    """The table of the rows `kept`, in their order.

    An op keeps its own inputs in their order. Each comes from the op that stands in for the producer. At most
    `MOST_OTHERS` more inputs follow: producers outside the stack that other copies of the op have and this one does
    not. An edge from one copy of a stack to another one is not drawn for the copies that are gone.

    Args:
        table: the whole table.
        kept: the rows that stay.
        row: each row that stays -> its row in the new table.
        stand_in: gives the op that is drawn for an op.
        stacks_of: each op in a stack -> the numbers of the stacks that it lies in.
        passing: for each op 1 if it is an identity that is drawn as a wire.
    """
    inputs = {node: _own(table, node, stand_in) for node in kept}
    origins: Dict[int, Set[int]] = {}  # op that stays -> the ops that its inputs come from
    for node in stacks_of:
        if node not in row and not passing[node]:
            shown = stand_in(node)
            if shown not in origins:
                origins[shown] = {origin(table, producer, output, passing)[0] for producer, output in inputs[shown]}
            _add_others(table, node, inputs[shown], origins[shown], stand_in, stacks_of, passing)
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
        _index={},  # of names to rows: the old one does not hold here
    )


def _own(table: NodeTable, node: int, stand_in: Callable[[int], int]) -> Inputs:
    """The inputs of an op that stays.

    If all copies of a stack feed a `GATHERING` op, only one of these inputs is kept.
    """
    found: Inputs = []
    seen: Dict[Tuple[int, int], int] = {}
    gathers = table.ops[node] in GATHERING
    for edge in range(table.edge_start[node], table.edge_start[node + 1]):
        producer, output = table.edge_node[edge], table.edge_output[edge]
        shown = stand_in(producer)
        alike = gathers or output == CONTROL
        # Left out: what another producer with the same stand-in gave already, and what would be an edge to the op
        # itself.
        if alike and (shown == node or seen.setdefault((shown, output), producer) != producer):
            continue
        found.append((shown, output))
    return found


def _add_others(
    table: NodeTable,
    node: int,
    inputs: Inputs,
    known: Set[int],
    stand_in: Callable[[int], int],
    stacks_of: Mapping[int, Sequence[int]],
    passing: bytes,
) -> None:
    """Add the producers of `node`, an op of a copy that goes, to the `inputs` of the op that stands in for it.

    Only producers outside the stacks of `node` are added, and only new ones: `known` has the ops that `inputs` come
    from. An identity between producer and `node` is skipped, since it is drawn as a wire and has room for one input
    only.
    """
    start, end = table.edge_start[node], table.edge_start[node + 1]
    others = len(inputs) - (end - start)  # how many earlier copies have added
    for edge in range(start, end):
        producer, output = table.edge_node[edge], table.edge_output[edge]
        if passing[producer]:
            producer, output = origin(table, producer, output, passing)
        shown = stand_in(producer)
        if output == CONTROL or shown in known or others >= MOST_OTHERS:
            continue
        if set(stacks_of.get(producer, ())).isdisjoint(stacks_of[node]):
            inputs.append((shown, output))
            known.add(shown)
            others += 1


def origin(table: NodeTable, node: int, output: int, passing: bytes) -> Tuple[int, int]:
    """The op and output that a tensor comes from, behind all identities that are drawn as wires."""
    while output != CONTROL and passing[node]:
        edge = table.edge_start[node] + (output if table.ops[node] == "IdentityN" else 0)
        node, output = table.edge_node[edge], table.edge_output[edge]
    return node, output
