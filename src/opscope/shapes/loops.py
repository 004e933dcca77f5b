"""How often each loop runs, and so how often the ops of each group run in one step.

Only the loop's condition and the few integers that it depends on are computed, starting from constants and known
shapes. There are two ways. If each of these integers changes by the same amount in every iteration, the iteration in
which the condition turns false follows by arithmetic (`line`). Otherwise the loop is followed iteration by iteration,
up to `MOST_WALKED`. If the condition depends on the model's data, the trip count stays unknown and costs are per
iteration.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Dict, List, Mapping, Optional, Sequence

from ..graph.content import content_of
from ..graph.graph import Graph
from ..graph.groups import Group
from ..graph.vocabulary import LOOP_PARTS, is_of_dataset, loop_part, repeats
from .bodies import Bodies
from .body_values import BodyValues
from .budget import FAILURES, MOST_TIMES, MOST_WALKED, WALKING_STEPS, Budget, TooDeep
from .cardinality import Cardinality
from .line import Line, Until, line, parts
from .table_source import TableSource
from .tensor import Tensor
from .value import scalar, single


@dataclass(frozen=True)
class Loop:
    """What is known about one loop."""

    trips: Optional[int]
    """How often its body runs; ``None`` if that is not known."""
    results: Mapping[int, Any]
    """Number of a loop variable -> its value when the loop is over. Variables whose value is not known are missing."""


@dataclass(frozen=True)
class Runs:
    """How often the ops of a group run in one step."""

    times: float = 1
    unknown: bool = False
    """Whether a loop of unknown length is around the group. `times` then counts one iteration of that loop."""


def runs(graph: Graph, known: Sequence[Sequence[Tensor]], measured: Optional[Mapping[int, float]] = None) -> List[Runs]:
    """For each group, how often its ops run in one step. All branches of an ``if`` count as if they were taken.

    Args:
        graph: the expanded graph.
        known: for each op the dtype and shape of each output, as `resolve` gives them.
        measured: group of a loop's condition or body -> how often it was seen to run in a step. It is used where the
            trip count cannot be computed.
    """
    return Loops(graph, known).runs(measured or {})


def trips(graph: Graph) -> Dict[str, float]:
    """Name of a loop's op -> how often its body runs each time the op runs. Loops of unknown length are missing.

    If costs were estimated, their trip counts are used. Otherwise they are computed from the shapes that the graph
    itself has, without a batch size put in: that is quick enough for every drawing.
    """
    if graph.cost is not None:
        return {name: count for name, count in graph.cost.loops.items() if count is not None}
    groups = content_of(graph).groups
    if not any(map(repeats, groups)):
        return {}
    found = Loops(graph, content_of(graph).table.outputs)
    counts = {content_of(graph).table.names[row]: found.loop(row).trips for row in found.bodies.loops}
    for index, group in enumerate(groups):
        if is_of_dataset(groups, index):
            counts.setdefault(content_of(graph).table.names[group.owner], found.elements(group))
    return {name: count for name, count in counts.items() if count is not None}


def trips_of(graph: Graph, times: Sequence[Runs]) -> Dict[str, Optional[float]]:
    """The same, worked out from what `runs` gave for all groups; loops of unknown length have ``None``."""
    result: Dict[str, Optional[float]] = {}
    for group, run in zip(content_of(graph).groups, times):
        if group.kind == "body" and group.owner >= 0:
            around = content_of(graph).node_group[group.owner]
            outer = times[around] if around >= 0 else Runs()
            known = not run.unknown and outer.times  # a loop inside a loop of 0 trips never runs
            count = run.times / outer.times if known else None
            # Of an op with several functions, the first one is that which runs for each element.
            result.setdefault(content_of(graph).table.names[group.owner], count)
    return result


State = Mapping[int, Any]
"""Number of a loop variable (or row of an `_Arg`) -> its number, a bool, or a `Line`. What is unknown is missing."""


class Loops:
    """The trip counts of a graph's loops, each worked out when it is first asked for.

    `known` has the dtype and shape of each output of each op. `resolve` fills it while it asks for trip counts, an op's
    producers before the op.
    """

    def __init__(self, graph: Graph, known: Sequence[Sequence[Any]]) -> None:
        self._graph = graph
        self._table = content_of(graph).table
        self.bodies = Bodies(graph)
        self.source = TableSource(content_of(graph).table, known, self.bodies)
        self.budget = Budget(len(content_of(graph).table))
        self.walking = WALKING_STEPS
        """The part of the budget that is left for following loops iteration by iteration."""
        self._loops: Dict[int, Loop] = {}
        self._cardinality = Cardinality(graph, self)

    def runs(self, measured: Mapping[int, float]) -> List[Runs]:
        """For each group, how often its ops run in one step."""
        result: List[Runs] = []
        for index, group in enumerate(content_of(self._graph).groups):
            outer = result[group.parent] if group.parent >= 0 else Runs()
            inner = self._inside(index, outer)
            if inner.unknown and index in measured:
                inner = Runs(measured[index])
            result.append(inner)
        return result

    def _inside(self, index: int, outer: Runs) -> Runs:
        """How often the ops of a group run, given how often those of the group around it do."""
        groups = content_of(self._graph).groups
        group, part = groups[index], loop_part(groups, index)
        if part:
            trips = self.loop(group.owner).trips
            times = None if trips is None else trips + (part == "cond")  # the condition also runs when it turns false
        elif is_of_dataset(groups, index):
            times = self.elements(group)
        else:
            return outer
        if times is None or outer.times * times > MOST_TIMES:
            return Runs(outer.times, unknown=True)
        return Runs(outer.times * times, outer.unknown)

    def elements(self, body: Group) -> Optional[int]:
        """How often the function of a dataset runs each time that the dataset is gone through; ``None`` if that is not known."""
        return self._cardinality.calls(body)

    def loop(self, row: int) -> Loop:
        """What is known about the loop whose op is at `row`."""
        if row not in self._loops:
            # In a damaged file a loop may need its own result. It then finds this entry: unknown.
            self._loops[row] = Loop(None, {})
            try:
                self._loops[row] = self._run(row)
            except TooDeep:
                del self._loops[row]  # not for good: asked for directly, the chain is shorter
                raise
        return self._loops[row]

    def values(self, here: Optional[State] = None, bound: Optional[Mapping[int, int]] = None) -> BodyValues:
        """An evaluator of the whole graph, or of one iteration of a body: see `BodyValues` for `here` and `bound`."""
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
        """Work out the loop at `row`; unknown when its condition or body is not in the graph."""
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
        """The state before the first iteration: the known loop variables that are single integers or bools."""
        state = {}
        for index, edge in enumerate(self._table.data_inputs(row)):
            kind = self._table.input_type(edge)
            # A counter may come from an op of unknown type or shape; `single` has the last word.
            if kind is None or (kind.shape in {(), None} and kind.dtype in {"int32", "int64", "bool"}):
                found = single(self.values().of(*edge))
                if found is not None:
                    state[index] = found
        return state


class _Trips:
    """Finds the trip count of one loop.

    Its state is what is known of the loop variables at the beginning of an iteration. An `_Arg` of the condition or of
    the body has the number of the loop variable that it stands for.
    """

    def __init__(
        self, loops: Loops, in_cond: Mapping[int, int], condition: int, in_body: Mapping[int, int],
        updates: Mapping[int, int],
    ) -> None:  # fmt: skip
        self._loops = loops
        self._in_cond = in_cond
        self._condition = condition
        """The row of the condition's only `_Retval`."""
        self._in_body = in_body
        self._updates = updates
        """Number of a loop variable -> the row of the `_Retval` that gives its value for the next iteration."""

    def found(self, initial: State) -> Loop:
        """The trip count and the final values, by arithmetic if possible, else by following the iterations."""
        try:
            if not self._runs_on(initial):
                return Loop(0, initial)
            first = self._next(initial)
            solved = self._solved(initial, first)
            if solved is not None and set(solved.results) == set(first):
                return solved
            # Following a short loop also gives the final values of variables that are not lines. In a long one, the
            # trip count alone is better than nothing.
            return self._walked(first) or solved or Loop(None, self._fixed(initial))
        except TooDeep:
            raise
        except FAILURES:
            return Loop(None, self._fixed(initial))

    def _walked(self, state: State) -> Optional[Loop]:
        """Follow the loop from the end of its first iteration; ``None`` if it is too long."""
        loops, before = self._loops, self._loops.budget.left
        left = loops.walking
        for trips in range(1, MOST_WALKED + 1):  # one iteration has run already
            if loops.walking < 0:
                break
            if not self._runs_on(state):
                return Loop(trips, state)
            state = self._next(state)
            loops.walking = left - (before - loops.budget.left)
        return None

    def _solved(self, initial: State, first: State) -> Optional[Loop]:
        """Solve the loop by arithmetic, from its state before and after the first iteration; ``None`` if that fails.

        Assume that each variable goes on changing as it did in the first iteration: then it is a line. Run the body
        once, on lines. If it turns each line into the same line one iteration later, the assumption holds in every
        iteration, by induction. Integers could still overflow somewhere on the way. But all numbers on the way are
        lines too, and a line is largest (and smallest) in its first or last iteration. So these two are run with plain
        numbers, which are checked.
        """
        try:
            lines = self._lines(initial, first)
            trips = self._holds(lines)
            if not isinstance(trips, Until):  # no line makes the condition false, so arithmetic does not tell the end
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
        """The variables that really are lines (or stay as they are), as the body confirms."""
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
            lines = kept  # again: a line that was computed from a dropped variable is not confirmed any more

    def _holds(self, state: State) -> Any:
        """The loop's condition: a bool, or an `Until` when the state has lines."""
        here = {arg: state[index] for arg, index in self._in_cond.items() if index in state}
        return scalar(self._loops.values(here, self._in_cond).of(self._condition, 0))

    def _runs_on(self, state: State) -> bool:
        return bool(self._holds(state))

    def _next(self, state: State) -> State:
        """The state after one more iteration. A variable is lost from it for good once its value is not known."""
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
        """The variables that the body never changes. Their final values are known even if the trip count is not."""
        handed_on = {index for arg, index in self._in_body.items() if self._loops.bodies.handed_on(arg)}
        return {index: state[index] for index in self._updates if index in handed_on and index in state}


def _is_integer(value: Any) -> bool:
    return type(value) is int


def _at(lines: State, iteration: int) -> Dict[int, Any]:
    """The state in one iteration, in plain numbers."""
    return {index: value.after(iteration) if isinstance(value, Line) else value for index, value in lines.items()}


def _later(value: Any) -> Any:
    """The line that has the values that this one has an iteration later; a plain value as it is."""
    return line(value.after(1), value.step) if isinstance(value, Line) else value


def _same(left: Any, right: Any) -> bool:
    """Whether two values are the same line, or the same plain value of the same type."""
    if isinstance(left, Line) or isinstance(right, Line):
        return isinstance(left, Line) and isinstance(right, Line) and parts(left) == parts(right)
    return type(left) is type(right) and bool(left == right)
