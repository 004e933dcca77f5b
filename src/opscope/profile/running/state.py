"""Restores the variables that a run changes: weights, optimizer state, seed generators, all that the function uses.

Other effects cannot be undone: iterators have advanced, tables and queues are fuller, `py_function` and summary writers
ran.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import Any, Iterable, Iterator, List, Sequence, Tuple

from ...capture.seams import tensorflow

Saved = Tuple[Any, Any]
"""A variable's handle and its value."""


@contextmanager
def preserved(concrete: Any, tensors: Sequence[Any] = ()) -> Iterator[None]:
    """A context in which the function may run on `tensors`. Afterwards its variables have their old values, also after Ctrl-C."""
    saved = variable_values([*concrete.captured_inputs, *(getattr(tensor, "handle", tensor) for tensor in tensors)])
    try:
        yield
    finally:
        assign = tensorflow().raw_ops.AssignVariableOp
        for handle, value in saved:
            assign(resource=handle, value=value)


def variable_values(captured: Iterable[Any]) -> List[Saved]:
    """The values of all variables among these: what a function captures, and what it runs on. Nothing is copied."""
    tf = tensorflow()
    saved: List[Saved] = []
    errors = (tf.errors.OpError, ValueError, TypeError)
    for handle in captured:
        if tf.resource != getattr(handle, "dtype", None):
            continue
        dtype = _dtype(handle)
        if dtype is not None:
            try:
                saved.append((handle, tf.identity(tf.raw_ops.ReadVariableOp(resource=handle, dtype=dtype))))
            except errors:  # not a variable (a table, an iterator), or one without a value
                continue
    return saved


def _dtype(handle: Any) -> Any:
    """The dtype of the variable behind a resource handle; ``None`` if the resource is not a variable.

    TensorFlow notes at the handle of a variable which dtype and shape that has. The handle of a table has no note.
    """
    data = getattr(handle, "_handle_data", None)
    # Only a resource with exactly one shape and type is taken for a variable.
    kinds = getattr(data, "shape_and_type", None)
    return tensorflow().as_dtype(kinds[0].dtype) if kinds and len(kinds) == 1 else None
