"""Warns when the import of a user's module takes long: a script without ``if __name__ == "__main__":`` trains when it is imported."""

from __future__ import annotations

import linecache
import sys
import threading
import warnings
from contextlib import contextmanager
from types import FrameType
from typing import Iterator, Optional

LONG_IMPORT = 20.0
"""Seconds after which the user is told. TensorFlow alone takes ten on a slow machine."""


@contextmanager
def slow_import_told(place: str, caller: str) -> Iterator[None]:
    """Inside, the module `place` is imported by this thread, from a function in the file `caller`."""
    timer = threading.Timer(LONG_IMPORT, _tell, (place, caller, threading.get_ident()))
    timer.daemon = True  # it keeps no process alive that ends meanwhile
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _tell(place: str, caller: str, thread: int) -> None:
    where = _line(sys._current_frames().get(thread), caller)
    warnings.warn(
        f"{place} is still being imported after {LONG_IMPORT:g} s{where}; opscope needs only what it defines. If it trains, put that under "
        'if __name__ == "__main__":, or stop with Ctrl-C',
        stacklevel=1,
    )


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
