"""`opscope.profiling`: measures steps of a training loop that is written by hand."""

from __future__ import annotations

import os
import warnings
from typing import TYPE_CHECKING, Any, Literal, Optional, Union

from ..capture.seams import function_class
from ..errors import InputError
from ..graph.graph import Graph
from ..suggestions import suggesting
from .own_run import StepRange, asked_run, delivered, measured_graph
from .running.watched import WatchedFunction

if TYPE_CHECKING:
    from .own_run import AskedRun


class ProfiledFunction:
    """What `opscope.profiling` gives: it is called in place of the function, and returns what that returns."""

    graph: Optional[Graph]
    """The measured graph, once the steps are over; ``None`` before, and if they could not be measured."""

    def __init__(self, function: Any, asked: "AskedRun") -> None:
        self.graph = None
        self._asked = asked
        self._watched = WatchedFunction(
            function, asked.first, asked.last, asked.trace_level, leave=lambda: None, finish=self._finish
        )

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Run a step."""
        return self._watched(*args, **kwargs)

    def __enter__(self) -> "ProfiledFunction":  # noqa: PYI034, Python 3.8 has no Self
        """Begin to count the steps."""
        return self

    def __exit__(self, kind: object, *_error: object) -> None:
        """The loop is over. Of one that an error ended, the steps are told that were measured before; Ctrl-C does not wait for that."""
        watched = self._watched
        if kind is None or (isinstance(kind, type) and issubclass(kind, Exception)):
            watched.cut()
        if kind is None:
            self._warn()
        watched.abandon()

    def _warn(self) -> None:
        """Say in a line why nothing was measured, or what failed."""
        watched, asked = self._watched, self._asked
        trouble = watched.trouble
        if self.graph is None and trouble is None:
            trouble = f"the loop had {watched.count:,} steps, and step {asked.first:,} was to be the first; give fewer"
        if trouble is not None:
            nothing = " measured nothing" if self.graph is None else ""
            warnings.warn(f"opscope.profiling{nothing}: {trouble}", stacklevel=3)

    def _finish(self) -> None:
        self.graph = measured_graph(self._watched.recorded(), self._asked, None, "the loop")
        delivered(self.graph, self._asked)


@suggesting
def profiling(
    function: Any,
    path: Union[str, "os.PathLike[str]", None] = None,
    *,
    steps: StepRange = (10, 15),
    show: bool = False,
    batch: Optional[int] = None,
    trace_level: Literal[2, 3] = 3,
    name: Optional[str] = None,
) -> ProfiledFunction:
    """A context manager that measures some steps of your own training loop, and writes the graph with their figures.

    Inside, call what it gives in place of the function::

        with opscope.profiling(train_step, "step.html", steps=(10, 15)) as step:
            for x, y in data:
                step(x, y)

    As with `opscope.Callback`, nothing is run a second time, the profiler is on for the chosen steps alone, and what fails in opscope is a warning
    when the loop is over. An error of the loop switches the profiler off.

    Args:
        function: the `tf.function` that runs a step.
        path: where to write: any file that `Graph.save` writes.
        steps: which calls are measured: a number, or the first and the last, both included, counted from 1. A call in which
            TensorFlow traces the function is left out; the (up to 25) calls just before the first are timed without the profiler.
        show: show the interactive page, in a notebook inline, else in the browser.
        batch: the size of a batch, for costs, if the function was traced for any.
        trace_level: 3 records every op, 2 leaves out those that TensorFlow takes for cheap, as in `opscope.profile`.
        name: replaces the graph's name.

    Raises:
        InputError: it is no `tf.function`, or there can be no such steps.
    """
    if not isinstance(function, function_class()):
        raise InputError(
            f"a {type(function).__name__} has no graph of its step; give a function with @tf.function, or use opscope.Callback for fit"
        )
    return ProfiledFunction(function, asked_run(path, steps, show, batch, trace_level, name))
