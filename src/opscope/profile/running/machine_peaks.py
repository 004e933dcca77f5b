"""Measures what this machine can do at most, for a roofline: a matrix product and a sum of large arrays, run by TensorFlow.

Both run as a model's ops do, with TensorFlow's own kernels and as many threads as it uses in this process. So a model is compared
with what it could reach here, not with a data sheet.
"""

from __future__ import annotations

import os
from statistics import median
from time import perf_counter
from typing import Any, Callable, Dict, List, Sequence

from ...capture.seams import tensorflow
from ..spread import half_iqr
from .runner import wait_for

FLOAT_DTYPES = ("float32", "float64", "float16", "bfloat16")
"""The dtypes whose arithmetic has a peak."""
_SIZES, _GPU_SIZES = (256, 512, 1024, 2048), (1024, 2048, 4096, 8192)
"""Sides of the matrices that are multiplied. Of the smallest the call around it is a part; the larger ones are not multiplied on a machine that is slow."""
_LONG_ENOUGH = 0.02
"""Seconds that a product takes beyond which none larger is tried. Short runs find a moment in which no other program takes the processors."""
_SECONDS_A_SIZE, _SECONDS_OF_MEMORY = 0.12, 0.4
"""So long each product and the memory are measured, and for at least `_LEAST_RUNS` runs."""
_LEAST_RUNS, _MOST_RUNS = 5, 200
_ARRAY_BYTES = 1 << 27
"""The size of each of two arrays: together 256 MiB, which is more than the caches of most machines hold."""

PeakFigures = Dict[str, Any]
"""As ``measurement["roofline"]`` has them; see `roofline`."""


def machine_peaks(dtypes: Sequence[str]) -> PeakFigures:
    """The peak of arithmetic for each of the `dtypes` (of `FLOAT_DTYPES`), and that of memory. It takes a second or two.

    A peak is that of the best run, as the STREAM benchmark tells bandwidth (McCalpin 1995); the median of all runs and half their
    interquartile range are told beside it.
    """
    tf = tensorflow()
    threads = tf.config.threading.get_intra_op_parallelism_threads() or processors()
    devices = [device.name for device in tf.config.list_logical_devices("GPU")]
    return {
        "threads": None if devices else threads,
        "device": "GPU" if devices else "CPU",
        "flops_per_s": {dtype: _product_rate(dtype) for dtype in dtypes if dtype in FLOAT_DTYPES},
        "bytes_per_s": _sum_rate(),
    }


def processors() -> int:
    """The processors that this process may use, of which TensorFlow takes all if nothing else is set."""
    affinity: Any = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity is not None else os.cpu_count() or 1


def _product_rate(dtype: str) -> Dict[str, float]:
    """FLOP/s of a product of square matrices, of the size that reaches most: 2 n^3 in one run, a multiply-add counted as 2."""
    tf = tensorflow()
    found: List[Dict[str, float]] = []
    for side in _GPU_SIZES if tf.config.list_logical_devices("GPU") else _SIZES:
        square = tf.cast(tf.fill((side, side), 0.5), dtype)
        run = _runs_of(lambda x: tf.reduce_max(tf.matmul(x, x)[:1, :1]), square)
        run()  # what is done only once is over now
        work = 2.0 * side**3
        found.append(_rates(run, work, _SECONDS_A_SIZE))
        if work / found[-1]["peak"] >= _LONG_ENOUGH:
            break
    return max(found, key=lambda rates: rates["peak"])


def _sum_rate() -> Dict[str, float]:
    """Bytes per second of a sum of two arrays in place of one of them: two are read and one is written."""
    tf = tensorflow()
    count = _ARRAY_BYTES // 4
    target, term = tf.Variable(tf.zeros(count), trainable=False), tf.zeros(count)

    def add(x: Any) -> None:
        target.assign_add(x)

    run = _runs_of(add, term)
    run()
    return _rates(run, 3.0 * _ARRAY_BYTES, _SECONDS_OF_MEMORY)


def _runs_of(function: Callable[[Any], Any], tensor: Any) -> Callable[[], None]:
    """What runs a traced function once, until it is done."""
    concrete = tensorflow().function(function).get_concrete_function(tensor)

    def run() -> None:
        concrete(tensor)
        wait_for("GPU")

    return run


def _timed(run: Callable[[], None]) -> float:
    begun = perf_counter()
    run()
    return perf_counter() - begun


def _rates(run: Callable[[], None], work: float, seconds: float) -> Dict[str, float]:
    """How much of the work is done in a second: by the best run, by the median one, and how far the runs lie apart."""
    found: List[float] = []
    end = perf_counter() + seconds
    while len(found) < _LEAST_RUNS or (perf_counter() < end and len(found) < _MOST_RUNS):
        found.append(work / _timed(run))
    return {"peak": max(found), "median": median(found), "spread": half_iqr(found) or 0.0, "runs": len(found)}
