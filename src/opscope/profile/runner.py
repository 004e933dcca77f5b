"""Runs a traced function on the real executor: warm-up, unprofiled steps, profiled steps, and the graph Grappler made.

The only module of this room that runs TensorFlow. Whatever happens, variables and settings are as before afterwards.
"""

from __future__ import annotations

import tempfile
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter
from typing import Any, Callable, Iterator, List, Optional, Tuple

from ..capture.seams import private, tensorflow
from ..errors import InputError
from .level import every_op
from .raw import Optimised, Recording
from .state import preserved
from .xplane import STEP_EVENT, read


def record(concrete: Any, tensors: List[Any], *, steps: int, warmup: int) -> Recording:
    """Measure `steps` profiled and as many unprofiled steps of a ConcreteFunction, after `warmup` (at least 1).

    Half of the unprofiled steps run before the profiled ones and half after. An error inside the model is raised as it is;
    `InputError` when a profiler, or `tf.summary`'s collection of graphs, runs already.
    """
    data, optimised, baseline, level = raw(concrete, tensors, steps=steps, warmup=warmup)
    return Recording(read(data), optimised, tuple(baseline), level, tensorflow().__version__)


def raw(
    concrete: Any, tensors: List[Any], *, steps: int, warmup: int
) -> Tuple[bytes, Optional[Optimised], List[float], int]:
    """XPlane bytes, what Grappler made, unprofiled durations in microseconds, and the trace level."""

    def run() -> None:
        _wait(concrete._call_flat(list(tensors), concrete.captured_inputs))  # noqa: SLF001 - takes tensors as they are

    if private("ops.summary_ops_v2")._current_trace_context is not None:  # noqa: SLF001 - TensorFlow has no public way to ask
        raise InputError("tf.summary is collecting graphs; stop it first (tf.summary.trace_off())")
    with preserved(concrete):
        optimised = _first_run(concrete, run)
        for _ in range(warmup - 1):
            run()
        baseline = _timed(run, (steps + 1) // 2)
        data, level = _profiled(run, steps)
        baseline += _timed(run, steps // 2)
    return data, optimised, baseline, level


def _wait(result: Any) -> None:
    """A GPU's work is over when a result can be read; a CPU's when the call returns."""
    if tensorflow().config.list_logical_devices("GPU"):
        for tensor in tensorflow().nest.flatten(result)[:1]:
            if hasattr(tensor, "numpy"):
                tensor.numpy()


def _timed(run: Callable[[], None], steps: int) -> List[float]:
    durations = []
    for _ in range(steps):
        start = perf_counter()
        run()
        durations.append((perf_counter() - start) * 1e6)
    return durations


def _profiled(run: Callable[[], None], steps: int) -> Tuple[bytes, int]:
    profiler = tensorflow().profiler.experimental
    with tempfile.TemporaryDirectory(prefix="opscope") as folder:
        with _profiling(profiler, folder), every_op() as level:
            for step in range(steps):
                with profiler.Trace(STEP_EVENT, step_num=step):
                    run()
            run()  # a step's last executor event is written after its result is there; this one may lose its own
        files = sorted(Path(folder).rglob("*.xplane.pb"))
        return b"".join(file.read_bytes() for file in files), level


@contextmanager
def _profiling(profiler: Any, folder: str) -> Iterator[None]:
    errors = tensorflow().errors
    options = profiler.ProfilerOptions(host_tracer_level=3, python_tracer_level=0, device_tracer_level=1)
    try:
        profiler.start(folder, options=options)
    except errors.AlreadyExistsError as error:
        raise InputError(
            "a TensorFlow profiler is running already; stop it first (tf.profiler.experimental.stop())"
        ) from error
    try:
        yield
    finally:
        profiler.stop()


def _first_run(concrete: Any, run: Callable[[], None]) -> Optional[Optimised]:
    """The first run, with the graphs that TensorFlow collects then."""
    context = private("eager.context").context()
    context.enable_run_metadata()
    try:
        run()
        metadata = context.export_run_metadata()
    finally:
        context.disable_run_metadata()
    names = {op.name for op in concrete.graph.get_operations()}
    best: Any = None
    score = 0
    for graphs in metadata.function_graphs:
        shared = sum(node.name in names for node in graphs.post_optimization_graph.node)
        if shared > score:
            best, score = graphs.post_optimization_graph, shared
    return None if best is None else Optimised({node.name: node.op for node in best.node})
