"""Attribution: from the traced graph and a `Recording` of its run to the graph with measurements on ops and groups.

Every recorded execution is counted once: on the op that ran; if several ops ran as one fused kernel, on the one of them
with the most FLOPs; or as not attributed.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from statistics import median
from typing import Any, Dict, FrozenSet, List, Mapping, Optional, Sequence, Set, Tuple

from ...cost import estimate
from ...errors import InputError, spelled
from ...graph.content import content_of, with_facts, with_measurement
from ...graph.facts import ProfileFacts
from ...graph.graph import Graph
from ...graph.groups import Group
from ...graph.measured_memory import MEMORY_KEY
from ...graph.types import Measured
from ...graph.vocabulary import CHOICE_PARTS, CONSTANTS, ENDS, FLOW_PARTS, LOOP_PARTS, chain, is_body
from ...program.executed_names import Names
from ...program.fused import Fusions, is_fusion
from ..recordings.raw import COMPILED, KERNEL, Recording, Trace
from ..spread import Kept, half_iqr, kept_steps
from .compiled import Compiled
from .costliest import costliest
from .event_rows import EventRows
from .figures import PS, OpSums, group_figures, op_figures, step_times, summed
from .input_figures import input_figures
from .input_waits import PipelineTimes, pipeline_times, stage_ops_share
from .lost_runs import lost_rows
from .shares import Shares, split
from .step_memory import step_memory
from .timeline import of_trace
from .whole_programs import ProgramEvents, program_figures, untimed_figures


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
    programs: Dict[str, ProgramEvents] = field(default_factory=dict)
    """Name of a call, or of the measured function -> its events, if XLA's program for it was reported as one piece."""
    untimed: FrozenSet[int] = frozenset()
    """Rows of ops in compiled code whose work outlasts its events: their times are not known."""
    views: Dict[int, int] = field(default_factory=dict)
    """Op in another one's kernel -> the op that ran by its name: see `Fusions.views`."""
    unresolved: "Counter[str]" = field(default_factory=Counter)
    """Executed name that was not attributed -> how long it ran, in picoseconds."""


def attribute(
    graph: Graph, recording: Recording, *, batch: Optional[int] = None, input_times: Optional[PipelineTimes] = None
) -> Graph:
    """The graph with `measured` on its ops and groups, and with `measurement`, the figures of the run as a whole.

    Costs are estimated too, for `batch`. A loop whose trip count cannot be computed gets the measured one.
    ``graph.facts["profile"]`` lists the executed names that were not attributed (those that ran longest), and the ops that
    were not reported. `input_times` are those of the pipelines, if they are known already, as of several hosts.

    Raises:
        InputError: the recording has no step.
    """
    trace = recording.trace
    if not trace.steps:
        raise InputError(f"the recording holds no step; record it with {spelled('opscope.profile', 'opscope profile')}")
    costed = estimate(graph, batch=batch)  # first, since FLOPs decide on which op a fused group's time is put
    # Disturbed steps are left out whole, so that ops and all else still add up to the steps.
    kept = recording.kept or kept_steps([step.end - step.start for step in trace.steps])
    if input_times is None and recording.pipelines is not None:
        input_times = pipeline_times(recording.pipelines, trace)
    recording = replace(recording, trace=replace(trace, steps=tuple([trace.steps[step] for step in kept.steps])))
    shares = split(recording.trace)
    found = assign_events(costed, recording, shares)
    sums = summed(recording.trace, shares, found)
    lost = lost_rows(costed, trace, found.rows)
    for row in lost:
        sums.pop(row, None)
    times = step_times(graph, recording.trace, shares, found, sums)
    measured = op_figures(graph, sums, times, len(kept.steps))
    # If the trip count of a loop is not known, costs are per iteration; and of an ``if`` the costliest branch counts.
    # Estimate again, with how often each ran.
    undecided = any(group.kind in CHOICE_PARTS for group in content_of(graph).groups)
    if costed.cost is not None and (undecided or costed.cost.per != "step"):
        costed = estimate(graph, batch=batch, measured_runs=_runs(graph, measured, found.compiled))
    used = step_memory(graph, recording.trace, found)
    figures = {
        **_steps(trace, recording, kept),
        **_measurement(recording, shares, found),
        **({MEMORY_KEY: used} if used else {}),
        **program_figures(recording.trace, shares, found.programs),
        **untimed_figures(graph, found.untimed),
        **input_figures(graph, input_times, recording.dataset_lines, stage_ops_share(recording, shares, found.rows)),
    }
    result = with_measurement(
        costed, figures, measured=measured, groups=group_figures(costed, measured, times, found.untimed)
    )
    facts = _facts(graph, recording, shares, found, sums, lost)
    return with_facts(
        result, {"profile": facts, "timeline": of_trace(recording.trace, found.rows), "step_times": times}
    )


def assign_events(graph: Graph, recording: Recording, shares: Shares) -> Attribution:
    """Find the op of each op event: first by name, then for fused kernels, then for code compiled by XLA."""
    trace = recording.trace
    names = Names(graph)
    optimised = recording.optimised.ops if recording.optimised is not None else None
    found_rows = EventRows(graph, names, trace)
    rows = [-1 if event.module or event.op in (COMPILED, KERNEL) else found_rows.row(event) for event in trace.ops]
    # `found` holds this very list. Below, the rows of fusions and of compiled code are corrected in it.
    found = Attribution(rows)
    table = content_of(graph).table
    # An op that has an event was not swallowed by another one's fused kernel.
    ran = {(row, event.op) for row, event in zip(rows, trace.ops) if row >= 0}
    fusions = Fusions(graph, optimised, names, ran)
    found.views.update(fusions.views)
    _bring_fused_home(graph, fusions, trace, found)
    compiled = Compiled(graph, names, trace, list(rows))
    untimed_in: Dict[int, str] = {}  # event that is no time of an op -> the function that it is in
    for brought in compiled.events():
        rows[brought.event] = brought.row
        if brought.function:
            untimed_in[brought.event] = brought.function
            continue
        if brought.is_whole:
            name = table.names[brought.row] if brought.row >= 0 else trace.ops[brought.event].name
            found.programs.setdefault(name, ProgramEvents(len(brought.members), [])).indices.append(brought.event)
        elif brought.row >= 0:
            found.compiled.add(brought.row)
        together = {brought.row, *brought.members}
        if brought.row >= 0 and len(together) > 1:
            found.fusions[brought.row] = tuple(sorted({*together, *found.fusions.get(brought.row, ())}))
    launches = set(trace.launchers.values())  # their kernels are what counts
    for index, (event, row) in enumerate(zip(trace.ops, rows)):
        found.homes[event.run, event.name] = row
        if row < 0 and shares.step[index] >= 0 and index not in launches:
            found.unresolved[untimed_in.get(index, event.name)] += shares.busy[index]
    return replace(found, untimed=compiled.untimed())


def _bring_fused_home(graph: Graph, fusions: Fusions, trace: Trace, found: Attribution) -> None:
    """Correct the rows of kernels that several ops were fused into, and of ops that ran under the name of one of these."""
    rows, table = found.rows, content_of(graph).table
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
        elif row in fusions.views:
            rows[index] = fusions.row_of(row, trace.ops[index].op)


def _runs(graph: Graph, measured: Dict[int, Measured], compiled: Set[int]) -> Dict[int, float]:
    """How often each condition, body of a loop or branch ran in a step: as often as the op that ran most often directly in it.

    Neither compiled code nor an op with a body of its own (a loop in the loop) counts: how often they ran is not told
    by their events. Those without an event follow from the others: a condition runs once more than its body each time its loop
    does, and one of the branches runs each time its ``if`` does.
    """
    groups = content_of(graph).groups
    runs: Dict[int, float] = {}
    owners = {group.owner for group in groups}
    for row, one in measured.items():
        home = content_of(graph).node_group[row] if row not in compiled else -1
        place = next((index for index in chain(groups, home) if is_body(groups[index])), -1)
        if place >= 0 and groups[place].kind in FLOW_PARTS and row not in owners and one.calls:
            runs[place] = max(runs.get(place, 0.0), one.calls)
    parts: Dict[int, List[int]] = {}  # op with bodies -> their groups
    for index, group in enumerate(groups):
        if group.kind in FLOW_PARTS and group.owner >= 0:
            parts.setdefault(group.owner, []).append(index)
    # A group comes after those around it, and so do the bodies of an op.
    for places in sorted(parts.values()):
        around = next(
            (index for index in chain(groups, groups[places[0]].parent) if groups[index].kind in FLOW_PARTS), -1
        )
        _complete(groups, places, runs, runs.get(around) if around >= 0 else 1.0)
    return runs


def _complete(groups: Sequence[Group], places: List[int], runs: Dict[int, float], around: Optional[float]) -> None:
    """Fill in how often the bodies of one op ran that have no event of their own; `around` is how often the op itself ran.

    What cannot be told of branches is told of none of them: their sum is what counts.
    """
    missing = [place for place in places if place not in runs]
    if groups[places[0]].kind in LOOP_PARTS:
        condition = next((runs[place] for place in places if groups[place].kind == "cond" and place in runs), None)
        if around is not None and condition is not None:
            runs.update((place, max(0.0, condition - around)) for place in missing if groups[place].kind == "body")
    elif around is not None and len(missing) == 1:
        runs[missing[0]] = max(0.0, around - sum(runs[place] for place in places if place in runs))
    elif missing:
        for place in places:
            runs.pop(place, None)


def _steps(trace: Trace, recording: Recording, kept: Kept) -> Dict[str, Any]:
    """The figures on the steps of a run: how many there were, and how long the unprofiled ones took."""
    baseline = recording.baseline_us
    return {
        "steps": len(trace.steps),
        "steps_kept": len(kept.steps),
        "disturbed": kept.disturbed or (None if recording.usage is None else recording.usage.competed),
        "step_time_us": median(baseline) if baseline else None,
        "step_spread_us": half_iqr(baseline) if baseline else None,
    }


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
    if not shares.events:
        missed, dispatch = dispatch, 0.0
    return {
        "profiled_step_time_us": total * PS / len(trace.steps),
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


def _facts(
    graph: Graph,
    recording: Recording,
    shares: Shares,
    found: Attribution,
    sums: Dict[int, OpSums],
    unknown: FrozenSet[int],
) -> ProfileFacts:
    steps = len(recording.trace.steps)
    lost = {name: time * PS / steps for name, time in found.unresolved.most_common(20)}
    return {
        "unattributed_us": lost,
        "not_reported": [*_not_reported(graph, recording, sums, found.views), *_lost_names(graph, unknown)],
        "op_starts": sum(step >= 0 for step, op in zip(shares.step, recording.trace.ops) if op.thread >= 0) / steps,
        "asked_steps": recording.asked_steps,
        "processors": str(recording.usage or "") or None,
    }


def _lost_names(graph: Graph, lost: FrozenSet[int]) -> List[str]:
    """The ops of functions whose runs were recorded only in part, arguments and the like left out."""
    table = content_of(graph).table
    return [table.names[row] for row in sorted(lost) if table.ops[row] not in ENDS | CONSTANTS | {"NoOp"}]


def _not_reported(graph: Graph, recording: Recording, sums: Dict[int, OpSums], views: Mapping[int, int]) -> List[str]:
    """The ops that ran without an event: at trace level 2, TensorFlow leaves out those that it believes to be cheap."""
    optimised = recording.optimised
    if optimised is None or (recording.trace_level or 0) > 2:
        return []
    names = Names(graph)
    missing = []
    for name, op in optimised.ops.items():
        row = names.find(name, op)
        if op not in {"Const", "NoOp"} and row is not None and views.get(row, row) not in sums:
            missing.append(content_of(graph).table.names[views.get(row, row)])
    return missing
