"""One rule for each kind of op whose value shapes and loops are made of: from its inputs' values to its own.

A rule gives what the executor would compute, elements that are not known left open. It may raise any of
`budget.FAILURES` instead of answering; sizes are looked at before anything is made.
"""

from __future__ import annotations

from math import ceil
from typing import Any, Callable, Dict, List, Optional, Tuple

from ..graph.vocabulary import ENDS
from .budget import MOST_ELEMENTS, Unknown
from .inference import InferenceContext
from .line import both, equal, unequal
from .tensor import product
from .value import Value, count, elements, scalar, whole

ValueRule = Callable[[InferenceContext], Value]


def strided(at: InferenceContext) -> Optional[List[Tuple[str, Optional[slice]]]]:
    """What a StridedSlice does to each dimension it names: ``cut`` to a slice, ``drop`` to one element, ``new``."""
    begin, end, step = at.value(1), at.value(2), at.value(3)
    if begin is None or end is None or step is None or not len(begin) == len(end) == len(step):
        return None
    if any(bound is not None and type(bound) is not int for bound in (*begin, *end, *step)):
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


def _list(at: InferenceContext, index: int) -> Value:
    """The value of an input that is a list; ``None`` for one that is known to have rows and columns."""
    shape = at.shape(index)
    return at.value(index) if shape is None or len(shape) <= 1 else None


def _constant(at: InferenceContext) -> Value:
    size = elements(at.own(0))
    return at.tensor_value("value") if size is None or size <= MOST_ELEMENTS else None


def _same(at: InferenceContext) -> Value:
    return at.value(0)


def _shape(at: InferenceContext) -> Value:
    return at.shape(at.output)


def _size(at: InferenceContext) -> Value:
    size = elements(at.shape(0))
    value = at.value(0) if size is None else None
    return (size if value is None else len(value),)


def _rank(at: InferenceContext) -> Value:
    shape = at.shape(0)
    return None if shape is None else (len(shape),)


def _pack(at: InferenceContext) -> Value:
    if at.count > MOST_ELEMENTS:
        return None
    parts = [at.value(index) for index in range(at.count)]
    if any(at.shape(index) if part is None else len(part) != 1 for index, part in enumerate(parts)):
        return None
    return tuple(None if part is None else part[0] for part in parts)


def _concat(at: InferenceContext) -> Value:
    found: List[Any] = []
    if at.count < 2:
        return None
    for index in range(at.count - 1):  # the last is the axis, of lists always their only one
        part = _list(at, index)
        if part is None or len(found) + len(part) > MOST_ELEMENTS:
            return None
        found.extend(part)
    return tuple(found)


def _strided_slice(at: InferenceContext) -> Value:
    value, parts = _list(at, 0), strided(at)
    if value is None or parts is None or len(parts) != 1 or parts[0][1] is None:
        return None
    found = value[parts[0][1]]
    return found if parts[0][0] == "cut" or len(found) == 1 else None


def _slice(at: InferenceContext) -> Value:
    value, (begin,), (size,) = _list(at, 0), whole(at.value(1)), whole(at.value(2))
    if value is None or not 0 <= begin <= begin + max(0, size) <= len(value):
        return None
    return value[begin : None if size < 0 else begin + size]


def _gather(at: InferenceContext) -> Value:
    value, places = _list(at, 0), at.value(1)
    if value is None or places is None or at.number("batch_dims") or scalar(at.value(2)) != 0:
        return None
    known = whole(tuple(place for place in places if place is not None))
    if any(not 0 <= place < len(value) for place in known):
        return None
    return tuple(None if place is None else value[place] for place in places)


def _range(at: InferenceContext) -> Value:
    first, last, step = whole((scalar(at.value(0)), scalar(at.value(1)), scalar(at.value(2))))
    counted = range(first, last, step)
    if not counted and first != last:  # TensorFlow refuses to count in the wrong direction
        return None
    if counted and (counted[-1] - first) // step >= MOST_ELEMENTS:  # len() has a limit of its own
        return None
    return tuple(counted)


def _fill(at: InferenceContext) -> Value:
    value = at.value(1)
    return None if value is not None and len(value) != 1 else (value or (None,)) * count(whole(at.value(0)))


def _inverse(at: InferenceContext) -> Value:
    order = whole(at.value(0))
    return tuple(order.index(place) for place in range(len(order)))


def _broadcast_arguments(at: InferenceContext) -> Value:
    """The dimensions along which a gradient is summed: where its own input has 1, broadcast or not."""
    left, right = whole(at.value(0)), whole(at.value(1))
    own, other = (right, left) if at.output else (left, right)
    size = max(len(own), len(other))
    padded = (1,) * (size - len(own)) + own
    return tuple(place for place in range(size) if padded[place] == 1) if own != other else ()


def _reduced(function: Callable[[Tuple[Any, ...]], Any]) -> ValueRule:
    """All elements of a list made one."""

    def rule(at: InferenceContext) -> Value:
        value = _list(at, 0)
        if value is None or at.value(1) == ():
            return value
        return (None,) if None in value else (function(value),)

    return rule


def _each(function: Callable[..., Any]) -> ValueRule:
    """Element by element; a single one goes with all of the others."""

    def rule(at: InferenceContext) -> Value:
        values = [at.value(index) for index in range(at.count)]
        lengths = {len(value) if value is not None else -1 for value in values}
        if not values or -1 in lengths or len(lengths - {1}) > 1:
            return None
        size = max(lengths - {1}, default=1)
        columns = [value if len(value) == size else value * size for value in values if value is not None]
        return tuple(function(*items) for items in zip(*columns))

    return rule


def _known(function: Callable[..., Any]) -> ValueRule:
    """Element by element, open where an element of an input is."""
    return _each(lambda *items: None if any(item is None for item in items) else function(*items))


def _cast(at: InferenceContext) -> Value:
    dtype, value = at.dtype(), at.value(0)
    return None if value is None else tuple(None if item is None else _cast_to(dtype, item) for item in value)


def _cast_to(dtype: str, item: Any) -> Any:
    if dtype.startswith(("float", "bfloat")):
        return float(item)
    if dtype == "bool":
        return bool(item)
    return int(item) if isinstance(item, (float, bool)) else item  # a line is one of integers and stays one


def _floor_div(left: Any, right: Any) -> Any:
    if not right:
        raise Unknown
    return left // right


def _chosen(condition: Any, left: Any, right: Any) -> Any:
    return None if condition is None else left if condition else right


VALUES: Dict[str, ValueRule] = {
    "Const": _constant, "Shape": _shape, "ShapeN": _shape, "Size": _size, "Rank": _rank, "Cast": _cast, "Pack": _pack,
    "ConcatV2": _concat, "StridedSlice": _strided_slice, "Slice": _slice, "GatherV2": _gather, "Range": _range,
    "Fill": _fill, "InvertPermutation": _inverse, "BroadcastGradientArgs": _broadcast_arguments,
    "Prod": _reduced(product), "Max": _reduced(max), "Min": _reduced(min), "Sum": _reduced(sum),
    "Less": _known(lambda a, b: a < b), "LessEqual": _known(lambda a, b: a <= b),
    "Greater": _known(lambda a, b: a > b), "GreaterEqual": _known(lambda a, b: a >= b),
    "Equal": _known(equal), "NotEqual": _known(unequal), "LogicalAnd": _known(both),
    "LogicalOr": _known(lambda a, b: bool(a or b)), "LogicalNot": _known(lambda a: not a),
    "Add": _known(lambda a, b: a + b), "AddV2": _known(lambda a, b: a + b), "Sub": _known(lambda a, b: a - b),
    "Mul": _known(lambda a, b: a * b), "FloorDiv": _known(_floor_div),
    "FloorMod": _known(lambda a, b: a - b * _floor_div(a, b)), "Maximum": _known(max), "Minimum": _known(min),
    "RealDiv": _known(lambda a, b: a / b), "Neg": _known(lambda a: -a), "Ceil": _known(ceil), "Abs": _known(abs),
    "Select": _each(_chosen), "SelectV2": _each(_chosen),
    **dict.fromkeys(
        [*ENDS, *"Identity StopGradient PreventGradient Enter Squeeze ExpandDims EnsureShape Reshape".split()], _same
    ),
}  # fmt: skip
"""Op type -> its rule."""
