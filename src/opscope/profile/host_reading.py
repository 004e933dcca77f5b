"""Reads the profile of one host and puts it on the graph. Of many hosts this is done for each by itself, in this process or in others (`workers`)."""

from __future__ import annotations

import json
import zlib
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Optional, Tuple, Union

from ..errors import InputError, LoadError, OpscopeError
from ..graph.content import content_of
from ..graph.graph import Graph
from ..graph.json.read import from_dict
from ..load.event_files.log_file import opened_log
from .attribution.attribute import attribute
from .attribution.input_waits import pipeline_times
from .attribution.profile_fit import Fit, fit_of, inside_call, names_that_differ, products_that_did_not_run
from .attribution.shares import split
from .hosts_in_turn import HostFigures, figures_of_host
from .recordings.host_traces import HostTrace, read_host
from .recordings.pipeline_events import PipelineRecord, read_pipeline, without_pipelines
from .recordings.profile_folders import HostProfile
from .recordings.raw import Recording
from .spread import Kept, kept_steps

MOST_KEPT_EVENTS = 200_000
"""So many events of all hosts together are kept in memory, which takes less than 200 MB."""
_MOST_TRIED = 20
"""If no step is marked, so many functions are tried, those that took longest: one of them may be the graph."""
_MOST_COMPARED = 50
"""Of so many steps, from all of the time, the names of ops are compared with the graph's."""


class SentGraph:
    """A graph that other processes may be given: it travels as its packed JSON, some 20 bytes an op, and each process unpacks it once."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self._packed: Optional[bytes] = None

    def __reduce__(self) -> Tuple[Any, ...]:
        if self._packed is None:
            self._packed = zlib.compress(self.graph.to_json().encode("utf-8", "surrogatepass"), 1)
        return _unpacked, (self._packed,)


@lru_cache(maxsize=1)
def _unpacked(packed: bytes) -> SentGraph:
    return SentGraph(from_dict(json.loads(zlib.decompress(packed).decode("utf-8", "surrogatepass"))))


@dataclass(frozen=True)
class Unread:
    """A host whose profile is damaged, or of another graph."""

    host: str
    message: str
    is_of_other_graph: bool = False

    @property
    def error(self) -> OpscopeError:
        """What is raised if there is no other host."""
        return InputError(self.message) if self.is_of_other_graph else LoadError(self.message)


def unread(profile: HostProfile, error: OpscopeError) -> Unread:
    """The host that this is said of."""
    return Unread(profile.host, str(error), isinstance(error, InputError))


def figures_of_profile(profile: HostProfile, sent: SentGraph, batch: Optional[int]) -> "Union[HostFigures, Unread]":
    """What is kept of one host. This is what runs in each process, once for each host."""
    try:
        return measured_host(profile, sent.graph, batch)[0]
    except OpscopeError as error:
        return unread(profile, error)


def measured_host(profile: HostProfile, graph: Graph, batch: Optional[int]) -> Tuple[HostFigures, Graph]:
    """What is kept of one host, and the graph with its times.

    Raises:
        LoadError: its profile is damaged, or has no step.
        InputError: it is not of this graph.
    """
    host, record = read_profile(graph, profile, MOST_KEPT_EVENTS)
    host = fitted(graph, profile, host)
    kept, measured = alone(graph, profile, host, batch)
    pipelines = None if record is None else pipeline_times(record, host.trace)
    return figures_of_host(host, kept, measured, pipelines), measured


def alone(graph: Graph, profile: HostProfile, host: HostTrace, batch: Optional[int]) -> Tuple[Kept, Graph]:
    """Which steps of a host count, and the graph with its times in them. `InputError` if a smaller graph ran there, whose names this one has too."""
    kept = kept_steps([step.end - step.start for step in host.trace.steps])
    measured = attribute(graph, Recording(host.trace, None, (), None, None, usage=None, kept=kept), batch=batch)
    refuse_smaller(profile, measured)
    return kept, measured


def refuse_smaller(profile: HostProfile, measured: Graph) -> None:
    """`InputError` if what ran is a smaller graph than the one on which its times are."""
    why = products_that_did_not_run(measured)
    if why:
        raise _of_another_graph(profile, why)


def read_profile(graph: Graph, profile: HostProfile, most: int) -> "Tuple[HostTrace, Optional[PipelineRecord]]":
    """What a host recorded, and what tf.data did there. If pipelines are no part of the graph, their functions' ops are left out: see `read_host`."""
    pipelines = any(group.kind == "dataset" for group in content_of(graph).groups)
    host = read_host(profile, pipelines=pipelines, most=most)
    with opened_log(profile.path) as file:
        record = read_pipeline(file, host.trace.steps or sorted(span for each in host.functions for span in each))
    if record is not None and not pipelines:
        host = replace(host, trace=without_pipelines(host.trace, record))
    return host, record


def fitted(graph: Graph, profile: HostProfile, host: HostTrace) -> HostTrace:
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
    raise _of_another_graph(profile, why)


def _of_another_graph(profile: HostProfile, why: str) -> InputError:
    """What is said of a profile that is of another graph."""
    return InputError(f"{profile.path}: not a profile of this graph: {why}; give the graph that ran")
