"""Adds memory to the page's data: the activation memory that is estimated along the step, and the memory that was measured."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Dict, List, Optional

from ...cost import activation_memory
from ...graph.content import content_of
from ...graph.measured_memory import MEMORY_CHANGES, MEMORY_NODES, MEMORY_TIMES, measured_memory
from ...graph.reported_memory import reported_words

if TYPE_CHECKING:
    from ...cost import Memory
    from ...graph.graph import Graph
    from .container import PageColumns

MOST_SCHEDULED = 200_000
"""A graph with more ops gets no schedule: to make it would take longer than the rest of the page."""
MOST_TENSORS = 1000
"""How many of the tensors at the peak are listed, the largest first. The header says how many there are in all."""
INT32 = (1 << 31) - 1
"""The largest number in a column of integers."""


def add_memory(graph: "Graph", columns: "PageColumns", memory: "Optional[Memory]" = None) -> Optional[Dict[str, Any]]:
    """Add the columns `a.row`, the ops in the order in which they run, and `a.change`.

    `a.change` says by how many bytes the memory alive grows from the op before to this one (negative: it shrinks). `memory` is that
    of the graph, if it was found before.

    Returns the peak for the header: its bytes, its place in the schedule, its tensors as (op, output, bytes), their
    number, and how many tensors of unknown size are left out of all figures. If no tensor has a known size, or if the
    graph is too large, no columns are added, and the result is ``None``.
    """
    if len(graph) > MOST_SCHEDULED:
        return None
    if memory is None:
        memory = activation_memory(graph, batch=graph.cost.batch if graph.cost is not None else None)
    if memory.peak_node is None:
        return None
    columns.deltas("a.row", memory.order)
    changes: List[int] = [now - before for before, now in zip([0, *memory.alive], memory.alive)]
    add = columns.ints if max(map(abs, changes)) <= INT32 else columns.floats
    add("a.change", changes)
    return {
        "peak": memory.peak,
        "at": memory.alive.index(memory.peak),
        "tensors": memory.peak_tensors[:MOST_TENSORS],
        "count": len(memory.peak_tensors),
        "unknown": memory.unknown,
    }


def add_measured_memory(graph: "Graph", columns: "PageColumns") -> Optional[Dict[str, Any]]:
    """Add the curve of the memory that a measured step really used: `am.us`, `am.change` and `am.row`, with a value for each change.

    `am.us` is when, in microseconds from the start of the step; `am.change` by how many bytes what the step has taken grows (negative: it was given
    back); `am.row` the op whose memory it is (-1: not known). It is that of the allocator with the highest peak.

    Returns the rest of it for the header: as in `Graph.measurement`, but the `owners` of the peak are (op, bytes), at most `MOST_TENSORS`, and
    `count` says how many there are. ``None`` if no allocation was recorded.
    """
    entries = measured_memory(graph.measurement)
    if not entries:
        return None
    entry, rows = entries[0], {name: row for row, name in enumerate(content_of(graph).table.names)}
    changes = entry[MEMORY_CHANGES]
    columns.floats("am.us", entry[MEMORY_TIMES])
    add = columns.ints if max(map(abs, changes), default=0) <= INT32 else columns.floats
    add("am.change", changes)
    columns.ints("am.row", [rows.get(name, -1) for name in entry[MEMORY_NODES]])
    owners = [(rows.get(owner["node"], -1), owner["bytes"]) for owner in entry["owners"]]
    return {
        "allocator": entry["allocator"],
        "held": entry["held_bytes"],
        "peak": entry["peak_bytes"],
        "at": entry["peak_us"],
        "steps": entry["step_peak_bytes"],
        "smallest": entry["smallest_bytes"],
        "part": reported_words(entry),
        "owners": owners[:MOST_TENSORS],
        "count": len(owners),
        "allocators": len(entries),
    }
