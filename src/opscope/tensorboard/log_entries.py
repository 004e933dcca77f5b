"""What the tab lists: the graphs and the profiles of a log directory, each with a key by which its page is asked for."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Dict, Iterator, List, Mapping, Sequence, Tuple, Union

from ..load.event_files.log import HERE, Log, NamedGraph
from ..load.event_files.logged_graphs import AS_WRITTEN
from ..load.event_files.picked_graph import written_at
from ..profile.recordings.profile_folders import LoggedProfile
from ..visible import one_line
from .log_roots import LogRoot

_PROFILES = "plugins/profile/"
_MOST_PROBLEMS = 100


@dataclass(frozen=True)
class GraphEntry:
    """A graph of a log."""

    root: LogRoot
    log: Log
    graph: NamedGraph

    @property
    def run(self) -> str:
        """TensorBoard's name for its run."""
        return self.root.run(self.graph.run)

    @property
    def key(self) -> str:
        """What its page is asked by: the same as long as it lies where it does, whatever is written behind it."""
        found = self.graph.found
        return _key(found.path, *found.record, found.kind, found.tag, found.part, found.wall_time)

    def told(self) -> Dict[str, Any]:
        """What the tab shows of it."""
        found = self.graph.found
        return {
            "key": self.key, "name": one_line(self.graph.name), "kind": found.kind, "made": found.kind not in AS_WRITTEN,
            "step": found.step, "written": written_at(found.wall_time),
        }  # fmt: skip


@dataclass(frozen=True)
class FileEntry:
    """A graph that opscope wrote."""

    root: LogRoot
    path: Path

    @property
    def place(self) -> str:
        """The path of its folder in the log directory."""
        return self.path.parent.relative_to(self.root.folder).as_posix()

    @property
    def run(self) -> str:
        """The name that TensorBoard has for the run of this folder, if it is one."""
        return self.root.run(self.place)

    @property
    def key(self) -> str:
        """What its page is asked by. It is another one when the file changes."""
        status = self.path.stat()
        return _key(self.path, status.st_size, status.st_mtime_ns)

    def told(self, key: str) -> Dict[str, Any]:
        """What the tab shows of it."""
        return {
            "key": key,
            "name": one_line(self.path.name),
            "kind": "written by opscope",
            "made": False,
            "step": 0,
            "written": "",
        }


@dataclass(frozen=True)
class ProfileEntry:
    """A profile that TensorFlow wrote."""

    root: LogRoot
    log: Log
    """The graphs of the log directory that it is in."""
    profile: LoggedProfile
    saved: Tuple[FileEntry, ...] = ()
    """The graphs in it that opscope wrote."""

    @property
    def path(self) -> str:
        """The path of its run in the log directory."""
        before, mark, _ = self.profile.place.rpartition(_PROFILES)
        return before.rstrip("/") or HERE if mark else self.profile.place

    @property
    def run(self) -> str:
        """TensorBoard's name for its run."""
        return self.root.run(self.path)

    @property
    def key(self) -> str:
        """What its page is asked by. It is another one when a file changes, as a host that wrote later does it."""
        status = [each.path.stat() for each in self.profile.hosts]
        return _key(self.root.folder, self.profile.place, [(each.st_size, each.st_mtime_ns) for each in status])

    def told(self, key: str) -> Dict[str, Any]:
        """What the tab shows of it."""
        return {
            "key": key, "name": one_line(self.profile.name), "hosts": [one_line(each.host) for each in self.profile.hosts]
        }  # fmt: skip


LogEntry = Union[GraphEntry, FileEntry, ProfileEntry]


@dataclass(frozen=True)
class LogEntries:
    """All that was found, by key, and sentences about what could not be read."""

    entries: Mapping[str, LogEntry]
    problems: Tuple[str, ...] = ()

    def told(self) -> Dict[str, Any]:
        """What the tab shows: runs by name, in each the graphs and profiles, the newest first."""
        runs: Dict[str, Dict[str, List[Any]]] = {}
        for key, entry in reversed(list(self.entries.items())):
            run = runs.setdefault(entry.run, {"graphs": [], "profiles": []})
            if isinstance(entry, GraphEntry):
                run["graphs"].append(entry.told())
            else:
                run["profiles" if isinstance(entry, ProfileEntry) else "graphs"].append(entry.told(key))
        problems = [one_line(each) for each in self.problems]
        left_out = len(problems) - _MOST_PROBLEMS
        more = [f"and {left_out:,} more"] if left_out > 0 else []
        return {
            "runs": [{"run": one_line(run), **runs[run]} for run in sorted(runs)],
            "problems": [*problems[:_MOST_PROBLEMS], *more],
        }


def entries_of(
    root: LogRoot, log: Log, profiles: Sequence[LoggedProfile], saved: Sequence[Path] = ()
) -> Iterator[Tuple[str, LogEntry]]:
    """What the tab lists of one log directory, with its keys, the oldest first."""
    for graph in log.graphs:
        one = GraphEntry(root, log, graph)
        yield one.key, one
    files = tuple(FileEntry(root, path) for path in saved)
    others: List[Union[FileEntry, ProfileEntry]] = [*files]
    others += [ProfileEntry(root, log, profile, files) for profile in profiles]
    for other in others:
        try:
            yield other.key, other
        except OSError:  # removed since it was found
            continue


def _key(path: Union[Path, Any], *more: object) -> str:
    return hashlib.sha256(repr((str(path), more)).encode("utf-8", "surrogateescape")).hexdigest()[:20]
