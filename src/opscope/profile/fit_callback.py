"""`opscope.Callback`: measures steps of a Keras model's ``fit``, on any Keras."""

from __future__ import annotations

import os
import sys
import warnings
from inspect import currentframe
from typing import Any, Dict, Iterator, Literal, Optional, Union

from ..capture.keras import check_backend
from ..capture.seams import tensorflow
from ..errors import InputError, OpscopeError, TraceError, check_count, option
from ..graph.graph import Graph
from .guarded_hooks import GuardedHooks, guarded_hooks
from .own_run import StepRange, asked_run, delivered, measured_graph
from .running.watched import WatchedFunction

# The base classes of callbacks, as (module, class): one for each Keras there was.
_ROOTS = (
    ("keras.src.callbacks.callback", "Callback"),  # Keras 3
    ("keras.src.callbacks", "Callback"),  # Keras 2.13 to 2.15
    ("keras.callbacks", "Callback"),  # Keras 2.6 to 2.12
    ("tf_keras.src.callbacks", "Callback"),  # Keras 2 beside Keras 3
    ("tensorflow.python.keras.callbacks", "Callback"),  # the Keras inside TensorFlow 2.4 and 2.5
)
_FUNCTION = "train_function"
"""The attribute of a model that ``fit`` calls for each step."""


class Callback:
    """A Keras callback that measures some steps of ``fit`` while the model trains, and writes the graph with their figures.

    It measures what your training really runs, on its data, and does not run anything again: ``opscope.profile`` is for a model by itself. The
    profiler is on for the chosen steps alone. After the last of them the graph is made and written, and the training goes on. Weights,
    optimizer and random numbers are as without the callback. What fails in it is a warning at the end of ``fit``, and an error
    in ``fit`` switches the profiler off.

    Args:
        path: where to write: any file that `Graph.save` writes, such as ``"step.html"``.
        steps: which steps: a number, or the first and the last, both included. As with ``profile_batch`` of Keras's TensorBoard
            callback, they are counted from 1 over the whole ``fit``. TensorFlow traces in the first step, which is never among
            those measured; the (up to 25) steps just before the first one are timed without the profiler, to compare with.
        epoch: count `steps` from the beginning of this epoch instead (1 is the first, as Keras prints it).
        show: show the interactive page, in a notebook inline, else in the browser.
        batch: the size of a batch, for costs: a batch's size is not part of the graph. Without it costs are of one sample.
        trace_level: 3 records every op, 2 leaves out those that TensorFlow takes for cheap, as in `opscope.profile`.
        name: replaces the graph's name.

    Raises:
        InputError: there can be no such steps.
    """

    graph: Optional[Graph]
    """The measured graph, once the steps are over; ``None`` before, and if they could not be measured."""
    _supports_tf_logs = True  # Keras 2: it needs no metrics as numbers
    async_safe = True  # Keras 3: the same

    def __new__(cls, *_args: Any, **_options: Any) -> Any:
        """A callback of every Keras that is imported: a class of Keras's own is a base of the object's class."""
        return super().__new__(_with_keras(cls))

    def __init__(
        self,
        path: Union[str, "os.PathLike[str]", None] = None,
        *,
        steps: StepRange = (10, 15),
        epoch: Optional[int] = None,
        show: bool = False,
        batch: Optional[int] = None,
        trace_level: Literal[2, 3] = 3,
        name: Optional[str] = None,
    ) -> None:
        super().__init__()
        self._asked = asked_run(path, steps, show, batch, trace_level, name)
        if epoch is not None:
            check_count("epoch", epoch)
        self._epoch = epoch
        self.graph = None
        self._watched: Optional[WatchedFunction] = None
        self._trouble: Optional[str] = None
        self._guard: Optional[GuardedHooks] = None

    def on_train_begin(self, logs: Optional[Dict[str, Any]] = None) -> None:
        """``fit`` begins."""
        self.graph, self._trouble, self._watched = None, None, None
        model = self.model  # type: ignore[attr-defined]  # Keras's Callback has it
        attributes: Dict[str, Any] = vars(model)
        left = attributes.get(_FUNCTION)
        if isinstance(left, WatchedFunction):  # of a ``fit`` that an error ended
            left.abandon()
            attributes[_FUNCTION] = left.function
        self._guard = guarded_hooks(currentframe(), self, self._stop)
        if self._epoch is None:
            self._watch()

    def on_epoch_begin(self, epoch: int, logs: Optional[Dict[str, Any]] = None) -> None:
        """An epoch begins."""
        if self._epoch == epoch + 1 and self._watched is None:
            self._watch()
        if self._watched is not None:
            self._watched.epoch_begins()

    def on_epoch_end(self, epoch: int, logs: Optional[Dict[str, Any]] = None) -> None:
        """An epoch ends. The steps to measure do not go on in the next: there would be validation between them."""
        self._cut(is_last=self._epoch == epoch + 1)

    def on_test_begin(self, logs: Optional[Dict[str, Any]] = None) -> None:
        """A validation begins, which runs other steps."""
        self._cut()

    def on_train_end(self, logs: Optional[Dict[str, Any]] = None) -> None:
        """``fit`` ends: say what went wrong, if anything did."""
        self._cut(is_last=True)
        self._leave()
        trouble = self._trouble or (self._watched.trouble if self._watched is not None else None)
        if self.graph is None and trouble is None:
            trouble = self._too_few()
        if trouble is not None:
            nothing = " measured nothing" if self.graph is None else ""
            warnings.warn(f"opscope.Callback{nothing}: {trouble}", stacklevel=2)

    def _cut(self, is_last: bool = False) -> None:
        if self._watched is not None:
            self._watched.cut()
            if is_last:
                self._watched.abandon()

    def _watch(self) -> None:
        """Put a stand-in where ``fit`` finds the function of a step.

        Keras's own hooks around a batch would cost something in each of them: Keras then makes numbers of all metrics, and waits for
        these. The stand-in costs less than a microsecond, sees the step alone, and sees errors in it.
        """
        model = self.model  # type: ignore[attr-defined]
        try:
            check_backend(model)
            if getattr(model, "run_eagerly", False):
                raise InputError("the model runs eagerly (run_eagerly=True), so there is no graph of its step")
            attributes: Dict[str, Any] = vars(model)
            function = attributes.get(_FUNCTION)
            if function is None:
                raise TraceError("this Keras has no train function; use opscope.profiling for the step")
            asked = self._asked
            self._watched = WatchedFunction(
                function, asked.first, asked.last, asked.trace_level, self._leave, self._finish, is_fit=True
            )
            attributes[_FUNCTION] = self._watched  # not by `setattr`, which Keras tracks
        except (OpscopeError, AttributeError) as error:
            self._trouble = str(error)

    def _stop(self) -> None:
        """An error in another callback ends ``fit``, and Keras tells nobody."""
        if self._watched is not None:
            self._watched.abandon()
        self._leave()

    def _leave(self) -> None:
        """Put the model's own function back, and Keras's hooks."""
        if self._guard is not None:
            self._guard.leave()
        model: Any = self.model  # type: ignore[attr-defined]
        attributes: Dict[str, Any] = vars(model)
        watched, current = self._watched, attributes.get(_FUNCTION)
        if watched is not None and id(current) == id(watched):
            attributes[_FUNCTION] = watched.function

    def _finish(self) -> None:
        assert self._watched is not None
        name = f"{self.model.name}.train_step"  # type: ignore[attr-defined]
        whose = "fit" if self._epoch is None else f"epoch {self._epoch} of fit"
        self.graph = measured_graph(self._watched.recorded(), self._asked, name, whose)
        delivered(self.graph, self._asked)

    def _too_few(self) -> str:
        """Why no step was measured, although nothing failed."""
        first, ran = self._asked.first, self._watched.count if self._watched is not None else None
        if ran is None:
            return f"there was no epoch {self._epoch}; fit it for more, or leave {option('epoch')} out"
        whose = "the fit" if self._epoch is None else f"epoch {self._epoch}"
        return f"{whose} had {ran:,} steps, and step {first:,} was to be the first; give fewer, as in {option('steps', (2, max(2, ran)))}"


def _with_keras(cls: type) -> Any:
    """The class, with those of Keras's own callbacks as bases that are imported."""
    found = tuple(dict.fromkeys(_loaded())) or (tensorflow().keras.callbacks.Callback,)
    missing = tuple(base for base in found if not issubclass(cls, base))
    return type(cls.__name__, (cls, *missing), {"__module__": cls.__module__}) if missing else cls


def _loaded() -> Iterator[Any]:
    for module, name in _ROOTS:
        base = getattr(sys.modules.get(module), name, None)
        if isinstance(base, type):
            yield base
