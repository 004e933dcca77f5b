"""The trace level: 3 shows every op, 2 only those the executor rates expensive.

TensorFlow 2.4 to 2.19 take it as an option. From 2.20 on the option is ignored and the level stays 2; it is then raised
through the int ``g_trace_level`` that libtensorflow_framework exports: a private symbol, so it is touched only where it
exists and reads 2 while the profiler runs, and is put back before the profiler stops. The result says which level was used.
"""

from __future__ import annotations

import ctypes
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Iterator

from ..capture.seams import tensorflow

EVERY_OP, EXPENSIVE = 3, 2
_SYMBOL = "_ZN3tsl8profiler8internal13g_trace_levelE"
_OPTION_IGNORED = (2, 20)


@contextmanager
def every_op() -> Iterator[int]:
    """Within it, while the profiler runs, every op is recorded where that is possible; gives the level reached."""
    version = tuple(int(part) for part in tensorflow().__version__.split(".")[:2])
    if version < _OPTION_IGNORED:
        yield EVERY_OP
        return
    level = _exported()
    if level is None or level.value != EXPENSIVE:
        yield EXPENSIVE
        return
    level.value = EVERY_OP
    try:
        yield EVERY_OP
    finally:
        level.value = EXPENSIVE


def _exported() -> Any:
    for library in sorted(Path(tensorflow().sysconfig.get_lib()).glob("libtensorflow_framework.so*")):
        try:
            return ctypes.c_int.in_dll(ctypes.CDLL(str(library)), _SYMBOL)
        except (OSError, ValueError):
            continue
    return None
