"""Warns when the import of a user's module takes long: a script without ``if __name__ == "__main__":`` trains when it is imported."""

from __future__ import annotations

import linecache
import re
import sys
import threading
import warnings
from contextlib import contextmanager
from types import FrameType
from typing import Iterator, Optional

LONG_IMPORT = 20.0
"""Seconds after which the user is told. Those in which an installed package is imported do not count: TensorFlow alone may take a minute on a slow machine."""
TIMES_LOOKED = 40
"""How often is looked what is being imported before the user is told."""
_INSTALLED = re.compile(r"[\\/](site|dist)-packages[\\/]")


@contextmanager
def slow_import_told(place: str, caller: str) -> Iterator[None]:
    """Inside, the module `place` is imported by this thread, from a function in the file `caller`."""
    over = threading.Event()
    # As a daemon it keeps no process alive that ends meanwhile.
    watcher = threading.Thread(target=_watch, args=(place, caller, threading.get_ident(), over), daemon=True)
    watcher.start()
    try:
        yield
    finally:
        over.set()
        watcher.join()


def _watch(place: str, caller: str, thread: int, over: threading.Event) -> None:
    """Tell the user once the module's own code has run for long; until then, or until the import is over, look now and then."""
    looks = 0  # while code of the user ran
    while looks < TIMES_LOOKED:
        if over.wait(LONG_IMPORT / TIMES_LOOKED):
            return
        looks += not _imports_a_package(sys._current_frames().get(thread))
    where = _line(sys._current_frames().get(thread), caller)
    warnings.warn(
        f"{place} is still being imported after {LONG_IMPORT:g} s{where}; opscope needs only what it defines. If it trains, put that under "
        'if __name__ == "__main__":, or stop with Ctrl-C',
        stacklevel=1,
    )


def _imports_a_package(frame: Optional[FrameType]) -> bool:
    """Whether the innermost module that is being imported is of an installed package."""
    while frame is not None and frame.f_code.co_name != "<module>":
        frame = frame.f_back
    return frame is not None and _INSTALLED.search(frame.f_code.co_filename) is not None


def _line(frame: Optional[FrameType], caller: str) -> str:
    """The line that the module is at: of the frames since `caller`, the first one of a module's own code."""
    found: Optional[FrameType] = None
    while frame is not None and frame.f_code.co_filename != caller:
        if frame.f_code.co_name == "<module>":
            found = frame
        frame = frame.f_back
    if frame is None or found is None:
        return ""
    file, number = found.f_code.co_filename, found.f_lineno
    code = linecache.getline(file, number).strip()
    return f", at line {number}: {code}" if code else f", at line {number}"
