"""The tensors that a traced function is run on: the user's own where values were given, generated ones where shapes were."""

from __future__ import annotations

from typing import Any, Dict, Iterator, List, Tuple

from ..capture.inputs import is_shape
from ..capture.seams import tensorflow
from ..errors import InputError


def batch_of(inputs: Tuple[Any, ...], *, step: bool) -> Tuple[Any, ...]:
    """`inputs`, a lone `tf.data.Dataset` replaced by its first batch (without the targets where no step takes them)."""
    if len(inputs) != 1 or not isinstance(inputs[0], tensorflow().data.Dataset):
        return inputs
    for batch in inputs[0].take(1):
        if isinstance(batch, tuple):
            return batch if step else batch[:1]
        return (batch,)
    raise InputError("the dataset is empty; give one that holds a batch")


def tensors(concrete: Any, inputs: Tuple[Any, ...], keywords: Dict[str, Any], batch: int) -> List[Any]:
    """A tensor for each argument of the ConcreteFunction, in its order; `batch` fills open leading dimensions.

    `InputError` names the argument that a value does not fit.
    """
    tf = tensorflow()
    captured = {id(inside) for _, inside in concrete.graph.captures}
    wanted = [tensor for tensor in concrete.inputs if id(tensor) not in captured]
    given = [value for item in (*inputs, *(keywords[key] for key in sorted(keywords))) for value in _leaves(item)]
    if len(given) != len(wanted):
        given = [None] * len(wanted)
    result = []
    for placeholder, value in zip(wanted, given):
        if value is None:
            result.append(_generated(placeholder, batch))
            continue
        try:
            result.append(tf.convert_to_tensor(value, placeholder.dtype))
        except (ValueError, TypeError):
            result.append(_cast(placeholder, value))
    return result


def _cast(placeholder: Any, value: Any) -> Any:
    tf = tensorflow()
    try:
        return tf.cast(value, placeholder.dtype)
    except (ValueError, TypeError) as error:
        name = placeholder.op.name
        raise InputError(
            f"the value given for {name!r} is no {placeholder.dtype.name}; give an array of that type"
        ) from error


def _leaves(value: Any) -> Iterator[Any]:
    """The tensors in a nest of inputs, ``None`` where only a shape or spec was given; constants are no tensors."""
    tf = tensorflow()
    if isinstance(value, tf.TypeSpec):
        yield from [None] * len(tf.nest.flatten(value, expand_composites=True))
    elif is_shape(value, lists=True):
        yield None
    elif isinstance(value, dict):
        for key in sorted(value):
            yield from _leaves(value[key])
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from _leaves(item)
    elif isinstance(value, (tf.RaggedTensor, tf.SparseTensor)):
        yield from tf.nest.flatten(value, expand_composites=True)
    elif hasattr(value, "__array__") or tf.is_tensor(value):
        yield value


def _generated(placeholder: Any, batch: int) -> Any:
    """Uniform floats (the same every time), zeros of any other type; open dimensions are `batch`, then 1."""
    tf = tensorflow()
    dims = placeholder.shape.as_list() if placeholder.shape.rank is not None else []
    shape = [(batch if place == 0 else 1) if size is None else size for place, size in enumerate(dims)]
    if placeholder.dtype == tf.string:
        return tf.fill(shape, "")
    if placeholder.dtype.is_floating:
        return tf.cast(tf.random.stateless_uniform(shape, (1, 2)), placeholder.dtype)
    return tf.zeros(shape, placeholder.dtype)
