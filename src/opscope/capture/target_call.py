"""Makes a `TargetCall` of a `Target` and the inputs given for it: all the arguments for `get_concrete_function`."""

from __future__ import annotations

import inspect
from dataclasses import replace
from typing import Any, Dict, List, Mapping, NamedTuple, Optional, Sequence, Tuple

from ..errors import InputError, KeywordError, option, spelled
from . import keras
from .expected import expected_of
from .inputs import GivenValue, Reading, constant_inputs, is_shape, leaves, read
from .seams import tensorflow
from .steps import build
from .target import CONCRETE, LAYER, STEP, Target


class Given(NamedTuple):
    """What the user gives to the target: positional inputs, keywords, and opscope's own option `training`."""

    inputs: Tuple[Any, ...]
    keywords: Mapping[str, Any]
    training: bool
    is_run: bool = False
    """Whether the inputs are also what the function will run on. Only then may a ConcreteFunction, which needs none to be
    traced, be given some."""
    zero_gradients: bool = False
    """Whether ``tape.gradient`` is to give zeros in place of ``None``: see `zero_gradients.trace_with_zeros`."""


class TargetCall(NamedTuple):
    """The call to trace: a `tf.function` with its arguments, or a ConcreteFunction that is traced already."""

    name: str
    function: Any = None
    args: Tuple[Any, ...] = ()
    kwargs: Mapping[str, Any] = {}
    concrete: Any = None
    values: Mapping[int, GivenValue] = {}
    """What the user gave as a value, by the identity of the spec that stands for it in the arguments: `Reading.values`."""


def call_of(target: Target, given: Given) -> TargetCall:
    """The call of `target` with what the user gave; `InputError` if it cannot take that."""
    if target.kind == CONCRETE:
        return _concrete_call(target, given)
    if target.kind in (LAYER, STEP):
        given = given._replace(inputs=_of_elements(given.inputs, target.kind))
    if target.kind == LAYER:
        return _layer_call(target, given)
    return _step_call(target, given) if target.kind == STEP else _function_call(target, given)


def _of_elements(inputs: Tuple[Any, ...], kind: str) -> Tuple[Any, ...]:
    """The inputs; if they are one `tf.data.Dataset`, the specs of what it yields: for a step all of a tuple, else its first."""
    if len(inputs) != 1 or not isinstance(inputs[0], tensorflow().data.Dataset):
        return inputs
    element = inputs[0].element_spec
    if type(element) is not tuple:
        return (element,)
    return element if kind == STEP else element[:1]


def with_batch(target: Target, given: Given) -> Optional[Given]:
    """What was given to a Keras model, with a batch dimension in front of each bare shape that is complete: ``(10,)``.

    ``None`` if there is no such shape, or if the target is something else, for which ``(10,)`` means just that.
    """
    if target.kind not in (LAYER, STEP):
        return None
    inputs = tuple(map(_with_batch, given.inputs))
    keywords = {key: _with_batch(value) for key, value in given.keywords.items()}
    same = inputs == given.inputs and keywords == given.keywords
    return None if same else given._replace(inputs=inputs, keywords=keywords)


def _with_batch(value: Any) -> Any:
    """A shape with an open dimension in front, in a nest as well; anything else as it is."""
    if is_shape(value) and isinstance(value, tuple):
        return (None, *value) if value and None not in value else value
    if isinstance(value, dict):
        return {key: _with_batch(item) for key, item in value.items()}
    return (
        [_with_batch(item) for item in value] if isinstance(value, list) and not is_shape(value, lists=True) else value
    )


def _concrete_call(target: Target, given: Given) -> TargetCall:
    if given.is_run:
        return _run_call(target, given)
    for word in given.keywords:
        raise KeywordError("a ConcreteFunction is traced already and", word)
    if given.inputs:
        raise InputError("a ConcreteFunction is traced already and takes no inputs here; leave them out")
    return TargetCall(target.name, concrete=target.concrete)


def _run_call(target: Target, given: Given) -> TargetCall:
    """The call of a ConcreteFunction, with the inputs that it is to run on."""
    reading = Reading(lists=True)
    args = tuple(read(value, reading) for value in given.inputs)
    kwargs = {key: read(value, reading, key) for key, value in given.keywords.items()}
    return TargetCall(target.name, None, args, kwargs, target.concrete, reading.values)


def _layer_call(target: Target, given: Given) -> TargetCall:
    """The call of a Keras layer. `training` is passed if the layer's ``call`` has such a parameter."""
    reading = Reading(lists=True, constants=False, dtype=expected_of(target.subject).dtype, floats="float32")
    args, kwargs = _layer_arguments(target, given, reading)
    if "training" in target.parameters and "training" not in kwargs:
        kwargs["training"] = given.training
    return TargetCall(target.name, target.function, args, kwargs, values=reading.values)


def _layer_arguments(target: Target, given: Given, reading: Reading) -> Tuple[Tuple[Any, ...], Dict[str, Any]]:
    """The arguments of a Keras layer: what the user gave, else what the layer itself expects."""
    layer, inputs, keywords = target.subject, given.inputs, given.keywords
    expected = expected_of(layer)
    names = _positional(target.parameters)
    if not inputs and not any(key in names for key in keywords):
        # trace(model, image=..., text=...) for a functional model with these inputs: it takes a dict of them.
        if keywords and set(keywords) <= set(expected.names()):
            inputs, keywords = (dict(keywords),), {}
        elif expected.inputs is None:
            _refuse_as_inputs(target, keywords)
            raise InputError(
                f"{layer.name!r} ({type(layer).__name__}) has not been built, so the shapes of its inputs are unknown; "
                f"give them: {spelled('opscope.trace(model, (None, 10))', '--input None,10')}"
            )
        else:
            inputs = (expected.inputs,)
    _refuse_dropped(target, keywords)
    if len(inputs) > 1 and expected.in_a_list:
        inputs = (list(inputs),)
    args = tuple(
        read(value, reading, names[index] if index < len(names) else None, expected.inputs if index == 0 else None)
        for index, value in enumerate(inputs)
    )
    flags = replace(reading, constants=True)  # keywords may be flags and numbers, such as training=True
    return args, {key: read(value, flags, key) for key, value in keywords.items()}


def _refuse_as_inputs(target: Target, keywords: Mapping[str, Any]) -> None:
    """`KeywordError` for a keyword that was given in place of the inputs, such as ``input_shape``, and is none of them."""
    if any(each.kind is inspect.Parameter.VAR_KEYWORD for each in target.parameters.values()):
        return
    for word in keywords:
        if word not in target.parameters:
            example = spelled("trace(model, (None, 10))", "--input None,10")
            taker = f"the call of {target.name!r} gets shapes by position, as in {example}, and"
            raise KeywordError(taker, word, target.parameters)


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
    """The names of the parameters that can be passed by position."""
    kinds = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    return [name for name, parameter in parameters.items() if parameter.kind in kinds]


def _step_call(target: Target, given: Given) -> TargetCall:
    """The call of a model's step. It takes one argument, the batch, as `fit` makes it: inputs, targets, sample weights."""
    step = target.step
    assert step is not None
    for word in given.keywords:
        raise KeywordError(
            f"{option('step', step.name)} takes the batch by position, as in trace(model, x, y), and", word
        )
    needs_targets = step.name != "predict" and not step.is_users
    if len(given.inputs) < 2 and needs_targets:
        raise InputError(f"{option('step', step.name)} needs the inputs and the targets: {_example(step.name)}")
    reading = Reading(lists=True, constants=False, floats="float32")
    first = replace(reading, dtype=expected_of(target.subject).dtype)
    args, _ = _layer_arguments(target, given._replace(inputs=given.inputs[:1]), first)
    targets = (read(value, reading, name) for name, value in zip(("y", "sample_weight"), given.inputs[1:]))
    batch = (*args, *targets)
    # Keras's own steps unpack a tuple. The user's own step gets a batch without targets as it is, as a dataset of bare
    # inputs would give it.
    alone = step.is_users and len(batch) == 1 and step.name != "predict"
    data = batch[0] if alone else batch
    build(target.subject, data)
    return TargetCall(target.name, target.function, (data,), values=reading.values)


def _example(step: str) -> str:
    return spelled(f"opscope.trace(model, x, y, step={step!r})", f"--input 8,10 --input 8:int32 --step {step}")


def _function_call(target: Target, given: Given) -> TargetCall:
    """The call of a `tf.function`, or for a function of a loaded SavedModel the fitting trace among those it was saved with.

    `training` is passed to a function with that parameter if it is true or the parameter has no default of its own.
    """
    reading = Reading()
    args = tuple(read(value, reading) for value in given.inputs)
    kwargs = {key: read(value, reading) for key, value in given.keywords.items()}
    concrete = _saved_trace(target.function, args, kwargs, given.training)
    if concrete is not None:
        return TargetCall(target.name, None, args, kwargs, concrete, reading.values)
    # Constants are part of the graph's name, since each makes another graph: "f(1, n=2)".
    shown = constant_inputs(args, kwargs)
    parameter = target.parameters.get("training")
    if (
        parameter is not None
        and "training" not in kwargs
        and (given.training or not isinstance(parameter.default, bool))
    ):
        kwargs["training"] = given.training
    name = f"{target.name}({', '.join(shown)})" if shown else target.name
    return TargetCall(name, target.function, args, kwargs, values=reading.values)


def _saved_trace(function: Any, args: Tuple[Any, ...], kwargs: Mapping[str, Any], training: bool) -> Any:
    """The saved trace of a function for these inputs, preferably one for this `training`; ``None`` if there is none.

    A function of a loaded SavedModel lists the traces that it was saved with in `concrete_functions`.
    """
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
    """The TypeSpecs in a nest."""
    return [value for value in leaves(values) if isinstance(value, tensorflow().TypeSpec)]


def _fits(spec: Any, given: Any) -> bool:
    """Whether a function traced with `spec` takes an input like `given`."""
    return type(spec) is type(given) and spec.dtype == given.dtype and spec.shape.is_compatible_with(given.shape)
