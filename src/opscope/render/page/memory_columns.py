"""Activation memory for the page: bytes alive along the schedule, and what is alive at the peak."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Dict, List, Optional

from ...cost import activation_memory

if TYPE_CHECKING:
    from ...graph.graph import Graph
    from .container import PageColumns

MOST_SCHEDULED = 200_000
"""Ops beyond which the schedule is left out: it would take longer to make than the rest of the page."""
TENSORS = 1000
"""Tensors alive at the peak that are listed, largest first; the header says how many there are."""
INT32 = (1 << 31) - 1


def add_memory(graph: "Graph", columns: "PageColumns") -> Optional[Dict[str, Any]]:
    """Add `a.row` (the ops in the order they run) and `a.change` (by how many bytes more is alive than at the op before).

    Returns the peak for the header: its bytes, place in the schedule, tensors (op, output, bytes) and their count, and how
    many tensors of unknown size no figure contains. ``None``, and no columns, where no tensor has a size.
    """
    if len(graph) > MOST_SCHEDULED:
        return None
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
        "tensors": memory.peak_tensors[:TENSORS],
        "count": len(memory.peak_tensors),
        "unknown": memory.unknown,
    }
