"""Attributes by the type they ought to have: one of another type, as a strange file may have it, counts as absent.

Attributes are plain values: numbers, flags, texts, dtype names, shapes, the summary of a constant (``{"dtype", "shape",
"values", "min", "max"}``), the name of a function (``{"function"}``), and lists of those. JSON may hold anything else.
"""

from __future__ import annotations

from typing import Any, Mapping, NamedTuple, Optional, Tuple, Union

from .types import Shape

Scalar = Union[bool, float, str]


class Constant(NamedTuple):
    """What is known of a constant's contents: its shape, and its first values, one where all are equal."""

    shape: Shape
    values: Tuple[Scalar, ...]


def text_of(attrs: Mapping[str, Any], name: str) -> str:
    """The attribute as text; empty where it is none."""
    value = attrs.get(name)
    return value if isinstance(value, str) else ""


def whole_of(attrs: Mapping[str, Any], name: str, default: int = 0) -> int:
    """The attribute as a whole number."""
    value = attrs.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) else default


def is_set(attrs: Mapping[str, Any], name: str) -> bool:
    """Whether the attribute is a flag that is set."""
    return attrs.get(name) is True


def function_of(attrs: Mapping[str, Any], name: str) -> str:
    """The name of the function that the attribute is; empty where it is none."""
    value = attrs.get(name)
    return text_of(value, "function") if isinstance(value, Mapping) else ""


def constant_of(attrs: Mapping[str, Any], name: str = "value") -> Optional[Constant]:
    """The summary of a constant that the attribute is.

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
    if shape is not None and not (isinstance(shape, (list, tuple)) and all(map(_is_dim, shape))):
        return None
    return Constant(None if shape is None else tuple(shape), tuple(values))


def _is_dim(value: Any) -> bool:
    return value is None or (isinstance(value, int) and not isinstance(value, bool) and value >= 0)
