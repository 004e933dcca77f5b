"""Puts the profile of a TensorBoard log directory on a graph, without TensorFlow.

What is not known of a run that somebody else made stays unknown: how long a step takes without the profiler, what else the machine did, and at which
level ops were recorded.
"""

from __future__ import annotations

import os
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any, Dict, List, NamedTuple, Optional, Sequence, Tuple, Union

from ..capture import trace
from ..capture.live_source import live_object
from ..errors import InputError, LoadError, OpscopeError
from ..graph.content import with_facts, with_measurement
from ..graph.facts import HostWait, LayerApart, LogProfileFacts
from ..graph.graph import Graph
from ..graph.input_pipeline import INPUT_KEY, LONGEST_KEY
from ..graph.measured_hosts import HOSTS_KEY, LEFT_OUT_KEY
from ..load import load
from ..load.given_path import is_there
from ..workers.mapped import ONLY_THIS_PROCESS, WAS_DONE, Staff, mapped
from .attribution.attribute import attribute
from .attribution.input_waits import PipelineTimes, longest_wait, of_all_hosts, pipeline_times
from .host_reading import (
    MOST_KEPT_EVENTS,
    SentGraph,
    Unread,
    alone,
    figures_of_profile,
    fitted,
    measured_host,
    read_profile,
    refuse_smaller,
    unread,
)  # fmt: skip
from .host_steps import host_facts
from .hosts_in_turn import HostFigures, collective_waits, layers_apart, merged_hosts
from .recordings.host_traces import HostTrace, joined_traces
from .recordings.pipeline_events import PipelineRecord
from .recordings.profile_folders import LoggedProfile, picked_profile
from .recordings.raw import Recording
from .spread import Kept, kept_steps

MOST_JOINED = 4
"""More hosts are read one after the other, or in processes: of each then so many events as of all of these, and only its figures stay."""


def with_logged_profile(
    graph: Graph,
    logdir: "Union[str, os.PathLike[str]]",
    *,
    run: Optional[str] = None,
    batch: Optional[int] = None,
    staff: Staff = ONLY_THIS_PROCESS,
) -> Graph:
    """The graph with the times of a profile that TensorFlow wrote. A host whose file is damaged, or of another graph, is left out and named.

    Args:
        graph: what ran.
        logdir: a folder with ``plugins/profile/<run>/<host>.xplane.pb`` at any depth, or such a file.
        run: which profile, by the name of its folder; by default the newest.
        batch: see `attribute`.
        staff: who reads the profiles of several hosts.

    Raises:
        LoadError: there is no profile, or each is damaged or has no step.
        InputError: no profile is of this graph; the message says what differs.
    """
    picked, others = picked_profile(Path(logdir), run)
    if len(picked.hosts) > (1 if staff.is_elsewhere else MOST_JOINED):
        return _in_turn(graph, picked, others, batch, staff)
    most = MOST_KEPT_EVENTS // len(picked.hosts)
    hosts: List[HostTrace] = []
    records: List[Optional[PipelineRecord]] = []
    left_out: List[Unread] = []
    for profile in picked.hosts:
        try:
            host, record = read_profile(graph, profile, most)
            host = fitted(graph, profile, host)
            if len(picked.hosts) > 1:  # of one host this is told by its figures, which are made below
                alone(graph, profile, host, batch)
        except OpscopeError as error:
            left_out.append(unread(profile, error))
        else:
            hosts.append(host)
            records.append(record)
    if not hosts:
        raise _none_read(picked, left_out)
    kept = [kept_steps([step.end - step.start for step in host.trace.steps]) for host in hosts]
    recording = Recording(joined_traces(hosts), None, (), None, None, usage=None, kept=_together(hosts, kept))
    times = [None if record is None else pipeline_times(record, host.trace) for host, record in zip(hosts, records)]
    measured = attribute(graph, recording, batch=batch, input_times=of_all_hosts([each for each in times if each]))
    if len(picked.hosts) == 1:
        refuse_smaller(picked.hosts[0], measured)
    return _with_hosts(measured, picked, others, _Hosts(hosts, kept, times, left_out), ([], []))


def _in_turn(
    graph: Graph, picked: LoggedProfile, others: Sequence[LoggedProfile], batch: Optional[int], staff: Staff
) -> Graph:
    """The same of many hosts, so that of each only its figures are in memory: the first one here, whose graph has the figures of all, the others by the staff."""
    first: Optional[Graph] = None
    found: Dict[str, "Union[HostFigures, Unread]"] = {}
    waiting = list(picked.hosts)
    while first is None and waiting:
        profile = waiting.pop(0)
        try:
            found[profile.host], first = measured_host(profile, graph, batch)
        except OpscopeError as error:
            found[profile.host] = unread(profile, error)
    work = partial(figures_of_profile, sent=SentGraph(graph), batch=batch)
    with closing(mapped(work, waiting, staff)) as endings:
        for ending in endings:
            done = ending.how == WAS_DONE
            found[ending.thing.host] = ending.result if done else Unread(ending.thing.host, ending.why)
    in_order = [found[profile.host] for profile in picked.hosts]
    parts = [part for part in in_order if isinstance(part, HostFigures)]
    left_out = [part for part in in_order if isinstance(part, Unread)]
    if first is None:
        raise _none_read(picked, left_out)
    merged = merged_hosts(first, parts)
    hosts = _Hosts([part.host for part in parts], [part.kept for part in parts], [part.pipelines for part in parts], left_out)  # fmt: skip
    return _with_hosts(merged, picked, others, hosts, (layers_apart(merged, parts), collective_waits(merged, parts)))


class _Hosts(NamedTuple):
    """What is known of each host that was read, and which were not."""

    read: List[HostTrace]
    kept: List[Kept]
    pipelines: List[Optional[PipelineTimes]]
    left_out: List[Unread]


def _none_read(picked: LoggedProfile, left_out: Sequence[Unread]) -> OpscopeError:
    """What is said if no host is left: of several that they are, with the reason of the first."""
    first = left_out[0].error
    if len(left_out) == 1 or isinstance(first, InputError):
        return first
    return LoadError(f"{first}; and none of the other {len(left_out) - 1:,} hosts of {picked.place} can be read")


def _with_hosts(
    measured: Graph,
    picked: LoggedProfile,
    others: Sequence[LoggedProfile],
    hosts: _Hosts,
    differences: "Tuple[List[LayerApart], List[HostWait]]",
) -> Graph:
    """The graph with what is told of each host."""
    told, figures = host_facts(hosts.read, hosts.kept), dict(measured.measurement or {})
    if len(told) > 1:
        figures[HOSTS_KEY] = told
    if hosts.left_out:
        figures[LEFT_OUT_KEY] = _left_out(picked, hosts.left_out)
    longest = longest_wait([host.host for host in hosts.read], hosts.pipelines)
    if longest is not None and INPUT_KEY in figures:
        figures[INPUT_KEY] = {**figures[INPUT_KEY], LONGEST_KEY: longest}
    facts: LogProfileFacts = {
        "run": picked.name, "place": picked.place, "other_runs": [each.place for each in others],
        "steps_in_profile": sum(host.all_steps for host in hosts.read),
        "hosts": told, "layers_apart": differences[0], "waits": differences[1],
    }  # fmt: skip
    return with_facts(with_measurement(measured, figures), {"log_profile": facts})


def _left_out(picked: LoggedProfile, hosts: Sequence[Unread]) -> List[Dict[str, str]]:
    """Each host that was left out, with why, without the path of its file."""
    paths = {each.host: str(each.path) for each in picked.hosts}
    return [{"host": each.host, "why": each.message.replace(paths[each.host], "", 1).lstrip(": ")} for each in hosts]


def profile_of_log(
    target: Any,
    inputs: Tuple[Any, ...],
    logdir: "Union[str, os.PathLike[str]]",
    *,
    run: Optional[str],
    batch: int,
    signature: Optional[str],
    staff: Staff = ONLY_THIS_PROCESS,
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
    return with_logged_profile(graph, logdir, run=run, batch=batch if batch != 1 else None, staff=staff)


def _together(hosts: Sequence[HostTrace], kept: Sequence[Kept]) -> Kept:
    """Which steps of all hosts count, by their places one host after another."""
    places: List[int] = []
    before = 0
    for host, each in zip(hosts, kept):
        places += [before + step for step in each.steps]
        before += len(host.trace.steps)
    return Kept(tuple(places), disturbed=any(each.disturbed for each in kept))
