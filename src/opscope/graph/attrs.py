"""Reads an op's attributes, each as the type that it should have. If it has another type, it counts as missing.

Attributes are plain values: numbers, booleans, texts, names of dtypes, shapes, and lists of these. A constant is
summarised as ``{"dtype", "shape", "values", "min", "max"}``, and a function is ``{"function": name}``. JSON may come
from anybody, so an attribute that was read from JSON may be anything at all.
"""

from __future__ import annotations

from math import prod
from typing import Any, Mapping, NamedTuple, Optional, Tuple, Union

from .types import Shape

Scalar = Union[bool, float, str]


class Constant(NamedTuple):
    """What is known of a constant's contents: its shape, and its first values (a single one if many are all equal)."""

    shape: Shape
    values: Tuple[Scalar, ...]


def text_of(attrs: Mapping[str, Any], name: str) -> str:
    """The attribute as text; empty if it is missing or not a text."""
    value = attrs.get(name)
    return value if isinstance(value, str) else ""


def whole_of(attrs: Mapping[str, Any], name: str, default: int = 0) -> int:
    """The attribute as a whole number; `default` if it is missing or not a whole number."""
    value = attrs.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) else default


def is_set(attrs: Mapping[str, Any], name: str) -> bool:
    """Whether the attribute is the boolean true."""
    return attrs.get(name) is True


def function_of(attrs: Mapping[str, Any], name: str) -> str:
    """The name of the function that the attribute refers to; empty if it refers to none."""
    value = attrs.get(name)
    return text_of(value, "function") if isinstance(value, Mapping) else ""


def constant_of(attrs: Mapping[str, Any], name: str = "value") -> Optional[Constant]:
    """The attribute as the summary of a constant; ``None`` if it is not a valid one.

    >>> constant_of({"value": {"dtype": "int32", "shape": [2], "values": [8, 4]}})
    Constant(shape=(2,), values=(8, 4))
    >>> constant_of({"value": {"shape": "x", "values": 3}})
    """
    value = attrs.get(name)
    if not isinstance(value, Mapping) or "shape" not in value:
        return None
    shape, values = value.get("shape"), value.get("values", ())
    if not isinstance(values, (list, tuple)) or not all(isinstance(item, (bool, int, float, str)) for item in values):
        return None
    # A shape of null is fine: the rank is unknown.
    if shape is not None and not (isinstance(shape, (list, tuple)) and all(map(_is_dim, shape))):
        return None
    known = None if shape is None else tuple(shape)
    return Constant(known, tuple(values[:1] if _is_even(value, known, len(values)) else values))


def _is_even(summary: Mapping[str, Any], shape: Shape, shown: int) -> bool:
    """Whether all elements are equal, also those that the summary does not show."""
    least = summary.get("min")
    is_cut = shape is not None and None not in shape and shown < prod(size or 0 for size in shape)
    return is_cut and least is not None and least == summary.get("max")


def _is_dim(value: Any) -> bool:
    return value is None or (isinstance(value, int) and not isinstance(value, bool) and value >= 0)
