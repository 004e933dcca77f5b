"""Collects the graphs of all event files of a log, by run and name.

Runs are the folders with event files, called by their path from the folder that the user gave, as TensorBoard calls them.
"""

from __future__ import annotations

import os
from collections import deque
from dataclasses import dataclass
from pathlib import Path
from typing import Deque, Dict, Iterable, Iterator, List, NamedTuple, Optional, Sequence, Tuple, cast

from ...errors import LoadError
from ..archives.log_names import LOG_MARK
from ..archives.packed_path import FilePlace, PackedPath
from .log_file import LogFile, opened_log
from .log_records import LogRecords
from .logged_graphs import GRAPH, META_GRAPH, PROFILE, Finder, LoggedGraph, TooManyError

HERE = "."
"""TensorBoard's name for the run whose files are in the very folder that was given."""
_MOST_GRAPHS = 10_000
"""How many graphs of a file are listed, the last ones."""
_MOST_IN_ALL = 100_000
_MOST_FILES = 10_000


class RunFile(NamedTuple):
    """An event file, and the run that it belongs to."""

    run: str
    path: FilePlace


@dataclass(frozen=True)
class NamedGraph:
    """A graph of a log with the names that it is chosen by."""

    run: str
    name: str
    """The tag, with the part behind it: ``my_trace/function_0``; of an older graph also how old: ``keras~1``."""
    found: LoggedGraph
    under: Optional[LoggedGraph] = None
    """The run's graph, for the times of a step that were measured on it."""


@dataclass(frozen=True)
class Log:
    """All graphs of a log, and why some of it was not read."""

    graphs: Tuple[NamedGraph, ...]
    damage: Tuple[str, ...]


class FileGraphs(NamedTuple):
    """The graphs of an event file, why the rest of it was not read, if it was not, and where to go on once the file is longer."""

    graphs: Tuple[LoggedGraph, ...]
    damage: Optional[str]
    end: int


def event_files(path: FilePlace, folder: Optional[FilePlace]) -> List[RunFile]:
    """The event files in a folder and all folders in it, by run; without a folder, the file alone. No link to a folder is followed."""
    if folder is None:
        return [RunFile(HERE, path)]
    found = [RunFile(_run(each.parent, folder), each) for each in _below(folder)]
    return sorted(found, key=lambda each: (each.run, str(each.path)))


def _run(place: FilePlace, folder: FilePlace) -> str:
    if isinstance(place, PackedPath):
        return place.relative_to(cast("PackedPath", folder)).as_posix()
    return place.relative_to(cast("Path", folder)).as_posix()


def _below(folder: FilePlace) -> Iterator[FilePlace]:
    count = 0
    for path in _files(folder):
        if LOG_MARK in path.name and path.is_file():
            count += 1
            if count > _MOST_FILES:
                raise LoadError(f"{folder}: more than {_MOST_FILES:,} event files; give the folder of a run")
            yield path


def _files(folder: FilePlace) -> Iterator[FilePlace]:
    if isinstance(folder, PackedPath):
        yield from folder.walk()
    else:
        for place, _, names in os.walk(str(folder)):
            yield from (Path(place, name) for name in names)


def has_event_file(folder: FilePlace) -> bool:
    """Whether there is an event file in a folder or a folder in it."""
    return next(_below(folder), None) is not None


def log_of(path: FilePlace, folder: Optional[FilePlace]) -> Log:
    """Look through all event files, in the order in which TensorBoard reads them."""
    return log_of_files(((each, _looked_through(each.path)) for each in event_files(path, folder)), folder or path)


def log_of_files(files: "Iterable[Tuple[RunFile, FileGraphs]]", origin: FilePlace) -> Log:
    """The graphs of event files by run and name. `LoadError` names `origin` if there are too many."""
    runs: Dict[str, List[LoggedGraph]] = {}
    damage: List[str] = []
    left = _MOST_IN_ALL
    for (run, file), found in files:
        if found.damage is not None:
            damage.append(f"{file.name}{'' if run == HERE else f' of run {run}'}: {found.damage}")
        runs.setdefault(run, []).extend(found.graphs)
        left -= len(found.graphs)
        if left < 0:
            raise LoadError(f"{origin}: more than {_MOST_IN_ALL:,} graphs; give the folder of a run")
    return Log(tuple(named for run, graphs in runs.items() for named in _named(run, graphs)), tuple(damage))


def _looked_through(path: FilePlace) -> FileGraphs:
    with opened_log(path) as opened:
        return graphs_of(opened)


def graphs_of(file: LogFile, start: int = 0, known: Sequence[LoggedGraph] = ()) -> FileGraphs:
    """The graphs of a file: those that are known of what is before `start`, where a record begins, and those behind it."""
    found: Deque[LoggedGraph] = deque(known, maxlen=_MOST_GRAPHS)
    records, finder = LogRecords(file, start), Finder(file)
    count = len(known)
    for record in records:
        try:
            graphs = finder.graphs(record)
        except TooManyError:
            why = f"more fields than any log has by byte {record.start:,}: what follows is not read"
            return FileGraphs(tuple(found), why, file.size)
        count += len(graphs)
        found.extend(graphs)
    left_out = f"only its last {len(found):,} graphs are listed" if count > len(found) else None
    return FileGraphs(tuple(found), records.damage or left_out, records.end)


def _named(run: str, graphs: List[LoggedGraph]) -> Iterator[NamedGraph]:
    """The graphs of a run with their names, the oldest first. Of equal names the newest has it as it is."""
    ordered = sorted(graphs, key=lambda graph: graph.wall_time)
    names = [f"{graph.tag}/{graph.part}" if graph.part else graph.tag for graph in ordered]
    newer: Dict[str, int] = {}
    found: List[NamedGraph] = []
    for index in range(len(ordered) - 1, -1, -1):
        graph, name = ordered[index], names[index]
        age = newer.get(name, 0)
        newer[name] = age + 1
        under = _graph_under(ordered, index) if graph.kind == PROFILE else None
        if graph.kind != PROFILE or under is not None:  # times without a graph are nothing to show
            found.append(NamedGraph(run, f"{name}~{age}" if age else name, graph, under))
    yield from reversed(found)


def _graph_under(ordered: List[LoggedGraph], index: int) -> Optional[LoggedGraph]:
    """The run's graph at the time of a step: the last one before it, else the first one after it."""
    before = (each for each in reversed(ordered[:index]) if each.kind in (GRAPH, META_GRAPH))
    after = (each for each in ordered[index:] if each.kind in (GRAPH, META_GRAPH))
    return next(before, None) or next(after, None)
