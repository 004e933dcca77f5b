"""Makes one graph of the graphs that several runs of a model gave: figures are means over runs, their spread is that between runs."""

from __future__ import annotations

from dataclasses import replace
from statistics import fmean, median
from typing import Any, Dict, List, Mapping, Optional, Sequence

from ...errors import InputError
from ...graph.content import content_of, with_measurement
from ...graph.graph import Graph
from ...graph.measured_memory import MEMORY_KEY, measured_memory
from ...graph.measured_programs import PROGRAMS_KEY, UNTIMED_KEY, measured_programs, untimed_ops
from ...graph.measured_runs import OP_MEDIANS_KEY, OP_TIMES_KEY, RUNS_KEY
from ...graph.quantities import FIGURES
from ...graph.types import Measured
from ..attribution.figures import group_figures
from ..spread import half_iqr
from ..step_times import figure_of
from .run_times import run_times

_BY_RUN = ("steps", "steps_kept", "disturbed", "step_time_us", "profiled_step_time_us")
"""What is told of each run by itself, as lists in ``runs``."""


def merged_runs(graphs: Sequence[Graph]) -> Graph:
    """The first graph, with the figures of all runs: ``measurement["runs"]`` has the time of each op in each of them.

    An op that was not recorded in a run counts as 0 there, as one that was not recorded in a step does. The times in each step
    (``facts["step_times"]``) are used up for the medians of each run; without them, as of graphs from JSON, its means stand for these.

    Raises:
        InputError: the runs were not of the same graph.
    """
    first = graphs[0]
    for number, graph in enumerate(graphs[1:], 2):
        _check_same(first, graph, number)
    runs = _by_run(graphs)
    measurement = {**_measurement([graph.measurement or {} for graph in graphs]), RUNS_KEY: runs}
    used = measured_memory(first.measurement)
    if used:
        measurement[MEMORY_KEY] = used  # of the first run: buffers are as large in each
    programs = _programs([graph.measurement for graph in graphs])
    if programs:
        measurement[PROGRAMS_KEY] = programs
    # An op whose time one run does not know has none: the others' alone would not be a mean over the runs.
    untimed = {name for graph in graphs for name in untimed_ops(graph.measurement)}
    if untimed:
        measurement[UNTIMED_KEY] = [name for name in content_of(first).table.names if name in untimed]
    timed = with_measurement(first, measurement)
    times = run_times(timed)
    assert times is not None  # `runs` is there
    names = content_of(first).table.names
    measured = {}
    for row in sorted({row for graph in graphs for row in content_of(graph).measured if names[row] not in untimed}):
        found = [content_of(graph).measured.get(row) for graph in graphs]
        time = figure_of(times.of(names[row]))
        measured[row] = replace(_mean(found), time_us=time.mean, spread_us=time.spread, error_us=time.error)
    rows = [row for row, name in enumerate(names) if name in untimed]
    made = with_measurement(timed, measurement, measured=measured, groups=group_figures(first, measured, times, rows))
    kept = {name: fact for name, fact in first.facts.items() if name != "step_times"}  # those of a single run
    return made._with(facts=kept)  # noqa: SLF001, as `graph.content.with_facts` does, which takes nothing away


def _check_same(first: Graph, other: Graph, number: int) -> None:
    """`InputError` unless run `number` was of the same ops, in the same groups."""
    one, two = content_of(first), content_of(other)
    ours, theirs = (dict(zip(content.table.names, content.table.ops)) for content in (one, two))
    if ours == theirs and [group.path for group in one.groups] == [group.path for group in two.groups]:
        return
    odd = next((name for name in {**theirs, **ours} if ours.get(name) != theirs.get(name)), None)
    where = f"only one of them has {odd}" if odd is not None else "their layers have other names"
    raise InputError(
        f"run {number} gave another graph than run 1 ({where}), so their figures cannot be put together; "
        "make the model the same way in every process (no random structure, no names that count on)"
    )


def _by_run(graphs: Sequence[Graph]) -> Dict[str, Any]:
    """What is told of each run: its figures as a whole, and the time of each op."""
    told = [graph.measurement or {} for graph in graphs]
    means: Dict[str, List[float]] = {}
    medians: Dict[str, List[float]] = {}
    for run, graph in enumerate(graphs):
        names, steps = content_of(graph).table.names, graph.facts.get("step_times")
        for row, one in content_of(graph).measured.items():
            usual = one.time_us if steps is None else median(steps.of(names[row]))
            for times, time in ((means, one.time_us), (medians, usual)):
                times.setdefault(names[row], [0.0] * len(graphs))[run] = time or 0.0
    by_run = {key: [each.get(key) for each in told] for key in _BY_RUN}
    return {"count": len(graphs), **by_run, OP_TIMES_KEY: means, OP_MEDIANS_KEY: medians}


def _mean(found: Sequence[Optional[Measured]]) -> Measured:
    """The means of an op's figures: of its times over all runs, of others over those that know them."""
    known = [one for one in found if one is not None]
    means: Dict[str, Any] = {}
    for field in (*FIGURES, "device_us"):
        told = [value for value in (getattr(one, field) for one in known) if value is not None]
        means[field] = fmean(told) if told else None
    return replace(known[0], **means)


def _measurement(told: Sequence[Mapping[str, Any]]) -> Dict[str, Any]:
    """The figures of the runs as a whole, with the keys that those of a single run have."""
    steps, profiled, attributed = (
        [each[key] for each in told if each.get(key) is not None]
        for key in ("step_time_us", "profiled_step_time_us", "attributed")
    )
    levels = [each["trace_level"] for each in told if each["trace_level"] is not None]
    devices = dict.fromkeys(device for each in told for device in each["devices"])
    looked = [each["disturbed"] for each in told if each["disturbed"] is not None]
    return {
        "steps": sum(each["steps"] for each in told),
        "steps_kept": sum(each["steps_kept"] or each["steps"] for each in told),
        "disturbed": any(looked) if looked else None,
        "step_time_us": fmean(steps) if steps else None,
        "step_spread_us": half_iqr(steps),
        "profiled_step_time_us": fmean(profiled) if profiled else None,
        "attributed": fmean(attributed) if attributed else None,
        "coverage": _coverage(told),
        "trace_level": min(levels, default=None),
        "devices": list(devices),
    }


def _programs(told: Sequence[Optional[Mapping[str, Any]]]) -> List[Dict[str, Any]]:
    """The programs that were measured as one piece in the first run, with the means of their times over the runs that have them."""
    times: Dict[str, List[float]] = {}
    for measurement in told:
        for each in measured_programs(measurement):
            times.setdefault(each["name"], []).append(each["time_us"])
    return [{**each, "time_us": fmean(times[each["name"]])} for each in measured_programs(told[0])]


def _coverage(told: Sequence[Mapping[str, Any]]) -> Optional[Dict[str, float]]:
    """Where the mean profiled step went. A longer run has more of it, so that the times of ops still add up to their part."""
    weights = [each.get("profiled_step_time_us") or 0.0 for each in told]
    parts = [each.get("coverage") for each in told]
    if not sum(weights) or not all(parts):
        return None
    return {
        name: sum(weight * part[name] for weight, part in zip(weights, parts) if part) / sum(weights)
        for name in parts[0] or {}
    }
