"""Restores the variables that a run changes: weights, optimizer state, seed generators, all that the function uses.

Other effects cannot be undone: iterators have advanced, tables and queues are fuller, `py_function` and summary writers
ran.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import Any, Iterator, List, Tuple

from ..capture.seams import private, tensorflow

Saved = Tuple[Any, Any]
"""A variable's handle and its value."""


@contextmanager
def preserved(concrete: Any) -> Iterator[None]:
    """A context in which the function may run. Afterwards its variables have their old values, also after Ctrl-C."""
    saved = _values(concrete)
    try:
        yield
    finally:
        assign = tensorflow().raw_ops.AssignVariableOp
        for handle, value in saved:
            assign(resource=handle, value=value)


def _values(concrete: Any) -> List[Saved]:
    """The values of all variables that the function captures."""
    tf = tensorflow()
    saved: List[Saved] = []
    errors = (tf.errors.OpError, ValueError, TypeError)
    for handle in concrete.captured_inputs:
        if getattr(handle, "dtype", None) != tf.resource:
            continue
        dtype = _dtype(handle)
        if dtype is not None:
            try:
                saved.append((handle, tf.identity(tf.raw_ops.ReadVariableOp(resource=handle, dtype=dtype))))
            except errors:  # not a variable (a table, an iterator), or one without a value
                continue
    return saved


def _dtype(handle: Any) -> Any:
    """The dtype of the variable behind a resource handle; ``None`` if the resource is not a variable."""
    # Handles of some versions do not carry their data. The function that gives it moved between TensorFlow's modules.
    data = getattr(handle, "_handle_data", None)
    if data is None:
        data = private("ops.handle_data_util:get_resource_handle_data", "framework.ops:get_resource_handle_data")(
            handle
        )
    # Only a resource with exactly one shape and type is taken for a variable.
    kinds = getattr(data, "shape_and_type", None)
    return tensorflow().as_dtype(kinds[0].dtype) if kinds and len(kinds) == 1 else None
