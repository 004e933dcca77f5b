"""Makes the values on which a function runs where the user gave none: tensors, also ragged and sparse ones, by their specs."""

from __future__ import annotations

import warnings
from typing import Any, List, Optional

from ...capture.seams import private, tensorflow
from ...errors import InputError, spelled

_LENGTHS = (2, 1, 3)
"""How long the rows of a generated ragged tensor are, in turn: none is empty, so that no mean divides by zero."""


def value_for(spec: Any, name: str, batch: int) -> Any:
    """A value that fits `spec`: uniform random floats (always the same ones), empty text, or zeros for any other type.

    An open leading dimension has the size `batch`. Another open one has the size 1, with a warning. `InputError` if too little
    is known: the rank, or more than one size besides the batch, such as the height and width of an image.
    """
    tf = tensorflow()
    if isinstance(spec, tf.RaggedTensorSpec):
        return _ragged(spec, name, batch)
    if isinstance(spec, tf.SparseTensorSpec):
        return _sparse(spec, name, batch)
    if isinstance(spec, tf.TensorSpec) and spec.dtype not in (tf.resource, tf.variant):
        return _dense(_sizes(spec.shape, name, batch), spec.dtype)
    if issubclass(spec.value_type, private("framework.composite_tensor:CompositeTensor")):
        return _composite(spec, name, batch)
    raise _needed(spec, name)


def _needed(spec: Any, name: str) -> InputError:
    return InputError(f"no {spec.value_type.__name__} can be generated for {name!r}; give one")


def _sizes(shape: Any, name: str, batch: int) -> List[int]:
    """The sizes of a generated tensor."""
    if shape.rank is None:
        raise InputError(f"the rank of {name!r} is not known, so no values can be generated; give a shape or an array")
    dims: List[Optional[int]] = shape.as_list()
    inner = [place for place, size in enumerate(dims) if size is None and place > 0]
    sizes = [(batch if place == 0 else 1) if size is None else size for place, size in enumerate(dims)]
    if inner:
        known = ", ".join("None" if size is None else str(size) for size in dims)
        fitting = [batch if place == 0 else (dims[place] or 64) for place in range(len(dims))]
        example = spelled(str(tuple(fitting)), f"--input {','.join(map(str, fitting))}")
        if len(inner) > 1:
            raise InputError(
                f"{name!r} has the shape ({known}) and can have any size; give one to run with, such as {example}"
            )
        warnings.warn(
            f"{name!r} has the shape ({known}) and was run with {tuple(sizes)}; give one to run with, such as {tuple(fitting)}",
            stacklevel=2,
        )
    return sizes


def _composite(spec: Any, name: str, batch: int) -> Any:
    """Any other value with tensors inside, such as an object of a user's `ExtensionType`."""
    tf = tensorflow()
    try:
        parts = tf.nest.map_structure(lambda part: value_for(part, name, batch), spec._component_specs)  # noqa: SLF001
        return spec._from_components(parts)  # noqa: SLF001 - only the spec itself knows how its value is put together
    except (InputError, TypeError, ValueError) as error:
        raise _needed(spec, name) from error


def _dense(sizes: List[int], dtype: Any) -> Any:
    tf = tensorflow()
    if dtype == tf.string:
        return tf.fill(sizes, "")
    if dtype.is_floating:
        return tf.cast(tf.random.stateless_uniform(sizes, (1, 2)), dtype)
    return tf.zeros(sizes, dtype)


def _ragged(spec: Any, name: str, batch: int) -> Any:
    """A ragged tensor. The rows of each ragged dimension have `_LENGTHS`, or the dimension's size where it is fixed."""
    tf = tensorflow()
    # TensorFlow 2.4 has these only as private attributes.
    shape, ragged_rank, dtype, splits = (
        getattr(spec, f"_{field}") for field in ("shape", "ragged_rank", "dtype", "row_splits_dtype")
    )
    if shape.rank is None:
        raise InputError(f"the rank of {name!r} is not known, so no values can be generated; give a tf.RaggedTensor")
    dims = shape.as_list()
    rows = batch if dims[0] is None else dims[0]
    if not ragged_rank:
        return _dense(_sizes(shape, name, batch), dtype)
    nested = []
    for size in dims[1 : ragged_rank + 1]:
        lengths = [_LENGTHS[row % len(_LENGTHS)] if size is None else size for row in range(rows)]
        nested.append(tf.constant(lengths, splits))
        rows = sum(lengths)
    flat = tf.TensorShape([rows, *dims[ragged_rank + 1 :]])
    return tf.RaggedTensor.from_nested_row_lengths(_dense(_sizes(flat, name, batch), dtype), nested)


def _sparse(spec: Any, name: str, batch: int) -> Any:
    """A sparse tensor with one element in each row, on a diagonal."""
    tf = tensorflow()
    sizes = _sizes(spec.shape, name, batch)
    rows = (sizes[0] if sizes else 0) if all(sizes) else 0
    places = [[row, *(row % size for size in sizes[1:])] for row in range(rows)]
    indices = tf.reshape(tf.constant(places, tf.int64), (rows, len(sizes)))
    return tf.SparseTensor(indices, _dense([rows], spec.dtype), tf.constant(sizes, tf.int64))
