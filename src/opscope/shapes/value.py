"""The value of a small tensor, some elements of which may be unknown."""

from __future__ import annotations

from struct import pack, unpack
from typing import Any, Optional, Tuple

from ..graph.types import Shape
from .budget import MOST_ELEMENTS, Unknown, number_within
from .line import AtMost, Line, Until
from .symbol import Symbol

Value = Optional[Tuple[Any, ...]]
"""The elements of a tensor in row-major order; a scalar has one. An element is an integer, a float or a bool, or
``None`` if it is not known. While a loop is solved it may also be a `Line`, an `Until` or an `AtMost`, and a `Symbol` where dimensions
have names. The whole value is ``None``
if nothing is known, not even the number of elements."""

_RANGES = {
    **{f"int{bits}": range(-1 << (bits - 1), 1 << (bits - 1)) for bits in (2, 4, 8, 16, 32)},
    **{f"uint{bits}": range(1 << bits) for bits in (2, 4, 8, 16, 32, 64)},
}
"""Integer dtype -> the numbers that it holds. Of any other no more is asked than that 64 bits hold the number."""
_FLOATS = {"float16": "e", "float32": "f", "float64": "d"}
"""Float dtype -> its letter in `struct`. What the others, such as bfloat16, make of a number is not worked out."""


def elements(shape: Shape) -> Optional[int]:
    """How many elements a tensor of this shape has; ``None`` if a dimension is open."""
    if shape is None or None in shape:
        return None
    total = 1  # of a scalar
    for dim in shape:
        total *= dim or 0  # no dimension is None here, but a type checker cannot see that
    return total


def count(shape: Shape) -> int:
    """How many elements a tensor of this shape has, if it is a small one.

    Raises `Unknown` for an open shape and for more than `MOST_ELEMENTS`. Call it before you allocate them.
    """
    size = elements(shape)
    if size is None or size > MOST_ELEMENTS:
        raise Unknown
    return size


def single(value: Value) -> Any:
    """The element of a tensor that has exactly one; ``None`` if it is unknown or there are more."""
    return value[0] if value is not None and len(value) == 1 else None


def scalar(value: Value) -> Any:
    """The element of a tensor that has exactly one; raises `Unknown` where `single` gives ``None``."""
    found = single(value)
    if found is None:
        raise Unknown
    return found


def whole(value: Value) -> Tuple[int, ...]:
    """The value, if all its elements are plain integers; otherwise raises `Unknown`."""
    if value is None or any(type(element) is not int for element in value):
        raise Unknown
    return value


def within(value: Value, dtype: str) -> Value:
    """The value, if it is short enough and its dtype can hold it; otherwise raises `Unknown`. Floats are rounded to the dtype.

    In TensorFlow, an integer that does not fit wraps around. We do not work out what it becomes.
    """
    if value is None:
        return None
    if len(value) > MOST_ELEMENTS:
        raise Unknown
    for element in value:
        if element is None or isinstance(element, (Line, Until, AtMost, Symbol)):
            continue  # a line is checked in plain numbers, in the loop's first and last iteration: see `trip_count.TripCount`
        integer = not isinstance(element, float)
        if not number_within(element) or (integer and dtype in _RANGES and element not in _RANGES[dtype]):
            raise Unknown
    return tuple(_rounded(element, dtype) if isinstance(element, float) else element for element in value)


def _rounded(number: float, dtype: str) -> float:
    """The number of the dtype that is nearest: Python computes with 64 bits, and 1 / 3 is less in float32.

    One op after the other is rounded, as TensorFlow does: 64 bits are enough to round a sum, product or quotient twice.
    """
    if dtype not in _FLOATS:
        raise Unknown
    (nearest,) = unpack(_FLOATS[dtype], pack(_FLOATS[dtype], number))  # OverflowError: it would be infinite
    return float(nearest)
