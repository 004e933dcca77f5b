"""`estimate`: FLOPs and bytes on every op and group, from shapes alone, without running anything."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from dataclasses import replace
from typing import Dict, Hashable, List, Mapping, Optional, Tuple

from ..errors import InputError, option
from ..graph.facts import CostFacts
from ..graph.graph import Graph
from ..graph.groups import Group
from ..graph.types import Cost
from ..graph.vocabulary import ENDS, FED, READ
from ..shapes.budget import FAILURES, Unknown
from ..shapes.loops import Runs, runs, trips_of
from ..shapes.resolve import Shapes, resolve
from .formulas import formulas
from .movement import NO_FLOPS, bytes_moved
from .op import Op


def estimate(
    graph: Graph, *, batch: Optional[int] = None, measured_runs: Optional[Mapping[int, float]] = None
) -> Graph:
    """A graph whose ops and groups carry their `Cost` per step; loops multiplied by their trip count where it is static.

    `batch` stands for open leading dimensions; without it such figures are for one sample. An op without a formula, or
    whose shapes are unknown, has no `flops`: it is counted in ``graph.facts["cost"]["without_formula"]`` or
    ``["unknown_shape"]`` and no sum contains it. A call's cost is its body's, on its group; dead ops cost nothing and
    have none. `measured_runs` (runs per step of a loop's condition or body, by group) stands in for trip counts that are
    not static. `InputError` for a batch below 1.

    ``facts["cost"]``: ``batch``, ``per_sample`` (open dimensions counted as 1), ``per`` (``iteration`` where a loop's
    trip count is unknown: its body is counted once), ``flops``, ``bytes``, and the two lists of op type -> number of ops.
    ``loops``: name of each loop's op -> how often its body runs each time, ``None`` where that is not known.
    ``fixed``, where the figures are for one sample: the part of ``flops`` that a step costs whatever the batch (an
    optimizer's updates), so that n samples cost fixed + n (flops - fixed).
    """
    if batch is not None and batch < 1:
        raise InputError(f"{option('batch', batch)} is too small; give the number of samples, 1 or more")
    shapes = resolve(graph, batch)
    times = runs(graph, shapes.outputs, measured_runs)
    costs, missing = _node_costs(graph, shapes, times)
    groups, total = _group_costs(graph, costs)
    facts = _facts(batch, shapes, total, missing, trips_of(graph, times))
    if facts["per_sample"] and total and total.flops is not None:
        facts["fixed"] = max(0.0, 2 * total.flops - _flops(graph, 2, measured_runs))
    return graph.with_content(costs=costs, groups=groups).with_facts({"cost": facts})


def _flops(graph: Graph, batch: int, measured_runs: Optional[Mapping[int, float]]) -> float:
    """The FLOPs of one step at a batch."""
    shapes = resolve(graph, batch)
    costs, _ = _node_costs(graph, shapes, runs(graph, shapes.outputs, measured_runs))
    total = _group_costs(graph, costs)[1]
    return total.flops or 0.0 if total else 0.0


def _facts(
    batch: Optional[int],
    shapes: Shapes,
    total: Optional[Cost],
    missing: Dict[str, "Counter[str]"],
    loops: Dict[str, Optional[float]],
) -> CostFacts:
    return {
        "batch": batch,
        "per_sample": batch is None and shapes.open,
        "flops": total.flops if total else None,
        "bytes": total.bytes if total else None,
        "per": total.per if total else "step",
        "without_formula": dict(missing["without_formula"].most_common()),
        "unknown_shape": dict(missing["unknown_shape"].most_common()),
        "loops": loops,
    }


def flops_of(op: Op) -> Optional[float]:
    """FLOPs of one execution; ``None`` for an op type without a formula; `Unknown` where a shape is not known.

    `movement.NO_FLOPS` are true zeros.
    """
    formula = formulas().get(op.kind)
    if formula is not None:
        return float(formula(op))
    return 0.0 if op.kind in NO_FLOPS else None


def _node_costs(graph: Graph, shapes: Shapes, times: List[Runs]) -> Tuple[Dict[int, Cost], Dict[str, "Counter[str]"]]:
    content, table = graph.content, graph.table
    owners = {group.owner for group in graph.groups if group.owner >= 0}
    costs: Dict[int, Cost] = {}
    missing: Dict[str, Counter[str]] = {"without_formula": Counter(), "unknown_shape": Counter()}
    free = Cost(0.0, 0.0)
    once = Runs()
    known: Dict[Hashable, Tuple[Cost, Optional[str]]] = {}
    for row, kind in enumerate(table.ops):
        if row in owners or (content.dead and content.dead[row]):
            continue
        group = content.node_group[row]
        run = times[group] if group >= 0 else once
        if kind in _FREE and not run.unknown:
            costs[row] = free
            continue
        op = Op(table, shapes.outputs, row)
        key = (*op.likeness(), id(run))
        found = known.get(key)
        if found is None:
            found = known[key] = _cost(op, run)
        costs[row], reason = found
        if reason is not None:
            missing[reason][kind] += 1
    return costs, missing


_FREE = FED | ENDS | {"Const", READ, "Identity", "Reshape", "NoOp"}
"""The commonest views, decided without looking at their shapes."""


def _cost(op: Op, run: Runs) -> Tuple[Cost, Optional[str]]:
    """The cost of an op, and why its FLOPs are missing where they are."""
    flops = moved = reason = None
    try:
        flops = flops_of(op)
        if flops is None:
            reason = "without_formula"
        else:
            flops = _figure(flops * run.times)
    except FAILURES:
        flops, reason = None, "unknown_shape"
    with suppress(*FAILURES):
        moved = _figure(bytes_moved(op) * run.times)
    return Cost(flops, moved, "iteration" if run.unknown else "step"), reason


def _figure(number: float) -> float:
    """A figure that a sum can take; `Unknown` for what only damaged shapes and attributes lead to."""
    if not 0 <= number < _MOST:
        raise Unknown
    return float(number)


_MOST = 2.0**900
"""A sum over all the ops of a graph is still a float."""


class _Sum:
    """A sum that is ``None`` until something known is added."""

    __slots__ = ("bytes", "flops", "per")

    def __init__(self) -> None:
        self.flops: Optional[float] = None
        self.bytes: Optional[float] = None
        self.per = "step"

    def add(self, cost: Cost) -> None:
        if cost.flops is not None:
            self.flops = (self.flops or 0.0) + cost.flops
        if cost.bytes is not None:
            self.bytes = (self.bytes or 0.0) + cost.bytes
        if cost.per != "step":
            self.per = cost.per

    def cost(self) -> Optional[Cost]:
        if self.flops is None and self.bytes is None:
            return None
        return Cost(self.flops, self.bytes, self.per)


def _group_costs(graph: Graph, costs: Dict[int, Cost]) -> Tuple[Tuple[Group, ...], Optional[Cost]]:
    """Groups with the sum of their ops, and the whole graph's sum; of a branch's ways the costliest counts."""
    groups = graph.groups
    sums = [_Sum() for _ in range(len(groups) + 1)]
    for row, own in costs.items():
        sums[graph.content.node_group[row]].add(own)
    branches: Dict[int, Cost] = {}
    for index in range(len(groups) - 1, -1, -1):
        if index in branches:
            sums[index].add(branches[index])
        group, cost = groups[index], sums[index].cost()
        if cost is None:
            continue
        if group.kind == "branch" and group.parent >= 0:
            known = branches.get(group.parent)
            if known is None or (cost.flops or 0.0, cost.bytes or 0.0) > (known.flops or 0.0, known.bytes or 0.0):
                branches[group.parent] = cost
        else:
            sums[group.parent].add(cost)
    return tuple(replace(group, cost=sums[index].cost()) for index, group in enumerate(groups)), sums[-1].cost()
