"""What is known of a small tensor: its elements, as far as they are known."""

from __future__ import annotations

from typing import Any, Optional, Tuple

from ..graph.types import Shape
from .budget import MOST_ELEMENTS, MOST_NUMBER, Unknown, number_within
from .line import Line, Until

Value = Optional[Tuple[Any, ...]]
"""The elements of a tensor in the order of its rows, a scalar's only one included: integers, floats, bools, in a loop
that is solved also lines, ``None`` for one that is not known. ``None`` where not even their number is known."""

_RANGES = {
    **{f"int{bits}": (-1 << (bits - 1), (1 << (bits - 1)) - 1) for bits in (8, 16, 32)},
    **{f"uint{bits}": (0, (1 << bits) - 1) for bits in (8, 16, 32)},
}
"""Dtype -> its least and its largest number; all others are checked as int64."""
_INT64 = (-MOST_NUMBER - 1, MOST_NUMBER)


def elements(shape: Shape) -> Optional[int]:
    """How many elements a shape has; ``None`` where that is not known."""
    if shape is None or None in shape:
        return None
    total = 1
    for dim in shape:
        total *= dim or 0
    return total


def count(shape: Shape) -> int:
    """How many elements a small tensor has; `Unknown` for a larger one and for an open shape, before anything is made."""
    size = elements(shape)
    if size is None or size > MOST_ELEMENTS:
        raise Unknown
    return size


def single(value: Value) -> Any:
    """The only element of a tensor that has one; ``None`` where it is not known."""
    return value[0] if value is not None and len(value) == 1 else None


def scalar(value: Value) -> Any:
    """The only element of a tensor that has one; `Unknown` where it is not known."""
    found = single(value)
    if found is None:
        raise Unknown
    return found


def whole(value: Value) -> Tuple[int, ...]:
    """Elements that all are plain integers; `Unknown` where one is not."""
    if value is None or any(type(element) is not int for element in value):
        raise Unknown
    return value


def within(value: Value, dtype: str) -> Value:
    """The value as it came; `Unknown` for one that TensorFlow could not hold: integers wrap around there."""
    if value is None:
        return None
    if len(value) > MOST_ELEMENTS:
        raise Unknown
    least, most = _RANGES.get(dtype, _INT64)
    for element in value:
        if element is None or isinstance(element, (Line, Until)):
            continue  # a line is looked at where it begins and where it ends
        if not number_within(element) or not (isinstance(element, float) or least <= element <= most):
            raise Unknown
    return value
