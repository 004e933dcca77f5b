"""Puts the hooks of a `Recorder` into TensorFlow and Keras for the duration of one trace, and takes them out again."""

from __future__ import annotations

import sys
import threading
from contextlib import contextmanager
from typing import Any, Callable, Iterator, List, Set, Tuple

from . import keras
from .hooks import (
    Updates,
    apply_hook,
    backward_hook,
    call_hook,
    enter_hook,
    exit_hook,
    function_hook,
    gradient_hook,
    merge_hook,
    op_gradient_hook,
    run_hook,
    wrapper_hook,
)
from .notes import LOSS_CALL
from .recorder import Recorder
from .seams import function_class, gradient_registry, private, tensorflow

ONE_TRACE = threading.RLock()
"""Traces in several threads wait for each other, since a method can have one hook at a time. A trace takes this lock before
it looks at the target: otherwise it might take another trace's hook for the target's own ``__call__``."""

# The base classes of layers and of optimizers, as (module, class): one for each TensorFlow and Keras there was.
LAYER_ROOTS = (
    ("keras.src.layers.layer", "Layer"),  # Keras 3
    ("keras.src.engine.base_layer", "Layer"),  # Keras 2.13 to 2.15
    ("keras.engine.base_layer", "Layer"),  # Keras 2.6 to 2.12
    ("tf_keras.src.engine.base_layer", "Layer"),  # Keras 2 beside Keras 3
    ("tensorflow.python.keras.engine.base_layer", "Layer"),  # the Keras inside TensorFlow 2.4 and 2.5
)
_OPTIMIZER_ROOTS = (
    ("keras.src.optimizers.base_optimizer", "BaseOptimizer"),  # Keras 3
    ("keras.src.optimizers.optimizer", "_BaseOptimizer"),  # Keras 2.13 to 2.15, and its older kind
    ("keras.src.optimizers.legacy.optimizer_v2", "OptimizerV2"),
    ("keras.optimizers.optimizer", "_BaseOptimizer"),  # Keras 2.12, and its older kind
    ("keras.optimizers.legacy.optimizer_v2", "OptimizerV2"),
    ("keras.optimizers.optimizer_experimental.optimizer", "_BaseOptimizer"),  # Keras 2.9 to 2.11, and its older kind
    ("keras.optimizers.optimizer_v2.optimizer_v2", "OptimizerV2"),
    ("keras.optimizer_experimental.optimizer", "_BaseOptimizer"),  # Keras 2.8
    ("keras.optimizer_v2.optimizer_v2", "OptimizerV2"),  # Keras 2.6 to 2.8
    ("tf_keras.src.optimizers.optimizer", "_BaseOptimizer"),
    ("tf_keras.src.optimizers.legacy.optimizer_v2", "OptimizerV2"),
    ("tensorflow.python.keras.optimizer_v2.optimizer_v2", "OptimizerV2"),
    ("tensorflow.python.training.optimizer", "Optimizer"),  # tf.compat.v1
)
_LOSS_ROOTS = (
    ("keras.src.losses.loss", "Loss"),  # Keras 3
    ("keras.src.losses", "Loss"),  # Keras 2.13 to 2.15
    ("keras.losses", "Loss"),  # Keras 2.6 to 2.12
    ("tf_keras.src.losses", "Loss"),
    ("tensorflow.python.keras.losses", "Loss"),
)
_WRAPPERS = (("keras.src.layers.rnn.time_distributed", "TimeDistributed"),)  # of Keras 3: runs `call`, not `__call__`
Hook = Tuple[Any, str, Callable[..., Any]]
"""The owner of a method, the method's name, and the function to put there."""
_APPLY = ("apply_gradients", "apply")
_GRADIENT = ("gradient", "jacobian", "batch_jacobian")


def subclasses(root: type) -> Iterator[type]:
    """`root` and every class derived from it, each once."""
    seen: Set[type] = set()
    waiting = [root]
    while waiting:
        cls = waiting.pop()
        if cls not in seen:
            seen.add(cls)
            yield cls
            waiting.extend(type.__subclasses__(cls))  # not `cls.__subclasses__()`, which fails if `cls` is a metaclass


def _loaded(roots: Tuple[Tuple[str, str], ...]) -> Iterator[type]:
    """Those of the given classes whose modules are imported. Nobody can have an object of any other."""
    for module, name in roots:
        cls = getattr(sys.modules.get(module), name, None)
        if isinstance(cls, type):
            yield cls


def _is_metric(cls: type) -> bool:
    """Whether objects of the class are Keras metrics. Keras 2 derives them from Layer, but a metric is no part of a model."""
    return any(base.__name__ == "Metric" and keras.is_keras(base) for base in cls.__mro__)


def _hooks(recorder: Recorder) -> Iterator[Hook]:
    """Everything to hook. A class that does not define the method itself inherits the hook of the class that does."""
    tf = tensorflow()
    yield from _call_hooks(recorder)
    for cls in _below(_OPTIMIZER_ROOTS):
        for name in _APPLY:
            if callable(cls.__dict__.get(name)):
                yield cls, name, apply_hook(recorder, cls.__dict__[name], pairs=name == _APPLY[0])
    for name in _GRADIENT:
        yield tf.GradientTape, name, gradient_hook(recorder, tf.GradientTape.__dict__[name], True)
    helper = private("ops.gradients_util")
    # What tf.gradients calls, and what TensorFlow itself calls for the gradient of a function or a loop.
    yield helper, "_GradientsHelper", gradient_hook(recorder, helper._GradientsHelper, False)
    yield from _replica_hooks(recorder)
    yield helper, "_MaybeCompile", op_gradient_hook(recorder, helper._MaybeCompile)
    record = private("eager.record", "eager.tape")  # older versions have it among the rest of the tape
    yield record, "record_operation", backward_hook(recorder, record.record_operation)


def _call_hooks(recorder: Recorder) -> Iterator[Hook]:
    """The hooks for calls of layers, modules and losses."""
    for cls in {*subclasses(tensorflow().Module), *_below(LAYER_ROOTS)}:
        if "__call__" in cls.__dict__ and not _is_metric(cls):
            yield cls, "__call__", call_hook(recorder, cls.__dict__["__call__"])
    for cls in _below(_LOSS_ROOTS):
        if callable(cls.__dict__.get("__call__")):
            yield cls, "__call__", call_hook(recorder, cls.__dict__["__call__"], LOSS_CALL)
    for cls in _loaded(_WRAPPERS):
        yield cls, "call", wrapper_hook(recorder, cls.__dict__["call"])


def _replica_hooks(recorder: Recorder) -> Iterator[Hook]:
    """The hooks for distribution strategies: they tell which replica makes ops, and when replicas take turns."""
    threads, library = private("distribute.mirrored_run"), private("distribute.distribute_lib")
    context, update, updates = threads._MirroredReplicaContext, library.UpdateContext, Updates()
    yield threads, "_call_for_each_replica", run_hook(recorder, threads._call_for_each_replica)
    yield context, "_merge_call", merge_hook(recorder, context.__dict__["_merge_call"])
    yield update, "__enter__", enter_hook(recorder, update.__dict__["__enter__"], updates)
    yield update, "__exit__", exit_hook(update.__dict__["__exit__"], updates)


def _below(roots: Tuple[Tuple[str, str], ...]) -> Set[type]:
    """Those of the given classes that are loaded, and all classes derived from them."""
    return {cls for root in _loaded(roots) for cls in subclasses(root)}


@contextmanager
def recording(recorder: Recorder) -> Iterator[Recorder]:
    """Inside, `recorder` notes everything that is traced. Afterwards nothing is hooked, even if an exception was raised."""
    with ONE_TRACE:
        undo: List[Tuple[Any, str, Any]] = []  # what was hooked so far, with its original
        function = function_class()
        register, gradient_function = gradient_registry()
        try:
            hooks = [(function, "__call__", function_hook(recorder, function.__dict__["__call__"]))]
            hooks.extend(_hooks(recorder))
            # The tape keeps its gradient function in C++, out of reach of `setattr`.
            register(recorder.gradient_function(gradient_function))
            for owner, name, hook in hooks:
                undo.append((owner, name, owner.__dict__[name]))
                setattr(owner, name, hook)
            yield recorder
        finally:
            register(gradient_function)
            for owner, name, original in reversed(undo):  # in reverse, should one method have been hooked twice
                setattr(owner, name, original)
