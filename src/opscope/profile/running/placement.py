"""Where weights and buffers lie in memory while a fresh process measures: in many places, and on pages that are there already.

What a layer takes depends on both. One process knows one place of each, and the next another, so that layers nobody touched seem to
differ (T. Mytkowicz and others, "Producing wrong data without doing anything obviously wrong!", ASPLOS 2009; C. Curtsinger and E.
Berger, "STABILIZER", ASPLOS 2013). Only in processes of opscope's own (`one_run`): memory of the user's process is left as it is.
"""

from __future__ import annotations

from contextlib import contextmanager, suppress
from contextvars import ContextVar
from random import SystemRandom
from typing import Any, Iterator, List, Sequence

from ...capture.seams import tensorflow
from ...errors import MissingDependencyError
from .state import variable_values

ALLOCATOR = {
    "MALLOC_ARENA_MAX": "1",
    "MALLOC_MMAP_THRESHOLD_": str(1 << 25),
    "MALLOC_TRIM_THRESHOLD_": str((1 << 31) - 1),
}
"""Settings of the C library of Linux (mallopt(3)); others pass over them. One heap for all threads, which gives nothing back to the
system: what is freed in it, a later step gets. A process that runs for long comes to the same by itself, as far as it frees large blocks
(M_MMAP_THRESHOLD there). The numbers are the largest that every version takes."""
STEPS_A_PLACE = 5
"""So many profiled steps run before variables are moved again."""
_BLOCKS = 400
"""With these sizes they take some 50 MB, of which half is freed again."""
_SIZES = (9.0, 20.0)
"""Their sizes are powers of 2 between these: from 512 bytes, below which Python has its own allocator, to 1 MiB."""
_TOUCHED, _TOUCHED_AT_ONCE = 6, 30 << 20
"""So many blocks of this size are written to: each from the heap, since that has all blocks below 32 MiB (`ALLOCATOR`)."""
_GAPS = (4.0, 14.0)
"""How many floats lie between two variables: powers of 2 between these, 64 bytes to 64 KiB."""
_MOVED = 1 << 25
"""Larger variables are never moved: the allocator has pages of their own for each anyway."""

_chance = SystemRandom()
_varied = ContextVar("varied", default=False)


@contextmanager
def varied() -> Iterator[None]:
    """A context in which a model is profiled in many places. Memory was taken up before, in another way each time."""
    kept = scattered_memory()
    token = _varied.set(True)
    try:
        yield
    finally:
        _varied.reset(token)
        del kept  # held until here


def is_varied() -> bool:
    """Whether what is profiled now may be moved."""
    return _varied.get()


def scattered_memory() -> List[bytearray]:
    """Take up memory in blocks of random sizes with random gaps between them, for what the model allocates to lie elsewhere in each run.

    An allocator does the same in every process, so the weights of one model lie alike in most runs, and those of another model,
    where only one layer was changed, lie alike in another way. Keep the result as long as the model runs.
    """
    with suppress(MissingDependencyError):  # told where the model is traced
        tensorflow()  # first, since its import would fill all gaps
    blocks = [bytearray(int(2 ** _chance.uniform(*_SIZES))) for _ in range(_BLOCKS)]
    return [block for block in blocks if _chance.random() < 0.5]


def touch_memory() -> None:
    """Write to much memory once and free it, so that the heap has pages which the system has given it already.

    While TensorFlow's profiler records, its notes fill the holes that a step leaves behind, and the next step's buffers come from
    memory that was never written to. Its pages then arrive one by one while an op runs: a product that takes 31 µs took 57, or did
    not, by where its result came to lie. Without the profiler no page arrives.
    """
    held = [bytearray(b"\1") * _TOUCHED_AT_ONCE for _ in range(_TOUCHED)]
    del held  # all at once: blocks freed one after another would be one block


class MovedVariables:
    """The variables of a function, which can be moved. Their values stay the same to the last bit."""

    def __init__(self, captured: Sequence[Any]) -> None:
        self._captured = captured
        self._gaps: List[Any] = []

    def move(self) -> None:
        """Give each variable another buffer, in random order, with gaps between them that stay taken until the next move."""
        tf = tensorflow()
        found = [
            (handle, value)
            for handle, value in variable_values(self._captured)
            if _is_numeric(value.dtype) and ":CPU:" in value.device and _bytes(value) <= _MOVED
        ]
        _chance.shuffle(found)
        gaps = []
        with tf.device("CPU:0"):
            while found:
                handle, value = found.pop()
                gaps += [tf.raw_ops.Empty(shape=[int(2 ** _chance.uniform(*_GAPS))], dtype=tf.float32) for _ in "ab"]
                # A variable takes the buffer that it is given, without another copy.
                tf.raw_ops.AssignVariableOp(resource=handle, value=tf.raw_ops.DeepCopy(x=value))
        self._gaps = [gap for gap in gaps if _chance.random() < 0.5]


def _is_numeric(dtype: Any) -> bool:
    return bool(dtype.is_floating or dtype.is_integer or dtype.is_complex or dtype.is_bool)


def _bytes(value: Any) -> int:
    return int(value.shape.num_elements()) * int(value.dtype.size)
