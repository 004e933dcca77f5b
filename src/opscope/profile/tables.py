"""Where the time goes, as rows: by layer, by op, by op type, by source line. Each table's times add up to the ops' time."""

from __future__ import annotations

from typing import Any, Callable, Dict, List, Optional

from ..graph.graph import Graph
from ..graph.quantities import BYTES_MOVED, CALLS, FLOPS, MACS, TIME
from ..graph.vocabulary import PHASES

TOP_ROWS = 10
"""Rows of a table; what is beyond is one more row, so that a table always adds up."""

Row = Dict[str, Any]
_SUMS = tuple(quantity.field for quantity in (TIME, CALLS, FLOPS, MACS, BYTES_MOVED))


def tables(graph: Graph, *, top: int = TOP_ROWS) -> Dict[str, List[Row]]:
    """Tables ``layers``, ``ops``, ``op_types``, ``sources``: by time where it was measured, else by estimated FLOPs.

    A row has ``name``, ``time_us``, ``calls`` per step, ``flops``, ``macs`` and ``bytes`` (each ``None`` where unknown), ``share`` of
    the profiled step (of all FLOPs in tables by FLOPs) and ``source``. A layer's row has the ops in it that are in no
    layer inside it. Time of a fused group counts where its costliest member is. None where nothing is known.
    """
    content, table = graph.content, graph.table
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
"""Phases that are a row of the table as they are; of the forward pass the layers are."""


def _layer_names(graph: Graph) -> List[str]:
    """For each group the path of the innermost layer call that it is in (of the innermost group without any call)."""
    calls = any(group.is_call for group in graph.groups)
    names: List[str] = []
    for group in graph.groups:
        above = names[group.parent] if group.parent >= 0 else ""
        own = group.is_call or not calls or group.of is not None or group.kind in _STEP_PARTS
        names.append(group.path if own else above or group.path)
    return [*names, "(outside of layers)"]


def _table(
    graph: Graph, by: str, key: Callable[[int], str], top: int, source: Optional[Callable[[int], str]] = None
) -> List[Row]:
    content = graph.content
    rows: Dict[str, Row] = {}
    for node in sorted({*content.measured, *content.costs}):
        row = rows.setdefault(key(node), {**dict.fromkeys(_SUMS), "source": None})
        measured, cost = content.measured.get(node), content.costs.get(node)
        if measured is not None:
            _add(row, time_us=measured.time_us, calls=measured.calls)
        if cost is not None and (cost.per == "step" or by == FLOPS.field):
            _add(row, flops=cost.flops, macs=cost.macs, bytes=cost.bytes)
        if source is not None:
            row["source"] = source(node)
    kept = [item for item in rows.items() if item[1][by]]
    ordered = sorted(kept, key=lambda item: (-item[1][by], item[0]))
    shown = [{"name": name, **row} for name, row in ordered[:top]]
    if len(ordered) > top:
        shown.append(_rest([row for _, row in ordered[top:]]))
    whole = _whole(graph, by)
    return [{**row, "share": row[by] / whole if whole else None} for row in shown]


def _whole(graph: Graph, by: str) -> Optional[float]:
    """What a row's share is of."""
    timed = by == TIME.field
    if timed:
        return (graph.measurement or {}).get("profiled_step_time_us")
    return graph.cost.flops if graph.cost is not None else None


def _add(row: Row, **values: Optional[float]) -> None:
    for name, value in values.items():
        if value is not None:
            row[name] = (row[name] or 0.0) + value


def _rest(rows: List[Row]) -> Row:
    """What a table does not show, in one row."""
    rest: Row = {"name": f"({len(rows):,} more)", **dict.fromkeys(_SUMS), "source": None}
    for row in rows:
        _add(rest, **{name: row[name] for name in _SUMS})
    return rest
