"""Runs a traced function with TensorFlow's executor and records it: warm-up, unprofiled steps and profiled steps.

Afterwards, variables and settings are as they were before, also after an error.
"""

from __future__ import annotations

import os
from contextlib import contextmanager
from statistics import median
from time import perf_counter
from typing import Any, Callable, Iterator, List, NamedTuple, Optional, Tuple

from ...capture.seams import tensorflow
from ...errors import InputError
from ...executed.compiled_function import CompiledFunction
from ..competition import Usage, counters
from ..recordings.pipeline_events import pipeline_of
from ..recordings.raw import Optimised, Recording
from ..recordings.xplane import count_events, read
from ..spread import settled
from .asking_xla import compiled_functions
from .level import EVERY_OP
from .placement import STEPS_A_PLACE, MovedVariables, is_varied, touch_memory
from .session import graphs_are_collected, optimising, profiler_on
from .state import preserved

UNPROFILED_SECONDS = 10.0
"""Unprofiled steps are added for at most so long, and for at most half of it before the profiled steps."""
LEAST_SECONDS = 0.06
"""And for at least so long, before the profiled steps and after them: competition shows only over a tenth of a second."""
MOST_EVENTS = 300_000
"""More events than this are not recorded: they would take 50 MB, and seconds to read."""
_CHECKED = 1.05
"""Whether there are enough steps is asked again when there are so many times as many, since asking takes time as well."""


class Raw(NamedTuple):
    """What was recorded, before anything is read."""

    data: bytes
    """An XPlane file."""
    optimised: Optional[Optimised]
    baseline_us: List[float]
    trace_level: int
    asked_steps: Optional[int]
    """As in `Recording`, like the other three."""
    usage: Usage
    collected: Optional[bytes] = None
    """The graphs that TensorFlow made of the function and ran, if it told them: see `executed.collected`."""
    compiled: Tuple[CompiledFunction, ...] = ()
    """What XLA made of the functions that it compiled, if that was asked for."""

    def recording(self) -> Recording:
        """The same, read."""
        trace = read(self.data)
        return Recording(
            trace, self.optimised, tuple(self.baseline_us), self.trace_level, tensorflow().__version__,
            self.asked_steps, self.usage, pipelines=pipeline_of(self.data, trace.steps),
        )  # fmt: skip


def record(
    concrete: Any,
    tensors: List[Any],
    *,
    steps: int,
    warmup: int,
    trace_level: int = EVERY_OP,
    seconds: Optional[float] = None,
    asking_xla: bool = False,
) -> Raw:
    """Measure `steps` profiled steps of a ConcreteFunction, and unprofiled ones, after `warmup` (at least 1).

    Unprofiled steps are added until their median is known well enough, or `seconds` (`UNPROFILED_SECONDS`, if not given) are over. At least half of them run after
    the profiled ones, so that a machine that becomes faster or slower affects both kinds alike. There are fewer
    profiled steps if they would have more than `MOST_EVENTS` events. An error inside the model is raised as it is. `asking_xla` has XLA
    tell what it makes of the functions that it compiles.

    Raises:
        InputError: a profiler is running already, or `tf.summary` is collecting graphs.
    """

    def run() -> None:
        concrete._call_flat(list(tensors), concrete.captured_inputs)  # noqa: SLF001 - takes tensors as they are
        wait_for("GPU")

    if graphs_are_collected():
        raise InputError("tf.summary is collecting graphs; stop it first (tf.summary.trace_off())")
    with preserved(concrete, tensors):
        with optimising() as optimised_graphs:
            run()
        optimised = optimised_graphs.of(concrete)
        collected = optimised_graphs.collected_of(concrete)
        compiled = compiled_functions(concrete, tensors) if asking_xla else ()
        for _ in range(warmup - 1):
            run()
        timer = _Timer(run)
        if seconds is None:
            seconds = UNPROFILED_SECONDS
        timer.add_steps(seconds / 2)
        before = len(timer.durations)
        affordable = _affordable(run, steps, trace_level, median(timer.durations))
        variables = MovedVariables(concrete.captured_inputs) if is_varied() else None
        data, level = _profiled(run, affordable, trace_level, timer, variables)
        timer.add_steps(seconds - sum(timer.durations) * 1e-6, at_least=before)
    return Raw(
        data, optimised, timer.durations, level, steps if affordable < steps else None, timer.usage, collected, compiled
    )


class _Timer:
    """Times unprofiled steps, and notes what the processors were used for while steps of either kind ran."""

    def __init__(self, run: Callable[[], None]) -> None:
        self._run = run
        self.durations: List[float] = []
        """In microseconds."""
        self.usage = Usage()

    def add_steps(self, seconds: float, *, at_least: int = 1) -> None:
        """Add steps for so many seconds, or until there are enough: `at_least` so many, and the median of all is known.

        One step is added in any case, and `LEAST_SECONDS` have to pass.
        """
        begun, count, check = perf_counter(), 0, 0.0
        with self.watching():
            while True:
                start = perf_counter()
                self._run()
                now = perf_counter()
                self.durations.append((now - start) * 1e6)
                count += 1
                if now - begun >= seconds:
                    return
                if now - begun >= LEAST_SECONDS and count >= max(at_least, check):
                    if settled(self.durations):
                        return
                    check = count * _CHECKED

    @contextmanager
    def watching(self) -> Iterator[None]:
        """A context in which steps run."""
        before = counters()
        yield
        self.usage = self.usage.and_then(before, counters())


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


def _affordable(run: Callable[[], None], steps: int, trace_level: int, step_us: float) -> int:
    """How many steps can be profiled with at most `MOST_EVENTS` events: `steps`, or fewer; at least 1.

    A thread records at most one event a microsecond. Where that does not answer it, a step is profiled to count its events.
    """
    if steps == 1 or steps * step_us * (os.cpu_count() or 1) <= MOST_EVENTS:
        return steps
    data, _ = _profiled(run, 1, trace_level, _Timer(run))
    events = count_events(data) / 2  # `_profiled` does one more run
    return max(1, min(steps, int(MOST_EVENTS / max(1.0, events))))


def _profiled(
    run: Callable[[], None], steps: int, trace_level: int, timer: _Timer, variables: Optional[MovedVariables] = None
) -> Tuple[bytes, int]:
    """Record so many steps. `variables` are moved every few of them."""
    if variables is not None:
        touch_memory()
    with profiler_on(trace_level) as session:
        with timer.watching():
            for step in range(steps):
                if variables is not None and step % STEPS_A_PLACE == 0:
                    variables.move()
                    run()  # in no step: caches do not know the new places yet
                with session.step(step):
                    run()
        # TensorFlow writes the last event of a step only after the step's result is there. If the profiler stopped
        # right after the last step, that event would be missing. So there is one more run, which may lose its own.
        run()
    return session.data, session.level
