"""Puts TensorFlow 1's step statistics (`RunMetadata.step_stats`) on the ops of a graph, as measured time of one step.

`step_runs` reads the executions, `run_rows` finds their ops, `run_shares` divides the time among them. What is not attributed is counted and
named in the graph's facts.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Dict, List, Optional, Sequence, Tuple

from ...graph.content import Content, content_of, with_facts, with_measurement
from ...graph.facts import ProfileFacts
from ...graph.graph import Graph
from ...graph.groups import Group
from ...graph.types import Measured
from ...program.executed_names import Names
from ...program.fused import FUSING_PRODUCTS, Fusions, is_fusion
from .run_rows import OF_ANOTHER, run_rows
from .run_shares import is_copy, run_shares
from .step_runs import OpRun, runs_in

_NS = 1e-3
"""Microseconds in a nanosecond."""
_MOST_DEVICES = 64
_MOST_NAMED = 20
"""How many executed names the facts list that are of no op."""


@dataclass
class _Sums:
    share: float = 0.0
    busy: float = 0.0
    device: int = 0
    calls: int = 0
    bytes: int = 0

    def add(self, other: "_Sums") -> None:
        self.share += other.share
        self.busy += other.busy
        self.device += other.device
        self.calls += other.calls
        self.bytes += other.bytes

    def measured(self, fused: Optional[Tuple[str, ...]] = None) -> Measured:
        return Measured(
            time_us=self.share * _NS, busy_us=self.busy * _NS if self.calls else None, calls=self.calls or None,
            memory_bytes=self.bytes or None, device_us=self.device * _NS if self.device else None, fused=fused,
        )  # fmt: skip


@dataclass(frozen=True)
class _Ran:
    """Executions with what was found of each, in lists of equal length."""

    runs: List[OpRun]
    rows: List[int]
    one: List[_Sums]
    """What each adds to its op."""


def with_step_stats(graph: Graph, data: bytes, others: Sequence[Graph] = (), *, of_functions: bool = False) -> Graph:
    """The graph with the times of a StepStats message on its ops and groups; as it is if no op of it ran.

    `others` are the other functions of the same trace. What of them ran is left out, where it is known whose it is.
    """
    content = content_of(graph)
    runs, devices = runs_in(data)
    found = run_rows(graph, runs, others, of_functions=of_functions)
    rows, fused = _with_fusions(graph, runs, found.rows)
    if not any(row >= 0 for row in rows):
        return graph
    shares = run_shares(runs, found.around)
    waiting = set(found.around)
    ran = _own(
        runs,
        rows,
        [_one(run, share, is_waiting=index in waiting) for index, (run, share) in enumerate(zip(runs, shares))],
    )
    sums: Dict[int, _Sums] = {}
    for row, one in zip(ran.rows, ran.one):
        sums.setdefault(row, _Sums()).add(one)
    lost = sums.pop(-1, _Sums())
    names = content.table.names
    measured = {row: one.measured(_named(names, fused.get(row))) for row, one in sums.items()}
    figures = {**_figures(ran, lost), "devices": devices[:_MOST_DEVICES]}
    result = with_measurement(graph, figures, measured=measured, groups=_groups(content, sums))
    return with_facts(result, {"profile": _facts(ran)})


def _own(runs: List[OpRun], rows: List[int], one: List[_Sums]) -> _Ran:
    """All but the executions that are known to be another function's."""
    kept = [index for index, row in enumerate(rows) if row != OF_ANOTHER]
    return _Ran([runs[index] for index in kept], [rows[index] for index in kept], [one[index] for index in kept])


def _one(run: OpRun, share: float, *, is_waiting: bool) -> _Sums:
    if run.on_device:
        return _Sums(share, device=run.end - run.start, bytes=run.bytes)
    # How long a call took is mostly what its body did, whose ops have that already.
    return _Sums(share, busy=share if is_waiting else run.end - run.start, calls=1, bytes=run.bytes)


def _with_fusions(graph: Graph, runs: Sequence[OpRun], rows: List[int]) -> Tuple[List[int], Dict[int, Tuple[int, ...]]]:
    """The rows, those of a fused node the one of its members that costs most; and the members by that row.

    That is the product or convolution, if there is one: what else TensorFlow fuses are elementwise ops around it, or behind a batch norm.
    """
    ops = content_of(graph).table.ops
    fusions = Fusions(graph, None, Names(graph), {(row, run.op) for row, run in zip(rows, runs) if row >= 0})
    homes: Dict[int, int] = {}
    fused: Dict[int, Tuple[int, ...]] = {}
    found: List[int] = []
    for run, row in zip(runs, rows):
        if row >= 0 and is_fusion(run.op, ops[row]):
            if row not in homes:
                members = fusions.members(row)
                homes[row] = next((member for member in members if ops[member] in FUSING_PRODUCTS), row)
                if len(members) > 1:
                    fused[homes[row]] = members
            row = homes[row]
        found.append(fusions.row_of(row, run.op))
    return found, fused


def _named(names: Sequence[str], members: Optional[Tuple[int, ...]]) -> Optional[Tuple[str, ...]]:
    return None if members is None else tuple(names[member] for member in members)


def _figures(ran: _Ran, lost: _Sums) -> Dict[str, Any]:
    """The figures of the step as a whole (docs/json.md). What the statistics do not tell is ``None``."""
    total = max(run.end for run in ran.runs) - min(run.start for run in ran.runs)
    copies = [index for index, run in enumerate(ran.runs) if is_copy(run) and ran.rows[index] < 0]
    copied, all_shares = sum(ran.one[index].share for index in copies), sum(one.share for one in ran.one)
    waited = sum(ran.one[index].busy for index in copies)
    all_busy = sum(one.busy + one.device for one in ran.one) - waited
    lost_busy = lost.busy + lost.device - waited
    coverage = {
        "ops": (all_shares - lost.share) / total, "dispatch": max(0.0, 1 - all_shares / total),
        "unattributed": (lost.share - copied) / total, **({"copies": copied / total} if copies else {}),
    } if total else None  # fmt: skip
    return {
        "steps": 1, "steps_kept": 1, "disturbed": None, "step_time_us": None, "step_spread_us": None,
        "profiled_step_time_us": total * _NS or None, "attributed": 1 - lost_busy / all_busy if all_busy else None,
        "coverage": coverage, "trace_level": None,
    }  # fmt: skip


def _facts(ran: _Ran) -> ProfileFacts:
    """The names that were not attributed, those that took most first."""
    lost: Dict[str, float] = {}
    for run, row, one in zip(ran.runs, ran.rows, ran.one):
        if row < 0 and not is_copy(run):
            lost[run.name] = lost.get(run.name, 0.0) + one.busy + one.device
    most = sorted(lost.items(), key=lambda each: -each[1])
    return {
        "unattributed_us": {name: time * _NS for name, time in most[:_MOST_NAMED]}, "not_reported": [],
        "op_starts": float(sum(one.calls for one in ran.one)), "asked_steps": None, "processors": None,
    }  # fmt: skip


def _groups(content: Content, sums: Dict[int, _Sums]) -> Tuple[Group, ...]:
    """The groups, each with the sums over all ops in it. A group of which no op ran has no figures."""
    found: List[Optional[_Sums]] = [None] * (len(content.groups) + 1)  # the last one, index -1, takes loose ops

    def add(place: int, one: _Sums) -> None:
        known = found[place] = found[place] or _Sums()
        known.add(one)

    for row, one in sums.items():
        add(content.node_group[row], one)
    for index in range(len(content.groups) - 1, -1, -1):  # a group comes after its parent
        own = found[index]
        if own is not None:
            add(content.groups[index].parent, own)
    return tuple(
        group if own is None else replace(group, measured=own.measured()) for group, own in zip(content.groups, found)
    )
