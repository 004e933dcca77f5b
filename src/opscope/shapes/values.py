"""The small integers that shapes and loops depend on, computed from constants and known shapes as the executor would."""

from __future__ import annotations

from math import ceil
from typing import Any, Callable, Dict, List, Mapping, Sequence, Tuple

from ..graph.table import NodeTable
from ..graph.types import CONTROL, Edge
from . import lists
from .bodies import Bodies
from .budget import FAILURES, MOST_DEPTH, MOST_ELEMENTS, MOST_NUMBER, Budget, TooDeep, Unknown, number_within
from .line import Line, Until, both, equal, unequal
from .tensor import Tensor, product

_MOST_INPUTS = 4096
"""An op with more inputs, control inputs among them, computes no shape."""

Value = Any
"""An integer, float or bool, or a list of them; inside a loop that is solved also a `Line`."""
Results = Callable[[int], Mapping[int, Value]]
"""A loop's variables after its end, by index, as far as they are known."""


def _floor_div(left: Value, right: Value) -> Value:
    if not right:
        raise Unknown
    return left // right


_SCALAR: Dict[str, Callable[..., Value]] = {
    "Less": lambda a, b: a < b, "LessEqual": lambda a, b: a <= b, "Greater": lambda a, b: a > b,
    "GreaterEqual": lambda a, b: a >= b, "Equal": equal, "NotEqual": unequal, "LogicalAnd": both, "LogicalOr": lambda a, b: bool(a or b), "LogicalNot": lambda a: not a,
    "Add": lambda a, b: a + b, "AddV2": lambda a, b: a + b, "Sub": lambda a, b: a - b, "Mul": lambda a, b: a * b,
    "FloorDiv": _floor_div, "FloorMod": lambda a, b: a - b * _floor_div(a, b), "Maximum": max, "Minimum": min,
    "RealDiv": lambda a, b: a / b, "Neg": lambda a: -a, "Ceil": ceil, "Abs": abs,
    "Select": lambda c, a, b: a if c else b, "SelectV2": lambda c, a, b: a if c else b,
}  # fmt: skip
_LIST: Dict[str, Callable[[List[Value]], Value]] = {"Prod": product, "Max": max, "Min": min, "Sum": sum, "Size": len}
_SAME = frozenset(
    "Identity StopGradient PreventGradient Enter Squeeze ExpandDims EnsureShape Reshape _Retval _Arg".split()
)


class Values:
    """Evaluates ops. `here` has the values of some arguments; those in `bound` without one are unknown."""

    def __init__(
        self, table: NodeTable, known: Sequence[Sequence[Tensor]], bodies: Bodies, results: Results,
        here: Mapping[int, Value], bound: "Mapping[int, int]", budget: Budget,
    ) -> None:  # fmt: skip
        self._table = table
        self._known = known
        self._bodies = bodies
        self._results = results
        self._here = here
        self._bound = bound
        self._budget = budget
        self._memo: Dict[Tuple[int, int], Value] = {}

    def of(self, row: int, output: int) -> Value:
        """The value of one output; one of `FAILURES` where it is not known."""
        key = (row, output)
        if key not in self._memo:
            self._memo[key] = self._worked_out(row, output)
        value = self._memo[key]
        if value is _UNKNOWN:
            raise Unknown
        return value

    def _worked_out(self, row: int, output: int) -> Value:
        budget = self._budget
        if budget.depth >= MOST_DEPTH:
            raise TooDeep
        budget.depth += 1
        try:
            budget.spend()
            value = self._compute(row, output)
            types = self._table.outputs[row]
            _check(value, types[output].dtype if output < len(types) else "")
            budget.spend(len(value) if isinstance(value, list) else 0)
        except TooDeep:
            raise  # from nearer it may be known
        except FAILURES:
            return _UNKNOWN
        finally:
            budget.depth -= 1
        return value

    def _compute(self, row: int, output: int) -> Value:
        op = self._table.ops[row]
        if row in self._here:
            return self._here[row]
        if row in self._bound:
            raise Unknown
        if op == "Const":
            _count(self._table.outputs[row][0].shape or ())
            return constant(self._table.attrs(row))
        if op == "_Arg" and not self._bodies.handed_on(row):
            raise Unknown
        returned = self._bodies.result(row, output)
        if returned is not None:
            return self.of(returned, 0)
        if op in {"While", "StatelessWhile"}:
            return self._results(row)[output]
        edges = self._edges(row)
        if op in {"Shape", "ShapeN"}:
            return self._shape(*edges[output])
        if op == "TensorListPopBack":
            held = lists.item(self._table, self._bodies, edges[0])
            if held is None or held.rows:
                raise Unknown
            return self.of(*held.edge)
        values = [self.of(*edge) for edge in self._read(op, edges)]
        return _apply(op, values, output, self._table, row)

    def _edges(self, row: int) -> Sequence[Edge]:
        """The data inputs of an op that may compute a shape."""
        count = self._table.edge_start[row + 1] - self._table.edge_start[row]
        if count > _MOST_INPUTS:
            raise Unknown
        self._budget.spend(count)
        edges = [edge for edge in self._table.inputs(row) if edge.output != CONTROL]
        if len(edges) > MOST_ELEMENTS + 1:  # a Pack of as many numbers; a ConcatV2 has its axis beside
            raise Unknown
        return edges

    def _read(self, op: str, edges: Sequence[Tuple[int, int]]) -> Sequence[Any]:
        """The inputs whose values an op needs."""
        if op in _SAME or op in _LIST:
            return edges[:1]
        if op in _SCALAR or op in _STRUCTURE or op == "Cast":
            return edges
        raise Unknown

    def _shape(self, row: int, output: int) -> List[int]:
        types = self._known[row]
        shape = types[output][1] if output < len(types) else None
        if shape is None:
            raise Unknown
        return list(shape)


_UNKNOWN = object()
"""What is remembered of a value that is not known."""


def constant(attrs: Mapping[str, Any]) -> Value:
    """The value of a small constant."""
    values, shape = list(attrs["value"].get("values", ())), attrs["value"]["shape"]
    size = _count(shape)
    if not size:
        return []
    if not shape:
        return values[0]
    if len(values) != size and len(values) != 1:
        raise Unknown
    return values * (size // len(values))


def _count(dims: Sequence[Any]) -> int:
    """The elements of a tensor whose value may be known; `Unknown` before anything is made of a larger one."""
    count = 1
    for dim in dims:
        if type(dim) is not int or not 0 <= dim <= MOST_ELEMENTS:
            raise Unknown
        count = min(count * dim, MOST_ELEMENTS + 1)
    if count > MOST_ELEMENTS:
        raise Unknown
    return count


_RANGES = {
    **{f"int{bits}": (-1 << (bits - 1), (1 << (bits - 1)) - 1) for bits in (8, 16, 32)},
    **{f"uint{bits}": (0, (1 << bits) - 1) for bits in (8, 16, 32)},
}
"""Dtype -> its least and its largest number; all others are checked as int64."""
_INT64 = (-MOST_NUMBER - 1, MOST_NUMBER)


def _check(value: Value, dtype: str) -> None:
    """`Unknown` for a value that TensorFlow could not hold so: integers wrap around there, and lists are no shapes."""
    numbers = value if isinstance(value, list) else [value]
    if len(numbers) > MOST_ELEMENTS:
        raise Unknown
    least, most = _RANGES.get(dtype, _INT64)
    for number in numbers:
        if isinstance(number, (Line, Until)):
            continue
        if not number_within(number) or not (isinstance(number, float) or least <= number <= most):
            raise Unknown


def _apply(op: str, values: List[Value], output: int, table: NodeTable, row: int) -> Value:
    if op in _SAME:
        return values[0]
    if op == "Cast":
        types = table.outputs[row]
        return _elementwise(_cast_to(types[0].dtype if types else ""), values)
    if op in _LIST:
        # A scalar is its own maximum: Keras writes its iteration limit so.
        return _LIST[op](values[0]) if isinstance(values[0], list) else values[0]
    if op in _SCALAR:
        return _elementwise(_SCALAR[op], values)
    return _STRUCTURE[op](values, output, table.attrs(row))


def _elementwise(function: Callable[..., Value], values: List[Value]) -> Value:
    """Number by number; a single one goes with every element of a list."""
    length = max((len(value) for value in values if isinstance(value, list)), default=-1)
    if length < 0:
        return function(*values)
    columns = [value if isinstance(value, list) else [value] for value in values]
    if any(len(column) not in {1, length} for column in columns):
        raise Unknown
    return [function(*items) for items in zip(*(column * (length // len(column)) for column in columns))]


def _cast_to(dtype: str) -> Callable[[Value], Value]:
    if dtype.startswith(("float", "bfloat")):
        return float
    if dtype == "bool":
        return bool
    # A line is one of integers, and stays one.
    return lambda value: int(value) if isinstance(value, (float, bool)) else value


def number(value: Value) -> Value:
    """A single number, or the only element of a list."""
    if isinstance(value, list):
        if len(value) != 1:
            raise Unknown
        return value[0]
    return value


def _pack(values: List[Value], _: int, __: Mapping[str, Any]) -> Value:
    return [number(value) for value in values]


def _concat(values: List[Value], _: int, __: Mapping[str, Any]) -> Value:
    parts = [value if isinstance(value, list) else [value] for value in values[:-1]]
    _count([sum(map(len, parts))])
    return [item for part in parts for item in part]


def _range(values: List[Value], _: int, __: Mapping[str, Any]) -> Value:
    numbers = range(*(number(value) for value in values))
    if numbers and (numbers[-1] - numbers[0]) // numbers.step >= MOST_ELEMENTS:  # len() has a limit of its own
        raise Unknown
    return list(numbers)


def _gather(values: List[Value], _: int, __: Mapping[str, Any]) -> Value:
    source, places = values[0], values[1]
    return [source[place] for place in places] if isinstance(places, list) else source[places]


def _strided_slice(values: List[Value], _: int, attrs: Mapping[str, Any]) -> Value:
    source, begin, end, step = (values[0], *(number(value) for value in values[1:4]))
    if attrs.get("new_axis_mask") or attrs.get("ellipsis_mask"):
        raise Unknown
    if attrs.get("shrink_axis_mask"):
        return source[begin]
    return source[slice(None if attrs.get("begin_mask") else begin, None if attrs.get("end_mask") else end, step)]


def _slice(values: List[Value], _: int, __: Mapping[str, Any]) -> Value:
    begin, size = number(values[1]), number(values[2])
    return values[0][begin : None if size < 0 else begin + size]


def _inverse(values: List[Value], _: int, __: Mapping[str, Any]) -> Value:
    return [_integers(values[0]).index(place) for place in range(len(values[0]))]


def _fill(values: List[Value], _: int, __: Mapping[str, Any]) -> Value:
    return [number(values[1])] * _count(values[0] if isinstance(values[0], list) else [values[0]])


def _integers(values: List[Value]) -> List[int]:
    if any(type(value) is not int for value in values):
        raise Unknown
    return values


def _broadcast_arguments(values: List[Value], output: int, __: Mapping[str, Any]) -> Value:
    """The dimensions along which a gradient is summed: where its own input was broadcast."""
    values = [_integers(value) for value in values]
    size = max(len(value) for value in values)
    own, other = ([1] * (size - len(value)) + value for value in (values[output], values[1 - output]))
    missing = size - len(values[output])
    return [place for place in range(size) if place < missing or (own[place] == 1 and other[place] != 1)]


_STRUCTURE: Dict[str, Callable[[List[Value], int, Mapping[str, Any]], Value]] = {
    "Pack": _pack, "ConcatV2": _concat, "Range": _range, "GatherV2": _gather, "StridedSlice": _strided_slice,
    "Slice": _slice, "InvertPermutation": _inverse, "Fill": _fill, "BroadcastGradientArgs": _broadcast_arguments,
}  # fmt: skip
