"""How often each loop runs, and so how often the ops of each group run in one step.

Only the loop's condition and the few integers that it depends on are computed, starting from constants and known
shapes. There are two ways. If each of these integers changes by the same amount in every iteration, the iteration in
which the condition turns false follows by arithmetic (`line`). Otherwise the loop is followed iteration by iteration,
up to `MOST_WALKED`. If the condition depends on the model's data, the trip count stays unknown and costs are per
iteration.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Dict, FrozenSet, Iterator, List, Mapping, NamedTuple, Optional, Sequence, Set, Tuple

from ..graph.content import content_of
from ..graph.graph import Graph
from ..graph.groups import Group
from ..graph.vocabulary import CHOICE_PARTS, LOOP_PARTS, is_of_dataset, loop_part, repeats
from .bodies import Bodies
from .body_values import BodyValues, branch_taken
from .budget import MOST_TIMES, WALKING_STEPS, Budget, TooDeep
from .cardinality import Cardinality
from .table_source import TableSource
from .tensor import Tensor
from .trip_count import Loop, State, TripCount
from .value import single


@dataclass(frozen=True)
class Runs:
    """How often the ops of a group run in one step."""

    times: float = 1
    unknown: bool = False
    """Whether a loop of unknown length is around the group. `times` then counts one iteration of that loop."""


@dataclass(frozen=True)
class LoopCounts:
    """What is known about how often the parts of a graph run."""

    runs: List[Runs]
    """For each group, how often its ops run in one step."""
    trips: Dict[str, Trips]
    """For each loop, by the name of its op (or, in a graph of TensorFlow 1, the path of its group), its trip count."""
    taken: FrozenSet[int] = frozenset()
    """The branches of which it is known how often they run. All others are counted as if they always ran."""


def loop_counts(
    graph: Graph, known: Sequence[Sequence[Tensor]], measured: Optional[Mapping[int, float]] = None
) -> LoopCounts:
    """How often the loops of a graph run, and so the ops of each group.

    Args:
        graph: the expanded graph.
        known: for each op the dtype and shape of each output, as `resolve` gives them.
        measured: group of a loop's condition or body, or of a branch -> how often it was seen to run in a step. It is
            used where that cannot be computed.
    """
    return Loops(graph, known).counts(measured or {})


class Trips(NamedTuple):
    """How often the body of a loop runs each time the loop's op runs."""

    exact: Optional[float]
    """The number; ``None`` if it is not known. A measured one is a mean, and so may have a fraction."""
    most: Optional[float] = None
    """Where the number is not known: an upper bound, if there is one."""


def trips(graph: Graph) -> Dict[str, Trips]:
    """Name of a loop's op -> how often its body runs. Loops of which nothing is known are missing.

    If costs were estimated, their trip counts are used. Otherwise they are computed from the shapes that the graph
    itself has, without a batch size put in: that is quick enough for every drawing.
    """
    if graph.cost is not None:
        at_most = graph.cost.loops_at_most
        known = {name: Trips(count, at_most.get(name)) for name, count in graph.cost.loops.items()}
        return {name: count for name, count in known.items() if count != Trips(None)}
    groups, names = content_of(graph).groups, content_of(graph).table.names
    if not any(map(repeats, groups)):
        return {}
    found = Loops(graph, content_of(graph).table.outputs)
    counts = {names[row]: Trips(found.loop(row).trips, found.loop(row).most) for row in found.bodies.loops}
    for index, group in enumerate(groups):
        if is_of_dataset(groups, index):
            counts.setdefault(names[group.owner], Trips(found.elements(group)))
    return {name: count for name, count in counts.items() if count != Trips(None)}


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
        self._evaluator: Optional[BodyValues] = None
        self._taken: Set[int] = set()
        self._cardinality = Cardinality(graph, self)

    def counts(self, measured: Mapping[int, float]) -> LoopCounts:
        """How often the ops of each group and the bodies of all loops run."""
        runs = self._runs(measured)
        return LoopCounts(runs, dict(self._trips(runs)), frozenset(self._taken))

    def _trips(self, runs: List[Runs]) -> Iterator[Tuple[str, Trips]]:
        """The trip count of each loop, given how often the ops of each group run."""
        groups, names = content_of(self._graph).groups, content_of(self._graph).table.names
        told: Set[int] = set()  # of an op with several functions, the first one is that which runs for each element
        for index, (group, run) in enumerate(zip(groups, runs)):
            if _is_frame(group):
                yield group.path, Trips(None)
            elif group.kind == "body" and group.owner >= 0 and group.owner not in told:
                told.add(group.owner)
                around = content_of(self._graph).node_group[group.owner]
                outer = runs[around] if around >= 0 else Runs()
                loop = self.loop(group.owner)
                measured = run.times / outer.times if not run.unknown and outer.times else None
                trips = self.elements(group) if is_of_dataset(groups, index) else loop.trips
                exact = measured if trips is None else trips
                yield names[group.owner], Trips(exact, loop.most if exact is None else None)

    def _runs(self, measured: Mapping[int, float]) -> List[Runs]:
        result: List[Runs] = []
        once = Runs()
        for index, group in enumerate(content_of(self._graph).groups):
            outer = result[group.parent] if group.parent >= 0 else once
            if group.owner < 0 and not (outer.unknown or _is_frame(group)):  # as nearly all: no op runs them
                result.append(outer)
                continue
            if group.kind in CHOICE_PARTS and group.owner >= 0:
                inner = self._chosen(index, group.owner, outer, measured)
            else:
                inner = self._inside(index, outer)
                if inner.unknown and index in measured:
                    inner = Runs(measured[index])
            result.append(inner)
        return result

    def _chosen(self, branch: int, owner: int, outer: Runs, measured: Mapping[int, float]) -> Runs:
        """How often the ops of a branch run: as its condition says, else as was seen, else as if it were always taken."""
        branches = self.bodies.branches[owner]
        condition = next(iter(self._table.data_inputs(owner)), None)
        chosen = single(self._everywhere().of(*condition)) if condition is not None else None
        if isinstance(chosen, (bool, int)):
            self._taken.add(branch)
            return outer if branch_taken(chosen, branches, self._table.ops[owner]) == branch else Runs(0.0)
        if branch in measured:
            self._taken.add(branch)
            return Runs(measured[branch])
        return outer

    def _everywhere(self) -> BodyValues:
        """An evaluator of what has one value all over the graph; kept, since each condition asks it."""
        if self._evaluator is None:
            self._evaluator = self.values()
        return self._evaluator

    def _inside(self, index: int, outer: Runs) -> Runs:
        """How often the ops of a group run, given how often those of the group around it do."""
        groups = content_of(self._graph).groups
        group, part = groups[index], loop_part(groups, index)
        if part:
            trips = self.loop(group.owner).trips
            times = None if trips is None else trips + (part == "cond")  # the condition also runs when it turns false
        elif is_of_dataset(groups, index):
            times = self.elements(group)
        elif _is_frame(group):
            return Runs(outer.times, unknown=True)
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

    def forget(self) -> None:
        """Forget what was worked out: the shapes that it rests on have changed."""
        self._loops.clear()
        self._evaluator = None

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
        return TripCount(self, in_cond, condition[0], in_body, updates).found(state)

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


def _is_frame(group: Group) -> bool:
    """Whether the group is a loop of TensorFlow 1, whose condition and body lie mixed in one flat graph."""
    return group.kind == "while" and group.owner < 0
