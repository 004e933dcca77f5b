"""What is told of variables that only one side has, where no group or op tells it already; and of the graph's outputs."""

from __future__ import annotations

from typing import Iterator, List, Sequence, Set

from ..model import Change, GraphHead, StoryEntry
from .evidence import Evidence


def variable_entries(evidence: Evidence) -> Iterator[StoryEntry]:
    """The variables that were removed or added without a group that was too, and without an op that gives their handle."""
    for side, kind in ((0, "removed"), (1, "inserted")):
        told = _told(evidence, side)
        names = [
            variable.object_path
            for variable, other in zip(evidence.sides[side].variables, evidence.variables[side])
            if other < 0 and variable.id not in told
        ]
        for name in names:
            yield StoryEntry(kind, "variable", () if side else (name,), (name,) if side else ())


def _told(evidence: Evidence, side: int) -> Set[int]:
    handles = evidence.sides[side].content.handles
    return evidence.held[side] | {number for row, number in handles.items() if evidence.nodes[side][row] < 0}


def output_entries(evidence: Evidence, heads: "tuple[GraphHead, GraphHead]") -> Iterator[StoryEntry]:
    """The outputs of the graph, where they are not those of the ops that correspond."""
    if heads[0].outputs is None and heads[1].outputs is None:
        return  # then the ops alone tell them
    ports = [side.content.outputs for side in evidence.sides]
    one = [(port.name, evidence.nodes[0][port.node], port.output) for port in ports[0]]
    two = [(port.name, port.node, port.output) for port in ports[1]]
    if one == two:
        return
    names: List[Sequence[str]] = [
        tuple([f"{port.name} = {side.table.names[port.node]}:{port.output}" for port in some])
        for side, some in zip(evidence.sides, ports)
    ]
    change = Change("outputs", list(names[0]), list(names[1]))
    follows = any(evidence.nodes[side][port.node] < 0 for side in (0, 1) for port in ports[side])
    yield StoryEntry("changed", "output", tuple(names[0]), tuple(names[1]), 0, int(not follows), (change,))
