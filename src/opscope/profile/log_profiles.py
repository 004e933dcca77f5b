"""Puts the profile of a TensorBoard log directory on a graph, without TensorFlow.

What is not known of a run that somebody else made stays unknown: how long a step takes without the profiler, what else the machine did, and at which
level ops were recorded.
"""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import Any, List, Optional, Sequence, Tuple, Union

from ..capture import trace
from ..capture.live_source import live_object
from ..errors import InputError
from ..graph.content import content_of, with_facts, with_measurement
from ..graph.facts import HostFacts, LogProfileFacts
from ..graph.graph import Graph
from ..graph.measured_hosts import HOSTS_KEY
from ..load import load
from ..load.event_files.log_file import opened_log
from ..load.given_path import is_there
from .attribution.attribute import attribute
from .attribution.input_waits import PipelineTimes, of_all_hosts, pipeline_times
from .attribution.profile_fit import Fit, fit_of, inside_call, names_that_differ, products_that_did_not_run
from .attribution.shares import split
from .host_steps import host_facts
from .hosts_in_turn import HostFigures, collective_waits, figures_of_host, layers_apart, merged_hosts
from .recordings.host_traces import HostTrace, joined_traces, read_host
from .recordings.pipeline_events import PipelineRecord, read_pipeline, without_pipelines
from .recordings.profile_folders import HostProfile, LoggedProfile, picked_profile
from .recordings.raw import Recording
from .spread import Kept, kept_steps

MOST_KEPT_EVENTS = 200_000
"""So many events of all hosts together are kept in memory, which takes less than 200 MB."""
MOST_JOINED = 4
"""More hosts are read one after the other: of each then so many events, and only its figures stay."""
_MOST_TRIED = 20
"""If no step is marked, so many functions are tried, those that took longest: one of them may be the graph."""
_MOST_COMPARED = 50
"""Of so many steps, from all of the time, the names of ops are compared with the graph's."""


def with_logged_profile(
    graph: Graph, logdir: "Union[str, os.PathLike[str]]", *, run: Optional[str] = None, batch: Optional[int] = None
) -> Graph:
    """The graph with the times of a profile that TensorFlow wrote.

    Args:
        graph: what ran.
        logdir: a folder with ``plugins/profile/<run>/<host>.xplane.pb`` at any depth, or such a file.
        run: which profile, by the name of its folder; by default the newest.
        batch: see `attribute`.

    Raises:
        LoadError: there is no profile, or it is damaged, or has no step.
        InputError: the profile is not of this graph; the message says what differs.
    """
    picked, others = picked_profile(Path(logdir), run)
    pipelines = any(group.kind == "dataset" for group in content_of(graph).groups)
    if len(picked.hosts) > MOST_JOINED:
        return _in_turn(graph, picked, others, batch, pipelines=pipelines)
    most = MOST_KEPT_EVENTS // len(picked.hosts)
    read = [_read(each, pipelines=pipelines, most=most) for each in picked.hosts]
    hosts = [_fitted(graph, each, host) for each, (host, _) in zip(picked.hosts, read)]
    kept = [kept_steps([step.end - step.start for step in host.trace.steps]) for host in hosts]
    recording = Recording(joined_traces(hosts), None, (), None, None, usage=None, kept=_together(hosts, kept))
    measured = attribute(graph, recording, batch=batch, input_times=_input_times(hosts, [record for _, record in read]))
    why = products_that_did_not_run(measured)
    if why:
        raise _refused(picked.hosts[0], why)
    told = host_facts(hosts, kept)
    if len(told) > 1:
        measured = with_measurement(measured, {**(measured.measurement or {}), HOSTS_KEY: told})
    return with_facts(measured, {"log_profile": _facts(picked, others, hosts, told)})


def _in_turn(
    graph: Graph, picked: LoggedProfile, others: Sequence[LoggedProfile], batch: Optional[int], *, pipelines: bool
) -> Graph:
    """The same of many hosts: one after the other, so that the events of one alone are in memory."""
    parts: List[HostFigures] = []
    first: Optional[Graph] = None
    for profile in picked.hosts:
        host, _ = _read(profile, pipelines=pipelines, most=MOST_KEPT_EVENTS)
        host = _fitted(graph, profile, host)
        kept = kept_steps([step.end - step.start for step in host.trace.steps])
        recording = Recording(host.trace, None, (), None, None, usage=None, kept=kept)
        measured = attribute(graph, recording, batch=batch)
        why = products_that_did_not_run(measured)
        if why:
            raise _refused(profile, why)
        first = first or measured
        parts.append(figures_of_host(host, kept, measured))
    assert first is not None
    hosts = [part.host for part in parts]
    told = host_facts(hosts, [part.kept for part in parts])
    merged = merged_hosts(first, parts)
    merged = with_measurement(merged, {**(merged.measurement or {}), HOSTS_KEY: told})
    facts = _facts(picked, others, hosts, told)
    facts["layers_apart"], facts["waits"] = layers_apart(merged, parts), collective_waits(merged, parts)
    return with_facts(merged, {"log_profile": facts})


def profile_of_log(
    target: Any,
    inputs: Tuple[Any, ...],
    logdir: "Union[str, os.PathLike[str]]",
    *,
    run: Optional[str],
    batch: int,
    signature: Optional[str],
    **tracing: Any,
) -> Graph:
    """What `profile` does with a log directory: find the graph, which is given, in a file, or traced, and put the times on it."""
    if isinstance(target, Graph):
        graph = target
    elif isinstance(target, os.PathLike) or (isinstance(target, str) and is_there(target)):
        graph = load(target, signature=signature)
    else:
        graph = trace(live_object(target) if isinstance(target, str) else target, *inputs, **tracing)
    # The batch size of a run that is over is not told. If none is given, costs are those of one sample.
    return with_logged_profile(graph, logdir, run=run, batch=batch if batch != 1 else None)


def _read(profile: HostProfile, *, pipelines: bool, most: int) -> "Tuple[HostTrace, Optional[PipelineRecord]]":
    """What a host recorded, and what tf.data did there. If pipelines are no part of the graph, their functions' ops are left out: see `read_host`."""
    host = read_host(profile, pipelines=pipelines, most=most)
    with opened_log(profile.path) as file:
        record = read_pipeline(file, host.trace.steps or sorted(span for each in host.functions for span in each))
    if record is not None and not pipelines:
        host = replace(host, trace=without_pipelines(host.trace, record))
    return host, record


def _fitted(graph: Graph, profile: HostProfile, host: HostTrace) -> HostTrace:
    """The host's trace with its steps, by the names that the graph has. `InputError` if the profile is of another graph."""
    best: Optional[Fit] = None
    for steps in [host.trace.steps] if host.trace.steps else host.functions[:_MOST_TRIED]:
        some = replace(host.trace, steps=steps[:: 1 + len(steps) // _MOST_COMPARED])
        shares = split(some)
        trace = inside_call(graph, some, shares)
        fit = fit_of(graph, trace, shares)
        if fit.is_enough and shares.events:
            return replace(host, trace=replace(trace, steps=steps))
        if best is None or fit.found > best.found:
            best = fit
    why = "no op ran in its steps" if best is None or not best.missing else names_that_differ(graph, best)
    raise _refused(profile, why)


def _refused(profile: HostProfile, why: str) -> InputError:
    return InputError(f"{profile.path}: not a profile of this graph: {why}; give the graph that ran")


def _input_times(hosts: Sequence[HostTrace], records: "Sequence[Optional[PipelineRecord]]") -> Optional[PipelineTimes]:
    """What the pipelines of all hosts did in the steps that count as the graph's."""
    return of_all_hosts(
        [pipeline_times(record, host.trace) for host, record in zip(hosts, records) if record is not None]
    )


def _together(hosts: Sequence[HostTrace], kept: Sequence[Kept]) -> Kept:
    """Which steps of all hosts count, by their places one host after another."""
    places: List[int] = []
    before = 0
    for host, each in zip(hosts, kept):
        places += [before + step for step in each.steps]
        before += len(host.trace.steps)
    return Kept(tuple(places), disturbed=any(each.disturbed for each in kept))


def _facts(
    picked: LoggedProfile, others: Sequence[LoggedProfile], hosts: Sequence[HostTrace], told: List[HostFacts]
) -> LogProfileFacts:
    return {
        "run": picked.name, "place": picked.place, "other_runs": [each.place for each in others],
        "steps_in_profile": sum(host.all_steps for host in hosts),
        "hosts": told, "layers_apart": [], "waits": [],
    }  # fmt: skip
