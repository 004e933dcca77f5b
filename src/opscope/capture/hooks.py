"""The hooks: functions that take the place of methods of TensorFlow and Keras while a trace is recorded.

A hook calls the original and tells the recorder when that began and ended. AutoGraph rewrites a hook's code wherever it would
rewrite the original's. So a hook must be plain Python; what must not be rewritten is in methods of `Recorder`.
"""

from __future__ import annotations

import threading
from contextlib import ExitStack
from typing import Any, Callable, List

from .notes import APPLY, CALL, GRADIENT
from .recorder import Recorder
from .seams import tensorflow


def call_hook(recorder: Recorder, original: Any, kind: str = CALL) -> Callable[..., Any]:
    """For the ``__call__`` of a layer or module, or of a loss, as `kind` says.

    `original` is what the class has as ``__call__``: mostly a plain function. If it is another descriptor, such as a
    `tf.function`, it must be bound to the object first.
    """
    open_record, close_record = recorder.open, recorder.close

    def recorded(self, *args, **kwargs):  # type: ignore[no-untyped-def]
        record = open_record(kind, self)
        outputs = None
        try:
            outputs = original(self, *args, **kwargs)
        finally:
            close_record(record, outputs)
        return outputs

    def recorded_descriptor(self, *args, **kwargs):  # type: ignore[no-untyped-def]
        record = open_record(kind, self)
        outputs = None
        try:
            outputs = original.__get__(self, type(self))(*args, **kwargs)
        finally:
            close_record(record, outputs)
        return outputs

    return _named_like(recorded if hasattr(original, "__code__") else recorded_descriptor, original)


def wrapper_hook(recorder: Recorder, original: Any) -> Callable[..., Any]:
    """For the ``call`` of a wrapper, such as `TimeDistributed`, that runs ``call`` of its layer and not ``__call__``.

    During the wrapper's call its layer gets an attribute ``call`` which records, and which Python finds before the method
    of the class.
    """

    def wrapped(self, *args, **kwargs):  # type: ignore[no-untyped-def]
        layer, inner = self.layer, self.layer.call

        def recorded(*inner_args: Any, **inner_kwargs: Any) -> Any:
            record, outputs = recorder.open(CALL, layer), None
            try:
                outputs = inner(*inner_args, **inner_kwargs)
            finally:
                recorder.close(record, outputs)
            return outputs

        own = vars(layer)
        before = [own["call"]] if "call" in own else []  # the layer may have such an attribute already
        own["call"] = recorded
        try:
            return original(self, *args, **kwargs)
        finally:
            del own["call"]
            own.update(("call", method) for method in before)

    return _named_like(wrapped, original)


def apply_hook(recorder: Recorder, original: Any, *, pairs: bool) -> Callable[..., Any]:
    """For an optimizer's ``apply_gradients``, which is given pairs of a gradient and a variable, or ``apply``, which is given both apart.

    The record gets the gradients and the variables. Pairs often come from `zip`, which can be gone through only once, so the original gets a list of them.
    """

    def recorded(self, *args, **kwargs):  # type: ignore[no-untyped-def]
        if pairs:
            args, kwargs = recorder.with_pairs(args, kwargs)
        record = recorder.open(APPLY, self, *recorder.updated(self, args, kwargs, pairs))
        try:
            return original(self, *args, **kwargs)
        finally:
            recorder.close(record)

    return _named_like(recorded, original)


def gradient_hook(recorder: Recorder, original: Any, method: bool) -> Callable[..., Any]:
    """For ``tape.gradient`` and its like (`method` is true), or for the function behind ``tf.gradients``.

    The record gets the first two arguments: what is to be differentiated, and with respect to what. And it gets the result.
    """

    def recorded(*args, **kwargs):  # type: ignore[no-untyped-def]
        rest = args[1:] if method else args
        target = rest[0] if rest else kwargs.get("target", kwargs.get("ys"))
        sources = rest[1] if len(rest) > 1 else kwargs.get("sources", kwargs.get("source", kwargs.get("xs")))
        record = recorder.open(GRADIENT, args[0] if method else original, target, sources)
        gradients = None
        try:
            handed_back = gradients = original(*args, **kwargs)
            if is_gradient and record is not None:
                handed_back = recorder.handed_back(gradients, sources)
        finally:
            recorder.close(record, gradients)
        return handed_back

    is_gradient = method and original.__name__ == "gradient"  # and not "jacobian", whose results have other shapes
    return _named_like(recorded, original)


def backward_hook(recorder: Recorder, original: Any) -> Callable[..., Any]:
    """For the function by which TensorFlow tells the tape of an op and gives it the function for the op's gradient."""

    def recorded(op_type, output_tensors, input_tensors, backward_function, forward_function=None):  # type: ignore[no-untyped-def]
        noted = recorder.backward_function(op_type, output_tensors, backward_function)
        return original(op_type, output_tensors, input_tensors, noted, forward_function)

    return _named_like(recorded, original)


def op_gradient_hook(recorder: Recorder, original: Any) -> Callable[..., Any]:
    """For the function that `tf.gradients` calls for the gradient of each op."""

    def recorded(scope, op, func, grad_fn):  # type: ignore[no-untyped-def]
        return original(scope, op, func, recorder.op_gradient(op, grad_fn))

    return _named_like(recorded, original)


def function_hook(recorder: Recorder, original: Any) -> Callable[..., Any]:
    """For a call of a `tf.function` inside the trace: calls an untraced copy of it instead.

    If the user's own function has a fitting trace already, it would not be traced again, and we would see nothing of what
    is inside. If it has none, it would keep the trace that we made, and the user's object would not be as before.
    """

    def redirected(self, *args, **kwargs):  # type: ignore[no-untyped-def]
        return original(recorder.stand_in(self), *args, **kwargs)

    return _named_like(redirected, original)


class Updates(threading.local):
    """What is to be ended with each update that is going on in this thread, the innermost last."""

    def __init__(self) -> None:
        self.open: List[ExitStack] = []


def run_hook(recorder: Recorder, original: Callable[..., Any]) -> Callable[..., Any]:
    """For the function that runs another one in a thread for each replica."""

    def recorded(distribution, fn, args, kwargs):  # type: ignore[no-untyped-def]
        return original(distribution, recorder.on_replicas(fn, _number_in(distribution)), args, kwargs)

    return _named_like(recorded, original)


def _number_in(strategy: Any) -> Callable[[], int]:
    """A function that gives the number of the replica in whose thread it is called; -1 if the strategy has only one."""
    if len(strategy.extended.worker_devices) < 2:
        return lambda: -1
    return lambda: int(threading.current_thread().replica_id_in_sync_group)  # type: ignore[attr-defined]


def merge_hook(recorder: Recorder, original: Callable[..., Any]) -> Callable[..., Any]:
    """For the method by which a replica waits until the tracing thread has done something for all replicas."""

    def recorded(self, fn, args, kwargs):  # type: ignore[no-untyped-def]
        with recorder.others_turn():
            return original(self, recorder.merged(fn), args, kwargs)

    return _named_like(recorded, original)


def enter_hook(recorder: Recorder, original: Callable[..., Any], updates: Updates) -> Callable[..., Any]:
    """For the beginning of an update of one replica's part of a variable, which the tracing thread makes."""

    def recorded(self):  # type: ignore[no-untyped-def]
        updates.open.append(ExitStack())
        replica = self._replica_id  # strategies that have no replicas of a variable give a device or ``None``
        if isinstance(replica, int) and len(tensorflow().distribute.get_strategy().extended.worker_devices) > 1:
            updates.open[-1].enter_context(recorder.update(replica))
        return original(self)

    return _named_like(recorded, original)


def exit_hook(original: Callable[..., Any], updates: Updates) -> Callable[..., Any]:
    """For the end of such an update."""

    def recorded(self, *error):  # type: ignore[no-untyped-def]
        if updates.open:  # empty where another thread began an update before anything was hooked
            updates.open.pop().close()
        return original(self, *error)

    return _named_like(recorded, original)


def _named_like(hook: Callable[..., Any], original: Any) -> Callable[..., Any]:
    """The hook with the name and module of the original, by which AutoGraph decides whether to rewrite it.

    It gets no ``__wrapped__``, as `functools.wraps` would give it, because AutoGraph would then read the source of the original.
    """
    for name in ("__name__", "__qualname__", "__module__", "__doc__"):
        value = getattr(original, name, None)
        if isinstance(value, str):
            setattr(hook, name, value)
    return hook
