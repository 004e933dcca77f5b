"""Makes the figures of ops and groups from the events of the steps that count: means per step, their spread and error."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Collection, Container, Dict, List, Optional, Tuple

from ...graph.content import content_of
from ...graph.groups import Group
from ...graph.types import Measured
from ...graph.vocabulary import chain
from ..step_times import StepTimes, TimeFigure, figure_of

if TYPE_CHECKING:
    from ...graph.graph import Graph
    from ..recordings.raw import Trace
    from .attribute import Attribution
    from .shares import Shares

PS = 1e-6
"""Microseconds in a picosecond."""


@dataclass
class OpSums:
    """What is summed up for one op over all steps; times are in picoseconds."""

    time: float = 0.0
    """Its part of the steps' wall-clock time: where several ops run at once, each has a part of that moment."""
    busy: int = 0
    """How long it ran on the host itself, whatever ran beside it."""
    device: int = 0
    """How long its kernels ran on GPUs."""
    calls: int = 0
    """How often the host ran it. An op may have several kernels, or run on the host before they do."""
    memory: int = 0
    """Bytes that were allocated while it ran."""
    fused: Tuple[int, ...] = ()


def summed(trace: Trace, shares: Shares, found: Attribution) -> Dict[int, OpSums]:
    """Sum up what each op took.

    Only what began inside a step counts. `runner` runs the function once more after the last step: that run is in the
    recording but in no step.
    """
    sums: Dict[int, OpSums] = {}
    for index, row in enumerate(found.rows):
        if row >= 0 and shares.step[index] >= 0:
            one = sums.setdefault(row, OpSums(fused=found.fusions.get(row, ())))
            one.time += shares.share[index]
            if trace.ops[index].thread < 0:
                one.device += shares.busy[index]
            else:
                one.busy += shares.busy[index]
                one.calls += 1
    for allocation in trace.allocations:
        row = found.homes.get((allocation.run, allocation.name), -1)
        if row in sums and any(step.start <= allocation.at < step.end for step in trace.steps):
            sums[row].memory += allocation.bytes
    return sums


def step_times(graph: Graph, trace: Trace, shares: Shares, found: Attribution, sums: Container[int]) -> StepTimes:
    """The time of each op that has figures in each step."""
    names = content_of(graph).table.names
    times = StepTimes(len(trace.steps))
    for index, row in enumerate(found.rows):
        if row in sums and shares.step[index] >= 0:
            times.add(names[row], shares.step[index], shares.share[index] * PS)
    return times


def op_figures(graph: Graph, sums: Dict[int, OpSums], times: StepTimes, steps: int) -> Dict[int, Measured]:
    """The figures of ops: means over the steps."""
    names = content_of(graph).table.names
    found = {}
    for row, one in sums.items():
        time = figure_of(times.of(names[row]))
        found[row] = Measured(
            time_us=one.time * PS / steps,
            # An op of which only kernels were recorded ran on the host too, but nobody knows how often and how long.
            busy_us=one.busy * PS / steps if one.calls else None,
            calls=one.calls / steps if one.calls else None,
            memory_bytes=one.memory / steps or None,
            fused=tuple(names[member] for member in one.fused) or None,
            spread_us=time.spread,
            error_us=time.error,
            device_us=one.device * PS / steps if one.device else None,
        )
    return found


def group_figures(
    graph: Graph, measured: Dict[int, Measured], times: StepTimes, untimed: Collection[int] = ()
) -> Tuple[Group, ...]:
    """The groups, each with the sums over all ops in it. A group without a measured op has no figures, nor one with an op of `untimed`, whose time is not known."""
    groups, names = content_of(graph).groups, content_of(graph).table.names
    # One entry more than there are groups: index -1, the last one, takes the ops that lie in no group.
    sums: List[Optional[List[float]]] = [None] * (len(groups) + 1)

    def add(place: int, values: List[float]) -> None:
        known = sums[place]
        sums[place] = values[:] if known is None else [a + b for a, b in zip(known, values)]

    for row, one in measured.items():
        figures = (one.time_us, one.busy_us, one.calls, one.memory_bytes, one.device_us)
        add(content_of(graph).node_group[row], [figure or 0.0 for figure in figures])
    for index in range(len(groups) - 1, -1, -1):  # a group comes after its parent, so backwards sums go up
        values = sums[index]
        if values is not None:
            add(groups[index].parent, values)
    for row in untimed:
        for index in chain(groups, content_of(graph).node_group[row]):
            sums[index] = None
    members = [[names[row] for row in rows] for rows in content_of(graph).members()]
    timed = times.groups(groups, members)
    return tuple(
        replace(group, measured=_group_measured(sums[index], timed[index])) for index, group in enumerate(groups)
    )


def _group_measured(values: Optional[List[float]], time: TimeFigure) -> Optional[Measured]:
    if values is None:
        return None
    figure, busy, calls, memory, device = values
    return Measured(
        time_us=figure,
        busy_us=busy,
        calls=calls,
        memory_bytes=memory or None,
        spread_us=time.spread,
        error_us=time.error,
        device_us=device or None,
    )
