"""`BackgroundLook`: looks in a thread of its own what is in the log directories, so that no request waits for that."""

from __future__ import annotations

import threading
import time
from typing import Dict, List, NamedTuple, Sequence, Tuple

from ..load.event_files.growing_log import GrowingLog
from ..profile.recordings.profile_folders import logged_profiles
from .log_entries import LogEntries, LogEntry, entries_of
from .log_roots import LogRoot
from .saved_graphs import saved_graphs

_LEAST_PAUSE = 5.0
"""Seconds from the end of one look to the beginning of the next one."""
_TIMES_AS_LONG = 10
"""The pause is so many times as long as the look took: of ten thousand runs the disk is asked seldom."""


class LastLook(NamedTuple):
    """What the last look found, and whether one is under way."""

    listing: LogEntries
    looking: bool


class BackgroundLook:
    """The listing of the log directories. Whoever asks for it gets the last one at once, and has the next one made if that is old."""

    def __init__(self, roots: Sequence[LogRoot], problems: Sequence[str] = ()) -> None:
        self._logs = [(root, GrowingLog(root.folder)) for root in roots]
        self._problems = tuple(problems)
        self._listing = LogEntries({}, self._problems)
        self._next = 0.0
        self._thread: "threading.Thread | None" = None
        self._lock = threading.Lock()

    def seen(self) -> LastLook:
        """What is known now."""
        with self._lock:
            if self._thread is None and time.monotonic() >= self._next:
                self._thread = threading.Thread(target=self._look, name="opscope looks at the logs", daemon=True)
                self._thread.start()
            return LastLook(self._listing, self._thread is not None)

    def wait(self) -> LogEntries:
        """What is there once the look that is under way has ended."""
        thread = self._thread
        if thread is not None:
            thread.join()
        return self._listing

    def _look(self) -> None:
        began = time.monotonic()
        try:
            found: Dict[str, LogEntry] = {}
            problems: List[str] = list(self._problems)
            for root, log in self._logs:
                here, why = _in_root(root, log)
                found.update(here)
                problems += why
            self._listing = LogEntries(found, tuple(problems))
        finally:
            ended = time.monotonic()
            with self._lock:
                self._next = ended + max(_LEAST_PAUSE, _TIMES_AS_LONG * (ended - began))
                self._thread = None


def _in_root(root: LogRoot, log: GrowingLog) -> Tuple[Dict[str, LogEntry], List[str]]:
    """What is in a log directory; and why something is not, which must not take the others with it."""
    try:
        graphs = log.look()
        damage = [f"{root.group}: {each}" if root.group else each for each in graphs.damage]
        found = entries_of(root, graphs, logged_profiles(root.folder), saved_graphs(root.folder))
        return dict(found), damage
    except Exception as error:  # noqa: BLE001  (whatever is wrong with a log of a stranger is one line in the tab)
        said = str(error) or type(error).__name__
        return {}, [said if str(root.folder) in said else f"{root.folder}: {said}"]
