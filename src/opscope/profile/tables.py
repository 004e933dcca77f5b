"""Tables of where the time (or, without a measurement, the FLOPs) goes: by layer, by op, by op type, by source line.

The rows of each table add up to the total of all ops.
"""

from __future__ import annotations

from typing import Any, Callable, Dict, List, Optional

from ..graph.content import content_of
from ..graph.graph import Graph
from ..graph.quantities import BYTES_MOVED, CALLS, FLOPS, MACS, TIME
from ..graph.vocabulary import PHASES

TOP_ROWS = 10
"""A table has at most this many rows, and then one for all the rest, so that it always adds up."""

Row = Dict[str, Any]
"""One row of a table: see `tables`."""
_SUMS = tuple(quantity.field for quantity in (TIME, CALLS, FLOPS, MACS, BYTES_MOVED))


def tables(graph: Graph, *, top: int = TOP_ROWS) -> Dict[str, List[Row]]:
    """The tables ``layers``, ``ops``, ``op_types`` and, if source lines are known, ``sources``; the largest rows first.

    They are ordered by time if it was measured, else by estimated FLOPs. If there is neither, the result is empty. A
    row has ``name``; ``time_us``, ``calls``, ``flops``, ``macs`` and ``bytes`` per step, each ``None`` if unknown; ``share``, its
    part of the profiled step (or of all FLOPs); and ``source``, which is ``None`` outside the table of ops.

    The row of a layer counts the ops in it that are in no inner layer. The time of a fused group counts for the member
    with the most FLOPs.
    """
    content, table = content_of(graph), content_of(graph).table
    timed = any(measured.time_us is not None for measured in content.measured.values())
    if not timed and not any(cost.flops for cost in content.costs.values()):
        return {}
    layer = _layer_names(graph)

    def source(row: int) -> str:
        place = content.sources.get(row)
        return f"{place.file}:{place.line}" if place else "(no source line)"

    by = (TIME if timed else FLOPS).field
    placed = source if content.sources else None
    found = {
        "layers": _table(graph, by, lambda row: layer[content.node_group[row]], top),
        "ops": _table(graph, by, lambda row: table.names[row], top, placed),
        "op_types": _table(graph, by, lambda row: table.ops[row], top),
    }
    return {**found, "sources": _table(graph, by, source, top)} if content.sources else found


_STEP_PARTS = frozenset(PHASES) - {"forward"}
"""Phases that are rows of the table of layers. The forward pass is not one: its layers are."""


def _layer_names(graph: Graph) -> List[str]:
    """For each group the name of the row, in the table of layers, that its ops count for.

    It is the innermost layer, gradient, or phase that the group is or lies in; if there is none, the outermost group.
    In a graph without layers, each group has a row of its own. The last entry, index -1, is for ops in no group.
    """
    calls = any(group.is_call for group in content_of(graph).groups)
    names: List[str] = []
    for group in content_of(graph).groups:
        above = names[group.parent] if group.parent >= 0 else ""
        own = group.is_call or not calls or group.of is not None or group.kind in _STEP_PARTS
        names.append(group.path if own else above or group.path)
    return [*names, "(outside of layers)"]


def _table(
    graph: Graph, by: str, key: Callable[[int], str], top: int, source: Optional[Callable[[int], str]] = None
) -> List[Row]:
    """One table: rows with the same `key` are added up; `by` is the field that it is ordered by."""
    content = content_of(graph)
    rows: Dict[str, Row] = {}
    for node in sorted({*content.measured, *content.costs}):
        row = rows.setdefault(key(node), {**dict.fromkeys(_SUMS), "source": None})
        measured, cost = content.measured.get(node), content.costs.get(node)
        if measured is not None:
            _add(row, time_us=measured.time_us, calls=measured.calls)
        # Costs per iteration of a loop of unknown length do not belong beside times per step.
        if cost is not None and (cost.per == "step" or by == FLOPS.field):
            _add(row, flops=cost.flops, macs=cost.macs, bytes=cost.bytes)
        if source is not None:
            row["source"] = source(node)
    kept = [item for item in rows.items() if item[1][by]]  # a row without time (or FLOPs) adds nothing
    ordered = sorted(kept, key=lambda item: (-item[1][by], item[0]))
    # Rows of equal time are in the order of their names, so that a table is the same every time.
    shown = [{"name": name, **row} for name, row in ordered[:top]]
    if len(ordered) > top:
        shown.append(_rest([row for _, row in ordered[top:]]))
    whole = _whole(graph, by)
    return [{**row, "share": row[by] / whole if whole else None} for row in shown]


def _whole(graph: Graph, by: str) -> Optional[float]:
    """The total that a row's share is a part of; ``None`` if it is not known."""
    timed = by == TIME.field
    if timed:
        return (graph.measurement or {}).get("profiled_step_time_us")
    return graph.cost.flops if graph.cost is not None else None


def _add(row: Row, **values: Optional[float]) -> None:
    """Add figures to those of a row. What is unknown adds nothing; a figure that never was known stays ``None``."""
    for name, value in values.items():
        if value is not None:
            row[name] = (row[name] or 0.0) + value


def _rest(rows: List[Row]) -> Row:
    """One row for all rows that a table does not show."""
    rest: Row = {"name": f"({len(rows):,} more)", **dict.fromkeys(_SUMS), "source": None}
    for row in rows:
        _add(rest, **{name: row[name] for name in _SUMS})
    return rest
