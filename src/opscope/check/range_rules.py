"""The ranges of ops' results: a rule for each op type that says anything. What has no rule may be any number."""

from __future__ import annotations

from math import exp, inf, isinf, log1p, prod, sqrt
from typing import Callable, Dict

from ..shapes.inference import At
from .distances import distance_reason
from .value_range import ANY_NUMBER, MASK, ValueRange, bound_product, range_of
from .value_ranges import ValueRanges

RangeRule = Callable[[ValueRanges, int], ValueRange]

_RELU = "the result of a ReLU, which is 0 for every negative input"
SOFTMAX = "the result of a softmax, which rounds to 0 where another class is certain"
SIGMOID = "a sigmoid, or 1 minus one, which rounds to 0 when it is certain"
_CLIPPED = "clipped to a range that begins at 0"
_ONE_HOT = "one-hot, so 0 in all places but one"
_VARIANCE = "a variance, which is 0 where all the values are equal"
ROUNDING = frozenset({SOFTMAX, SIGMOID})
"""What is 0 only by rounding, in one element and not in all of a row."""


def _const(ranges: ValueRanges, row: int) -> ValueRange:
    ends = ranges.constant((row, 0))
    return ANY_NUMBER if ends is None else range_of(*ends)


def _first(ranges: ValueRanges, row: int) -> ValueRange:
    """Ops that hand on, move or pick elements of their first input."""
    return ranges.of(ranges.inspected.inputs(row)[0])


def _picked(ranges: ValueRanges, row: int) -> ValueRange:
    """Ops that pick elements by what data say: perhaps just those that are not 0. What rounds to 0 does so in any place."""
    x = _first(ranges, row)
    return x if x.zero in ROUNDING else x._replace(zero="", rows=False)


def _joined(ranges: ValueRanges, row: int) -> ValueRange:
    """Pieces side by side: what is in one of them is in the result. An axis has no range that matters."""
    pieces = [
        each for each, tensor in zip(ranges.inputs(row), ranges.inspected.inputs(row)) if not _whole(ranges, tensor)
    ]
    low, high = min(each.low for each in pieces), max(each.high for each in pieces)
    return ValueRange(
        low, high, pieces[0].zero if all(each.zero for each in pieces) else "", all(p.rows for p in pieces)
    )


def _whole(ranges: ValueRanges, tensor: At) -> bool:
    kind = ranges.inspected.type_of(*tensor)
    return kind is not None and kind.dtype in {"int32", "int64"}


def _relu(ranges: ValueRanges, row: int) -> ValueRange:
    return ValueRange(0.0, 6.0 if ranges.inspected.table.ops[row] == "Relu6" else inf, _RELU, rows=True)


def _one_hot(ranges: ValueRanges, row: int) -> ValueRange:
    both = [ends for ends in map(ranges.constant, ranges.inspected.inputs(row)[2:4]) if ends is not None]
    if len(both) < 2:
        return ANY_NUMBER
    return range_of(*both[0], *both[1])._replace(zero="" if any(both[1]) else _ONE_HOT)


def _cast(ranges: ValueRanges, row: int) -> ValueRange:
    inspected = ranges.inspected
    before, after = inspected.type_of(*inspected.inputs(row)[0]), inspected.type_of(row)
    if before is None or after is None or before.dtype.startswith("complex"):
        return ANY_NUMBER
    if before.dtype == "bool":
        return ValueRange(0.0, 1.0, MASK, rows=True)
    return _first(ranges, row) if after.dtype.startswith(("float", "bfloat")) else ANY_NUMBER


def _add(ranges: ValueRanges, row: int) -> ValueRange:
    a, b = ranges.inputs(row)
    zero = ""
    if a.low == 0 == b.low and a.zero and b.zero:
        zero = a.zero  # both are 0 for ordinary data, neither is less
    elif (b.low, b.high) == (0, 0):
        zero = a.zero
    elif (a.low, a.high) == (0, 0):
        zero = b.zero
    return ValueRange(a.low + b.low, a.high + b.high, zero, a.rows and b.rows)


def _sum_of_all(ranges: ValueRanges, row: int) -> ValueRange:
    terms = ranges.inputs(row)
    return ValueRange(sum(each.low for each in terms), sum(each.high for each in terms))


def _sub(ranges: ValueRanges, row: int) -> ValueRange:
    left, right = ranges.inspected.inputs(row)
    a, b = ranges.of(left), ranges.of(right)
    low, high = a.low - b.high, a.high - b.low
    if _is_max_of(ranges, right, left):
        return ValueRange(low, min(high, 0.0))
    # 1 - sigmoid: it rounds to 1 from 17 on, sooner than to 0.
    saturates = b.zero == SIGMOID and (a.low, a.high, b.high) == (1, 1, 1)
    return ValueRange(low, high, SIGMOID if saturates else "")


def _is_max_of(ranges: ValueRanges, tensor: At, of: At) -> bool:
    """Whether the tensor is the largest element, of all or along an axis, of the other."""
    row = ranges.origins.elements(tensor)[0]
    if ranges.inspected.table.ops[row] != "Max":
        return False
    return ranges.origins.same(ranges.inspected.inputs(row)[0]) == ranges.origins.same(of)


def _mul(ranges: ValueRanges, row: int) -> ValueRange:
    left, right = ranges.inspected.inputs(row)
    a, b = ranges.of(left), ranges.of(right)
    if ranges.origins.same(left) == ranges.origins.same(right):
        return _squared(a)
    found = range_of(*(bound_product(x, y) for x in (a.low, a.high) for y in (b.low, b.high)))
    finite = [each for each in (a, b) if each.zero]
    chosen = min(finite, key=lambda each: each.zero == MASK) if finite else ANY_NUMBER
    if chosen.zero == MASK and len(finite) < 2:
        # What a mask lets through: which elements are 0 is known, and perhaps it is one element of each row that is not.
        return found._replace(zero=_MASKED)
    return found._replace(zero=chosen.zero, rows=chosen.rows)


_MASKED = "the product with a mask, which is 0 where the mask is"


def _squared(x: ValueRange) -> ValueRange:
    ends = [bound_product(x.low, x.low), bound_product(x.high, x.high)]
    low = 0.0 if x.low <= 0 <= x.high else min(ends)
    return ValueRange(low, max(ends), x.zero, x.rows)


def _square(ranges: ValueRanges, row: int) -> ValueRange:
    return _squared(_first(ranges, row))


def _always(low: float, high: float, zero: str = "") -> RangeRule:
    """The rule of an op whose results lie between these numbers, whatever its inputs are."""
    return lambda _ranges, _row: ValueRange(low, high, zero)


def _abs(ranges: ValueRanges, row: int) -> ValueRange:
    x = _first(ranges, row)
    low = 0.0 if x.low <= 0 <= x.high else min(abs(x.low), abs(x.high))
    return ValueRange(low, max(abs(x.low), abs(x.high)), x.zero, x.rows)


def _negated(ranges: ValueRanges, row: int) -> ValueRange:
    x = _first(ranges, row)
    return ValueRange(-x.high, -x.low, x.zero, x.rows)


def _maximum(ranges: ValueRanges, row: int) -> ValueRange:
    a, b = ranges.inputs(row)
    found = ValueRange(max(a.low, b.low), max(a.high, b.high))
    for subject, bound in ((a, b), (b, a)):
        if (bound.low, bound.high) == (0, 0) and subject.low < 0:
            return found._replace(zero=_CLIPPED)
        if subject.zero and bound.high <= 0:
            return found._replace(zero=subject.zero, rows=subject.rows)
    return found


def _minimum(ranges: ValueRanges, row: int) -> ValueRange:
    a, b = ranges.inputs(row)
    zero = next((x for x, other in ((a, b), (b, a)) if x.zero and other.low > 0), ANY_NUMBER)
    return ValueRange(min(a.low, b.low), min(a.high, b.high), zero.zero, zero.rows)


def _clipped(ranges: ValueRanges, row: int) -> ValueRange:
    x, low, high = ranges.inputs(row)
    return ValueRange(
        max(x.low, low.low), min(x.high, high.high), _CLIPPED if (low.low, low.high) == (0, 0) and x.low < 0 else ""
    )


def _chosen(ranges: ValueRanges, row: int) -> ValueRange:
    """A choice between two: whether it leaves out just what is 0, nobody knows."""
    a, b = ranges.inputs(row)[1:]
    return ValueRange(min(a.low, b.low), max(a.high, b.high))


def _quotient(ranges: ValueRanges, row: int) -> ValueRange:
    a, b = ranges.inputs(row)
    if b.low > 0 and not isinf(b.high):
        ends = [x / y for x in (a.low, a.high) for y in (b.low, b.high)]
        return range_of(*ends)._replace(zero=a.zero, rows=a.rows)
    return ValueRange(0.0 if a.low >= 0 <= b.low else -inf, inf, a.zero if b.low > 0 else "", a.rows)


def _sqrt(ranges: ValueRanges, row: int) -> ValueRange:
    x = _first(ranges, row)
    return ValueRange(sqrt(max(x.low, 0.0)), sqrt(x.high) if x.high >= 0 else inf, x.zero, x.rows)


def _exp(ranges: ValueRanges, row: int) -> ValueRange:
    x = _first(ranges, row)
    return ValueRange(0.0 if x.low < -700 else exp(min(x.low, 700)), inf if x.high > 700 else exp(x.high))


def _softplus(ranges: ValueRanges, row: int) -> ValueRange:
    low = _first(ranges, row).low
    return ValueRange(0.0 if low < -700 else log1p(exp(min(low, 700))))


def _pow(ranges: ValueRanges, row: int) -> ValueRange:
    base, power = ranges.inputs(row)
    if power.low == power.high == 2:
        return _squared(base)
    if base.low >= 0 and power.low > 0:
        return ValueRange(0.0, inf, base.zero, base.rows)
    return ANY_NUMBER


def _total(ranges: ValueRanges, row: int) -> ValueRange:
    """Sum, Mean, Max of what is not negative: 0 where all of it is."""
    x, op = _first(ranges, row), ranges.inspected.table.ops[row]
    high = x.high if op != "Sum" or x.high <= 0 else inf
    # Of no elements the sum is 0 and the mean NaN; that is another matter than what data are.
    low = x.low if op != "Sum" or x.low >= 0 else -inf
    return ValueRange(low, high, _total_zero(ranges, row, x), rows=True)


def _total_zero(ranges: ValueRanges, row: int, x: ValueRange) -> str:
    over = ranges.reduced(row)
    if over is None:
        return MASK if x.zero == MASK and x.rows else ""
    axes, rank = over
    if ranges.inspected.table.ops[row] != "Max":
        reason = distance_reason(ranges, row, axes, rank)
        if reason:
            return _VARIANCE if reason == "variance" else reason
    if x.zero == MASK and x.rows:
        return MASK
    # A row of zeros is ordinary; that the whole batch is zeros is not.
    return x.zero if x.rows and x.low == 0 and len(axes) < rank else ""


def _dimensions(ranges: ValueRanges, row: int) -> ValueRange:
    kind = ranges.inspected.type_of(*ranges.inspected.inputs(row)[0])
    if kind is None or not kind.shape:
        return ValueRange(0.0)
    return ValueRange(
        float(min(dim or 0 for dim in kind.shape)),
        inf if None in kind.shape else float(max(dim or 0 for dim in kind.shape)),
    )


def _product(ranges: ValueRanges, row: int) -> ValueRange:
    """The product of a constant's elements, or of a known shape's dimensions."""
    factors = ranges.integers(ranges.inspected.inputs(row)[0])
    return ANY_NUMBER if factors is None else range_of(float(prod(factors)))


RANGES: Dict[str, RangeRule] = {
    "Const": _const, "Relu": _relu, "Relu6": _relu, "Sigmoid": _always(0.0, 1.0, SIGMOID), "Softmax": _always(0.0, 1.0, SOFTMAX), "OneHot": _one_hot, "Cast": _cast,
    "Tanh": _always(-1.0, 1.0), "Sin": _always(-1.0, 1.0),
    "Cos": _always(-1.0, 1.0), "Elu": _always(-1.0, inf),
    "Add": _add, "AddV2": _add, "AddN": _sum_of_all, "Sub": _sub, "Mul": _mul, "Square": _square,
    "SquaredDifference": _always(0.0, inf), "Abs": _abs, "Neg": _negated, "Maximum": _maximum, "Minimum": _minimum,
    "ClipByValue": _clipped, "Select": _chosen, "SelectV2": _chosen, "RealDiv": _quotient, "Div": _quotient,
    "Sqrt": _sqrt, "Exp": _exp, "Softplus": _softplus, "Pow": _pow, "Sum": _total, "Mean": _total, "Max": _total,
    "Shape": _dimensions, "Prod": _product,
    "ConcatV2": _joined, "Pack": _joined,
    **dict.fromkeys("Reshape ExpandDims Squeeze Transpose StridedSlice Slice Tile BroadcastTo Reverse ReverseV2 MaxPool Split".split(), _first),
    **dict.fromkeys(("GatherV2", "GatherNd", "Min"), _picked),
}  # fmt: skip
"""Op type -> the rule for its (first) result. A rule that fails on an odd op says nothing of it."""
