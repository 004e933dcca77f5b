"""How often each group runs in a step: trip counts of loops, found by running only the integers that a condition needs.

A loop's condition and the counters it reads are evaluated on constants and static shapes, iteration by iteration, as
the executor would; whatever depends on data ends the attempt and the loop's costs stay per iteration.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Dict, List, Mapping, Optional, Sequence

from ..graph.graph import Graph
from ..graph.groups import Group
from .bodies import Bodies
from .op import Tensor
from .values import FAILURES, Value, Values, number

MOST_TRIPS = 100_000
"""A loop that runs longer than this counts as unknown."""


@dataclass(frozen=True)
class Loop:
    """What is known of one loop: how often its body ran, and its variables' values at the end, as far as known."""

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
    return Loops(graph, known).runs(measured or {})


def trips(graph: Graph) -> Dict[str, float]:
    """Name of each loop's op -> how often its body runs each time, as far as known: as `estimate` found, else from constants.

    Cheap for a drawing: shapes behind an open batch are not followed.
    """
    costs = graph.facts.get("cost")
    if costs is not None:
        return {name: count for name, count in costs["loops"].items() if count is not None}
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


class Loops:
    """Trip counts of a graph's loops; `known` has each op's tensors and may grow while it is used, producers first."""

    def __init__(self, graph: Graph, known: Sequence[Sequence[Any]]) -> None:
        self._graph = graph
        self._table = graph.table
        self._known = known
        self.bodies = Bodies(graph)
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

    def values(self, here: Optional[Mapping[int, Value]] = None, bound: Optional[Mapping[int, int]] = None) -> Values:
        """An evaluator; `here` has the values of some of the arguments in `bound`."""
        return Values(
            self._table, self._known, self.bodies, lambda row: self.loop(row).results, here or {}, bound or {}
        )

    def _run(self, row: int) -> Loop:
        parts = self.bodies.loops.get(row, {})
        if set(parts) != {"cond", "body"}:
            return Loop(None, {})
        (in_cond, condition), (in_body, results) = self.bodies.ends(parts["cond"]), self.bodies.ends(parts["body"])
        if 0 not in condition:
            return Loop(None, {})
        state = self._initial(row)
        updates = {index: results[index] for index in state if index in results}
        trips = 0
        while True:
            try:
                here = {arg: state[index] for arg, index in in_cond.items() if index in state}
                if not number(self.values(here, in_cond).of(condition[0], 0)):
                    return Loop(trips, state)
            except FAILURES:
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
                    state[index] = self.values().of(edge.node, edge.output)
                except FAILURES:
                    continue
        return state

    def _next(self, state: Dict[int, Value], updates: Dict[int, int], in_body: Mapping[int, int]) -> Dict[int, Value]:
        here = {arg: state[index] for arg, index in in_body.items() if index in state}
        values = self.values(here, in_body)
        after = {}
        for index, result in updates.items():
            if index in state:
                try:
                    after[index] = values.of(result, 0)
                except FAILURES:
                    continue
        return after

    def _fixed(self, state: Dict[int, Value], updates: Dict[int, int], in_body: Mapping[int, int]) -> Dict[int, Value]:
        """The variables that the body hands on unchanged: known even when the trip count is not."""
        handed_on = {index for arg, index in in_body.items() if self.bodies.handed_on(arg)}
        return {index: state[index] for index in updates if index in handed_on and index in state}
