"""What was given to `trace` -> one traced, or ready to be traced, function and its arguments."""

from __future__ import annotations

import functools
from dataclasses import dataclass, field, replace
from typing import Any, Callable, Dict, List, Mapping, Optional, Sequence, Tuple

from ..errors import InputError
from . import keras
from .inputs import Reading, constant_inputs, leaves, read
from .seams import concrete_class, function_class, tensorflow


@dataclass(frozen=True)
class Target:
    """A `tf.function` with its arguments, or a ConcreteFunction as it is. `subject` is what the user gave."""

    name: str
    subject: Any
    function: Any = None
    args: Tuple[Any, ...] = ()
    kwargs: Mapping[str, Any] = field(default_factory=dict)
    concrete: Any = None
    is_own_call: bool = False
    """Whether `function` is the subject's own ``__call__``, a `tf.function`."""


def resolve_target(
    subject: Any, inputs: Tuple[Any, ...], keywords: Dict[str, Any], training: bool, step: Optional[str]
) -> Target:
    """Find out what `subject` is. `InputError` says what to give instead of something that cannot be traced."""
    tensorflow()
    if keras.is_layer(subject):
        keras.check_backend(subject)
        if step is not None:
            return _keras_step(subject, step, inputs, keywords)
        return _keras_call(subject, inputs, keywords, training)
    if step is not None:
        raise InputError(
            f"step={step!r} needs a compiled Keras model, not a {type(subject).__name__}; trace the step itself"
        )
    if isinstance(subject, concrete_class()):
        return _concrete(subject, subject, inputs, keywords)
    if isinstance(subject, function_class()):
        return _function(subject, subject, _function_name(subject), inputs, keywords, training)
    if isinstance(subject, type):
        raise InputError(f"{subject.__name__} is a class; give an object of it: {subject.__name__}(...)")
    return _other(subject, inputs, keywords, training)


def _other(subject: Any, inputs: Tuple[Any, ...], keywords: Dict[str, Any], training: bool) -> Target:
    """A `tf.Module`, a loaded SavedModel, a plain callable."""
    method = getattr(subject, "__call__", None)  # noqa: B004  (its own, also where the class has none)
    if method is None or not callable(subject):
        return _not_callable(subject, inputs, keywords)
    if isinstance(method, function_class()):
        found = _function(subject, method, _object_name(subject), inputs, keywords, training)
        return replace(found, is_own_call=isinstance(subject, tensorflow().Module))
    plain = hasattr(subject, "__code__") or hasattr(subject, "__func__") or isinstance(subject, functools.partial)
    name = _callable_name(subject) if plain else _object_name(subject)
    function = tensorflow().function(subject if plain else _calling(subject))
    return _function(subject, function, name, inputs, keywords, training, takes=subject if plain else method)


def _calling(subject: Any) -> Callable[..., Any]:
    """A function that calls `subject`; AutoGraph converts it, and from there on what it converts in a user's function."""

    def call(*args, **kwargs):  # type: ignore[no-untyped-def]
        return subject(*args, **kwargs)

    return call


def _not_callable(subject: Any, inputs: Tuple[Any, ...], keywords: Dict[str, Any]) -> Target:
    signatures = getattr(subject, "signatures", None)
    if signatures is not None and len(signatures) == 1:
        return _concrete(subject, next(iter(signatures.values())), inputs, keywords)
    own = [f"{name}" for name in dir(type(subject)) if isinstance(_static(subject, name), function_class())]
    own += [name for name, value in getattr(subject, "__dict__", {}).items() if isinstance(value, function_class())]
    own += [f"signatures[{key!r}]" for key in signatures or ()]
    kind = type(subject).__name__
    if own:
        raise InputError(f"a {kind} cannot be called; give one of its functions: {', '.join(own)}")
    raise InputError(
        f"cannot trace a {kind}; give a Keras model or layer, a tf.Module with __call__, a tf.function, "
        "a ConcreteFunction or a callable"
    )


def _static(subject: Any, name: str) -> Any:
    return next((base.__dict__[name] for base in type(subject).__mro__ if name in base.__dict__), None)


def _concrete(subject: Any, concrete: Any, inputs: Tuple[Any, ...], keywords: Dict[str, Any]) -> Target:
    if inputs or keywords:
        raise InputError("a ConcreteFunction is traced already and takes no inputs here; leave them out")
    name = getattr(concrete.graph, "name", "") or "function"
    return Target(_plain_name(name), subject, concrete=concrete)


def _function(
    subject: Any,
    function: Any,
    name: str,
    inputs: Tuple[Any, ...],
    keywords: Dict[str, Any],
    training: bool,
    takes: Any = None,
) -> Target:
    reading = Reading()
    args = tuple(read(value, reading) for value in inputs)
    kwargs = {key: read(value, reading) for key, value in keywords.items()}
    loaded = _loaded(getattr(function, "concrete_functions", None) or (), args, kwargs, training)
    if loaded is not None:
        return replace(_concrete(subject, loaded, (), {}), name=name)
    parameter = keras.takes(takes or getattr(function, "python_function", function), "training")
    if parameter is not None and "training" not in kwargs and (training or not isinstance(parameter.default, bool)):
        kwargs["training"] = training
    shown = constant_inputs(args, {key: value for key, value in kwargs.items() if key in keywords})
    return Target(f"{name}({', '.join(shown)})" if shown else name, subject, function, args, kwargs)


def _loaded(traces: Sequence[Any], args: Tuple[Any, ...], kwargs: Dict[str, Any], training: bool) -> Any:
    """Among the traces that a SavedModel holds of one function, the one for these inputs and this `training`."""
    given = _specs([args, kwargs])
    fitting = []
    for concrete in traces:
        values = list(leaves(list(concrete.structured_input_signature)))
        specs = _specs(values)
        same = len(specs) == len(given) and all(map(_fits, specs, given))
        if same or not given:
            fitting.append((any(value is training for value in values), concrete))
    return max(fitting, key=lambda pair: pair[0])[1] if fitting else None


def _specs(values: Any) -> List[Any]:
    return [value for value in leaves(values) if isinstance(value, tensorflow().TypeSpec)]


def _fits(spec: Any, given: Any) -> bool:
    return type(spec) is type(given) and spec.dtype == given.dtype and spec.shape.is_compatible_with(given.shape)


def _function_name(function: Any) -> str:
    return _callable_name(getattr(function, "python_function", function))


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


def _keras_call(layer: Any, inputs: Tuple[Any, ...], keywords: Dict[str, Any], training: bool) -> Target:
    args, kwargs = _keras_inputs(layer, inputs, keywords)
    if keras.takes(layer.call, "training") is not None and "training" not in kwargs:
        kwargs["training"] = training
    return Target(layer.name, layer, tensorflow().function(_calling(layer)), args, kwargs)


def _keras_inputs(
    layer: Any, inputs: Tuple[Any, ...], keywords: Dict[str, Any]
) -> Tuple[Tuple[Any, ...], Dict[str, Any]]:
    known = keras.known_inputs(layer)
    names = keras.input_names(layer)
    if not inputs and not any(key in names for key in keywords):
        if keywords and set(keywords) <= set(keras.known_names(known)):
            inputs, keywords = (dict(keywords),), {}
        elif known is None:
            raise InputError(
                f"{layer.name!r} ({type(layer).__name__}) does not know its inputs yet; "
                "give them: opscope.trace(model, (None, 10)), in the shell --input None,10"
            )
        else:
            inputs = (known,)
    if len(inputs) > 1 and (keras.has_base(layer, "Functional") or keras.has_base(layer, "Sequential")):
        inputs = (list(inputs),)
    reading = Reading(lists=True, constants=False, dtype=keras.input_dtype(layer), floats="float32")
    args = tuple(
        read(value, reading, names[index] if index < len(names) else None, known if index == 0 else None)
        for index, value in enumerate(inputs)
    )
    flags = replace(reading, constants=True)
    return args, {key: read(value, flags, key) for key, value in keywords.items()}


def _keras_step(model: Any, step: str, inputs: Tuple[Any, ...], keywords: Dict[str, Any]) -> Target:
    function = keras.step_function(model, step)
    if keywords:
        raise InputError(f"step={step!r} takes the batch by position: opscope.trace(model, x, y, step={step!r})")
    own = keras.overrides(model, f"{step}_step")
    if len(inputs) < 2 and step != "predict" and not own:
        raise InputError(f"step={step!r} needs the inputs and the targets: opscope.trace(model, x, y, step={step!r})")
    args, _ = _keras_inputs(model, inputs[:1], {})
    reading = Reading(lists=True, constants=False, floats="float32")
    batch = args + tuple(read(value, reading, name) for name, value in zip(("y", "sample_weight"), inputs[1:]))
    data = batch[0] if own and len(batch) == 1 and step != "predict" else batch
    return Target(f"{model.name}.{step}_step", model, tensorflow().function(_running(model, function)), (data,))


def _running(model: Any, function: Callable[..., Any]) -> Callable[..., Any]:
    """A function that runs the model's step, on every replica of its strategy."""
    strategy = keras.strategy_of(model)

    def step(data):  # type: ignore[no-untyped-def]
        if strategy is None:
            return function(data)
        return strategy.run(function, args=(data,))

    return step
