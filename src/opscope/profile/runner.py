"""Runs a traced function with TensorFlow's executor and records it: warm-up, unprofiled steps and profiled steps.

Afterwards, variables and settings are as they were before, also after an error.
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
    """Measure `steps` profiled steps of a ConcreteFunction and as many unprofiled ones, after `warmup` (at least 1).

    Half of the unprofiled steps run before the profiled ones and half after, so that a machine that becomes faster or
    slower affects both kinds alike. An error inside the model is raised as it is.

    Raises:
        InputError: a profiler is running already, or `tf.summary` is collecting graphs.
    """
    data, optimised, baseline, level = raw(concrete, tensors, steps=steps, warmup=warmup)
    return Recording(read(data), optimised, tuple(baseline), level, tensorflow().__version__)


def raw(
    concrete: Any, tensors: List[Any], *, steps: int, warmup: int
) -> Tuple[bytes, Optional[Optimised], List[float], int]:
    """As `record`, before anything is read.

    The result is XPlane bytes, Grappler's graph, the unprofiled durations in microseconds, and the trace level.
    """

    def run() -> None:
        concrete._call_flat(list(tensors), concrete.captured_inputs)  # noqa: SLF001 - takes tensors as they are
        wait_for("GPU")

    if private("ops.summary_ops_v2")._current_trace_context is not None:  # noqa: SLF001 - TensorFlow has no public way to ask
        raise InputError("tf.summary is collecting graphs; stop it first (tf.summary.trace_off())")
    with preserved(concrete, tensors):
        optimised = _first_run(concrete, run)
        for _ in range(warmup - 1):
            run()
        baseline = _timed(run, (steps + 1) // 2)
        data, level = _profiled(run, steps)
        baseline += _timed(run, steps // 2)
    return data, optimised, baseline, level


def wait_for(kind: str) -> int:
    """Wait until all devices of a kind are done with what they were given; the result is how many there are.

    On a CPU a step is over when the call returns. On a GPU, work was only queued then, whatever the call returns. So one
    more op is queued on each, and its result is read: it is there only after all that was queued before.
    """
    tf = tensorflow()
    devices = tf.config.list_logical_devices(kind)
    for device in devices:
        with tf.device(device.name):
            tf.add(tf.constant(1.0), 1.0).numpy()
    return len(devices)


def _timed(run: Callable[[], None], steps: int) -> List[float]:
    """The durations of some unprofiled steps, in microseconds."""
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
            # TensorFlow writes the last event of a step only after the step's result is there. If the profiler stopped
            # right after the last step, that event would be missing. So there is one more run, which may lose its own.
            run()
        # Messages of protobuf that follow each other read as one message with the fields of all.
        files = sorted(Path(folder).rglob("*.xplane.pb"))
        return b"".join(file.read_bytes() for file in files), level


@contextmanager
def _profiling(profiler: Any, folder: str) -> Iterator[None]:
    """A context in which TensorFlow's profiler runs. It writes its file to `folder` at the end."""
    errors = tensorflow().errors
    # Host level 3 asks for every op (`level` says who obeys). Calls of Python are not recorded: that would slow each step down. Device
    # level 1 records what a GPU does.
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
    """Do the first run, in which Grappler optimises the function, and return the graph that it made of it.

    TensorFlow returns the graphs of all functions that it optimised meanwhile. The one that shares the most node names
    with the traced function is taken.
    """
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
