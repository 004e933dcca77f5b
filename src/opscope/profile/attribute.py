"""Attribution: from the traced graph and a `Recording` of its run to the graph with measurements on ops and groups.

Every recorded execution is counted once: on the op that ran; if several ops ran as one fused kernel, on the one of them
with the most FLOPs; or as not attributed.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from statistics import median
from typing import Any, Dict, List, Optional, Set, Tuple

from ..cost import estimate
from ..errors import InputError, spelled
from ..graph.content import content_of, with_facts, with_measurement
from ..graph.facts import ProfileFacts
from ..graph.graph import Graph
from ..graph.groups import Group
from ..graph.types import Measured
from ..graph.vocabulary import LOOP_PARTS, chain, is_body
from .compiled import Compiled
from .fused import Fusions, costliest, is_fusion
from .names import Names
from .raw import COMPILED, KERNEL, OpEvent, Recording, Trace
from .shares import Shares, split
from .timeline import of_trace

_PS = 1e-6
"""Microseconds in a picosecond."""


@dataclass
class _Sums:
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


@dataclass(frozen=True)
class Attribution:
    """Which op each op event belongs to, and what was fused."""

    rows: List[int]
    """For each op event the row of its op; -1 if it is not attributed."""
    fusions: Dict[int, Tuple[int, ...]] = field(default_factory=dict)
    """Row of the op that the time of a fused group is put on -> all members of the group."""
    homes: Dict[Tuple[int, str], int] = field(default_factory=dict)
    """Function run and executed name -> row. An allocation has these two, so this tells which op made it."""
    compiled: Set[int] = field(default_factory=set)
    """Rows that the time of code compiled by XLA is put on. How often the op itself ran in it is not known."""
    unresolved: "Counter[str]" = field(default_factory=Counter)
    """Executed name that was not attributed -> how long it ran, in picoseconds."""


def attribute(graph: Graph, recording: Recording, *, batch: Optional[int] = None) -> Graph:
    """The graph with `measured` on its ops and groups, and with `measurement`, the figures of the run as a whole.

    Costs are estimated too, for `batch`. A loop whose trip count cannot be computed gets the measured one.
    ``graph.facts["profile"]`` lists the executed names that were not attributed (those that ran longest), and the ops that
    were not reported.

    Raises:
        InputError: the recording has no step.
    """
    trace = recording.trace
    if not trace.steps:
        raise InputError(f"the recording holds no step; record it with {spelled('opscope.profile', 'opscope profile')}")
    costed = estimate(graph, batch=batch)  # first, since FLOPs decide on which op a fused group's time is put
    shares = split(trace)
    found = assign_events(costed, recording, shares)
    sums = _summed(trace, shares, found)
    steps = len(trace.steps)
    names = content_of(graph).table.names
    measured = {
        row: Measured(
            one.time * _PS / steps,
            # An op of which only kernels were recorded ran on the host too, but nobody knows how often and how long.
            one.busy * _PS / steps if one.calls else None,
            one.calls / steps if one.calls else None,
            one.memory / steps or None,
            tuple(names[member] for member in one.fused) or None,
            device_us=one.device * _PS / steps if one.device else None,
        )
        for row, one in sums.items()
    }  # fmt: skip
    # If the trip count of a loop is not known, costs are per iteration: estimate again, with the measured trip counts.
    if costed.cost is not None and costed.cost.per != "step":
        costed = estimate(graph, batch=batch, measured_runs=_runs(graph, measured, found.compiled))
    result = with_measurement(
        costed, _measurement(recording, shares, found), measured=measured, groups=_groups(costed, measured)
    )
    return with_facts(
        result, {"profile": _facts(graph, recording, found, sums), "timeline": of_trace(trace, found.rows)}
    )


def assign_events(graph: Graph, recording: Recording, shares: Shares) -> Attribution:
    """Find the op of each op event: first by name, then for fused kernels, then for code compiled by XLA."""
    trace = recording.trace
    names = Names(graph)
    prefixes = _Prefixes(graph, names, trace)
    rows = [-1 if event.module or event.op in (COMPILED, KERNEL) else prefixes.row(event) for event in trace.ops]
    # `found` holds this very list. Below, the rows of fusions and of compiled code are corrected in it.
    found = Attribution(rows)
    table = content_of(graph).table
    # An op that has an event was not swallowed by another one's fused kernel.
    fusions = Fusions(graph, recording.optimised, names, {row for row in rows if row >= 0})
    home: Dict[int, int] = {}  # row that a fusion is named after -> row that its time is put on
    for index, row in enumerate(rows):
        if row >= 0 and row not in home and is_fusion(trace.ops[index].op, table.ops[row]):
            members = fusions.members(row)
            carrier = costliest(graph, members) if len(members) > 1 else row
            home[row] = carrier
            if len(members) > 1:
                found.fusions[carrier] = members
    for index, row in enumerate(rows):
        if row in home and is_fusion(trace.ops[index].op, table.ops[row]):
            rows[index] = home[row]
    for index, row, members in Compiled(graph, names, trace, list(rows)).groups():
        rows[index] = row
        if row >= 0:
            found.compiled.add(row)
            if len(members) > 1:
                found.fusions[row] = tuple(sorted({*members, *found.fusions.get(row, ())}))
    launches = set(trace.launchers.values())  # their kernels are what counts
    for index, (event, row) in enumerate(zip(trace.ops, rows)):
        found.homes[event.run, event.name] = row
        if row < 0 and shares.inside[index] and index not in launches:
            found.unresolved[event.name] += shares.busy[index]
    return found


class _Prefixes:
    """Finds the rows of op events, also inside functions that were not inlined.

    There an executed name counts from the function's body, so the name of the call has to be put before it. Which call
    it was follows from the run (the executor's step id) of the event and from the event that launched that run.
    """

    def __init__(self, graph: Graph, names: Names, trace: Trace) -> None:
        self._graph = graph
        self._names = names
        self._trace = trace
        self._prefix: Dict[int, str] = {0: ""}  # run -> what to put before a name; 0: events outside any executor

    def row(self, event: OpEvent) -> int:
        """The row of the op that an event is an execution of; -1 if no rule explains its name."""
        found = self._names.find(event.name, event.op, self._of(event.run))
        return -1 if found is None else found

    def _of(self, run: int) -> str:
        """What to put before the names in a run: the name of the call that launched it, and a ``/``."""
        if run not in self._prefix:
            self._prefix[run] = ""  # set before the recursion: in a damaged file, a run may launch itself
            caller = self._trace.callers.get(run)
            if caller is not None:
                row = self.row(self._trace.ops[caller])
                if row >= 0:
                    self._prefix[run] = content_of(self._graph).table.names[row] + "/"
        return self._prefix[run]


def _summed(trace: Trace, shares: Shares, found: Attribution) -> Dict[int, _Sums]:
    """Sum up what each op took.

    Only what began inside a step counts. `runner` runs the function once more after the last step: that run is in the
    recording but in no step.
    """
    sums: Dict[int, _Sums] = {}
    for index, row in enumerate(found.rows):
        if row >= 0 and shares.inside[index]:
            one = sums.setdefault(row, _Sums(fused=found.fusions.get(row, ())))
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


def _runs(graph: Graph, measured: Dict[int, Measured], compiled: Set[int]) -> Dict[int, float]:
    """How often each condition or body of a loop ran in a step: as often as the op that ran most often directly in it.

    Neither compiled code nor an op with a body of its own (a loop in the loop) counts: how often they ran is not told
    by their events.
    """
    runs: Dict[int, float] = {}
    owners = {group.owner for group in content_of(graph).groups}
    for row, one in measured.items():
        home = content_of(graph).node_group[row] if row not in compiled else -1
        place = next(
            (index for index in chain(content_of(graph).groups, home) if is_body(content_of(graph).groups[index])), -1
        )
        if place >= 0 and content_of(graph).groups[place].kind in LOOP_PARTS and row not in owners and one.calls:
            runs[place] = max(runs.get(place, 0.0), one.calls)
    return runs


def _groups(graph: Graph, measured: Dict[int, Measured]) -> Tuple[Group, ...]:
    """The groups, each with the sums over all ops in it. A group without a measured op has no figures."""
    count = len(content_of(graph).groups)
    # One entry more than there are groups: index -1, the last one, takes the ops that lie in no group.
    sums: List[Optional[List[float]]] = [None] * (count + 1)

    def add(place: int, values: List[float]) -> None:
        known = sums[place]
        sums[place] = values[:] if known is None else [a + b for a, b in zip(known, values)]

    for row, one in measured.items():
        figures = (one.time_us, one.busy_us, one.calls, one.memory_bytes, one.device_us)
        add(content_of(graph).node_group[row], [figure or 0.0 for figure in figures])
    for index in range(count - 1, -1, -1):  # a group comes after its parent, so backwards sums go up
        values = sums[index]
        if values is not None:
            add(content_of(graph).groups[index].parent, values)
    return tuple(
        replace(group, measured=_group_measured(sums[index])) for index, group in enumerate(content_of(graph).groups)
    )


def _group_measured(values: Optional[List[float]]) -> Optional[Measured]:
    if values is None:
        return None
    return Measured(values[0], values[1], values[2], values[3] or None, device_us=values[4] or None)


def _measurement(recording: Recording, shares: Shares, found: Attribution) -> Dict[str, Any]:
    """The figures of the run as a whole, as docs/profiling.md explains them. The rows of ``coverage`` add up to 1."""
    trace, total = recording.trace, float(shares.total or 1)
    missed = sum(shares.share[index] for index, row in enumerate(found.rows) if row < 0)
    ops = sum(shares.share) - missed
    busy = sum(shares.busy)
    lost = sum(found.unresolved.values())
    dispatch = shares.dispatch
    # Without a single op event, the function was compiled as a whole: nothing tells the executor's work from that of
    # the ops.
    if not any(shares.inside):
        missed, dispatch = dispatch, 0.0
    return {
        "steps": len(trace.steps),
        "steps_kept": len(trace.steps),
        "disturbed": None,
        "step_time_us": median(recording.baseline_us) if recording.baseline_us else None,
        "step_spread_us": None,
        "profiled_step_time_us": total * _PS / len(trace.steps),
        "attributed": 1 - lost / busy if busy else 0.0,
        "coverage": {
            "ops": ops / total,
            "dispatch": dispatch / total,
            "python": shares.python / total,
            "copies": shares.copies / total,
            "unattributed": missed / total,
        },
        "trace_level": recording.trace_level,
        "devices": list(trace.devices) or ["CPU"],
    }


def _facts(graph: Graph, recording: Recording, found: Attribution, sums: Dict[int, _Sums]) -> ProfileFacts:
    steps = len(recording.trace.steps)
    lost = {name: time * _PS / steps for name, time in found.unresolved.most_common(20)}
    return {"unattributed_us": lost, "not_reported": _not_reported(graph, recording, sums)}


def _not_reported(graph: Graph, recording: Recording, sums: Dict[int, _Sums]) -> List[str]:
    """The ops that ran without an event: at trace level 2, TensorFlow leaves out those that it believes to be cheap."""
    optimised = recording.optimised
    if optimised is None or recording.trace_level > 2:
        return []
    names = Names(graph)
    missing = []
    for name, op in optimised.ops.items():
        row = names.find(name, op)
        if op not in {"Const", "NoOp"} and row is not None and row not in sums:
            missing.append(content_of(graph).table.names[row])
    return missing
