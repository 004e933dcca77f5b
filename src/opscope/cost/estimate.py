"""`estimate`: FLOPs, MACs and bytes on every op and group, told from shapes alone, without running anything."""

from __future__ import annotations

from array import array
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from typing import AbstractSet, Dict, Iterable, List, Mapping, Optional, Sequence, Tuple, Union

from ..errors import check_count
from ..graph.at_least import ESTIMATES
from ..graph.content import content_of, with_cost
from ..graph.estimate_sum import EstimateSum
from ..graph.graph import Graph
from ..graph.types import Cost, GraphCost
from ..graph.vocabulary import ENDS, FED, READ, layer_class
from ..graph.with_fields import with_fields
from ..program.fused import unprefixed_kernel
from ..shapes.budget import FAILURES, Unknown
from ..shapes.loops import LoopCounts, Runs, loop_counts
from ..shapes.resolve import Shapes, resolve
from .formulas import formulas
from .formulas.complex_numbers import is_complex
from .formulas.complex_numbers import work as complex_work
from .memory import Memory, memory_of
from .movement import NO_FLOPS, bytes_moved
from .op import Op, Work


def estimate(
    graph: Graph,
    *,
    batch: Optional[int] = None,
    measured_runs: Optional[Mapping[int, float]] = None,
    peak: bool = True,
    groups: bool = True,
) -> Graph:
    """The graph with a `Cost` on its ops and groups, and their totals as `Graph.cost`; see `Graph.estimate`.

    A call, loop or branch has no cost of its own: that of its body is on the group which it owns. Dead ops never run and
    have none either.

    Args:
        graph: the graph; costs that it already has are replaced.
        batch: the number of samples that stands for an open leading dimension; without it figures are for one sample.
        measured_runs: how often a loop's condition or body, or a branch, ran in a step, by group. Used where the graph
            does not tell it.
        peak: whether the peak of the activation memory is found too. That takes longer than all the rest; drawings, which
            do not show it, leave it out.
        groups: whether groups get their sums too. An overview, which adds up the ops of its rows, leaves them out.

    Raises:
        InputError: `batch` is below 1.
    """
    if batch is not None:
        check_count("batch", batch, "the number of samples")
    found = _figures(graph, batch, measured_runs, in_groups=groups)
    most = memory_of(graph, found.shapes, found.counts).known_peak if peak else None
    return _costed(graph, found, batch, measured_runs, most, groups=groups)


def estimate_with_memory(graph: Graph) -> Tuple[Graph, Memory]:
    """As `estimate` without the peak, and `activation_memory`: what both need is worked out once."""
    found = _figures(graph, None, None)
    return _costed(graph, found, None, None, None, groups=True), memory_of(graph, found.shapes, found.counts)


def estimates_of_all(graph: Graph) -> List[str]:
    """The fields of a `Cost` that the whole graph has a figure of, also where only its ops have their costs, as in a graph from JSON."""
    total: Optional[Union[Cost, GraphCost]] = graph.cost
    if total is None:
        _, total = _group_costs(graph, content_of(graph).costs, frozenset())
    return [name for name in ESTIMATES if total is not None and getattr(total, name) is not None]


def _costed(
    graph: Graph,
    found: "_Figures",
    batch: Optional[int],
    measured_runs: Optional[Mapping[int, float]],
    most: Optional[int],
    *,
    groups: bool,
) -> Graph:
    """The graph with what was found; `most` is the peak of its activation memory."""
    total, per_sample = found.total, batch is None and found.shapes.open
    fixed = None
    if per_sample and total.flops is not None:
        # FLOPs grow in a straight line with the batch. Those for 1 and for 2 samples tell where the line begins: how many
        # do not depend on the batch.
        at_two = _figures(graph, 2, measured_runs, in_groups=False).total.flops or 0.0
        fixed = max(0.0, 2 * total.flops - at_two)
    whole = GraphCost(
        batch=batch,
        per_sample=per_sample,
        flops=total.flops,
        macs=total.macs,
        bytes=None if _of_layers(graph) else total.bytes,
        peak_activation_bytes=most,
        without_formula=dict(found.nodes.without_formula.most_common()),
        unknown_shape=dict(found.nodes.unknown_shape.most_common()),
        loops={name: count.exact for name, count in found.counts.trips.items()},
        loops_at_most={name: count.most for name, count in found.counts.trips.items() if count.most is not None},
        per=total.per,
        fixed_flops=fixed,
    )
    if not groups:
        return with_cost(graph, whole, costs=found.nodes.costs)
    costs = zip(content_of(graph).groups, found.groups)
    summed = tuple([with_fields(group, cost=cost) for group, cost in costs])
    return with_cost(graph, whole, costs=found.nodes.costs, groups=summed)


def _of_layers(graph: Graph) -> bool:
    """Whether ops of the graph are calls of layers: what these move, and keep between their own ops, is not known."""
    return any(map(layer_class, set(content_of(graph).table.ops)))


@dataclass(frozen=True)
class _NodeCosts:
    """The costs of ops by row, and how many ops of each type have no FLOPs, by reason."""

    costs: Dict[int, Cost] = field(default_factory=dict)
    alike: List[Tuple[Cost, int]] = field(default_factory=list)
    """Each distinct one, with how many ops have it: equal ops share one object, so that there are few to add."""
    without_formula: "Counter[str]" = field(default_factory=Counter)
    unknown_shape: "Counter[str]" = field(default_factory=Counter)


@dataclass(frozen=True)
class _Figures:
    """What one look at a graph, at one batch, finds."""

    shapes: Shapes
    counts: LoopCounts
    nodes: _NodeCosts
    groups: Sequence[Optional[Cost]]
    """For each group the sum of what is in it; empty if that was not asked for."""
    total: Cost


def _figures(
    graph: Graph, batch: Optional[int], measured_runs: Optional[Mapping[int, float]], *, in_groups: bool = True
) -> _Figures:
    shapes = resolve(graph, batch)
    counts = loop_counts(graph, shapes.outputs, measured_runs)
    nodes = _node_costs(graph, shapes, counts.runs)
    groups: Sequence[Optional[Cost]] = ()
    if in_groups or any(group.kind == "branch" for group in content_of(graph).groups):
        groups, total = _group_costs(graph, nodes.costs, counts.taken)
    else:
        total = _sum(nodes.alike)
    return _Figures(shapes, counts, nodes, groups, total or Cost(None, None))


def work_of(op: Op) -> Optional[Work]:
    """What one execution computes; ``None`` for an op type without a formula.

    `Unknown` is raised where the formula needs a shape that is not known. The ops of `movement.NO_FLOPS` compute nothing.
    """
    kind = unprefixed_kernel(op.kind)
    if kind in NO_FLOPS:
        return Work(0.0)
    formula = formulas().get(kind)
    if is_complex(op):
        return complex_work(op, formula)
    if formula is None:
        return None
    found = formula(op)
    return Work(found) if isinstance(found, (int, float)) else found


def _node_costs(graph: Graph, shapes: Shapes, times: List[Runs]) -> _NodeCosts:
    content, table = content_of(graph), content_of(graph).table
    owners = {group.owner for group in content_of(graph).groups if group.owner >= 0}
    runs = [*times, Runs()]  # the last entry is that of the loose ops, whose group is -1
    alike, homes, identities = shapes.alike, content.node_group, [id(run) for run in runs]
    rows: Sequence[int] = range(len(table))
    if owners or any(content.dead):
        rows = [row for row in rows if row not in owners and not (content.dead and content.dead[row])]
        alike, homes = [alike[row] for row in rows], array("i", map(homes.__getitem__, rows))
    # A deep model has few distinct ops: the cost of those that are alike is worked out once for each `Runs`. Two groups that
    # run equally often may have one object or two; with two, the cost is only worked out twice.
    known: Dict[Tuple[int, int], Cost] = {}
    costs: Dict[int, Cost] = {}
    missing: Dict[int, Tuple[str, str]] = {}
    free = Cost(0.0, 0.0, macs=0.0)
    for row, key in zip(rows, zip(alike, map(identities.__getitem__, homes))):
        cost = known.get(key)
        if cost is None:
            cost = free
            kind, run = table.ops[row], runs[content.node_group[row]]
            if kind not in _FREE or run.unknown:
                cost, lacks = _cost(Op(table, shapes.outputs, row), run)
                if lacks is not None:
                    missing[id(cost)] = (lacks, kind)
            known[key] = cost
        costs[row] = cost
    return _counted(costs, missing)


def _counted(costs: Dict[int, Cost], missing: Mapping[int, Tuple[str, str]]) -> _NodeCosts:
    """The costs of ops; `missing` has, by the identity of a cost, the field of `_NodeCosts` that counts ops of it, and their type."""
    distinct = {id(cost): cost for cost in costs.values()}
    found = _NodeCosts(costs)
    for identity, times in Counter(map(id, costs.values())).items():
        found.alike.append((distinct[identity], times))
        if identity in missing:
            field_name, kind = missing[identity]
            getattr(found, field_name)[kind] += times
    return found


_FREE = FED | ENDS | {"Const", READ, "Identity", "Reshape", "NoOp"}
"""The commonest ops that only hand on a buffer. They are known to be free without a look at their shapes. In a loop of unknown
length they go the long way, where figures are marked as those of one iteration."""


def _cost(op: Op, run: Runs) -> Tuple[Cost, Optional[str]]:
    """The cost of an op; and, where it has no FLOPs, the field of `_NodeCosts` that counts such ops."""
    work = moved = missing = None
    try:
        work = work_of(op)
        if work is None:
            missing = "without_formula"
        else:
            work = Work(_figure(work.flops * run.times), _figure(work.macs * run.times))
    except FAILURES:
        work, missing = None, "unknown_shape"
    with suppress(*FAILURES):
        moved = _figure(bytes_moved(op) * run.times)
    flops, macs = work if work is not None else (None, None)
    return Cost(flops, moved, "iteration" if run.unknown else "step", macs), missing


def _figure(number: float) -> float:
    """The number, or `Unknown` for one that only the shapes and attributes of a damaged file lead to."""
    if not 0 <= number < _MOST:
        raise Unknown
    return float(number)


_MOST = 2.0**900
"""A float holds up to 2 ** 1024, so that a sum over 2 ** 124 ops, more than any graph has, is still a float."""


def _sum(costs: Iterable[Tuple[Cost, int]]) -> Optional[Cost]:
    """The sum of so many of each cost."""
    found = EstimateSum()
    for cost, times in costs:
        found.add(cost, times)
    return found.cost()


def _group_costs(
    graph: Graph, costs: Mapping[int, Cost], taken: AbstractSet[int]
) -> Tuple[List[Optional[Cost]], Optional[Cost]]:
    """For each group the sum of what is in it, and the sum of the whole graph.

    Where it is not known how often the branches of an ``if`` run (`taken` has those of which it is), only the one with most FLOPs
    (of equal ones, most bytes) counts for the ``if``.
    """
    groups, homes = content_of(graph).groups, content_of(graph).node_group
    # A loose op's group is -1, as is the parent of an outermost group: the last sum is that of the whole graph.
    sums = [EstimateSum() for _ in range(len(groups) + 1)]
    for row, own in costs.items():
        sums[homes[row]].add(own)
    branches: Dict[int, EstimateSum] = {}  # group of an ``if`` -> its costliest branch so far
    for index in range(len(groups) - 1, -1, -1):  # parents come before their children, so backwards from the inside out
        if index in branches:
            sums[index].join(branches[index])
        group, found = groups[index], sums[index]
        if not found.counts:
            continue
        if group.kind == "branch" and group.parent >= 0 and index not in taken:
            known = branches.get(group.parent)
            if known is None or found.order > known.order:
                branches[group.parent] = found
        else:
            sums[group.parent].join(found)
    *told, total = [each.cost() for each in sums]
    return told, total
