"""Where the time goes, as rows: by layer, by op, by op type, by source line. Each table's times add up to the ops' time."""

from __future__ import annotations

from typing import Any, Callable, Dict, List, Optional

from ..graph.graph import Graph

TOP = 10
"""Rows of a table; what is beyond is one more row, so that a table always adds up."""

Row = Dict[str, Any]


def tables(graph: Graph, *, top: int = TOP) -> Dict[str, List[Row]]:
    """Tables ``layers``, ``ops``, ``op_types``, ``sources`` of a measured graph; none where nothing was measured.

    A row has ``name``, ``time_us``, ``share`` of the profiled step (``None`` without one), ``calls`` per step, ``flops``
    (``None``: unknown) and ``source``. A layer's row has the ops in it that are in no layer inside it. Time of a fused
    group counts where its costliest member is.
    """
    if not graph.content.measured:
        return {}
    layer = _layer_names(graph)
    table, content = graph.table, graph.content

    def source(row: int) -> str:
        place = content.sources.get(row)
        return f"{place.file}:{place.line}" if place else "(no source line)"

    return {
        "layers": _table(graph, lambda row: layer[content.node_group[row]], top),
        "ops": _table(graph, lambda row: table.names[row], top, source),
        "op_types": _table(graph, lambda row: table.ops[row], top),
        "sources": _table(graph, source, top),
    }


def _layer_names(graph: Graph) -> List[str]:
    """For each group the path of the innermost layer call that it is in (of the innermost group without any call)."""
    calls = any(group.is_call for group in graph.groups)
    names: List[str] = []
    for group in graph.groups:
        above = names[group.parent] if group.parent >= 0 else ""
        own = group.is_call or not calls or group.of is not None or group.kind in {"optimizer", "loss", "backward"}
        names.append(group.path if own else above or group.path)
    return [*names, "(outside of layers)"]


def _table(
    graph: Graph, key: Callable[[int], str], top: int, source: Optional[Callable[[int], str]] = None
) -> List[Row]:
    step = (graph.measurement or {}).get("profiled_step_time_us")
    rows: Dict[str, Row] = {}
    for node, measured in graph.content.measured.items():
        row = rows.setdefault(key(node), {"time_us": 0.0, "calls": 0.0, "flops": None, "source": None})
        row["time_us"] += measured.time_us or 0.0
        row["calls"] += measured.calls or 0.0
        cost = graph.content.costs.get(node)
        if cost is not None and cost.flops is not None and cost.per == "step":
            row["flops"] = (row["flops"] or 0.0) + cost.flops
        if source is not None:
            row["source"] = source(node)
    ordered = sorted(rows.items(), key=lambda item: (-item[1]["time_us"], item[0]))
    shown = [{"name": name, **row} for name, row in ordered[:top]]
    if len(ordered) > top:
        shown.append(_rest(ordered[top:]))
    return [{**row, "share": row["time_us"] / step if step else None} for row in shown]


def _rest(items: Any) -> Row:
    """What a table does not show, in one row."""
    flops = [row["flops"] for _, row in items if row["flops"] is not None]
    return {
        "name": f"({len(items):,} more)",
        "time_us": sum(row["time_us"] for _, row in items),
        "calls": sum(row["calls"] for _, row in items),
        "flops": sum(flops) if flops else None,
        "source": None,
    }
