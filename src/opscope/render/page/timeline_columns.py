"""Adds to the page when each op ran in one measured step: a column for each thing that an execution tells, in order of time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Dict, Optional, Tuple

from ...graph.content import content_of
from ...graph.step_timeline import longest_kept, thread_title
from ...layout.scene.families import FAMILIES, family_of
from .memory_columns import INT32

if TYPE_CHECKING:
    from ...graph.graph import Graph
    from ...graph.step_timeline import Ran
    from .container import PageColumns
    from .nodes_and_groups import Pools

_NANOSECOND = 1e-3
"""In microseconds."""


def add_timeline(graph: "Graph", columns: "PageColumns", pools: "Pools") -> Optional[Dict[str, Any]]:
    """Add the columns `t.row`, `t.thread`, `t.name`, `t.start` and `t.duration`; no columns and ``None`` for a graph without a timeline.

    `t.row` is the op's, -1 for what was not attributed, `t.thread` counts in the header's list, `t.name` is the executed name where
    that is not the op's. Times are in the header's `tick_us`: nanoseconds, or for a step of seconds what lets them be integers.
    """
    timeline = graph.facts.get("timeline")
    if timeline is None or not timeline.ran:
        return None
    kept, table = longest_kept(timeline), content_of(graph).table
    ran = sorted(kept.ran, key=lambda each: (each.start, -each.end))
    threads = {thread: number for number, thread in enumerate(sorted({each.thread for each in ran}, key=_hosts_first))}
    tick = _NANOSECOND
    while max(each.end for each in ran) / tick > INT32:
        tick *= 10
    columns.ints("t.row", [each.row for each in ran])
    columns.ints("t.thread", [threads[each.thread] for each in ran])
    columns.ints("t.name", [pools.strings(_own_name(graph, each)) for each in ran])
    columns.deltas("t.start", [round(each.start / tick) for each in ran])
    columns.ints("t.duration", [round((each.end - each.start) / tick) for each in ran])
    families = {op: family_of(op) for op in sorted({table.ops[each.row] for each in ran if each.row >= 0})}
    return {
        "duration_us": kept.duration,
        "tick_us": tick,
        "threads": [[thread_title(kept, thread), thread < 0] for thread in threads],
        "families": families,
        "family_titles": [(name, FAMILIES[name].title) for name in sorted(set(families.values()))],
        "left_out": kept.left_out,
        "left_out_us": kept.left_out_us,
    }


def _own_name(graph: "Graph", ran: "Ran") -> str:
    """The executed name, if it tells more than the op's own."""
    return "" if ran.row >= 0 and ran.name == content_of(graph).table.names[ran.row] else ran.name


def _hosts_first(thread: int) -> Tuple[bool, int]:
    """Threads of hosts in the profiler's order, then streams of devices in theirs."""
    return thread < 0, abs(thread)
