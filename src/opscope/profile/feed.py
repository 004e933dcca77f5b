"""Makes the tensors that a traced function is run on: from the user's values, else generated from shapes."""

from __future__ import annotations

import warnings
from typing import Any, Dict, Iterator, List, Tuple

from ..capture.graph_ports import arguments
from ..capture.inputs import is_shape
from ..capture.seams import tensorflow
from ..errors import InputError


def batch_of(inputs: Tuple[Any, ...], *, step: bool) -> Tuple[Any, ...]:
    """`inputs` as they are, unless they are one `tf.data.Dataset`: then its first batch.

    If the batch is a tuple, its first item is taken, since the rest are targets; a training step (`step`) takes all of
    it.
    """
    if len(inputs) != 1 or not isinstance(inputs[0], tensorflow().data.Dataset):
        return inputs
    for batch in inputs[0].take(1):
        if isinstance(batch, tuple):
            return batch if step else batch[:1]
        return (batch,)
    raise InputError("the dataset is empty; give one with at least one batch")


def tensors(concrete: Any, inputs: Tuple[Any, ...], keywords: Dict[str, Any], batch: int) -> List[Any]:
    """A tensor for each argument of the ConcreteFunction, in its order.

    If there are not as many values as arguments, it is not clear which value is for which argument. All tensors are
    then generated, with a warning if any value was given.

    Args:
        concrete: the function.
        inputs: what the user gave by position: arrays, tensors, specs, shapes, or nests of these.
        keywords: what the user gave by name.
        batch: the size of open leading dimensions in generated tensors.

    Raises:
        InputError: a value does not fit its argument.
    """
    tf = tensorflow()
    wanted = arguments(concrete)
    given = _given(concrete, inputs, keywords)
    if len(given) != len(wanted):
        if any(value is not None and not isinstance(value, tf.TypeSpec) for value in given):
            warnings.warn(
                f"{len(given)} values were given and the function takes {len(wanted)} tensors; "
                "the model was run on generated values instead",
                stacklevel=4,  # `profile`, what decorates it, and the user's line
            )
        given = [None] * len(wanted)
    result = []
    for placeholder, value in zip(wanted, given):
        if value is None or isinstance(value, tf.TypeSpec):
            result.append(_generated(placeholder, _shape(placeholder, value), batch))
            continue
        try:
            result.append(tf.convert_to_tensor(value, placeholder.dtype))
        except (ValueError, TypeError):
            result.append(_cast(placeholder, value))
    return result


def _given(concrete: Any, inputs: Tuple[Any, ...], keywords: Dict[str, Any]) -> List[Any]:
    """The given values in the order of the function's arguments; ``None`` for each that is to be generated.

    A signature of a SavedModel takes its arguments by name, and the user may leave some out.
    """
    signature = getattr(concrete, "structured_input_signature", None)
    if keywords and not inputs and signature and not signature[0] and set(keywords) <= set(signature[1]):
        # The private list has the order of the arguments. A function without it takes them sorted by name.
        order = getattr(concrete, "_arg_keywords", None) or sorted(signature[1])
        return [next(_leaves(keywords[key]), None) if key in keywords else None for key in order]
    return [value for item in (*inputs, *(keywords[key] for key in sorted(keywords))) for value in _leaves(item)]


def _shape(placeholder: Any, given: Any) -> Any:
    """The placeholder's shape, its open dimensions taken from the given spec.

    `InputError` if the two contradict each other.
    """
    if given is None:
        return placeholder.shape
    try:
        return placeholder.shape.merge_with(given.shape)
    except ValueError as error:
        name = placeholder.op.name
        raise InputError(
            f"{name!r} takes the shape {placeholder.shape}, not {given.shape}; give one that fits"
        ) from error


def _cast(placeholder: Any, value: Any) -> Any:
    """The value in the placeholder's dtype, for what `convert_to_tensor` refuses: a tensor of another dtype."""
    tf = tensorflow()
    try:
        return tf.cast(value, placeholder.dtype)
    except (ValueError, TypeError) as error:
        name = placeholder.op.name
        raise InputError(
            f"the value given for {name!r} is not {placeholder.dtype.name}; give an array of that type"
        ) from error


def _leaves(value: Any) -> Iterator[Any]:
    """The tensors in a nest of inputs, in the order in which TensorFlow flattens it.

    For a shape or spec it is a `TensorSpec`. For the spec of a composite tensor (ragged, sparse) it is ``None`` for
    each of its parts. Values of other types, such as a Python number or text, are constants of the trace and give
    nothing.
    """
    tf = tensorflow()
    if isinstance(value, tf.TensorSpec):
        yield value
    elif isinstance(value, tf.TypeSpec):
        yield from [None] * len(tf.nest.flatten(value, expand_composites=True))
    elif is_shape(value, lists=True):
        yield tf.TensorSpec(value)
    elif isinstance(value, dict):  # TensorFlow flattens a dict by its sorted keys
        for key in sorted(value):
            yield from _leaves(value[key])
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from _leaves(item)
    elif isinstance(value, (tf.RaggedTensor, tf.SparseTensor)) or _is_of_replicas(value):
        yield from tf.nest.flatten(value, expand_composites=True)
    elif hasattr(value, "__array__") or tf.is_tensor(value):
        yield value


def _is_of_replicas(value: Any) -> bool:
    """Whether it is a value that each replica of a strategy has its own part of, or an iterator that gives such values."""
    distribute = tensorflow().distribute
    parts = isinstance(value, (distribute.DistributedValues, distribute.DistributedIterator))
    return parts and not isinstance(value, tensorflow().Variable)


def _generated(placeholder: Any, known: Any, batch: int) -> Any:
    """A generated tensor: uniform random floats (always the same ones), empty text, or zeros for any other type.

    An open leading dimension has the size `batch`, other open ones 1.
    """
    tf = tensorflow()
    dims = known.as_list() if known.rank is not None else []
    shape = [(batch if place == 0 else 1) if size is None else size for place, size in enumerate(dims)]
    if placeholder.dtype == tf.string:
        return tf.fill(shape, "")
    if placeholder.dtype.is_floating:
        return tf.cast(tf.random.stateless_uniform(shape, (1, 2)), placeholder.dtype)
    return tf.zeros(shape, placeholder.dtype)
