"""Rules for the values of small tensors: from the values of an op's inputs to the value of its output.

There is a rule for each op type that shapes and loop conditions are usually computed with. A rule gives what the
executor would compute; elements that it does not know are ``None``. It may raise any of `budget.FAILURES` instead of
answering. It checks sizes before it allocates anything.
"""

from __future__ import annotations

from math import ceil
from typing import Any, Callable, Dict, List, Optional, Tuple

from ..graph.vocabulary import ENDS
from .budget import MOST_ELEMENTS, Unknown
from .inference import InferenceContext
from .line import Bound, both, either, equal, unequal
from .lite_rules import lite_rules
from .tensor import product
from .value import Value, count, elements, scalar, single, whole

ValueRule = Callable[[InferenceContext], Value]


def strided(at: InferenceContext) -> Optional[List[Tuple[str, Optional[slice]]]]:
    """What a StridedSlice does, one step after the other: ``x[2:, 0, None]`` is a cut, a drop and a new dimension.

    ``cut`` keeps a slice of a dimension, ``drop`` takes one element and so removes the dimension, ``new`` adds a
    dimension of 1. The slice is ``None`` where its bounds are not known. The whole result is ``None`` when not even the
    steps are known.
    """
    begin, end, step = at.value(1), at.value(2), at.value(3)
    if begin is None or end is None or step is None or not len(begin) == len(end) == len(step):
        return None
    if any(bound is not None and type(bound) is not int for bound in (*begin, *end, *step)):
        return None
    if at.number("ellipsis_mask"):  # which dimension a step is about would depend on the rank
        return None
    # Each mask is a bit field: bit `place` set means that begin (end) does not count, or that the step is new
    # (shrinks).
    masks = [at.number(name) for name in ("begin_mask", "end_mask", "new_axis_mask", "shrink_axis_mask")]
    found: List[Tuple[str, Optional[slice]]] = []
    for place, (low, high, by) in enumerate(zip(begin, end, step)):
        open_low, open_high, new, shrink = (mask >> place & 1 for mask in masks)
        if new:
            found.append(("new", None))
        elif by is None or by == 0 or (low is None and not open_low) or (high is None and not (open_high or shrink)):
            found.append(("drop" if shrink else "cut", None))
        elif shrink:
            # The element at -1 is the slice from -1 to the end: slice(-1, 0) would be empty.
            found.append(("drop", slice(low, low + 1 if low != -1 else None) if low is not None else None))
        else:
            found.append(("cut", slice(None if open_low else low, None if open_high else high, by)))
    return found


def _list(at: InferenceContext, index: int) -> Value:
    """The value of an input that is a vector or a scalar; ``None`` if it is known to have more dimensions."""
    shape = at.shape(index)
    return at.value(index) if shape is None or len(shape) <= 1 else None


def _constant(at: InferenceContext) -> Value:
    size = elements(at.own(0))
    return at.tensor_value("value") if size is None or size <= MOST_ELEMENTS else None


def _same(at: InferenceContext) -> Value:
    return at.value(0)


def _shape(at: InferenceContext) -> Value:
    """The shape of the input is the output's value. `ShapeN` has an output for each input, `Shape` one of each."""
    return at.shape(at.output)


def _size(at: InferenceContext) -> Value:
    size = elements(at.shape(0))
    # Even with an open shape, the number of elements may be known from the value.
    value = at.value(0) if size is None else None
    return (size if value is None else len(value),)


def _rank(at: InferenceContext) -> Value:
    shape = at.shape(0)
    return None if shape is None else (len(shape),)


def _pack(at: InferenceContext) -> Value:
    """Scalars put together to a vector.

    A part of unknown value and shape counts as a scalar: who asks for the value of a `Pack` is looking for a shape.
    """
    if at.count > MOST_ELEMENTS:
        return None
    parts = [at.value(index) for index in range(at.count)]
    if any(at.shape(index) if part is None else len(part) != 1 for index, part in enumerate(parts)):
        return None
    return tuple(single(part) for part in parts)


def _concat(at: InferenceContext) -> Value:
    found: List[Any] = []
    if at.count < 2:
        return None
    for index in range(at.count - 1):  # the last input is the axis; vectors have only one
        part = _list(at, index)
        if part is None or len(found) + len(part) > MOST_ELEMENTS:
            return None
        found.extend(part)
    return tuple(found)


def _strided_slice(at: InferenceContext) -> Value:
    """A slice or an element of a vector, such as the batch size: ``shape[0]``."""
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
    axis = scalar(at.value(2)) if at.count > 2 else at.number("axis")  # TensorFlow Lite's operator has it as an option
    value, places = _list(at, 0), at.value(1)
    if value is None or places is None or at.number("batch_dims") or axis != 0:
        return None
    # An index that is not known gives an element that is not known. Negative ones are errors, not places from the end.
    known = whole(tuple(place for place in places if place is not None))
    if any(not 0 <= place < len(value) for place in known):
        return None
    return tuple(None if place is None else value[place] for place in places)


def _range(at: InferenceContext) -> Value:
    first, last, step = whole((scalar(at.value(0)), scalar(at.value(1)), scalar(at.value(2))))
    counted = range(first, last, step)
    if not counted and first != last:  # TensorFlow raises an error for a step in the wrong direction
        return None
    if counted and (counted[-1] - first) // step >= MOST_ELEMENTS:  # not len(): it raises for more than 2^63 elements
        return None
    return tuple(counted)


def _fill(at: InferenceContext) -> Value:
    value = at.value(1)
    return None if value is not None and len(value) != 1 else (value or (None,)) * count(whole(at.value(0)))


def _words(at: InferenceContext) -> Value:
    """`StringSplit` gives the shape of a sparse tensor of words last: (texts, most words of a text), the latter unknown."""
    shape = at.shape(0)
    return (shape[0], None) if at.output == 2 and shape is not None and len(shape) == 1 else None


def _inverse(at: InferenceContext) -> Value:
    order = whole(at.value(0))
    return tuple(order.index(place) for place in range(len(order)))


def _broadcast_arguments(at: InferenceContext) -> Value:
    """The dimensions over which a gradient is summed, for the inputs (output 0) and (output 1) of a broadcasting op.

    These are the ones in which the input has size 1 or lacks the dimension. If both shapes are equal there are none.
    """
    left, right = whole(at.value(0)), whole(at.value(1))
    own, other = (right, left) if at.output else (left, right)
    size = max(len(own), len(other))
    padded = (1,) * (size - len(own)) + own
    return tuple(place for place in range(size) if padded[place] == 1) if own != other else ()


def _reduced(function: Callable[[Tuple[Any, ...]], Any]) -> ValueRule:
    """The rule of an op that reduces all elements of a vector to one.

    An empty list of axes leaves the vector as it is.
    """

    def rule(at: InferenceContext) -> Value:
        value = _list(at, 0)
        if value is None or at.value(1) == ():
            return value
        # The sum of many floats depends on the order in which an executor adds them.
        return (None,) if any(item is None or isinstance(item, float) for item in value) else (function(value),)

    return rule


def _each(function: Callable[..., Any]) -> ValueRule:
    """The rule of an op that works element by element. An input with one element is broadcast."""

    def rule(at: InferenceContext) -> Value:
        values = [at.value(index) for index in range(at.count)]
        lengths = {len(value) if value is not None else -1 for value in values}  # -1: not known
        if not values or -1 in lengths or len(lengths - {1}) > 1:
            return None
        size = max(lengths - {1}, default=1)
        if size > 1 and not _paired(at, [index for index, value in enumerate(values) if value and len(value) > 1]):
            return None
        columns = [value if len(value) == size else value * size for value in values if value is not None]
        return tuple(function(*items) for items in zip(*columns))

    return rule


def _paired(at: InferenceContext, indices: List[int]) -> bool:
    """Whether inputs with equally many elements also have them at the same places: a column and a row do not."""
    shapes = {at.shape(index) for index in indices}
    return len(shapes) == 1 or all(shape is None or len(shape) == 1 for shape in shapes)


def _known(function: Callable[..., Any]) -> ValueRule:
    """The same for a function that needs all its elements: the result is unknown where one of them is."""
    return _each(lambda *items: None if any(item is None for item in items) else function(*items))


def _logical(function: Callable[[Bound, Bound], Bound]) -> ValueRule:
    """The rule of an op on two conditions: one may tell the result whatever the other is."""
    rule = _each(function)

    def of_scalars(at: InferenceContext) -> Value:
        if any(elements(at.shape(index)) != 1 for index in range(2)):
            return rule(at)
        return (function(single(at.value(0)), single(at.value(1))),)

    return of_scalars


def _cast(at: InferenceContext) -> Value:
    dtype, value = at.dtype(), at.value(0)
    return None if value is None else tuple(None if item is None else _cast_to(dtype, item) for item in value)


def _cast_to(dtype: str, item: Any) -> Any:
    if dtype.startswith(("float", "bfloat")):
        return float(item)
    if dtype == "bool":
        return bool(item)
    # What is left is an integer, or a line, which is made of integers.
    return int(item) if isinstance(item, (float, bool)) else item


def _floor_div(left: Any, right: Any) -> Any:
    if not right or isinstance(right, float):  # also raises `Unknown` for a line
        raise Unknown  # TensorFlow rounds the quotient of floats before it takes the floor: 1 // 0.1 is 10 there
    return left // right


def _chosen(condition: Any, left: Any, right: Any) -> Any:
    # The side that is not chosen may be unknown, so this is an `_each` rule, not a `_known` one.
    return None if condition is None else left if condition else right


# Python's integers do not overflow: what TensorFlow could not hold is found by `within`.
_OF_TENSORFLOW: Dict[str, ValueRule] = {
    "Const": _constant, "Shape": _shape, "ShapeN": _shape, "Size": _size, "Rank": _rank, "Cast": _cast, "Pack": _pack,
    "ConcatV2": _concat, "StridedSlice": _strided_slice, "Slice": _slice, "GatherV2": _gather, "Range": _range,
    "Fill": _fill, "InvertPermutation": _inverse, "StringSplit": _words, "StringSplitV2": _words, "BroadcastGradientArgs": _broadcast_arguments,
    "Prod": _reduced(product), "Max": _reduced(max), "Min": _reduced(min), "Sum": _reduced(sum),
    "Less": _known(lambda a, b: a < b), "LessEqual": _known(lambda a, b: a <= b),
    "Greater": _known(lambda a, b: a > b), "GreaterEqual": _known(lambda a, b: a >= b),
    "Equal": _known(equal), "NotEqual": _known(unequal), "LogicalAnd": _logical(both),
    "LogicalOr": _logical(either), "LogicalNot": _known(lambda a: not a),
    "Add": _known(lambda a, b: a + b), "AddV2": _known(lambda a, b: a + b), "Sub": _known(lambda a, b: a - b),
    "Mul": _known(lambda a, b: a * b), "FloorDiv": _known(_floor_div),
    "FloorMod": _known(lambda a, b: a - b * _floor_div(a, b)), "Maximum": _known(max), "Minimum": _known(min),
    "RealDiv": _known(lambda a, b: a / b), "Neg": _known(lambda a: -a), "Ceil": _known(lambda a: float(ceil(a))), "Abs": _known(abs),
    "Select": _each(_chosen), "SelectV2": _each(_chosen),
    **dict.fromkeys(
        [*ENDS, *"Identity StopGradient PreventGradient Enter Squeeze ExpandDims EnsureShape Reshape".split()], _same
    ),
}  # fmt: skip
"""Op type -> its rule. The last group changes at most the shape: the elements, in row-major order, stay what they
are."""


def _joined(at: InferenceContext) -> Value:
    """TensorFlow Lite's ``CONCATENATION``, which has the axis as an option."""
    found: List[Any] = []
    for index in range(at.count):
        part = _list(at, index)
        if part is None or len(found) + len(part) > MOST_ELEMENTS:
            return None
        found.extend(part)
    return tuple(found)


_KEPT = frozenset({"int8", "uint8", "int16"})
"""Dtypes that quantised numbers are kept in, which are not what they stand for."""


def _exact(rule: ValueRule) -> ValueRule:
    """The rule of an operator of TensorFlow Lite; without an answer if an activation comes on top, or if numbers are quantised."""

    def asked(at: InferenceContext) -> Value:
        is_kept = any(at.dtype_in(index) in _KEPT for index in range(at.count))
        return None if is_kept or at.text("fused_activation_function", "") else rule(at)

    return asked


_OF_VALUES = {op: rule for op, rule in _OF_TENSORFLOW.items() if op not in {"Shape", "Rank"}}
"""The rules that look at the values of inputs."""
VALUES: Dict[str, ValueRule] = {
    **_OF_TENSORFLOW,
    **lite_rules({op: _OF_TENSORFLOW[op] for op in ("Shape", "Rank")}),
    **{
        op: _exact(rule) for op, rule in {**lite_rules(_OF_VALUES), "CONCATENATION": _joined, "GATHER": _gather}.items()
    },
}
"""Op type -> its rule; TensorFlow Lite's operators among them."""
