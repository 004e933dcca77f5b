"""Puts the profiles of many hosts on one graph: each host's is read and put on the ops by itself, and only its figures are kept.

Few hosts are joined into one recording (`log_profiles`), which has the events of all in memory. Of hundreds there would be no room for a step of each. Here
the memory is that of one host's events, and for each host a number for each step and op. The figures are the same: means over the steps of all hosts.
"""

from __future__ import annotations

import re
from array import array
from dataclasses import dataclass, replace
from statistics import median
from typing import Any, Dict, Iterable, List, Mapping, Optional, Sequence, Set, Tuple

from ..graph.content import content_of, with_facts, with_measurement
from ..graph.facts import HostWait, LayerApart, ProfileFacts
from ..graph.graph import Graph
from ..graph.input_pipeline import INPUT_KEY
from ..graph.measured_memory import FIRST_HOST_KEY, MEMORY_KEY, measured_memory
from ..graph.measured_programs import PROGRAMS_KEY, UNTIMED_KEY, measured_programs, untimed_ops
from ..graph.quantities import FIGURES
from ..graph.types import Measured
from .attribution.figures import group_figures
from .attribution.input_figures import input_figures
from .attribution.input_waits import PipelineTimes, of_all_hosts
from .recordings.host_traces import HostTrace
from .recordings.raw import Trace
from .spread import Kept
from .step_times import StepTimes, add_up, figure_of

_COLLECTIVE = re.compile(r"Collective|Nccl|CrossReplicaSum|AllToAll|Xla(AllReduce|ReduceScatter|AllGather)")
"""How the types of ops begin in which hosts wait for each other."""
_SURE, _LEAST_MORE, _MOST_TOLD = 3.0, 1.05, 10
"""A layer is told of if its time on a host lies more standard errors than this above that of the median host, and by 5 % of it."""


@dataclass(frozen=True)
class HostFigures:
    """What is kept of one host."""

    host: HostTrace
    """With its steps, and no events."""
    kept: Kept
    measured: Mapping[int, Measured]
    times: StepTimes
    measurement: Mapping[str, Any]
    facts: ProfileFacts
    pipelines: Optional[PipelineTimes] = None
    """What tf.data did in its steps, if that was recorded."""

    @property
    def steps(self) -> int:
        """How many steps count."""
        return len(self.kept.steps)


def figures_of_host(host: HostTrace, kept: Kept, measured: Graph, pipelines: Optional[PipelineTimes]) -> HostFigures:
    """What is kept of a graph that has the figures of one host."""
    bare = replace(host, trace=Trace(host.trace.steps, (), devices=host.trace.devices), functions=())
    facts = measured.facts
    figures = {key: value for key, value in (measured.measurement or {}).items() if key != MEMORY_KEY}  # it is long
    return HostFigures(
        bare,
        kept,
        dict(content_of(measured).measured),
        facts["step_times"],
        figures,
        facts["profile"],
        pipelines,
    )


def merged_hosts(first: Graph, parts: Sequence[HostFigures]) -> Graph:
    """The graph of the first host, with the figures of all: means over their steps, each host counting as often as it has steps."""
    times = _times(parts)
    names = content_of(first).table.names
    untimed = {name for part in parts for name in untimed_ops(part.measurement)}
    measured, silent = {}, [_silent(part) for part in parts]
    for row in sorted({row for part in parts for row in part.measured if names[row] not in untimed}):
        time = figure_of(times.of(names[row]))
        measured[row] = replace(
            _mean(parts, silent, row, names[row]), time_us=time.mean, spread_us=time.spread, error_us=time.error
        )
    rows = [row for row, name in enumerate(names) if name in untimed]
    groups = group_figures(first, measured, times, rows)
    figures = _measurement(parts)
    used = measured_memory(first.measurement)
    if used:
        figures[MEMORY_KEY] = [{**entry, FIRST_HOST_KEY: parts[0].host.host} for entry in used]
    figures.update(input_figures(first, of_all_hosts([part.pipelines for part in parts if part.pipelines]), (), None))
    if untimed:
        figures[UNTIMED_KEY] = [name for name in names if name in untimed]
    merged = with_measurement(first, figures, measured=measured, groups=groups)
    return with_facts(merged, {"profile": _profile_facts(parts), "step_times": times})


def layers_apart(graph: Graph, parts: Sequence[HostFigures]) -> List[LayerApart]:
    """The innermost layers that take longer on a host than on most, by more than their steps differ; those that cost most first."""
    content = content_of(graph)
    members = [[content.table.names[row] for row in rows] for rows in content.members()]
    calls = {index for index, group in enumerate(content.groups) if group.is_call}
    around = {parent for index in calls for parent in _around(content.groups, index)}
    by_host = [_by_group(part, content.groups, members) for part in parts]
    found: List[LayerApart] = []
    for index in sorted(calls - around):
        figures = [figure_of(times[index]) for times in by_host]
        middle = median(figure.mean for figure in figures)
        slowest = max(range(len(parts)), key=lambda place: figures[place].mean)
        most = figures[slowest]
        if most.error is not None and most.mean - middle > _SURE * most.error and most.mean > _LEAST_MORE * middle:
            least = min(figure.mean for figure in figures)
            found.append(
                {
                    "layer": content.groups[index].path,
                    "host": parts[slowest].host.host,
                    "time_us": most.mean,
                    "median_us": middle,
                    "least_us": least,
                }
            )
    return sorted(found, key=lambda each: each["median_us"] - each["time_us"])[:_MOST_TOLD]


def collective_waits(graph: Graph, parts: Sequence[HostFigures]) -> List[HostWait]:
    """How long each host is in ops that wait for the others. The one that comes last waits least: what the others are in them longer, they wait for it."""
    table = content_of(graph).table
    names = [table.names[row] for row, op in enumerate(table.ops) if _COLLECTIVE.match(op)]
    spent = [part.times.together(names).mean for part in parts]
    if not any(spent):
        return []
    return [
        {"host": part.host.host, "collective_us": time, "waits_us": time - min(spent)}
        for part, time in zip(parts, spent)
    ]


def _around(groups: Sequence[Any], index: int) -> Iterable[int]:
    while groups[index].parent >= 0:
        index = groups[index].parent
        yield index


def _by_group(part: HostFigures, groups: Sequence[Any], members: Sequence[Sequence[str]]) -> "List[array[float]]":
    """For each group its time in each step of one host."""
    sums = [part.times.zeros() for _ in groups]
    for index in range(len(groups) - 1, -1, -1):
        for name in members[index]:
            add_up(sums[index], part.times.of(name))
        if groups[index].parent >= 0:
            add_up(sums[groups[index].parent], sums[index])
    return sums


def _times(parts: Sequence[HostFigures]) -> StepTimes:
    """The times of ops in the steps of all hosts, one host behind the other.

    Where the runs of an op are not known on a host, it has the mean of the other hosts there: so the mean is that over the hosts that know it, and
    the figures of layers are still the sums of those of their ops.
    """
    total, before = sum(part.steps for part in parts), 0
    found: "Dict[str, array[float]]" = {}
    for part in parts:
        for name in part.times.names():
            own = found.setdefault(name, array("d", bytes(8 * total)))
            own[before : before + part.steps] = array("d", part.times.of(name))
        before += part.steps
    silent = [(part.steps, _silent(part)) for part in parts]
    unknown = {
        name: sum(steps for steps, names in silent if name in names)
        for name in set().union(*(names for _, names in silent))
    }
    means = {name: sum(found[name]) / (total - steps) for name, steps in unknown.items() if name in found}
    before = 0
    for steps, names in silent:
        for name in names & means.keys():
            found[name][before : before + steps] = array("d", [means[name]] * steps)
        before += steps
    return StepTimes(total, found)


def _silent(part: HostFigures) -> "Set[str]":
    """The ops that may have run on a host although nothing is told of them there."""
    return set(part.facts["not_reported"]) - set(part.times.names())


def _mean(parts: Sequence[HostFigures], silent: Sequence["Set[str]"], row: int, name: str) -> Measured:
    """An op's figures over the steps of all hosts. One that did not run on a host counts as 0 there; what is not known of a host counts nowhere."""
    known = [(part.steps, part.measured.get(row)) for part, names in zip(parts, silent) if name not in names]
    means: Dict[str, Optional[float]] = {}
    for field in (*FIGURES, "device_us"):
        values = [(steps, 0.0 if one is None else getattr(one, field)) for steps, one in known]
        told = [(steps, value) for steps, value in values if value is not None]
        ran = any(one is not None and getattr(one, field) is not None for _, one in known)
        means[field] = sum(steps * value for steps, value in told) / sum(steps for steps, _ in told) if ran else None
    model = next(one for _, one in known if one is not None)
    fused = {name for _, one in known if one is not None for name in one.fused or ()}
    return replace(model, **means, fused=tuple(sorted(fused)) or None)


def _measurement(parts: Sequence[HostFigures]) -> Dict[str, Any]:
    """The figures of the run as a whole, with the keys that those of one host have, but for memory and tf.data."""
    told = [part.measurement for part in parts]
    weights = [part.steps * (each["profiled_step_time_us"] or 0.0) for part, each in zip(parts, told)]
    busy = [sum(one.busy_us or 0.0 for one in part.measured.values()) * part.steps for part in parts]
    kept = sum(part.steps for part in parts)
    levels = [each["trace_level"] for each in told if each["trace_level"] is not None]
    figures = {
        **{key: value for key, value in told[0].items() if key not in (INPUT_KEY, UNTIMED_KEY)},
        "steps": sum(each["steps"] for each in told),
        "steps_kept": kept,
        "disturbed": any(each["disturbed"] for each in told) or None,
        "profiled_step_time_us": sum(weights) / kept,
        "attributed": _together(busy, [each["attributed"] for each in told]),
        "coverage": {
            name: sum(weight * each["coverage"][name] for weight, each in zip(weights, told)) / (sum(weights) or 1.0)
            for name in told[0]["coverage"]
        },
        "trace_level": min(levels, default=None),
        "devices": [f"{part.host.host}{device}" for part in parts for device in part.host.trace.devices] or ["CPU"],
    }
    programs = _programs(parts)
    if programs:
        figures[PROGRAMS_KEY] = programs
    return figures


def _together(resolved: Sequence[float], shares: Sequence[float]) -> float:
    """What share of the work of all hosts is on ops, of the work that is and the share that it is on each."""
    whole = sum(work / share for work, share in zip(resolved, shares) if share)
    return sum(resolved) / whole if whole else 0.0


def _programs(parts: Sequence[HostFigures]) -> List[Dict[str, Any]]:
    """The programs that were measured as one piece on the first host, with the means over the steps of all."""
    times: Dict[str, List[Tuple[int, float]]] = {}
    for part in parts:
        for each in measured_programs(part.measurement):
            times.setdefault(each["name"], []).append((part.steps, each["time_us"]))
    return [
        {
            **each,
            "time_us": sum(steps * time for steps, time in times[each["name"]])
            / sum(steps for steps, _ in times[each["name"]]),
        }
        for each in measured_programs(parts[0].measurement)
    ]


def _profile_facts(parts: Sequence[HostFigures]) -> ProfileFacts:
    kept = sum(part.steps for part in parts)
    lost: Dict[str, float] = {}
    for part in parts:
        for name, time in part.facts["unattributed_us"].items():
            lost[name] = lost.get(name, 0.0) + time * part.steps / kept
    silent = [set(part.facts["not_reported"]) for part in parts]
    return {
        "unattributed_us": dict(sorted(lost.items(), key=lambda item: -item[1])[:20]),
        "not_reported": [name for name in parts[0].facts["not_reported"] if all(name in each for each in silent)],
        "op_starts": sum(part.facts["op_starts"] * part.steps for part in parts) / kept,
        "asked_steps": None,
        "processors": None,
    }
