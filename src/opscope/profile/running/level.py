"""The trace level of TensorFlow's profiler: at 3 it records every op, at 2 only those that it believes expensive.

Recording an event takes about a microsecond. So level 3 makes a step of many small ops more than twice as long, and level 2 does
not, but it leaves out the small ops.

TensorFlow 2.4 to 2.19 take the level as an option. From 2.20 on they ignore the option and the level is 2. There it is
raised by writing to the int ``g_trace_level``, which libtensorflow_framework exports. That is a private symbol. So it
is only written to if it exists and reads 2 while the profiler runs, and it is set back before the profiler stops. If
that does not work, the recording is made at level 2 and says so.
"""

from __future__ import annotations

import ctypes
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Iterator

from ...capture.seams import tensorflow

EVERY_OP, EXPENSIVE = 3, 2
LEVELS = (EXPENSIVE, EVERY_OP)
_SYMBOL = "_ZN3tsl8profiler8internal13g_trace_levelE"  # tsl::profiler::internal::g_trace_level, as C++ mangles it
_OPTION_IGNORED = (2, 20)
"""The first version of TensorFlow that ignores the option."""


@contextmanager
def at_level(wanted: int) -> Iterator[int]:
    """A context in which ops are recorded at the level `wanted`, if possible. Enter it while the profiler runs.

    The profiler has been started with this level as its option. Gives the level that is in force.
    """
    if wanted != EVERY_OP:
        yield wanted
        return
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
    """The level as a C int in the library's memory, to read and to write; ``None`` if it is not exported."""
    for library in sorted(Path(tensorflow().sysconfig.get_lib()).glob("libtensorflow_framework.so*")):
        try:
            return ctypes.c_int.in_dll(ctypes.CDLL(str(library)), _SYMBOL)
        except (OSError, ValueError):
            continue
    return None
