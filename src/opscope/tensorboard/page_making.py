"""Makes the page of a graph of a log, or of a profile on the graph that it is of."""

from __future__ import annotations

from itertools import islice
from pathlib import Path
from typing import Callable, Iterator, List, Tuple

from ..errors import InputError, LoadError, OpscopeError, for_command
from ..graph.graph import Graph
from ..load.event_files.log import HERE, NamedGraph
from ..load.event_files.logged_graphs import AS_WRITTEN, KERAS_MODEL, PROFILE
from ..load.event_files.picked_graph import read_picked
from ..load.format import Wish
from ..render.options import Options
from ..render.registry import output_for
from .log_entries import GraphEntry, LogEntry, ProfileEntry

_MOST_TRIED = 8
"""So many graphs are tried with a profile, from its own run on: each is read, and the profile's events are looked up in it."""
Say = Callable[[str], None]
"""Takes what is being done, in words for the user."""


def page(entry: LogEntry, say: Say) -> str:
    """The page as HTML. `OpscopeError` says in one line why there is none."""
    if isinstance(entry, GraphEntry):
        say("reading the graph")
        graph = _read(entry.graph, entry)
    else:
        graph = _with_times(entry, say)
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


def _read(graph: NamedGraph, entry: LogEntry) -> Graph:
    name = entry.root.run(graph.run)
    return read_picked(entry.log, graph, entry.root.folder.name if name == HERE else name, Wish())


def _with_times(entry: ProfileEntry, say: Say) -> Graph:
    """The nearest graph that the profile is of, with its times."""
    from ..profile.log_profiles import with_logged_profile  # imports what traces and measures, which few pages need

    folder = entry.root.folder / entry.path
    inside = Path(entry.profile.place).relative_to(entry.path).as_posix()
    refused: List[InputError] = []
    for graph in islice(_nearest(entry), _MOST_TRIED):
        say(f"reading {graph.name} of run {entry.root.run(graph.run)}, to put the times on it")
        try:
            return with_logged_profile(_read(graph, entry), folder, run=inside)
        except InputError as error:  # it is of another graph
            refused.append(error)
    if not refused:
        raise LoadError(
            f"{entry.run}: a profile without its graph: no graph of ops is in the log of this run, and its times are those of ops"
            f" (Keras 3 logs layers alone); give the graph that ran: opscope profile GRAPH --logdir {folder}"
        )
    raise LoadError(f"{refused[0]}: opscope profile GRAPH --logdir {folder} (tried: {len(refused)} of this log)")


def _nearest(entry: ProfileEntry) -> Iterator[NamedGraph]:
    """The graphs that may be what ran: those of the profile's run, then of runs in it, then around it; in each the newest first."""

    def inside(run: str, other: str) -> bool:
        return other == HERE or run.startswith(f"{other}/")

    near: List[Tuple[int, float, NamedGraph]] = []
    for graph in entry.log.graphs:
        if graph.found.kind not in AS_WRITTEN - {KERAS_MODEL, PROFILE}:
            continue
        fits = [graph.run == entry.path, inside(graph.run, entry.path), inside(entry.path, graph.run)]
        if any(fits):
            near.append((fits.index(True), -graph.found.wall_time, graph))
    return (graph for _, _, graph in sorted(near, key=lambda each: each[:2]))
