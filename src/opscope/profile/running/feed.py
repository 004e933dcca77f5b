"""The values that a traced function runs on: the user's where given, else generated from shapes."""

from __future__ import annotations

import inspect
from typing import Any, List, NamedTuple, Optional, Tuple

from ...capture.inputs import GivenValue
from ...capture.keras import is_layer
from ...capture.seams import tensorflow
from ...capture.target_call import TargetCall
from ...errors import InputError
from .data_source import in_shared_threads, is_dataset
from .generated import value_for
from .given import Slot, flat, matched, signature_text


class FeedValues(NamedTuple):
    """What the function is run on."""

    tensors: List[Any]
    """A tensor (or variable) for each argument of the ConcreteFunction, in its order."""
    is_generated: bool
    """Whether any of them was made up."""


def batch_of(target: Any, inputs: Tuple[Any, ...], *, step: bool) -> Tuple[Any, ...]:
    """`inputs` as they are, unless they are one `tf.data.Dataset`: then its first batch.

    If the batch is a tuple, its first item is taken, since the rest are targets. A training step (`step`) takes all of it, and
    so does a function that has to be given as many arguments.
    """
    if len(inputs) != 1 or not is_dataset(inputs[0]):
        return inputs
    for batch in inputs[0].take(1):
        if isinstance(batch, tuple):
            return batch if step or _required(target) == len(batch) else batch[:1]
        return (batch,)
    raise InputError("the dataset is empty; give one with at least one batch")


def _required(target: Any) -> int:
    """How many arguments a function has to be given; 0 for a Keras layer, or if Python cannot tell."""
    if is_layer(target):
        return 0
    try:
        parameters = inspect.signature(getattr(target, "python_function", target)).parameters.values()
    except (TypeError, ValueError):
        return 0
    kinds = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    return sum(each.kind in kinds and each.default is inspect.Parameter.empty for each in parameters)


def feed_of(concrete: Any, call: TargetCall, batch: int) -> FeedValues:
    """What to run the ConcreteFunction on: the values of the call, and generated ones for what it has only specs of.

    Args:
        concrete: the function.
        call: its arguments as they were read; for a function that somebody else traced, those to run it on.
        batch: the size of open leading dimensions in generated tensors.

    Raises:
        InputError: a value does not fit its argument, or it is not clear which value is for which argument.
    """
    if call.concrete is None:
        slots = [Slot(spec, call.values.get(id(spec))) for spec in flat((call.args, call.kwargs))]
        return _fed(concrete, slots, call, batch)
    slots = matched(concrete, call)
    if getattr(concrete, "structured_input_signature", None) is not None:
        return _fed(concrete, slots, call, batch)
    return FeedValues([_value(slot, slot.spec.name, batch) for slot in slots], _any_generated(slots))


def _fed(concrete: Any, slots: List[Slot], call: TargetCall, batch: int) -> FeedValues:
    """The feed if the arguments of the call, or else those that the function was saved with, have these leaves."""
    tf = tensorflow()
    values = [_value(slot, f"input {index}", batch) for index, slot in enumerate(slots)]
    nest = (call.args, call.kwargs) if call.concrete is None else concrete.structured_input_signature
    args, kwargs = tf.nest.pack_sequence_as(nest, values)
    taken = _in_order(concrete, args, kwargs)
    if taken is None:
        # A function once traced may have forgotten which of its arguments are optional.
        args, kwargs = _with_defaults(call.function, args, kwargs)
        taken = _in_order(concrete, args, kwargs)
    if taken is None:
        raise InputError(f"the function does not take what was given; it takes {signature_text(concrete)}")
    return FeedValues(taken, _any_generated(slots))


def _any_generated(slots: List[Slot]) -> bool:
    spec = tensorflow().TypeSpec
    return any(isinstance(slot.spec, spec) and not isinstance(slot.given, GivenValue) for slot in slots)


def _in_order(concrete: Any, args: Any, kwargs: Any) -> Optional[List[Any]]:
    """The tensors of a call in the order in which the function takes them; ``None`` if it does not take such arguments.

    The order depends on TensorFlow's version: keywords are sorted or not, variables are among the tensors or not. So we let
    TensorFlow begin the call, and take what it hands to the private method that would run the function.
    """
    taken: List[Any] = []

    def take(tensors: Any, *_args: Any, **_kwargs: Any) -> None:
        taken.extend(tensors)

    concrete._call_flat = take  # noqa: SLF001 - nothing public tells the order
    try:
        concrete(*args, **kwargs)
    except (TypeError, ValueError):
        return None
    finally:
        del concrete._call_flat  # noqa: SLF001 - so that the class's own is found again
    return taken


def _with_defaults(function: Any, args: Any, kwargs: Any) -> Tuple[Any, Any]:
    """All arguments of the function, its defaults among them."""
    try:
        bound = inspect.signature(function.python_function).bind(*args, **kwargs)
    except (AttributeError, TypeError, ValueError):
        return args, kwargs
    bound.apply_defaults()
    return bound.args, bound.kwargs


def _value(slot: Slot, place: str, batch: int) -> Any:
    """The value of one leaf."""
    tf = tensorflow()
    spec, given = slot
    if not isinstance(spec, tf.TypeSpec):
        return in_shared_threads(spec) if is_dataset(spec) else spec
    name = getattr(spec, "name", None) or place
    if isinstance(given, GivenValue):
        return _converted(spec, given.value, name)
    if given is not None and given is not spec:
        spec = _narrowed(spec, given, name)
    return value_for(spec, name, batch)


def _narrowed(spec: Any, given: Any, name: str) -> Any:
    """The spec, its open dimensions taken from the given one. `InputError` if the two contradict each other."""
    tf = tensorflow()
    if type(spec) is not tf.TensorSpec or not isinstance(given, tf.TensorSpec):
        return given
    try:
        return tf.TensorSpec(spec.shape.merge_with(given.shape), spec.dtype, spec.name)
    except ValueError as error:
        raise InputError(f"{name!r} takes the shape {spec.shape}, not {given.shape}; give one that fits") from error


def _converted(spec: Any, value: Any, name: str) -> Any:
    """The value as a tensor of the spec's dtype; a ragged or sparse tensor, a dataset, a variable for one stay as they are."""
    tf = tensorflow()
    if not isinstance(spec, tf.TensorSpec):
        return in_shared_threads(value) if is_dataset(value) else value
    try:
        tensor = tf.convert_to_tensor(value, spec.dtype)
    except (ValueError, TypeError):
        tensor = _cast(spec, value, name)
    if not spec.shape.is_compatible_with(tensor.shape):
        raise InputError(f"{name!r} takes the shape {spec.shape}, not {tensor.shape}; give one that fits")
    return tensor


def _cast(spec: Any, value: Any, name: str) -> Any:
    """The value in the spec's dtype, for what `convert_to_tensor` refuses: a tensor of another dtype."""
    tf = tensorflow()
    try:
        return tf.cast(value, spec.dtype)
    except (ValueError, TypeError, tf.errors.OpError) as error:
        raise InputError(
            f"the value given for {name!r} is not {spec.dtype.name}; give an array of that type"
        ) from error
