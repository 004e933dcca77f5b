"""Tables of where the time (or, without a measurement, the FLOPs) goes: by layer, by op, by op type, by source line.

The rows of each table add up to the total of all ops, but for FLOPs of which too little counts to be told.
"""

from __future__ import annotations

from typing import Any, Callable, Dict, FrozenSet, List, Optional, Sequence, Tuple

from ..graph.at_least import lacking
from ..graph.content import content_of
from ..graph.estimate_sum import EstimateSum
from ..graph.graph import Graph
from ..graph.measured_programs import measured_programs, untimed_ops
from ..graph.quantities import BYTES_MOVED, CALLS, FLOPS, MACS, TIME
from ..graph.uncertainty import WithError, apart, errors_compared, ranked
from ..graph.vocabulary import PHASES
from .runs.run_times import run_times

TOP_ROWS = 10
"""A table has at most this many rows, and then one for all the rest, so that it always adds up."""

Row = Dict[str, Any]
"""One row of a table: see `tables`."""
_SUMS = tuple(quantity.field for quantity in (TIME, CALLS, FLOPS, MACS, BYTES_MOVED))


def tables(graph: Graph, *, top: int = TOP_ROWS) -> Dict[str, List[Row]]:
    """The tables ``layers``, ``ops``, ``op_types`` and, if source lines are known, ``sources``; the largest rows first.

    They are ordered by time if it was measured, else by estimated FLOPs. If there is neither, the result is empty. A
    row has ``name``; ``time_us``, ``error_us``, ``calls``, ``flops``, ``macs`` and ``bytes`` per step, each ``None`` if unknown; ``share``, its
    part of the profiled step (or of all FLOPs); ``at_least``, the estimates of which some is not counted; ``rank``, the places that it may have by its time, ``None`` if errors are unknown, or the time of an op that ran; and
    ``source``, which is ``None`` outside the table of ops.

    The row of a layer counts the ops in it that are in no inner layer. The time of a fused group counts for the member
    with the most FLOPs. What has an op that ran for a time that is not known has no row among times.
    """
    content, table = content_of(graph), content_of(graph).table
    timed = _timed(graph)
    untold = graph.cost is not None and graph.cost.flops is None  # what counts of the whole says nothing
    if not timed and (untold or not any(cost.flops for cost in content.costs.values())):
        return {}
    layer = _layer_of(graph)

    def source(row: int) -> str:
        place = content.sources.get(row)
        return f"{place.file}:{place.line}" if place else "(no source line)"

    by = (TIME if timed else FLOPS).field
    placed = source if content.sources else None
    found = {
        "layers": _table(graph, by, layer, top),
        "ops": _table(graph, by, lambda row: table.names[row], top, placed),
        "op_types": _table(graph, by, lambda row: table.ops[row], top),
    }
    return {**found, "sources": _table(graph, by, source, top)} if content.sources else found


def _timed(graph: Graph) -> bool:
    return any(measured.time_us is not None for measured in content_of(graph).measured.values())


def slowest_layers(graph: Graph) -> List[Row]:
    """Those rows of the table of layers that may be the slowest: the first, and all whose intervals overlap with its own.

    Empty if the times or their errors are unknown, or the time of an op is that ran.
    """
    if not _timed(graph) or untimed_ops(graph.measurement):
        return []
    rows = _table(graph, TIME.field, _layer_of(graph), len(content_of(graph).table))
    if not rows or rows[0]["rank"] is None:
        return []
    first = WithError(rows[0]["time_us"], rows[0]["error_us"])
    errors = errors_compared(graph.measurement)
    return [row for row in rows if not apart(first, WithError(row["time_us"], row["error_us"]), errors)]


_STEP_PARTS = frozenset(PHASES) - {"forward"}
"""Phases that are rows of the table of layers. The forward pass is not one: its layers are."""


def _layer_of(graph: Graph) -> Callable[[int], str]:
    """What tells the row of the table of layers that an op counts for. A call that XLA runs as one program, with layers in it, has its own."""
    content, layers = content_of(graph), layer_names(graph)
    programs = {each["name"] for each in measured_programs(graph.measurement)}

    def name(row: int) -> str:
        own = content.table.names[row]
        is_program = own in programs and row in content.measured  # an op may be called as the measured function is
        return f"{own} (compiled by XLA as one)" if is_program else layers[content.node_group[row]]

    return name


def layer_names(graph: Graph) -> List[str]:
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
    members: Dict[str, List[int]] = {}
    sums: Dict[str, EstimateSum] = {}
    for node in sorted({*content.measured, *content.costs}):
        row = rows.setdefault(
            key(node), {**dict.fromkeys(_SUMS), "at_least": [], "error_us": None, "rank": None, "source": None}
        )
        measured, cost = content.measured.get(node), content.costs.get(node)
        if measured is not None:
            _add(row, time_us=measured.time_us, calls=measured.calls)
            members.setdefault(key(node), []).append(node)
        # Costs per iteration of a loop of unknown length do not belong beside times per step.
        if cost is not None and (cost.per == "step" or by == FLOPS.field):
            sums.setdefault(key(node), EstimateSum()).add(cost)
        row["at_least"] = sorted(lacking(cost).union(row["at_least"]))
        if source is not None:
            row["source"] = source(node)
    for name, found in sums.items():
        _add(rows[name], flops=found.flops, macs=found.macs, bytes=found.bytes)
    untimed = {key(row) for row in untimed_rows(graph)} if by == TIME.field else set()
    kept = [
        item for item in rows.items() if item[1][by] and item[0] not in untimed
    ]  # a row without time (or FLOPs) adds nothing
    ordered = sorted(kept, key=lambda item: (-item[1][by], item[0]))
    if by == TIME.field:
        _add_errors(graph, ordered, members)
    # Rows of equal time are in the order of their names, so that a table is the same every time.
    shown = [{"name": name, **row} for name, row in ordered[:top]]
    if len(ordered) > top:
        shown.append(_rest(graph, ordered[top:], members))
    whole = _whole(graph, by)
    return [{**row, "share": row[by] / whole if whole else None} for row in shown]


def untimed_rows(graph: Graph) -> FrozenSet[int]:
    """The ops that ran for a time that is not known. Of what has one of them, the times of its other ops are not the time."""
    names = set(untimed_ops(graph.measurement))
    table = content_of(graph).table.names if names else ()
    return frozenset(row for row, name in enumerate(table) if name in names)


def _add_errors(graph: Graph, ordered: List[Tuple[str, Row]], members: Dict[str, List[int]]) -> None:
    """Add to rows the errors of their times, and the ranks that these leave them."""
    for name, row in ordered:
        row["error_us"] = error_of(graph, members[name])
    if all(row["error_us"] is not None for _, row in ordered) and not untimed_ops(graph.measurement):
        figures = [WithError(row["time_us"], row["error_us"]) for _, row in ordered]
        found = ranked(figures, errors_compared(graph.measurement))
        for (_, row), rank in zip(ordered, found):
            row["rank"] = rank


def error_of(graph: Graph, rows: Sequence[int]) -> Optional[float]:
    """The standard error of the time of several ops together, in microseconds; ``None`` if it is unknown.

    Of several runs it is that between runs. In a graph of one run that was read from JSON the times in each step are not known. The sum
    of the ops' errors stands for it there: it cannot be larger.
    """
    content = content_of(graph)
    times = run_times(graph) or graph.facts.get("step_times")
    if times is not None:
        error: Optional[float] = times.together([content.table.names[row] for row in rows]).error
        return error
    errors = [content.measured[row].error_us for row in rows if content.measured[row].time_us is not None]
    known = [error for error in errors if error is not None]
    return sum(known) if known and len(known) == len(errors) else None


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


def _rest(graph: Graph, rows: List[Tuple[str, Row]], members: Dict[str, List[int]]) -> Row:
    """One row for all rows that a table does not show."""
    nodes = [node for name, _ in rows for node in members.get(name, ())]
    error = error_of(graph, nodes) if all(row["error_us"] is not None for _, row in rows) else None
    rest: Row = {
        "name": f"({len(rows):,} more)",
        **dict.fromkeys(_SUMS),
        "at_least": sorted({name for _, row in rows for name in row["at_least"]}),
        "error_us": error,
        "rank": None,
        "source": None,
    }
    for _, row in rows:
        _add(rest, **{name: row[name] for name in _SUMS})
    return rest
