"""A `Target` and the inputs that were given for it -> a `TargetCall`: everything that `get_concrete_function` is asked with."""

from __future__ import annotations

import inspect
from dataclasses import replace
from typing import Any, Dict, List, Mapping, NamedTuple, Sequence, Tuple

from ..errors import InputError, KeywordError
from . import keras
from .expected import expected_of
from .inputs import Reading, constant_inputs, leaves, read
from .seams import tensorflow
from .target import CONCRETE, LAYER, STEP, Target


class Given(NamedTuple):
    """What the user passes on to the target: positional inputs, keywords, and opscope's own option `training`."""

    inputs: Tuple[Any, ...]
    keywords: Mapping[str, Any]
    training: bool


class TargetCall(NamedTuple):
    """The call to trace: a `tf.function` with its arguments, or a ConcreteFunction that was traced before."""

    name: str
    function: Any = None
    args: Tuple[Any, ...] = ()
    kwargs: Mapping[str, Any] = {}
    concrete: Any = None


def call_of(target: Target, given: Given) -> TargetCall:
    """The call of `target` with what was given. `InputError` for inputs that it cannot take."""
    if target.kind == CONCRETE:
        return _concrete_call(target, given)
    if target.kind == LAYER:
        return _layer_call(target, given)
    return _step_call(target, given) if target.kind == STEP else _function_call(target, given)


def _concrete_call(target: Target, given: Given) -> TargetCall:
    for word in given.keywords:
        raise KeywordError("a ConcreteFunction is traced already and", word)
    if given.inputs:
        raise InputError("a ConcreteFunction is traced already and takes no inputs here; leave them out")
    return TargetCall(target.name, concrete=target.concrete)


def _layer_call(target: Target, given: Given) -> TargetCall:
    args, kwargs = _layer_arguments(target, given)
    if "training" in target.parameters and "training" not in kwargs:
        kwargs["training"] = given.training
    return TargetCall(target.name, target.function, args, kwargs)


def _layer_arguments(target: Target, given: Given) -> Tuple[Tuple[Any, ...], Dict[str, Any]]:
    """The arguments of a Keras layer: what was given, else what the layer itself expects."""
    layer, inputs, keywords = target.subject, given.inputs, given.keywords
    expected = expected_of(layer)
    names = _positional(target.parameters)
    if not inputs and not any(key in names for key in keywords):
        if keywords and set(keywords) <= set(expected.names()):
            inputs, keywords = (dict(keywords),), {}
        elif expected.inputs is None:
            raise InputError(
                f"{layer.name!r} ({type(layer).__name__}) does not know its inputs yet; "
                "give them: opscope.trace(model, (None, 10)), in the shell --input None,10"
            )
        else:
            inputs = (expected.inputs,)
    _refuse_dropped(target, keywords)
    if len(inputs) > 1 and expected.in_a_list:
        inputs = (list(inputs),)
    reading = Reading(lists=True, constants=False, dtype=expected.dtype, floats="float32")
    args = tuple(
        read(value, reading, names[index] if index < len(names) else None, expected.inputs if index == 0 else None)
        for index, value in enumerate(inputs)
    )
    flags = replace(reading, constants=True)
    return args, {key: read(value, flags, key) for key, value in keywords.items()}


def _refuse_dropped(target: Target, keywords: Mapping[str, Any]) -> None:
    """`KeywordError` for a keyword that the ``call`` of Keras's own functional models would drop without a word.

    It takes any (``**kwargs``), and passes on those that were registered as context for the layers inside.
    """
    layer = target.subject
    if not keras.has_functional_call(layer):
        return
    named = [name for name, each in target.parameters.items() if each.kind is not inspect.Parameter.VAR_KEYWORD]
    for word in keywords:
        if word not in named and word not in getattr(layer, "_call_context_args", ()):
            raise KeywordError(f"the call of {target.name!r}", word, named)


def _positional(parameters: Mapping[str, inspect.Parameter]) -> List[str]:
    kinds = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    return [name for name, parameter in parameters.items() if parameter.kind in kinds]


def _step_call(target: Target, given: Given) -> TargetCall:
    """The step of a model takes one argument: the batch, as `fit` makes it of inputs, targets and sample weights."""
    step = target.step
    assert step is not None
    for word in given.keywords:
        raise KeywordError(f"step={step.name!r} takes the batch by position, as in trace(model, x, y), and", word)
    needs_targets = step.name != "predict" and not step.is_users
    if len(given.inputs) < 2 and needs_targets:
        raise InputError(
            f"step={step.name!r} needs the inputs and the targets: opscope.trace(model, x, y, step={step.name!r})"
        )
    args, _ = _layer_arguments(target, given._replace(inputs=given.inputs[:1]))
    reading = Reading(lists=True, constants=False, floats="float32")
    targets = (read(value, reading, name) for name, value in zip(("y", "sample_weight"), given.inputs[1:]))
    batch = (*args, *targets)
    alone = step.is_users and len(batch) == 1 and step.name != "predict"
    return TargetCall(target.name, target.function, (batch[0] if alone else batch,))


def _function_call(target: Target, given: Given) -> TargetCall:
    """A `tf.function`'s arguments; of a loaded SavedModel's function, the trace that it was saved with."""
    reading = Reading()
    args = tuple(read(value, reading) for value in given.inputs)
    kwargs = {key: read(value, reading) for key, value in given.keywords.items()}
    concrete = _saved_trace(target.function, args, kwargs, given.training)
    if concrete is not None:
        return TargetCall(target.name, concrete=concrete)
    shown = constant_inputs(args, kwargs)
    parameter = target.parameters.get("training")
    if (
        parameter is not None
        and "training" not in kwargs
        and (given.training or not isinstance(parameter.default, bool))
    ):
        kwargs["training"] = given.training
    return TargetCall(f"{target.name}({', '.join(shown)})" if shown else target.name, target.function, args, kwargs)


def _saved_trace(function: Any, args: Tuple[Any, ...], kwargs: Mapping[str, Any], training: bool) -> Any:
    """Among the traces that a SavedModel holds of one function, the one for these inputs and this `training`."""
    given = _specs([args, kwargs])
    fitting = []
    for concrete in getattr(function, "concrete_functions", None) or ():
        values = list(leaves(list(concrete.structured_input_signature)))
        specs = _specs(values)
        same = len(specs) == len(given) and all(map(_fits, specs, given))
        if same or not given:
            fitting.append((any(value is training for value in values), concrete))
    return max(fitting, key=lambda pair: pair[0])[1] if fitting else None


def _specs(values: Sequence[Any]) -> List[Any]:
    return [value for value in leaves(values) if isinstance(value, tensorflow().TypeSpec)]


def _fits(spec: Any, given: Any) -> bool:
    return type(spec) is type(given) and spec.dtype == given.dtype and spec.shape.is_compatible_with(given.shape)
