"""Reads the picked graph of a log into a `Graph`."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Dict, List, Tuple

from ...errors import InputError, LoadError, option
from ...graph.content import with_facts
from ...graph.facts import Facts, LogGraphFacts
from ...graph.graph import Graph
from ..files import MOST_BYTES
from ..format import Format, ModelFile, Wish
from ..formats import graph_def, meta_graph
from ..keras_files.reading import of_text
from ..messages import complaints
from .log import HERE, Log, NamedGraph, log_of
from .log_file import opened_log
from .log_records import LogRecords
from .logged_graphs import FUNCTION_PART, KERAS_MODEL, META_GRAPH, Extent, LoggedGraph
from .picking import pick
from .step_stats import with_step_stats

_MOST_NAMED = 1000
"""How many graphs the facts list that were not picked."""

_TAKES: Dict[str, Tuple[str, ...]] = {KERAS_MODEL: (), META_GRAPH: ("signature", "function", "all")}
"""The options that choose a part of such a graph; of any other, a function or all."""


def of_log(file: ModelFile, wish: Wish) -> Graph:
    """The graph of a log that the user wished for, with what else there is in its facts."""
    path, folder = file.path, file.folder
    log = log_of(path, folder)
    picked = pick(log, wish.run, wish.tag, str(folder or path))
    return read_picked(log, picked, _name(picked, file), wish)


def read_picked(log: Log, picked: NamedGraph, name: str, wish: Wish) -> Graph:
    """This graph of a log, under a name. Of the log's files only its record is read."""
    graph = _graph(picked, name, wish)
    if picked.found.stats is not None:
        with complaints(picked.found.path):
            graph = _timed(graph, picked.found, picked.found.stats)
    return with_facts(graph, _facts(log, picked))


def _timed(graph: Graph, found: LoggedGraph, stats: Extent) -> Graph:
    """The graph with the times of a step. Those of other graphs that ran in the same step are told apart, so these are read too."""
    wish = Wish(all=True)
    measured, *too = _data(found, stats, *(each for each in found.measured_too if each != found.graph))
    others = [graph_def.FORMAT.read(ModelFile(found.path, data, name=""), wish) for data in too]
    return with_step_stats(graph, measured, others, of_functions=found.part.startswith(FUNCTION_PART))


def _name(picked: NamedGraph, file: ModelFile) -> str:
    """The run's name, or that of the folder around it: an event file's own name tells nothing."""
    if picked.run != HERE:
        return picked.run
    return (file.folder or file.path.parent).resolve().name or file.path.stem


def _graph(picked: NamedGraph, name: str, wish: Wish) -> Graph:
    """The graph alone, as the format reads it that a file of its own would have."""
    found = picked.under or picked.found
    takes = _TAKES.get(found.kind, ("function", "all"))
    for each in wish.given():
        if each not in (*takes, "run", "tag"):
            told = option(each, True if each == "all" else None)
            raise InputError(f"{found.path}: {told} does not apply to {picked.name} of run {picked.run}; leave it out")
    if found.graph is None:
        raise LoadError(f"{found.path}: times of a step without a graph; choose another tag with {option('tag')}")
    (data,) = _data(found, found.graph)
    if found.kind == KERAS_MODEL:
        with complaints(found.path):
            return of_text(name, data)
    made: Format = meta_graph.FORMAT if found.kind == META_GRAPH else graph_def.FORMAT
    return made.read(ModelFile(found.path, data, name=name), wish)


def _data(found: LoggedGraph, *spans: Extent) -> List[bytes]:
    """The bytes of parts of a record. `LoadError` if the record has another checksum than it says."""
    if found.record.end - found.record.start >= MOST_BYTES:
        raise LoadError(f"{found.path}: a record of 2 GB or more; choose another graph with {option('tag')}")
    with opened_log(found.path) as file:
        if not LogRecords(file).is_whole(found.record):
            raise LoadError(
                f"{found.path}: the record at byte {found.record.start:,} has another checksum, it is damaged; "
                f"choose another graph with {option('tag')}"
            )
        return [file.cut(*span) for span in spans]


def _facts(log: Log, picked: NamedGraph) -> Facts:
    others = [_listed(each) for each in log.graphs if each is not picked]
    shown = picked.under or picked.found
    return {
        "format": "TensorBoard log", "graph_bytes": shown.size, "log_graph": _listed(picked),
        "other_graphs": others[:_MOST_NAMED], "graphs_in_log": len(log.graphs), "damage": list(log.damage),
    }  # fmt: skip


def _listed(graph: NamedGraph) -> LogGraphFacts:
    found = graph.found
    return {
        "run": graph.run, "tag": graph.name, "kind": found.kind, "step": found.step, "written": written_at(found.wall_time)
    }  # fmt: skip


def written_at(wall_time: float) -> str:
    """When an event was written, in UTC; empty if the file does not say so."""
    try:
        return datetime.fromtimestamp(wall_time, timezone.utc).strftime("%Y-%m-%d %H:%M:%S UTC")
    except (OverflowError, ValueError, OSError):
        return ""
