"""The node table of a graph whose repeats are folded: fewer rows, wired to what stands for their producers."""

from __future__ import annotations

from array import array
from dataclasses import replace
from typing import Callable, Dict, List, Mapping, Sequence, Set, Tuple

from ..graph.table import NodeTable
from ..graph.types import CONTROL

GATHERING = frozenset({"AddN", "Pack", "Concat", "ConcatV2", "NoOp", "AccumulateNV2", "MergeSummary"})
"""Ops that take any number of inputs alike."""
MOST_OTHERS = 3
"""Producers that only other copies have, as many of them as one op of a stack shows."""

Inputs = List[Tuple[int, int]]


def rewired(
    table: NodeTable,
    kept: Sequence[int],
    row: Mapping[int, int],
    stand_in: Callable[[int], int],
    stacks_of: Mapping[int, Sequence[int]],
    passing: bytes,
) -> NodeTable:
    """The rows `kept`, in their order.

    Each op's own inputs keep their numbers, and come from what stands for their producers. Behind them follow inputs
    that the first copy lacks and another copy has from outside the stack, at most `MOST_OTHERS`. From copy to
    copy of one stack no edge is drawn.

    Args:
        table: the whole table.
        kept: its rows that stay.
        row: for each of these its new row.
        stand_in: the op that is drawn for an op.
        stacks_of: for each op in a stack the numbers of its stacks.
        passing: for each op 1 if it is drawn as a wire from its input on.
    """
    inputs = {node: _own(table, node, stand_in) for node in kept}
    origins: Dict[int, Set[int]] = {}
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
        _index={},
    )


def _own(table: NodeTable, node: int, stand_in: Callable[[int], int]) -> Inputs:
    """The inputs of an op that stays; copies that all feed one sum are one input of it."""
    found: Inputs = []
    seen: Dict[Tuple[int, int], int] = {}
    gathers = table.ops[node] in GATHERING
    for edge in range(table.edge_start[node], table.edge_start[node + 1]):
        producer, output = table.edge_node[edge], table.edge_output[edge]
        shown = stand_in(producer)
        alike = gathers or output == CONTROL
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
    """Add to the inputs of what stands for a copy's op what only this copy has, from outside its stacks.

    An op that passes its input on has one wire, so another copy's goes to the op that takes it from there.
    `known` are the ops that `inputs` come from.
    """
    start, end = table.edge_start[node], table.edge_start[node + 1]
    others = len(inputs) - (end - start)
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
    """The op and output that a tensor comes from, behind all that only passes it on."""
    while output != CONTROL and passing[node]:
        edge = table.edge_start[node] + (output if table.ops[node] == "IdentityN" else 0)
        node, output = table.edge_node[edge], table.edge_output[edge]
    return node, output
