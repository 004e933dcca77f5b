"""What stands in for a method of TensorFlow or Keras while a trace is recorded: one function for each kind of hook.

A hook does what the original does and notes when it began and ended. AutoGraph may convert a hook, since it converts what
it stands in for: so a hook is plain Python, and what must not be converted is a method of `Recorder`.
"""

from __future__ import annotations

from typing import Any, Callable

from .notes import APPLY, CALL, GRADIENT
from .recorder import Recorder


def call_hook(recorder: Recorder, original: Any) -> Callable[..., Any]:
    """A layer's or module's ``__call__``, recorded.

    AutoGraph converts the hook exactly where it would convert the original, and then sees a plain call of a function; a
    descriptor (a `tf.function` as ``__call__``) must be bound to the object first.
    """
    open_record, close_record = recorder.open, recorder.close

    def recorded(self, *args, **kwargs):  # type: ignore[no-untyped-def]
        record = open_record(CALL, self)
        outputs = None
        try:
            outputs = original(self, *args, **kwargs)
        finally:
            close_record(record, outputs)
        return outputs

    def recorded_descriptor(self, *args, **kwargs):  # type: ignore[no-untyped-def]
        record = open_record(CALL, self)
        outputs = None
        try:
            outputs = original.__get__(self, type(self))(*args, **kwargs)
        finally:
            close_record(record, outputs)
        return outputs

    return _dressed(recorded if hasattr(original, "__code__") else recorded_descriptor, original)


def wrapper_hook(recorder: Recorder, original: Any) -> Callable[..., Any]:
    """The ``call`` of a wrapper that runs its layer's ``call`` itself, past ``__call__``: records these runs too.

    For the time of the call the wrapped layer gets a ``call`` of its own, which hides its class's.
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
        before = [own["call"]] if "call" in own else []
        own["call"] = recorded
        try:
            return original(self, *args, **kwargs)
        finally:
            del own["call"]
            own.update(("call", method) for method in before)

    return _dressed(wrapped, original)


def apply_hook(recorder: Recorder, original: Any) -> Callable[..., Any]:
    """An optimizer's ``apply_gradients`` or ``apply``, recorded."""

    def recorded(self, *args, **kwargs):  # type: ignore[no-untyped-def]
        record = recorder.open(APPLY, self)
        try:
            return original(self, *args, **kwargs)
        finally:
            recorder.close(record)

    return _dressed(recorded, original)


def gradient_hook(recorder: Recorder, original: Any, method: bool) -> Callable[..., Any]:
    """``tape.gradient`` and its like, or the function behind ``tf.gradients``, recorded with its target."""

    def recorded(*args, **kwargs):  # type: ignore[no-untyped-def]
        rest = args[1:] if method else args
        target = rest[0] if rest else kwargs.get("target", kwargs.get("ys"))
        record = recorder.open(GRADIENT, args[0] if method else original, target)
        try:
            return original(*args, **kwargs)
        finally:
            recorder.close(record)

    return _dressed(recorded, original)


def function_hook(recorder: Recorder, original: Any) -> Callable[..., Any]:
    """A `tf.function` called inside the trace: an untraced copy is called in its place.

    The user's own would count one trace more; and where it has a fitting trace already, it would not trace at all, so that
    nothing inside it were noted.
    """

    def redirected(self, *args, **kwargs):  # type: ignore[no-untyped-def]
        return original(recorder.stand_in(self), *args, **kwargs)

    return _dressed(redirected, original)


def _dressed(hook: Callable[..., Any], original: Any) -> Callable[..., Any]:
    """Give the hook the original's name and module, so that AutoGraph treats it alike.

    Not its ``__wrapped__``: AutoGraph would read the original's source in place of the hook's.
    """
    for name in ("__name__", "__qualname__", "__module__", "__doc__"):
        value = getattr(original, name, None)
        if isinstance(value, str):
            setattr(hook, name, value)
    return hook
