"""How often each group runs in a step: trip counts of loops, found by running only the integers that a condition needs.

A loop's condition and the counters it reads are evaluated on constants and static shapes. Counters that change by the
same amount in every iteration are solved for the iteration in which the condition fails; other loops are followed
iteration by iteration, as the executor would, as long as they are short. Whatever depends on data ends the attempt and
the loop's costs stay per iteration.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Dict, List, Mapping, Optional, Sequence

from ..graph.graph import Graph
from ..graph.groups import Group
from ..graph.vocabulary import LOOP_PARTS
from .bodies import Bodies
from .body_values import BodyValues
from .budget import FAILURES, MOST_TIMES, MOST_WALKED, WALKING_STEPS, Budget, TooDeep
from .line import Line, Until, line, parts
from .table_source import TableSource
from .tensor import Tensor
from .value import scalar, single


@dataclass(frozen=True)
class Loop:
    """What is known of one loop: how often its body ran, and its variables' values at the end, as far as known."""

    trips: Optional[int]
    results: Mapping[int, Any]


@dataclass(frozen=True)
class Runs:
    """How often the ops of a group run in a step, and whether loops of unknown length around it are left out."""

    times: float = 1
    unknown: bool = False


def runs(graph: Graph, known: Sequence[Sequence[Tensor]], measured: Optional[Mapping[int, float]] = None) -> List[Runs]:
    """For each group how often its ops run in one step; branches count as taken.

    `measured` has the runs per step of loops' parts (by group), used where shapes and constants do not tell.
    """
    return Loops(graph, known).runs(measured or {})


def trips(graph: Graph) -> Dict[str, float]:
    """Name of each loop's op -> how often its body runs each time, as far as known: as `estimate` found, else from constants.

    Cheap for a drawing: shapes behind an open batch are not followed.
    """
    if graph.cost is not None:
        return {name: count for name, count in graph.cost.loops.items() if count is not None}
    if not any(group.kind == "while" for group in graph.groups):
        return {}
    found = Loops(graph, graph.table.outputs)
    counts = {graph.table.names[row]: found.loop(row).trips for row in found.bodies.loops}
    return {name: count for name, count in counts.items() if count is not None}


def trips_of(graph: Graph, times: Sequence[Runs]) -> Dict[str, Optional[float]]:
    """The same from the runs of all groups, with ``None`` for loops of unknown length."""
    result: Dict[str, Optional[float]] = {}
    for group, run in zip(graph.groups, times):
        if group.kind == "body" and group.owner >= 0:
            around = graph.content.node_group[group.owner]
            outer = times[around] if around >= 0 else Runs()
            known = not run.unknown and outer.times
            result[graph.table.names[group.owner]] = run.times / outer.times if known else None
    return result


State = Mapping[int, Any]
"""Index of a loop variable, or row of an argument -> the number that it is."""


class Loops:
    """Trip counts of a graph's loops; `known` has each op's tensors and may grow while it is used, producers first."""

    def __init__(self, graph: Graph, known: Sequence[Sequence[Any]]) -> None:
        self._graph = graph
        self._table = graph.table
        self.bodies = Bodies(graph)
        self.source = TableSource(graph.table, known, self.bodies)
        self.budget = Budget(len(graph.table))
        self.walking = WALKING_STEPS
        """Steps that are left for following loops iteration by iteration."""
        self._loops: Dict[int, Loop] = {}

    def runs(self, measured: Mapping[int, float]) -> List[Runs]:
        """For each group how often its ops run in one step."""
        result: List[Runs] = []
        for index, group in enumerate(self._graph.groups):
            outer = result[group.parent] if group.parent >= 0 else Runs()
            inner = self._inside(group, outer)
            if inner.unknown and index in measured:
                inner = Runs(measured[index])
            result.append(inner)
        return result

    def _inside(self, group: Group, outer: Runs) -> Runs:
        if group.kind not in LOOP_PARTS or group.owner < 0:
            return outer
        trips = self.loop(group.owner).trips
        if trips is None:
            return Runs(outer.times, unknown=True)
        times = outer.times * (trips + (group.kind == "cond"))
        return Runs(times, outer.unknown) if times <= MOST_TIMES else Runs(outer.times, unknown=True)

    def loop(self, row: int) -> Loop:
        """The trip count of the loop node at `row`."""
        if row not in self._loops:
            self._loops[row] = Loop(None, {})  # a loop that waits for itself knows nothing
            try:
                self._loops[row] = self._run(row)
            except TooDeep:
                del self._loops[row]
                raise
        return self._loops[row]

    def values(self, here: Optional[State] = None, bound: Optional[Mapping[int, int]] = None) -> BodyValues:
        """An evaluator; `here` has the numbers that some of the arguments in `bound` are."""
        return BodyValues(
            self.source,
            self.budget,
            self._table,
            self.bodies,
            lambda row: self.loop(row).results,
            here or {},
            bound or {},
        )

    def _run(self, row: int) -> Loop:
        parts = self.bodies.loops.get(row, {})
        if set(parts) != LOOP_PARTS:
            return Loop(None, {})
        (in_cond, condition), (in_body, results) = self.bodies.ends(parts["cond"]), self.bodies.ends(parts["body"])
        if 0 not in condition:
            return Loop(None, {})
        state = self._initial(row)
        updates = {index: results[index] for index in state if index in results}
        return _Trips(self, in_cond, condition[0], in_body, updates).found(state)

    def _initial(self, row: int) -> Dict[int, Any]:
        """The loop variables that are known before the first iteration, of those that are single numbers."""
        state = {}
        for index, edge in enumerate(self._table.data_inputs(row)):
            kind = self._table.input_type(edge)
            if kind is None or (kind.shape in {(), None} and kind.dtype in {"int32", "int64", "bool"}):
                found = single(self.values().of(*edge))
                if found is not None:
                    state[index] = found
        return state


class _Trips:
    """Follows one loop. Its state: the loop variables that are known, by index; arguments have an index each too."""

    def __init__(
        self, loops: Loops, in_cond: Mapping[int, int], condition: int, in_body: Mapping[int, int],
        updates: Mapping[int, int],
    ) -> None:  # fmt: skip
        self._loops = loops
        self._in_cond = in_cond
        self._condition = condition
        """The row of the condition's `_Retval`."""
        self._in_body = in_body
        self._updates = updates
        """Loop variable -> the row of the body's `_Retval` that hands it on."""

    def found(self, initial: State) -> Loop:
        """The trip count, and the variables' values at the end."""
        try:
            if not self._runs_on(initial):
                return Loop(0, initial)
            first = self._next(initial)
            solved = self._solved(initial, first)
            if solved is not None and set(solved.results) == set(first):
                return solved
            return self._walked(first) or solved or Loop(None, self._fixed(initial))
        except TooDeep:
            raise
        except FAILURES:
            return Loop(None, self._fixed(initial))

    def _walked(self, state: State) -> Optional[Loop]:
        """The loop followed from the end of its first iteration; ``None`` for a long one."""
        loops, before = self._loops, self._loops.budget.left
        left = loops.walking
        for trips in range(1, MOST_WALKED + 1):
            if loops.walking < 0:
                break
            if not self._runs_on(state):
                return Loop(trips, state)
            state = self._next(state)
            loops.walking = left - (before - loops.budget.left)
        return None

    def _solved(self, initial: State, first: State) -> Optional[Loop]:
        """The loop in closed form, from its state before and after the first iteration; ``None`` where that is not known.

        Assume that each variable goes on as it began. Where the body, computing with lines, then makes of each line the
        same line an iteration later, the assumption holds for every iteration, by induction. What is computed on the way
        are lines as well, so that no integer overflows in between if none does in the first and in the last iteration:
        these two are run as they are.
        """
        try:
            lines = self._lines(initial, first)
            trips = self._holds(lines)
            if not isinstance(trips, Until):
                return None
            last, end = _at(lines, trips.first - 1), _at(lines, trips.first)
            after = self._next(last)
            right = all(_same(after.get(index), value) for index, value in end.items())
            return Loop(trips.first, end) if right and self._runs_on(last) and not self._runs_on(end) else None
        except TooDeep:
            raise
        except FAILURES:
            return None

    def _lines(self, initial: State, first: State) -> State:
        lines = {
            index: line(before, first[index] - before) if _is_integer(before) and _is_integer(first[index]) else before
            for index, before in initial.items()
            if index in first
        }
        while True:
            after = self._next(lines)
            kept = {index: value for index, value in lines.items() if _same(after.get(index), _later(value))}
            if len(kept) == len(lines):
                return lines
            lines = kept  # what a dropped one is part of goes too

    def _holds(self, state: State) -> Any:
        here = {arg: state[index] for arg, index in self._in_cond.items() if index in state}
        return scalar(self._loops.values(here, self._in_cond).of(self._condition, 0))

    def _runs_on(self, state: State) -> bool:
        return bool(self._holds(state))

    def _next(self, state: State) -> State:
        """The variables after one more iteration, as far as they are known."""
        here = {arg: state[index] for arg, index in self._in_body.items() if index in state}
        values = self._loops.values(here, self._in_body)
        after = {}
        for index, result in self._updates.items():
            if index in state:
                found = single(values.of(result, 0))
                if found is not None:
                    after[index] = found
        return after

    def _fixed(self, state: State) -> State:
        """The variables that the body hands on unchanged: known even when the trip count is not."""
        handed_on = {index for arg, index in self._in_body.items() if self._loops.bodies.handed_on(arg)}
        return {index: state[index] for index in self._updates if index in handed_on and index in state}


def _is_integer(value: Any) -> bool:
    return type(value) is int


def _at(lines: State, iteration: int) -> Dict[int, Any]:
    return {index: value.after(iteration) if isinstance(value, Line) else value for index, value in lines.items()}


def _later(value: Any) -> Any:
    """A line as it is an iteration later."""
    return line(value.after(1), value.step) if isinstance(value, Line) else value


def _same(left: Any, right: Any) -> bool:
    if isinstance(left, Line) or isinstance(right, Line):
        return isinstance(left, Line) and isinstance(right, Line) and parts(left) == parts(right)
    return type(left) is type(right) and bool(left == right)
