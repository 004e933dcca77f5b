"""The memory that a step really used: what its ops took from each allocator, and gave back, in order of time.

Counted is what was asked for, not the blocks that an allocator rounds it up to. What was there before the step, such as weights, is in none of
it: `held_bytes` has that. An allocation and its release belong together by their address.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Dict, Iterator, List, Optional, Tuple, Union

from ...graph.content import content_of
from ...graph.measured_memory import MEMORY_CHANGES, MEMORY_NODES, MEMORY_TIMES
from ..recordings.raw import Allocation, Release, Span, Trace
from .figures import PS
from .timeline import usual_step

if TYPE_CHECKING:
    from ...graph.graph import Graph
    from .attribute import Attribution

_Event = Union[Allocation, Release]


@dataclass
class _Curve:
    """What one allocator handed out in one step."""

    changes: List[Tuple[int, int, int]] = field(default_factory=list)
    """When, by how many bytes, and the row of the op whose memory it is; -1 if that is not known."""
    peak: int = 0
    at: int = -1
    """The place in `changes` at which the peak is reached."""
    owners: Dict[int, int] = field(default_factory=dict)
    """Row -> how many bytes of it are alive at the peak."""
    allocated: int = 0
    smallest: int = 0
    held: Optional[int] = None


def step_memory(graph: "Graph", trace: Trace, found: "Attribution") -> List[Dict[str, Any]]:
    """The entries of `Graph.measurement` under `MEMORY_KEY`: of the step with the median duration, with the peaks of all. Empty without allocations."""
    if not trace.allocations:
        return []
    owner = _Owner(graph, found)
    by_allocator: Dict[str, List[_Event]] = defaultdict(list)
    every: List[_Event] = [*trace.allocations, *trace.releases]
    for event in every:
        by_allocator[event.allocator].append(event)
    entries = []
    for allocator, events in by_allocator.items():
        events.sort(key=lambda event: event.at)
        curves = zip(trace.steps, [_curve(of_step, owner) for of_step in _by_step(events, trace.steps)])
        used = {
            step: curve for step, curve in curves if curve.changes
        }  # another host's allocator does nothing in this one's steps
        if used:
            step, peaks = usual_step(list(used)), [curve.peak for curve in used.values()]
            entries.append(_entry(graph, allocator, used[step], step, peaks))
    return sorted(entries, key=lambda entry: (-entry["peak_bytes"], entry["allocator"]))


def _by_step(events: List[_Event], steps: Tuple[Span, ...]) -> Iterator[List[_Event]]:
    """The events of each step. Both are in order of time."""
    place = 0
    for step in steps:
        while place < len(events) and events[place].at < step.start:
            place += 1
        begun = place
        while place < len(events) and events[place].at < step.end:
            place += 1
        yield events[begun:place]


class _Owner:
    """Finds the op whose memory it is."""

    def __init__(self, graph: "Graph", found: "Attribution") -> None:
        self._homes = found.homes
        self._table = content_of(graph).table
        # At trace level 2 ops have allocations and no events. In runs whose names are those of the graph, they are found by name all the same.
        self._plain = {run for (run, name), row in found.homes.items() if row >= 0 and self._table.names[row] == name}
        self._rows: Dict[str, int] = {}

    def of(self, event: Allocation) -> int:
        """The row; -1 if it is not known."""
        row = self._homes.get((event.run, event.name))
        if row is None and event.run in self._plain:
            self._rows = self._rows or {name: row for row, name in enumerate(self._table.names)}
            row = self._rows.get(event.name)
        return -1 if row is None else row


def _curve(events: List[_Event], owner: _Owner) -> _Curve:
    """Follow one allocator through one step. What is released but was not taken in the step is none of its own."""
    curve, alive, now = _Curve(), {}, 0  # type: Tuple[_Curve, Dict[int, Tuple[int, int]], int]
    by_row: Dict[int, int] = defaultdict(int)
    for event in events:
        size, row = alive.pop(event.address, (0, -1))
        if size:  # also where it is taken anew, and the release was lost
            now -= size
            by_row[row] -= size
            curve.changes.append((event.at, -size, row))
        if not isinstance(event, Allocation):
            continue
        size, row = event.bytes, owner.of(event)
        curve.held = event.held if not curve.changes else curve.held
        alive[event.address] = size, row
        now += size
        by_row[row] += size
        curve.changes.append((event.at, size, row))
        curve.allocated += size
        curve.smallest = min(curve.smallest or size, size)
        if now > curve.peak:
            curve.peak, curve.at = now, len(curve.changes) - 1
            curve.owners = dict(by_row)
    return curve


def _entry(graph: "Graph", allocator: str, curve: _Curve, step: Span, peaks: List[int]) -> Dict[str, Any]:
    names = content_of(graph).table.names

    def name(row: int) -> Optional[str]:
        return names[row] if row >= 0 else None

    owners = sorted(((size, row) for row, size in curve.owners.items() if size), key=lambda each: (-each[0], each[1]))
    at, _, peak_row = curve.changes[curve.at]
    return {
        "allocator": allocator,
        "held_bytes": curve.held,
        "peak_bytes": curve.peak,
        "peak_us": (at - step.start) * PS,
        "peak_node": name(peak_row),
        "step_peak_bytes": peaks,
        "allocated_bytes": curve.allocated,
        "smallest_bytes": curve.smallest,
        "owners": [{"node": name(row), "bytes": size} for size, row in owners],
        MEMORY_TIMES: [(at - step.start) * PS for at, _, _ in curve.changes],
        MEMORY_CHANGES: [size for _, size, _ in curve.changes],
        MEMORY_NODES: [name(row) for _, _, row in curve.changes],
    }
