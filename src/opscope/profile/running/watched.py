"""Measures some calls of a function that the user's own program runs, and leaves all others alone."""

from __future__ import annotations

import weakref
from collections import deque
from contextlib import ExitStack
from dataclasses import replace
from time import perf_counter, sleep
from typing import Any, Callable, Deque, Dict, List, NamedTuple, Optional, Tuple

from ...capture.dataset_lines import DatasetLine, dataset_lines
from ...capture.seams import tensorflow
from ...capture.traced_functions import functions_behind, outermost_function, specs_of, trace_for, tracing_count
from ...errors import InputError, OpscopeError
from ..competition import Counters, Usage, counters
from ..recordings.pipeline_events import pipeline_of
from ..recordings.raw import Recording
from ..recordings.xplane import read
from .runner import wait_for
from .session import OptimisedGraphs, Session, graphs_are_collected, optimising, profiler_on

_UNPROFILED = 25
"""How many calls just before the measured ones are timed without the profiler, at most: with 10 % noise that is enough for their median."""
_LAST_EVENTS = 0.02
"""Seconds until the profiler stops: TensorFlow's threads write the last event of a step after its result is there."""


class OwnSteps(NamedTuple):
    """What was recorded of the user's own run."""

    recording: Recording
    function: Any
    """The `tf.function` that ran."""
    args: Tuple[Any, ...]
    kwargs: Dict[str, Any]
    """The arguments that it was traced with."""
    measured: Tuple[int, ...]
    """Which steps were measured, counted from 1."""


class _Profiled(NamedTuple):
    """One call that ran with the profiler on."""

    number: int
    counts: bool
    """Whether it is a step to measure. It is none if TensorFlow traced the function in it, or if the data had ended."""


class WatchedFunction:
    """Stands in for a function: calls it, and measures the calls `first` to `last`, counted from 1.

    Whatever fails here is told in `trouble`, and the user's program goes on. An error of the function itself ends the
    measurement: the profiler is off, and what was measured before is told, before the error goes up.

    Args:
        function: what runs a step: a `tf.function`, or a Python function that calls one.
        first: the first call to measure.
        last: the last one.
        trace_level: see `level`.
        leave: called when nothing more will be measured, whatever the reason.
        finish: called after it if steps were measured; they are in `recorded`.
        is_fit: whether Keras calls it, with the iterator of an epoch. Another one of which `epoch_begins` did not tell means
            that another ``fit`` runs, since an error ended the one to measure elsewhere than in its step.
    """

    def __init__(
        self,
        function: Any,
        first: int,
        last: int,
        trace_level: int,
        leave: Callable[[], None],
        finish: Callable[[], None],
        *,
        is_fit: bool = False,
    ) -> None:
        self.function = function
        self.count = 0
        """How many calls there were."""
        self.over = False
        """Whether nothing more is measured."""
        self.trouble: Optional[str] = None
        """What failed, in a line."""
        self._first, self._last, self._level, self._leave, self._finish = first, last, trace_level, leave, finish
        self._functions = functions_behind(function)
        if not self._functions:
            raise InputError("it calls no tf.function, so there is no graph of its step; decorate it with @tf.function")
        self._open = ExitStack()
        """What is switched on: the collection of graphs, later the profiler."""
        self._session: Optional[Session] = None
        self._mark: Any = None
        self._graphs: Optional[OptimisedGraphs] = None
        self._unprofiled: Deque[float] = deque(maxlen=_UNPROFILED)
        self._begun: Optional[Counters] = None
        self._usage = Usage()
        self._steps: List[_Profiled] = []
        self._call: Tuple[Tuple[Any, ...], Dict[str, Any]] = ((), {})
        self._lines: Tuple[DatasetLine, ...] = ()
        self._is_fit = is_fit
        self._iterator: Any = None

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call the function."""
        if self.over or (self._is_fit and self._is_foreign(args)):
            return self.function(*args, **kwargs)
        self.count += 1
        if 1 < self.count < self._first - _UNPROFILED:
            return self.function(*args, **kwargs)
        self._trying(self._before)
        traces, start = tracing_count(self._functions), perf_counter()
        try:
            result = self.function(*args, **kwargs)
        except BaseException as error:
            self._failed(error)
            raise
        self._trying(lambda: self._after(start, tracing_count(self._functions) > traces, args, kwargs))
        return result

    def epoch_begins(self) -> None:
        """The next call has the iterator of a new epoch."""
        self._iterator = None

    def cut(self) -> None:
        """No further call belongs to the steps that are measured: if any were, that is all."""
        if self._session is not None and not self.over:
            sleep(_LAST_EVENTS)
            self._trying(self._stop)
            if self.trouble is None:
                self._trying(self._finish)

    def abandon(self) -> None:
        """Switch off what is on, and measure nothing more."""
        if not self.over:
            self._trying(self._stop)

    def recorded(self) -> OwnSteps:
        """What was recorded.

        Raises:
            InputError: no step can be used.
        """
        assert self._session is not None
        trace = read(self._session.data)
        if len(trace.steps) != len(self._steps):
            raise InputError(
                f"TensorFlow's profiler recorded {len(trace.steps)} of {len(self._steps)} steps; try again"
            )
        spans = tuple(span for span, step in zip(trace.steps, self._steps) if step.counts)
        if not spans:
            raise InputError("TensorFlow traced the function in each of the steps; measure later ones")
        function = outermost_function(self._functions)
        args, kwargs, concrete = trace_for(function, *self._call)
        optimised = self._graphs.of(concrete) if self._graphs is not None and concrete is not None else None
        recording = Recording(
            replace(trace, steps=spans), optimised, tuple(self._unprofiled), self._session.level, tensorflow().__version__,
            usage=self._usage, pipelines=pipeline_of(self._session.data, trace.steps), dataset_lines=self._lines,
        )  # fmt: skip
        return OwnSteps(recording, function, args, kwargs, tuple(step.number for step in self._steps if step.counts))

    def _before(self) -> None:
        if self.count == 1 and not tracing_count(self._functions) and not graphs_are_collected():
            self._graphs = self._open.enter_context(optimising())
        if self.count == self._first:
            self._begun = self._begun or counters()
            self._session = self._open.enter_context(profiler_on(self._level))
        if self._session is not None:
            self._mark = self._session.step(self.count)
            self._mark.__enter__()

    def _after(self, start: float, was_traced: bool, args: Tuple[Any, ...], kwargs: Dict[str, Any]) -> None:
        wait_for("GPU")
        took = (perf_counter() - start) * 1e6
        if self._session is not None:
            self._unmark()
            self._steps.append(_Profiled(self.count, not was_traced))
            if not self._lines:
                self._lines = dataset_lines((*args, *kwargs.values()))
            self._call = specs_of(args, kwargs)  # not the arguments, which would keep the iterator
            if self.count == self._last:
                self.cut()
        elif self.count == 1:
            self._open.close()
        elif not was_traced:
            self._begun = self._begun or counters()
            self._unprofiled.append(took)

    def _unmark(self) -> None:
        mark, self._mark = self._mark, None
        if mark is not None:
            mark.__exit__(None, None, None)

    def _failed(self, error: BaseException) -> None:
        """A call failed. At the end of an epoch that is how the data's end is told, and the call was no step.

        Of any other error the steps before it are told, which were measured whole. Ctrl-C is not made to wait for that.
        """
        if isinstance(error, (StopIteration, tensorflow().errors.OutOfRangeError)):
            self._unfinished()
            self.count -= 1
        elif isinstance(error, Exception) and any(step.counts for step in self._steps) and not self.over:
            self._unfinished()
            self.cut()
        else:
            self.abandon()

    def _unfinished(self) -> None:
        """The call that is under way is no step to measure."""
        self._trying(self._unmark)
        if self._session is not None:
            self._steps.append(_Profiled(self.count, counts=False))

    def _stop(self) -> None:
        self.over = True
        try:
            self._unmark()
            if self._begun is not None:
                self._usage = Usage().and_then(self._begun, counters())
            self._open.close()
        finally:
            self._leave()

    def _trying(self, act: Callable[[], None]) -> None:
        """Do something of ours, of which no failure may reach the user's program."""
        try:
            act()
        except Exception as error:  # noqa: BLE001, whatever it is, the training goes on
            first = str(error).strip().split("\n", 1)[0]
            self.trouble = self.trouble or (
                first if isinstance(error, OpscopeError) else f"{type(error).__name__}: {first}"
            )
            if not self.over:
                self._trying(self._stop)
        except BaseException:  # Ctrl-C
            self.abandon()
            raise

    def _is_foreign(self, args: Tuple[Any, ...]) -> bool:
        """Whether the call has another iterator than those of this epoch before it. Then nothing more is measured."""
        given = args[0] if args else None
        if self._iterator is None:
            # When the iterator is gone, so is its epoch: an error in another callback, say, has ended ``fit``. Python frees
            # it as soon as nobody looks at the error's traceback any more.
            self._iterator = weakref.ref(given, lambda _: self._gone()) if given is not None else None
            return False
        if self._iterator() is given:
            return False
        self.abandon()
        return True

    def _gone(self) -> None:
        if self._session is not None:
            self.abandon()
