"""What is known of the elements of a mask: from an op's attributes and what is known of its inputs to what it gives."""

from __future__ import annotations

from math import isfinite, prod
from typing import Callable, Dict, NamedTuple, Optional, Sequence, Tuple, Union

from ...graph.attrs import Constant, constant_of
from ..scene.seen_op import SeenOp

EXACT = 2.0**24
"""Up to here all whole numbers are float32."""
MASK_WHOLE = frozenset({"int32", "int64"})
_NUMBERS = MASK_WHOLE | {"float32", "float64"}
"""Types in which positions are exact."""
MASK_FLOATS = frozenset({"float16", "bfloat16", "float32", "float64"})


class MaskValues(NamedTuple):
    """A tensor that has one value where the row is not before the column, and another one elsewhere; `even`: the same value everywhere."""

    seen: float
    hidden: float

    @property
    def even(self) -> bool:
        """Whether it is the same everywhere."""
        return self.seen == self.hidden


class PositionValues(NamedTuple):
    """A tensor whose elements are `start`, `start + step`, ... along one axis, counted from the last one, which is -1."""

    axis: int
    start: float
    step: float


MaskKnown = Optional[Union[MaskValues, PositionValues]]


class MaskOp(NamedTuple):
    """An op, as the rules see it."""

    op: SeenOp
    size: Tuple[int, ...]
    """The shape of what it gives."""
    before: Sequence[MaskKnown]
    """What is known of its inputs."""


_Rule = Callable[[MaskOp], MaskKnown]
SELECTED = ("condition", "then", "else")
"""What an op that chooses takes."""


def _constant(at: MaskOp) -> MaskKnown:
    constant = constant_of(at.op.attrs)
    values = constant.values if constant is not None and _is_whole(constant) else ()
    if len(set(values)) != 1 or not isinstance(values[0], (bool, int, float)):
        return None
    return _all(float(values[0])) if isinstance(values[0], float) or abs(values[0]) < EXACT else None


def _is_whole(constant: Constant) -> bool:
    """Whether all elements are known; a single one stands for all."""
    return len(constant.values) in {1, prod(size or 0 for size in constant.shape or ())}


def _all(value: float) -> MaskValues:
    return MaskValues(value, value)


def _filled(at: MaskOp) -> MaskKnown:
    value = at.before[1] if len(at.before) > 1 else None
    return value if isinstance(value, MaskValues) and value.even else None


def _same(at: MaskOp) -> MaskKnown:
    return at.before[0] if at.before else None


def _scalar(op: SeenOp, place: int) -> Optional[float]:
    """A constant of one number."""
    values = op.constant(place)
    if values is None or len(values) != 1 or isinstance(values[0], bool) or not isinstance(values[0], (int, float)):
        return None
    return float(values[0]) if abs(values[0]) < EXACT else None


def _range(at: MaskOp) -> MaskKnown:
    start, step, size = _scalar(at.op, 0), _scalar(at.op, 2), at.size
    if start is None or step is None or len(size) != 1 or step <= 0:
        return None
    exact = start == int(start) and step == int(step) and abs(start) + step * size[0] < EXACT
    return PositionValues(-1, start, step) if exact and _dtype(at.op) in _NUMBERS else None


def _reshaped(at: MaskOp) -> MaskKnown:
    """What only gets or loses dimensions of 1; a slice that keeps all elements, in steps of 1, does that too."""
    old, new = at.op.shape(0), at.size
    if old is None or not at.before or [dim for dim in old if dim != 1] != [dim for dim in new if dim != 1]:
        return None
    if at.op.table.ops[at.op.row] == "StridedSlice" and set(at.op.constant(3) or [0]) != {1}:
        return None
    told = at.before[0]
    if isinstance(told, PositionValues):
        places = [place - len(new) for place, dim in enumerate(new) if dim != 1]
        return told._replace(axis=places[0]) if len(places) == 1 else None
    return told if told is None or told.even or new[-2:] == tuple(old[-2:]) else None


def _cast(at: MaskOp) -> MaskKnown:
    told, dtype = at.before[0] if at.before else None, _dtype(at.op)
    if dtype in _NUMBERS and isinstance(told, PositionValues):
        return told
    if not isinstance(told, MaskValues):
        return None
    if dtype == "bool":
        return MaskValues(float(bool(told.seen)), float(bool(told.hidden)))
    whole = all(isfinite(value) and value == int(value) for value in told)
    return told if dtype in MASK_FLOATS or (whole and dtype in MASK_WHOLE) else None


def _dtype(op: SeenOp) -> str:
    types = op.table.outputs[op.row]
    return types[0].dtype if types else ""


def _band(at: MaskOp) -> MaskKnown:
    told, below, above = at.before[0] if at.before else None, _scalar(at.op, 1), _scalar(at.op, 2)
    if not isinstance(told, MaskValues) or below is None or above != 0 or len(at.size) < 2:
        return None
    return told._replace(hidden=0.0) if below < 0 or below >= at.size[-2] - 1 else None


_BY_ROWS, _BY_COLUMNS = (-2, -1), (-1, -2)
"""The axes of the two sides of a comparison: numbers of rows with numbers of columns, and the other way round."""


def _compared(axes: Tuple[int, int], found: MaskValues) -> _Rule:
    """A comparison, and what it gives with its sides along these axes; the other way round it tells the diagonal from what is before it."""

    def rule(at: MaskOp) -> MaskKnown:
        if len(at.before) != 2:
            return None
        first, second = at.before
        if not isinstance(first, PositionValues) or not isinstance(second, PositionValues) or first[1:] != second[1:]:
            return None
        return found if (first.axis, second.axis) == axes else None

    return rule


def _each(formula: Callable[..., float], count: int) -> _Rule:
    """An op that computes each element from the elements at its place."""

    def rule(at: MaskOp) -> MaskKnown:
        told = [each for each in at.before if isinstance(each, MaskValues)]
        if len(told) != len(at.before) or len(told) != count:
            return None
        if not all(each.even or (at.op.shape(place) or ())[-2:] == at.size[-2:] for place, each in enumerate(told)):
            return None
        return MaskValues(formula(*[each.seen for each in told]), formula(*[each.hidden for each in told]))

    return rule


RULES: Dict[str, _Rule] = {
    "Const": _constant,
    "Fill": _filled,
    "OnesLike": lambda _: _all(1.0),
    "ZerosLike": lambda _: _all(0.0),
    "Range": _range,
    **dict.fromkeys(("Identity", "StopGradient"), _same),
    **dict.fromkeys(("Reshape", "ExpandDims", "Squeeze", "StridedSlice"), _reshaped),
    "Cast": _cast,
    **dict.fromkeys(("MatrixBandPart", "BatchMatrixBandPart"), _band),
    "GreaterEqual": _compared(_BY_ROWS, MaskValues(1.0, 0.0)),
    "LessEqual": _compared(_BY_COLUMNS, MaskValues(1.0, 0.0)),
    "Less": _compared(_BY_ROWS, MaskValues(0.0, 1.0)),
    "Greater": _compared(_BY_COLUMNS, MaskValues(0.0, 1.0)),
    "LogicalNot": _each(lambda a: float(not a), 1),
    "Neg": _each(lambda a: -a, 1),
    **dict.fromkeys(("Add", "AddV2"), _each(lambda a, b: a + b, 2)),
    "Sub": _each(lambda a, b: a - b, 2),
    "Mul": _each(lambda a, b: a * b, 2),
    "Equal": _each(lambda a, b: float(a == b), 2),
    "NotEqual": _each(lambda a, b: float(a != b), 2),
    "SelectV2": _each(lambda a, b, c: b if a else c, len(SELECTED)),
}
"""Op type -> what it gives, from what is known of its inputs."""
