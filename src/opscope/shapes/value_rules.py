"""The values of small integer tensors that shapes are made of, as far as constants and other shapes tell them."""

from __future__ import annotations

from typing import Callable, Dict, List, Optional, Tuple

from ..graph.types import Shape
from .budget import MOST_ELEMENTS
from .place import Context, Dim, Value

_INT32, _INT64 = 3, 9


def elements(shape: Shape) -> Dim:
    """How many elements a shape has; ``None`` where that is not known."""
    if shape is None or None in shape:
        return None
    total = 1
    for dim in shape:
        total *= dim or 0
    return total


def strided(at: Context) -> Optional[List[Tuple[str, Optional[slice]]]]:
    """What a StridedSlice does to each dimension it names: ``cut`` to a slice, ``drop`` to one element, ``new``."""
    begin, end, step = at.value(1), at.value(2), at.value(3)
    if begin is None or end is None or step is None or not len(begin) == len(end) == len(step):
        return None
    if at.number("ellipsis_mask"):
        return None
    masks = [at.number(name) for name in ("begin_mask", "end_mask", "new_axis_mask", "shrink_axis_mask")]
    found: List[Tuple[str, Optional[slice]]] = []
    for place, (low, high, by) in enumerate(zip(begin, end, step)):
        open_low, open_high, new, shrink = (mask >> place & 1 for mask in masks)
        if new:
            found.append(("new", None))
        elif by is None or by == 0 or (low is None and not open_low) or (high is None and not (open_high or shrink)):
            found.append(("drop" if shrink else "cut", None))
        elif shrink:
            found.append(("drop", slice(low, low + 1 if low != -1 else None) if low is not None else None))
        else:
            found.append(("cut", slice(None if open_low else low, None if open_high else high, by)))
    return found


def _const_value(at: Context) -> Value:
    attr, count = at.attr("value"), elements(at.tensor_shape("value"))
    if count is None or count > MOST_ELEMENTS or attr.tensor.dtype not in (_INT32, _INT64):
        return None
    tensor = attr.tensor
    if tensor.tensor_content:
        size = 4 if tensor.dtype == _INT32 else 8
        raw = tensor.tensor_content
        if len(raw) != size * count:
            return None
        values = [int.from_bytes(raw[k : k + size], "little", signed=True) for k in range(0, len(raw), size)]
    else:
        values = list((tensor.int_val if tensor.dtype == _INT32 else tensor.int64_val)[:count])
    if len(values) < count:
        values += [values[-1] if values else 0] * (count - len(values))
    return tuple(values)


def _shape_value(at: Context) -> Value:
    return at.shape(0)


def _pack_value(at: Context) -> Value:
    if at.count > MOST_ELEMENTS:
        return None
    parts = [at.value(index) for index in range(at.count)]
    return tuple(part[0] if part is not None and len(part) == 1 else None for part in parts)


def _concat_value(at: Context) -> Value:
    found: List[Dim] = []
    for index in range(at.count - 1):
        part = at.value(index)
        if part is None or len(found) + len(part) > MOST_ELEMENTS:
            return None
        found.extend(part)
    return tuple(found)


def _strided_value(at: Context) -> Value:
    value, parts = at.value(0), strided(at)
    if value is None or parts is None or len(parts) != 1 or parts[0][1] is None:
        return None
    return value[parts[0][1]]


def _pass_value(at: Context) -> Value:
    return at.value(0)


VALUES: Dict[str, Callable[[Context], Value]] = {
    "Const": _const_value, "Shape": _shape_value, "Pack": _pack_value, "ConcatV2": _concat_value,
    "StridedSlice": _strided_value, "Identity": _pass_value, "Cast": _pass_value, "ExpandDims": _pass_value,
}  # fmt: skip
"""Ops whose value can be part of a shape."""
