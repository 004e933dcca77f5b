"""The tables of a measured graph as text: where the step's time goes, and what no op explains."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Dict, List, Optional

from ..layout.heat import quantity_text
from ..profile.tables import tables

if TYPE_CHECKING:
    from rich.table import Table

    from ..graph.graph import Graph

_TITLES = {"layers": "layer", "ops": "op", "op_types": "op type", "sources": "source line"}
_WHOLE = ("ops", "dispatch", "python", "copies", "unattributed")


def head(graph: "Graph") -> List[str]:
    """The measurement in two lines: the step without and with profiling, and what it is made of."""
    measurement = graph.measurement
    if not measurement:
        return []
    step, profiled = measurement["step_time_us"], measurement["profiled_step_time_us"]
    times = f"step {_time(step)}, profiled {_time(profiled)}"
    if step and profiled:
        times += f" (x{profiled / step:.2f})"
    level = "" if measurement["trace_level"] >= 3 else "; ops that TensorFlow rates cheap are not reported"
    coverage = ", ".join(f"{name} {_share(measurement['coverage'].get(name))}" for name in _WHOLE)
    attributed = _share(measurement["attributed"], digits=2)
    return [
        f"measured over {_steps(measurement['steps'])} on {measurement['device']}: {times}",
        f"of the profiled step: {coverage}; {attributed} of op time attributed{level}",
    ]


def hot_tables(graph: "Graph") -> List["Table"]:
    """One table each for layers, ops, op types and source lines; none where nothing was measured."""
    return [_table(title, tables(graph)[name]) for name, title in _TITLES.items()] if graph.content.measured else []


def _table(title: str, rows: List[Dict[str, Any]]) -> "Table":
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column(title, overflow="fold")
    for name in ("time", "share", "calls", "FLOPs"):
        table.add_column(name, justify="right", no_wrap=True)
    placed = any(row["source"] for row in rows)
    if placed:
        table.add_column("source", overflow="fold")
    for row in rows:
        flops = "" if row["flops"] is None else quantity_text("flops", row["flops"])
        cells = [row["name"], _time(row["time_us"]), _share(row["share"]), f"{row['calls']:,.0f}", flops]
        table.add_row(*(Text(cell) for cell in [*cells, *([row["source"] or ""] if placed else [])]))
    return table


def _time(value: Optional[float]) -> str:
    return "unknown" if value is None else quantity_text("time_us", value)


def _share(value: Optional[float], digits: int = 1) -> str:
    return "" if value is None else f"{100 * value:.{digits}f} %"


def _steps(count: int) -> str:
    return f"{count:,} step{'' if count == 1 else 's'}"
