"""The small integers that shapes and loops depend on, computed from constants and known shapes as the executor would."""

from __future__ import annotations

from math import ceil
from typing import Any, Callable, Dict, List, Mapping, Sequence, Tuple

from ..graph.table import NodeTable
from ..graph.types import CONTROL
from . import lists
from .bodies import Bodies
from .op import Tensor, Unknown, product

_MOST_DEPTH = 60
"""Ops a value may lie behind."""
_MOST_ELEMENTS = 100_000
"""A list that is longer is no shape."""

Value = Any
"""An integer, float or bool, or a list of them."""
Results = Callable[[int], Mapping[int, Value]]
"""A loop's variables after its end, by index, as far as they are known."""
FAILURES = (Unknown, TypeError, ValueError, OverflowError, IndexError)
"""What evaluating an op on values of an unexpected kind ends in."""


def _floor_div(left: Value, right: Value) -> Value:
    if not right:
        raise Unknown
    return left // right


_SCALAR: Dict[str, Callable[..., Value]] = {
    "Less": lambda a, b: a < b, "LessEqual": lambda a, b: a <= b, "Greater": lambda a, b: a > b,
    "GreaterEqual": lambda a, b: a >= b, "Equal": lambda a, b: a == b, "NotEqual": lambda a, b: a != b,
    "LogicalAnd": lambda a, b: bool(a and b), "LogicalOr": lambda a, b: bool(a or b), "LogicalNot": lambda a: not a,
    "Add": lambda a, b: a + b, "AddV2": lambda a, b: a + b, "Sub": lambda a, b: a - b, "Mul": lambda a, b: a * b,
    "FloorDiv": _floor_div, "FloorMod": lambda a, b: a - b * _floor_div(a, b), "Maximum": max, "Minimum": min,
    "RealDiv": lambda a, b: a / b, "Neg": lambda a: -a, "Ceil": ceil, "Abs": abs,
    "Select": lambda c, a, b: a if c else b, "SelectV2": lambda c, a, b: a if c else b,
}  # fmt: skip
_LIST: Dict[str, Callable[[List[Value]], Value]] = {"Prod": product, "Max": max, "Min": min, "Sum": sum, "Size": len}
_SAME = frozenset(
    "Identity Cast StopGradient PreventGradient Enter Squeeze ExpandDims EnsureShape Reshape _Retval _Arg".split()
)


class Values:
    """Evaluates ops. `here` has the values of some arguments; those in `bound` without one are unknown."""

    def __init__(
        self, table: NodeTable, known: Sequence[Sequence[Tensor]], bodies: Bodies, results: Results,
        here: Mapping[int, Value], bound: "Mapping[int, int]",
    ) -> None:  # fmt: skip
        self._table = table
        self._known = known
        self._bodies = bodies
        self._results = results
        self._here = here
        self._bound = bound
        self._memo: Dict[Tuple[int, int], Value] = {}

    def of(self, row: int, output: int, depth: int = 0) -> Value:
        """The value of one output; one of `FAILURES` where it is not known."""
        key = (row, output)
        if key not in self._memo:
            if depth > _MOST_DEPTH:
                raise Unknown
            self._memo[key] = self._compute(row, output, depth + 1)
        return self._memo[key]

    def _compute(self, row: int, output: int, depth: int) -> Value:
        op = self._table.ops[row]
        if row in self._here:
            return self._here[row]
        if row in self._bound:
            raise Unknown
        if op == "Const":
            return constant(self._table.attrs(row))
        if op == "_Arg" and not self._bodies.handed_on(row):
            raise Unknown
        returned = self._bodies.result(row, output)
        if returned is not None:
            return self.of(returned, 0, depth)
        edges = [edge for edge in self._table.inputs(row) if edge.output != CONTROL]
        if op in {"Shape", "ShapeN"}:
            return self._shape(*edges[output])
        if op in {"While", "StatelessWhile"}:
            results = self._results(row)
            if output not in results:
                raise Unknown
            return results[output]
        if op == "TensorListPopBack":
            held = lists.item(self._table, self._bodies, edges[0])
            if held is None or held.rows:
                raise Unknown
            return self.of(held.edge.node, held.edge.output, depth)
        values = [self.of(edge.node, edge.output, depth) for edge in self._read(op, edges)]
        return _apply(op, values, output, self._table, row)

    def _read(self, op: str, edges: Sequence[Tuple[int, int]]) -> Sequence[Any]:
        """The inputs whose values an op needs."""
        if op in _SAME or op in _LIST:
            return edges[:1]
        if op in _SCALAR or op in _STRUCTURE:
            return edges
        raise Unknown

    def _shape(self, row: int, output: int) -> List[int]:
        types = self._known[row]
        shape = types[output][1] if output < len(types) else None
        if shape is None:
            raise Unknown
        return list(shape)


def constant(attrs: Mapping[str, Any]) -> Value:
    """The value of a small constant."""
    value = attrs.get("value") or {}
    values, shape = value.get("values"), value.get("shape")
    if shape == [0]:
        return []
    if not values or shape is None or product(shape) > _MOST_ELEMENTS:
        raise Unknown
    if not shape:
        return values[0]
    size = product(shape)
    if len(values) < size and len(values) > 1:
        raise Unknown
    return (list(values) * size)[:size]


def _apply(op: str, values: List[Value], output: int, table: NodeTable, row: int) -> Value:
    if op in _SAME:
        return values[0]
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
    return [item for value in values[:-1] for item in (value if isinstance(value, list) else [value])]


def _range(values: List[Value], _: int, __: Mapping[str, Any]) -> Value:
    numbers = range(*(number(value) for value in values))
    if len(numbers) > _MOST_ELEMENTS:
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
    return [values[0].index(place) for place in range(len(values[0]))]


def _fill(values: List[Value], _: int, __: Mapping[str, Any]) -> Value:
    return [values[1]] * number(values[0])


def _broadcast_arguments(values: List[Value], output: int, __: Mapping[str, Any]) -> Value:
    """The dimensions along which a gradient is summed: where its own input was broadcast."""
    size = max(len(value) for value in values)
    own, other = ([1] * (size - len(value)) + value for value in (values[output], values[1 - output]))
    missing = size - len(values[output])
    return [place for place in range(size) if place < missing or (own[place] == 1 and other[place] != 1)]


_STRUCTURE: Dict[str, Callable[[List[Value], int, Mapping[str, Any]], Value]] = {
    "Pack": _pack, "ConcatV2": _concat, "Range": _range, "GatherV2": _gather, "StridedSlice": _strided_slice,
    "Slice": _slice, "InvertPermutation": _inverse, "Fill": _fill, "BroadcastGradientArgs": _broadcast_arguments,
}  # fmt: skip
