"""How often each group runs in a step: trip counts of loops, found by running only the integers that a condition needs.

A loop's condition and the counters it reads are evaluated on constants and static shapes, iteration by iteration, as
the executor would; whatever depends on data ends the attempt and the loop's costs stay per iteration.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import Any, Callable, Dict, List, Mapping, Optional, Sequence, Tuple

from ..graph.graph import Graph
from ..graph.groups import Group
from ..graph.types import CONTROL
from .op import Tensor, Unknown, product

MOST_TRIPS = 100_000
"""A loop that runs longer than this counts as unknown."""
_MOST_DEPTH = 60
"""Ops a value may lie behind."""

Value = Any
"""An integer, float or bool, or a (nested) list of them."""


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
    "Neg": lambda a: -a, "Ceil": ceil, "Abs": abs,
}  # fmt: skip
_LIST: Dict[str, Callable[[List[Value]], Value]] = {"Prod": product, "Max": max, "Min": min, "Sum": sum, "Size": len}
_SAME = frozenset({"Identity", "Cast", "StopGradient", "Enter", "Squeeze", "ExpandDims", "EnsureShape", "Reshape"})


@dataclass(frozen=True)
class Loop:
    """What is known of one loop: how often its body ran, and its variables' values at the end (``None``: unknown)."""

    trips: Optional[int]
    results: Mapping[int, Value]


@dataclass(frozen=True)
class Runs:
    """How often the ops of a group run in a step, and whether loops of unknown length around it are left out."""

    times: float = 1
    unknown: bool = False


def runs(graph: Graph, known: Sequence[Sequence[Tensor]], measured: Optional[Mapping[int, float]] = None) -> List[Runs]:
    """For each group how often its ops run in one step; branches count as taken.

    `measured` has the runs per step of loops' parts (by group), used where shapes and constants do not tell.
    """
    return _Loops(graph, known).runs(measured or {})


class _Loops:
    def __init__(self, graph: Graph, known: Sequence[Sequence[Tensor]]) -> None:
        self._graph = graph
        self._table = graph.table
        self._known = known
        self._loops: Dict[int, Loop] = {}
        self._bodies: Dict[int, Dict[str, int]] = {}
        self._functions: Dict[int, int] = {}
        for index, group in enumerate(graph.groups):
            if group.kind == "function" and group.owner >= 0:
                self._functions[group.owner] = index
            if group.kind in {"cond", "body"} and group.owner >= 0:
                self._bodies.setdefault(group.owner, {})[group.kind] = index
        self._ends: Optional[Dict[int, Tuple[Dict[int, int], Dict[int, int]]]] = None

    def runs(self, measured: Mapping[int, float]) -> List[Runs]:
        result: List[Runs] = []
        for index, group in enumerate(self._graph.groups):
            outer = result[group.parent] if group.parent >= 0 else Runs()
            inner = self._inside(group, outer)
            if inner.unknown and index in measured:
                inner = Runs(measured[index])
            result.append(inner)
        return result

    def _inside(self, group: Group, outer: Runs) -> Runs:
        if group.kind not in {"cond", "body"} or group.owner < 0:
            return outer
        trips = self.loop(group.owner).trips
        if trips is None:
            return Runs(outer.times, unknown=True)
        return Runs(outer.times * (trips + (group.kind == "cond")), outer.unknown)

    def loop(self, row: int) -> Loop:
        """The trip count of the loop node at `row`."""
        if row not in self._loops:
            self._loops[row] = Loop(None, {})  # a loop that waits for itself knows nothing
            self._loops[row] = self._run(row)
        return self._loops[row]

    def _arguments(self) -> Dict[int, Tuple[Dict[int, int], Dict[int, int]]]:
        """Group -> (argument row -> index, index -> row whose value is the result)."""
        if self._ends is None:
            wanted = {index for parts in self._bodies.values() for index in parts.values()} | set(
                self._functions.values()
            )
            self._ends = {index: ({}, {}) for index in wanted}
            table = self._table
            for row, op in enumerate(table.ops):
                if op in {"_Arg", "_Retval"}:
                    group = self._graph.content.node_group[row]
                    while group >= 0 and group not in wanted:
                        group = self._graph.groups[group].parent
                    if group >= 0:
                        index = table.raw_attrs[row].get("index", -1)
                        arguments, results = self._ends[group]
                        if op == "_Arg":
                            arguments[row] = index
                        else:
                            results[index] = row
        return self._ends

    def _run(self, row: int) -> Loop:
        parts = self._bodies.get(row, {})
        if set(parts) != {"cond", "body"}:
            return Loop(None, {})
        ends = self._arguments()
        (in_cond, condition), (in_body, results) = ends[parts["cond"]], ends[parts["body"]]
        if 0 not in condition:
            return Loop(None, {})
        state = self._initial(row)
        updates = {index: results[index] for index in state if index in results}
        trips = 0
        while True:
            try:
                here = {arg: state[index] for arg, index in in_cond.items() if index in state}
                if not _Values(self, here, set(in_cond)).of(condition[0], 0):
                    return Loop(trips, state)
            except (Unknown, TypeError, ValueError, OverflowError):
                return Loop(None, self._fixed(state, updates, in_body))
            if trips >= MOST_TRIPS:
                return Loop(None, {})
            trips += 1
            state = self._next(state, updates, in_body)

    def _initial(self, row: int) -> Dict[int, Value]:
        """The loop variables that are known before the first iteration, of those that are single numbers."""
        state = {}
        for index, edge in enumerate(self._table.data_inputs(row)):
            kind = self._table.input_type(edge)
            if kind is None or (kind.shape in {(), None} and kind.dtype in {"int32", "int64", "bool"}):
                try:
                    state[index] = _Values(self, {}, set()).of(edge.node, edge.output)
                except (Unknown, TypeError, ValueError, OverflowError):
                    continue
        return state

    def _next(self, state: Dict[int, Value], updates: Dict[int, int], in_body: Dict[int, int]) -> Dict[int, Value]:
        here = {arg: state[index] for arg, index in in_body.items() if index in state}
        values = _Values(self, here, set(in_body))
        after = {}
        for index, result in updates.items():
            if index in state:
                try:
                    after[index] = values.of(result, 0)
                except (Unknown, TypeError, ValueError, OverflowError):
                    continue
        return after

    def _fixed(self, state: Dict[int, Value], updates: Dict[int, int], in_body: Dict[int, int]) -> Dict[int, Value]:
        """The variables that the body hands on unchanged: known even when the trip count is not."""
        fixed = {}
        for index, result in updates.items():
            source = self._table.data_inputs(result)[0].node if index in state else -1
            if in_body.get(source) == index:
                fixed[index] = state[index]
        return fixed

    def result(self, row: int, output: int) -> Optional[int]:
        """The row whose value a function call returns as `output`; ``None`` where the node is no call."""
        if row not in self._functions:
            return None
        return self._arguments()[self._functions[row]][1].get(output)

    def constant(self, row: int) -> Value:
        """The value of a small constant."""
        value = self._table.attrs(row).get("value") or {}
        values, shape = value.get("values"), value.get("shape")
        if not values or shape is None or len(shape) > 1:
            raise Unknown
        if not shape:
            return values[0]
        size = product(shape)
        if len(values) < size and len(values) > 1:
            raise Unknown
        return (values * size)[:size]

    def shape(self, row: int, output: int) -> List[int]:
        """The static shape of one output."""
        types = self._known[row]
        shape = types[output][1] if output < len(types) else None
        if shape is None:
            raise Unknown
        return list(shape)


class _Values:
    """Evaluates nodes, given the values of some arguments (`here`); other arguments in `bound` are unknown."""

    def __init__(self, loops: _Loops, here: Mapping[int, Value], bound: "set[int]") -> None:
        self._loops = loops
        self._table = loops._table  # noqa: SLF001 - one class in two parts
        self._here = here
        self._bound = bound
        self._memo: Dict[Tuple[int, int], Value] = {}

    def of(self, row: int, output: int, depth: int = 0) -> Value:
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
            return self._loops.constant(row)
        returned = self._loops.result(row, output)
        if returned is not None:
            return self.of(returned, 0, depth)
        edges = [edge for edge in self._table.inputs(row) if edge.output != CONTROL]
        if op == "Shape":
            return self._loops.shape(edges[0].node, edges[0].output)
        if op in {"While", "StatelessWhile"}:
            results = self._loops.loop(row).results
            if output not in results:
                raise Unknown
            return results[output]
        if op in _SAME or op in {"_Arg", "_Retval"}:
            return self.of(edges[0].node, edges[0].output, depth)
        if op in _SCALAR:
            return _SCALAR[op](*[_number(self.of(edge.node, edge.output, depth)) for edge in edges])
        return self._structure(op, row, [(edge.node, edge.output) for edge in edges], depth)

    def _structure(self, op: str, row: int, edges: List[Tuple[int, int]], depth: int) -> Value:
        if op == "Pack":
            return [_number(self.of(*edge, depth)) for edge in edges]
        if op == "Range":
            start, limit, delta = (_number(self.of(*edge, depth)) for edge in edges)
            return list(range(start, limit, delta))
        if op == "StridedSlice" and self._table.attrs(row).get("shrink_axis_mask") == 1:
            values, begin = self.of(*edges[0], depth), self.of(*edges[1], depth)
            return values[begin[0]]
        if op in _LIST:
            values = self.of(*edges[0], depth)
            if not isinstance(values, list):  # a scalar is its own maximum: Keras writes its iteration limit so
                return values
            return _LIST[op](values)
        raise Unknown


def _number(value: Value) -> Value:
    if isinstance(value, list):
        if len(value) != 1:
            raise Unknown
        return value[0]
    return value
