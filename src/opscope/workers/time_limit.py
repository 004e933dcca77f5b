"""Ends a piece of work that takes too long, in whichever thread it runs."""

from __future__ import annotations

import ctypes
import os
import threading
from typing import Callable, Optional, TypeVar

Result = TypeVar("Result")

_AGAIN = 1.0
"""Seconds until work that did not end is told to once more: code that catches every exception may have caught the first one."""
_EXIT_CODE = 70
"""EX_SOFTWARE of sysexits.h: how a worker's process ends that cannot get its thread back."""


class TimeIsUpError(BaseException):
    """The work took longer than it may. No `Exception`, so that code which tries things one after the other does not swallow it."""


def within_time(seconds: Optional[float], work: Callable[[], Result], *, grace: Optional[float] = None) -> Result:
    """What the work returns; `TimeIsUpError` is raised in it after so many seconds (``None``: no limit), and never after this has returned.

    Python looks at such an exception between two of its own instructions. Work that is inside C code or a system call for longer goes on until that
    returns; with a `grace`, the whole process ends after so many seconds more, which only a process that somebody starts again should do.

    No context manager: the exception may come in any line, also in those of a ``__exit__`` that should end the watch.
    """
    if seconds is None:
        return work()
    watch = _Watch(threading.get_ident(), seconds, grace)
    try:
        try:
            watch.start()
            return work()
        finally:
            watch.end()
    except TimeIsUpError:
        watch.end()  # it may have come while the line above ran; the next one would come `_AGAIN` later
        raise


class _Watch(threading.Thread):
    """Waits beside the thread that works."""

    def __init__(self, working: int, seconds: float, grace: Optional[float]) -> None:
        super().__init__(daemon=True)
        self._working, self._seconds, self._grace = ctypes.c_ulong(working), seconds, grace
        self._done = threading.Event()
        self._lock = threading.Lock()

    def run(self) -> None:
        waited, wait = 0.0, self._seconds
        while not self._done.wait(wait):
            with self._lock:
                if self._done.is_set():
                    return
                if self._grace is not None and waited > self._grace:
                    os._exit(_EXIT_CODE)
                ctypes.pythonapi.PyThreadState_SetAsyncExc(self._working, ctypes.py_object(TimeIsUpError))
            waited, wait = waited + (wait if wait == _AGAIN else 0.0), _AGAIN

    def end(self) -> None:
        """Raise none any more, nor one that was set and not raised yet."""
        with self._lock:
            self._done.set()
            ctypes.pythonapi.PyThreadState_SetAsyncExc(self._working, None)
