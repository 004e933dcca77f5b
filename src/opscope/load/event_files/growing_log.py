"""`GrowingLog`: the graphs of a log directory that is looked at again and again, while runs write to it."""

from __future__ import annotations

from pathlib import Path
from typing import Dict, NamedTuple, Optional

from ...errors import LoadError
from .log import FileGraphs, Log, event_files, graphs_of, log_of_files
from .log_file import opened_log

_HEAD = 64
"""The first bytes of an event file have the time at which it was begun: they tell a longer file from another one under its name."""


class _Seen(NamedTuple):
    """An event file as it was at the last look."""

    size: int
    changed: int
    head: bytes
    found: FileGraphs


class GrowingLog:
    """What a look has read is not read again: of a file that has grown only what is new."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._seen: Dict[str, _Seen] = {}

    def look(self) -> Log:
        """The graphs that are there now. A file that cannot be read is named in the damage. `LoadError` if there are too many."""
        files = event_files(self._folder, self._folder)
        self._seen = {str(each.path): _seen(Path(str(each.path)), self._seen.get(str(each.path))) for each in files}
        return log_of_files([(each, self._seen[str(each.path)].found) for each in files], self._folder)


def _seen(path: Path, before: Optional[_Seen]) -> _Seen:
    try:
        status = path.stat()
        if before is not None and (before.size, before.changed) == (status.st_size, status.st_mtime_ns):
            return before
        with opened_log(path) as file:
            head = file.cut(0, min(_HEAD, file.size))
            if before is not None and before.head == head and before.size <= file.size:
                found = graphs_of(file, before.found.end, before.found.graphs)
            else:
                found = graphs_of(file)
            return _Seen(file.size, status.st_mtime_ns, head, found)
    except (OSError, LoadError) as error:
        return _Seen(-1, -1, b"", FileGraphs((), str(error), 0))
