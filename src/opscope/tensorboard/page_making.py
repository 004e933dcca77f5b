"""Makes the page of a graph of a log, or of a profile on the graph that it is of."""

from __future__ import annotations

import math
import shlex
from functools import partial
from pathlib import Path
from typing import Callable, List, NamedTuple

from ..errors import InputError, LoadError, OpscopeError, for_command
from ..graph.graph import Graph
from ..load import load
from ..load.event_files.log import HERE, NamedGraph
from ..load.event_files.logged_graphs import AS_WRITTEN, KERAS_MODEL, PROFILE
from ..load.event_files.picked_graph import read_picked
from ..load.format import Wish
from ..render.options import Options
from ..render.registry import output_for
from .log_entries import FileEntry, GraphEntry, LogEntry, ProfileEntry

_MOST_TRIED = 8
"""So many graphs are tried with a profile, from its own run on: each is read, and the profile's events are looked up in it."""
Say = Callable[[str], None]
"""Takes what is being done, in words for the user."""


def page(entry: LogEntry, say: Say) -> str:
    """The page as HTML. `OpscopeError` says in one line why there is none."""
    if isinstance(entry, ProfileEntry):
        graph = _with_times(entry, say)
    else:
        say("reading the graph")
        graph = load(entry.path) if isinstance(entry, FileEntry) else _read(entry.graph, entry)
    say(f"drawing the page of {len(graph):,} ops")
    return str(output_for(".html").make(graph, Options()))


def said(error: Exception) -> str:
    """Why there is no page, in one line for the tab."""
    if isinstance(error, OpscopeError):
        return for_command(error)
    if isinstance(error, MemoryError):
        return "the memory of this machine does not suffice for the page; make it on a larger one: opscope render LOGDIR -o page.html"
    if isinstance(error, OSError):
        return f"cannot be read ({error.strerror or error}); check the log directory"
    return f"opscope failed ({type(error).__name__}: {error}); this is a mistake in opscope, please report it"


def _read(graph: NamedGraph, entry: "GraphEntry | ProfileEntry") -> Graph:
    name = entry.root.run(graph.run)
    return read_picked(entry.log, graph, entry.root.folder.name if name == HERE else name, Wish())


def _with_times(entry: ProfileEntry, say: Say) -> Graph:
    """The nearest graph that the profile is of, with its times."""
    from ..profile.log_profiles import with_logged_profile  # imports what traces and measures, which few pages need

    folder = entry.root.folder / entry.path
    inside = Path(entry.profile.place).relative_to(entry.path).as_posix()
    refused: List[OpscopeError] = []
    for candidate in _nearest(entry)[:_MOST_TRIED]:
        say(f"reading {candidate.name}, to put the times on it")
        try:
            graph = candidate.read()
        except LoadError as error:  # it is damaged
            refused.append(error)
            continue
        if graph.measurement:  # it has times of its own
            continue
        try:
            return with_logged_profile(graph, folder, run=inside)
        except InputError as error:  # it is of another graph
            refused.append(error)
    give = f"opscope profile GRAPH --logdir {shlex.quote(str(folder))}"
    if not refused:
        raise LoadError(
            "a profile without its graph: no graph of ops is in the log of this run, and its times are those of ops (Keras 3 logs layers alone); "
            f"save the graph of the step there, as LOGDIR/step.json by opscope.trace, or give it: {give}"
        )
    raise LoadError(f"{refused[0]}: {give} (tried: {len(refused)} of this log)")


class _Candidate(NamedTuple):
    """A graph that may be what ran."""

    name: str
    place: str
    """The path of its run."""
    newest: float
    """When it was written. What opscope wrote was put there by the user, and comes before all others."""
    read: Callable[[], Graph]


def _nearest(entry: ProfileEntry) -> List[_Candidate]:
    """The graphs of the profile's run, then of runs in it, then around it; in each the newest first."""
    found = [_Candidate(each.path.name, each.place, math.inf, partial(load, each.path)) for each in entry.saved] + [
        _Candidate(graph.name, graph.run, graph.found.wall_time, partial(_read, graph, entry))
        for graph in entry.log.graphs
        if graph.found.kind in AS_WRITTEN - {KERAS_MODEL, PROFILE}
    ]
    near = [(_distance(entry.path, each.place), -each.newest, each) for each in found]
    return [each for distance, _, each in sorted(near, key=lambda one: one[:2]) if distance < math.inf]


def _distance(run: str, other: str) -> float:
    """0 for the run itself, 1 for a run in it, 2 for one around it; others are none of its graphs."""

    def is_in(inner: str, outer: str) -> bool:
        return outer == HERE or inner.startswith(f"{outer}/")

    fits = [run == other, is_in(other, run), is_in(run, other)]
    return fits.index(True) if any(fits) else math.inf
