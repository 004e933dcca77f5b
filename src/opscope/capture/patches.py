"""Hangs a `Recorder` into TensorFlow and Keras for the duration of one trace, and takes every hook out again."""

from __future__ import annotations

import sys
import threading
from contextlib import contextmanager
from typing import Any, Callable, Iterator, List, Set, Tuple

from . import keras
from .notes import APPLY, CALL, GRADIENT
from .recorder import Recorder
from .seams import function_class, gradient_registry, private, tensorflow

ONE_TRACE = threading.RLock()
"""A class carries one hook at a time, so traces of several threads wait for each other; hold it from the first look on."""

_LAYER_ROOTS = (
    ("keras.src.layers.layer", "Layer"),
    ("keras.src.engine.base_layer", "Layer"),
    ("keras.engine.base_layer", "Layer"),
    ("tf_keras.src.engine.base_layer", "Layer"),
    ("tensorflow.python.keras.engine.base_layer", "Layer"),
)
_OPTIMIZER_ROOTS = (
    ("keras.src.optimizers.base_optimizer", "BaseOptimizer"),
    ("keras.src.optimizers.optimizer", "_BaseOptimizer"),
    ("keras.src.optimizers.legacy.optimizer_v2", "OptimizerV2"),
    ("keras.optimizers.optimizer_experimental.optimizer", "_BaseOptimizer"),
    ("keras.optimizers.optimizer_v2.optimizer_v2", "OptimizerV2"),
    ("keras.optimizers.legacy.optimizer_v2", "OptimizerV2"),
    ("tf_keras.src.optimizers.optimizer", "_BaseOptimizer"),
    ("tf_keras.src.optimizers.legacy.optimizer_v2", "OptimizerV2"),
    ("tensorflow.python.keras.optimizer_v2.optimizer_v2", "OptimizerV2"),
    ("tensorflow.python.training.optimizer", "Optimizer"),
)
_WRAPPERS = (("keras.src.layers.rnn.time_distributed", "TimeDistributed"),)
_APPLY = ("apply_gradients", "apply")
_GRADIENT = ("gradient", "jacobian", "batch_jacobian")


def subclasses(root: type) -> Iterator[type]:
    """`root` and every class below it, each once."""
    seen: Set[type] = set()
    waiting = [root]
    while waiting:
        cls = waiting.pop()
        if cls not in seen:
            seen.add(cls)
            yield cls
            waiting.extend(type.__subclasses__(cls))


def _loaded(roots: Tuple[Tuple[str, str], ...]) -> Iterator[type]:
    """Those of the given classes whose modules are imported: nobody can have an object of another one."""
    for module, name in roots:
        cls = getattr(sys.modules.get(module), name, None)
        if isinstance(cls, type):
            yield cls


def _is_metric(cls: type) -> bool:
    """Whether objects of the class are Keras metrics: layers by inheritance in Keras 2, no layers of any model."""
    return any(base.__name__ == "Metric" and keras.is_keras(base) for base in cls.__mro__)


def _dressed(hook: Callable[..., Any], original: Any) -> Callable[..., Any]:
    """Give the hook the original's name and module, so that AutoGraph treats it alike.

    Not its ``__wrapped__``: AutoGraph would read the original's source in place of the hook's.
    """
    for name in ("__name__", "__qualname__", "__module__", "__doc__"):
        value = getattr(original, name, None)
        if isinstance(value, str):
            setattr(hook, name, value)
    return hook


def _call_hook(recorder: Recorder, original: Any) -> Callable[..., Any]:
    """A layer's ``__call__``, recorded. AutoGraph converts the hook exactly where it would convert the original."""
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


def _wrapper_hook(recorder: Recorder, original: Any) -> Callable[..., Any]:
    """The ``call`` of a wrapper that runs its layer's ``call`` itself, past ``__call__``: records these runs too."""

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


def _apply_hook(recorder: Recorder, original: Any) -> Callable[..., Any]:
    def recorded(self, *args, **kwargs):  # type: ignore[no-untyped-def]
        record = recorder.open(APPLY, self)
        try:
            return original(self, *args, **kwargs)
        finally:
            recorder.close(record)

    return _dressed(recorded, original)


def _gradient_hook(recorder: Recorder, original: Any, method: bool) -> Callable[..., Any]:
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


def _function_hook(recorder: Recorder, original: Any) -> Callable[..., Any]:
    """`tf.function` objects called inside the trace: a copy is traced, so that nothing is counted on the user's."""

    def redirected(self, *args, **kwargs):  # type: ignore[no-untyped-def]
        return original(recorder.stand_in(self), *args, **kwargs)

    return _dressed(redirected, original)


def _hooks(recorder: Recorder) -> Iterator[Tuple[Any, str, Callable[..., Any]]]:
    """Everything to hook: the owner, the attribute, and what it becomes."""
    tf = tensorflow()
    called: Set[type] = set()
    for root in (tf.Module, *_loaded(_LAYER_ROOTS)):
        called.update(cls for cls in subclasses(root) if "__call__" in cls.__dict__ and not _is_metric(cls))
    for cls in called:
        yield cls, "__call__", _call_hook(recorder, cls.__dict__["__call__"])
    for cls in _loaded(_WRAPPERS):
        yield cls, "call", _wrapper_hook(recorder, cls.__dict__["call"])
    optimizers: Set[type] = set()
    for root in _loaded(_OPTIMIZER_ROOTS):
        optimizers.update(subclasses(root))
    for cls in optimizers:
        for name in _APPLY:
            if callable(cls.__dict__.get(name)):
                yield cls, name, _apply_hook(recorder, cls.__dict__[name])
    for name in _GRADIENT:
        yield tf.GradientTape, name, _gradient_hook(recorder, tf.GradientTape.__dict__[name], True)
    helper = private("ops.gradients_util")
    yield helper, "_GradientsHelper", _gradient_hook(recorder, helper._GradientsHelper, False)


@contextmanager
def recording(recorder: Recorder, *, layers: bool = True) -> Iterator[Recorder]:
    """Everything traced inside is noted by `recorder`; on the way out, also by an exception, nothing stays hooked.

    With `layers` false only the user's `tf.function` objects are kept from being traced.
    """
    with ONE_TRACE:
        undo: List[Tuple[Any, str, Any]] = []
        function = function_class()
        register, gradient_function = gradient_registry()
        try:
            hooks = [(function, "__call__", _function_hook(recorder, function.__dict__["__call__"]))]
            if layers:
                hooks.extend(_hooks(recorder))
                register(recorder.gradient_function(gradient_function))
            for owner, name, hook in hooks:
                undo.append((owner, name, owner.__dict__[name]))
                setattr(owner, name, hook)
            yield recorder
        finally:
            register(gradient_function)
            for owner, name, original in reversed(undo):
                setattr(owner, name, original)
