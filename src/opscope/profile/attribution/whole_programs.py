"""What a measurement has of XLA's programs of which TensorFlow does not report all times: `graph.measured_programs` tells it."""

from __future__ import annotations

from typing import Any, Collection, Dict, List, Mapping, NamedTuple

from ...graph.content import content_of
from ...graph.graph import Graph
from ...graph.measured_programs import PROGRAMS_KEY, UNTIMED_KEY
from ..recordings.raw import Trace
from .figures import PS
from .shares import Shares


class ProgramEvents(NamedTuple):
    """The events of one program whose instructions were not reported."""

    ops: int
    """How many ops it computes."""
    indices: List[int]


def program_figures(trace: Trace, shares: Shares, programs: Mapping[str, ProgramEvents]) -> Dict[str, Any]:
    """What a measurement has of the programs, the longest first; empty if none ran in a step."""
    told = []
    for name, program in programs.items():
        inside = [index for index in program.indices if shares.step[index] >= 0]
        if inside:
            time = sum(shares.share[index] for index in inside) * PS / len(trace.steps)
            told.append({"name": name, "ops": program.ops, "time_us": time})
    return {PROGRAMS_KEY: sorted(told, key=lambda each: -each["time_us"])} if told else {}


def untimed_figures(graph: Graph, rows: Collection[int]) -> Dict[str, Any]:
    """What a measurement has of ops whose work outlasts its events; empty if there are none."""
    names = content_of(graph).table.names
    return {UNTIMED_KEY: [names[row] for row in sorted(rows)]} if rows else {}
