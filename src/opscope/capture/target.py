"""Finds out what `trace` was given: what kind of thing it is, and the `tf.function` that calls it. Makes a `Target`."""

from __future__ import annotations

import functools
import inspect
from typing import Any, Callable, List, Mapping, NamedTuple, Optional

from ..errors import InputError, option
from . import keras
from .seams import concrete_class, function_class, tensorflow
from .steps import Step, step_of

CONCRETE, FUNCTION, LAYER, STEP = "concrete", "function", "layer", "step"
"""The kinds of targets. `target_call` makes the arguments of each in another way."""


class Target(NamedTuple):
    """What is to be traced."""

    kind: str
    name: str
    subject: Any
    """What the user gave."""
    function: Any = None
    """The `tf.function` to trace; ``None`` for what is traced already."""
    parameters: Mapping[str, inspect.Parameter] = {}
    """The parameters of the user's code, by name: those of a layer's ``call``, of a function."""
    concrete: Any = None
    """The ConcreteFunction, if the target is one or has one as its only signature."""
    step: Optional[Step] = None
    is_own_call: bool = False
    """Whether `function` is the ``__call__`` of the subject, a `tf.Module`. Then no hook sees the subject being called."""


def identify(subject: Any, step: Optional[str]) -> Target:
    """Find out what `subject` is. If it cannot be traced, an `InputError` says what to give instead."""
    tensorflow()  # complains if it is missing or too old
    if keras.is_layer(subject):
        keras.check_backend(subject)
        return _layer(subject) if step is None else _step(subject, step_of(subject, step))
    if step is not None:
        raise InputError(
            f"{option('step', step)} needs a compiled Keras model, not a {type(subject).__name__}; trace the step itself"
        )
    if isinstance(subject, concrete_class()):
        return _concrete(subject, subject)
    if isinstance(subject, function_class()):
        user = getattr(subject, "python_function", subject)
        return Target(FUNCTION, _callable_name(user), subject, subject, _parameters(user))
    if isinstance(subject, type):
        raise InputError(f"{subject.__name__} is a class; give an instance of it: {subject.__name__}(...)")
    return _other(subject)


def _layer(layer: Any) -> Target:
    """A Keras layer or model."""
    return Target(LAYER, layer.name, layer, tensorflow().function(_calling(layer)), _parameters(layer.call))


def _step(model: Any, step: Step) -> Target:
    """A step of a Keras model. Its inputs are those of the model's ``call``."""
    name = f"{model.name}.{step.name}_step"
    return Target(STEP, name, model, step.function, _parameters(model.call), step=step)


def _concrete(subject: Any, concrete: Any) -> Target:
    """A ConcreteFunction."""
    name = getattr(concrete.graph, "name", "") or "function"
    return Target(CONCRETE, _plain_name(name), subject, concrete=concrete)


def _other(subject: Any) -> Target:
    """Anything else: a `tf.Module`, a loaded SavedModel, a function, an object with ``__call__``."""
    method = getattr(subject, "__call__", None)  # noqa: B004  (its own, also where the class has none)
    if method is None or not callable(subject):
        return _only_signature(subject)
    if isinstance(method, function_class()):
        user = getattr(method, "python_function", method)
        own = isinstance(subject, tensorflow().Module)  # a loaded SavedModel is not one
        return Target(FUNCTION, _object_name(subject), subject, method, _parameters(user), is_own_call=own)
    # A function, a method, a partial: `tf.function` takes it as it is, and names the trace after it.
    if hasattr(subject, "__code__") or hasattr(subject, "__func__") or isinstance(subject, functools.partial):
        return Target(FUNCTION, _callable_name(subject), subject, _as_function(subject), _parameters(subject))
    function = tensorflow().function(_calling(subject))
    return Target(FUNCTION, _object_name(subject), subject, function, _parameters(method))


def _as_function(subject: Any) -> Any:
    """A `tf.function` of a function, method or partial."""
    try:
        return tensorflow().function(subject)
    except TypeError:  # TensorFlow 2.4 cannot tell the parameters of a partial of a `tf.function`
        return tensorflow().function(_calling(subject))


def _calling(subject: Any) -> Callable[..., Any]:
    """A function that calls `subject`. AutoGraph rewrites it and what it calls, as it would in a function of the user's."""

    def call(*args, **kwargs):  # type: ignore[no-untyped-def]
        return subject(*args, **kwargs)

    return call


def _only_signature(subject: Any) -> Target:
    """The only signature of a loaded SavedModel that cannot be called itself; `InputError` for anything else."""
    signatures = getattr(subject, "signatures", None)
    if signatures is not None and len(signatures) == 1:
        return _concrete(subject, next(iter(signatures.values())))
    raise _not_callable(subject, [f"signatures[{key!r}]" for key in signatures or ()])


def _not_callable(subject: Any, signatures: List[str]) -> InputError:
    """An error that lists which of the object's functions could be given instead."""
    own = [name for name in dir(type(subject)) if isinstance(_static(subject, name), function_class())]
    own += [name for name, value in getattr(subject, "__dict__", {}).items() if isinstance(value, function_class())]
    own += signatures
    kind = type(subject).__name__
    if own:
        return InputError(f"a {kind} cannot be called; give one of its functions: {', '.join(own)}")
    return InputError(
        f"cannot trace a {kind}; give a Keras model or layer, a tf.Module with __call__, a tf.function, "
        "a ConcreteFunction or a callable"
    )


def _static(subject: Any, name: str) -> Any:
    """An attribute as the class has it. Reading it from the object would run the code of a property."""
    return next((base.__dict__[name] for base in type(subject).__mro__ if name in base.__dict__), None)


def _parameters(function: Any) -> Mapping[str, inspect.Parameter]:
    """The parameters of a callable by name; empty if Python cannot tell them, as for some functions written in C."""
    try:
        return inspect.signature(function).parameters
    except (TypeError, ValueError):
        return {}


def _callable_name(function: Any) -> str:
    while isinstance(function, functools.partial):
        function = function.func
    name = getattr(function, "__name__", type(function).__name__)
    return "lambda" if name == "<lambda>" else str(name)


def _object_name(subject: Any) -> str:
    name = getattr(subject, "name", None)
    return name if isinstance(name, str) and name else type(subject).__name__


def _plain_name(name: str) -> str:
    """The user's name of a traced function: ``__inference_foo_12`` is ``foo``."""
    for prefix in ("__inference_", "__forward_"):
        if name.startswith(prefix):
            name = name[len(prefix) :].rpartition("_")[0] or name
    return name.replace("<lambda>", "lambda")
