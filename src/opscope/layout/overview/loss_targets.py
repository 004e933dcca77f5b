"""Finds the number that all elements of a tensor have, as labels of a loss that are all ones have 1."""

from __future__ import annotations

from math import isfinite, prod
from typing import Optional

from ...graph.attrs import constant_of
from ...graph.content import Content
from ...passes.rewire import origin

_MOST_OPS = 8
"""So many ops are looked at behind each other."""
_LIKE = {"OnesLike": 1.0, "ZerosLike": 0.0}
_SAME = frozenset({"Identity", "StopGradient", "Reshape", "ExpandDims"})
_TIMES, _FILLED = "Mul", "Fill"


def even_value(content: Content, passed: bytes, node: int, most: int = _MOST_OPS) -> Optional[float]:
    """The number that all elements of what an op gives have; ``None`` if that is not known.

    Args:
        content: the graph.
        passed: what is passed straight through (`rewire.passing`).
        node: the op, of which the first output is asked for.
        most: so many ops are looked at behind each other.
    """
    table = content.table
    op = table.ops[node]
    if op in _LIKE:
        return _LIKE[op]
    if op == "Const":
        return _constant(content, node)
    taken = [origin(table, *edge, passed) for edge in table.data_inputs(node)]
    if not most or any(output for _, output in taken):
        return None
    values = [even_value(content, passed, source, most - 1) for source, _ in taken]
    if op in _SAME or op == _FILLED:
        place = 1 if op == _FILLED else 0
        return values[place] if place < len(values) else None
    if op == _TIMES and len(values) == 2 and values[0] is not None and values[1] is not None:
        return values[0] * values[1]
    return None


def _constant(content: Content, node: int) -> Optional[float]:
    constant = constant_of(content.table.attrs(node))
    if constant is None or len(set(constant.values)) != 1:
        return None
    (value,) = set(constant.values)
    whole = len(constant.values) in {1, prod(size or 0 for size in constant.shape or ())}
    number = isinstance(value, (int, float)) and not isinstance(value, bool) and isfinite(value)
    return float(value) if whole and number else None
