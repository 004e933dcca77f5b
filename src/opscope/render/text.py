"""The summary as text: a line of totals and a table by layer."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any, Dict, List, Optional

from ..layout.heat import quantity_text
from . import cost_facts, file_facts, hot
from .summary import summarize

if TYPE_CHECKING:
    from rich.table import Table

    from ..graph.graph import Graph

WIDTH = 200
"""Columns of a text that goes to a file or a pipe; wide enough for most layer paths."""

MAX_OP_TYPES = 12

NUMBERS = frozenset({"ops", "parameters", "FLOPs", "ms"})
"""The columns that are aligned at their right and never broken."""


def text(graph: "Graph", *, width: Optional[int] = None) -> str:
    """The graph's summary, in lines of at most `width` characters (200); ends with a newline."""
    from rich.console import Console

    facts = summarize(graph)
    console = Console(
        file=io.StringIO(), width=width or WIDTH, color_system=None, highlight=False, markup=False, emoji=False,
        force_jupyter=False,  # in a notebook rich would show the lines instead of writing them to the file
    )  # fmt: skip
    console.print(
        "\n".join(
            [*_head(facts), *file_facts.lines(facts.get("facts", {})), *cost_facts.lines(graph), *hot.head(graph)]
        )
    )
    if facts["layers"]:
        console.print(_table(facts["layers"]))
    for table in hot.hot_tables(graph):
        console.print(table)
    console.print("\n".join(_foot(facts)))
    lines = console.file.getvalue().splitlines()  # type: ignore[attr-defined]
    return "\n".join(line.rstrip() for line in lines).rstrip() + "\n"


def _head(facts: Dict[str, Any]) -> List[str]:
    producer = facts["producer"].get("tensorflow")
    made = f" (TensorFlow {producer})" if producer else ""
    totals = _count(facts["ops"], "op")
    if facts["variables"]:
        totals += f", {_count(facts['parameters'], 'parameter')} in {_count(facts['variables'], 'variable')}"
        totals += f", {facts['trainable']:,} trainable"
    lines = [f"{facts['name']}{made}", totals]
    if facts["phases"]:
        lines.append("training step: " + ", ".join(f"{name} {ops:,} ops" for name, ops in facts["phases"].items()))
    return lines


def _table(rows: List[Dict[str, Any]]) -> "Table":
    from rich import box
    from rich.table import Table
    from rich.text import Text

    columns = {
        "layer": [row["path"] for row in rows],
        "class": [_class(row) for row in rows],
        "ops": [f"{row['ops']:,}" for row in rows],
        "parameters": [_parameters(row) for row in rows],
        "FLOPs": ["" if row["flops"] is None else quantity_text("flops", row["flops"]) for row in rows],
        "ms": [_milliseconds(row["time_us"]) for row in rows],
        "output shape": [shapes(row["outputs"]) for row in rows],
    }
    known = {name: cells for name, cells in columns.items() if any(cells)}
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for name in known:
        number = name in NUMBERS
        table.add_column(name, justify="right" if number else "left", no_wrap=number, overflow="fold")
    for cells in zip(*known.values()):
        # Text, not str: a name with square brackets is no markup.
        table.add_row(*(Text(cell) for cell in cells))
    return table


def _class(row: Dict[str, Any]) -> str:
    name = row["class"] or row["kind"]
    call = row["call"] or 1
    return f"{name} (call {call})" if call > 1 else str(name)


def _parameters(row: Dict[str, Any]) -> str:
    return "" if row["parameters"] is None else f"{row['parameters']:,}"


def _milliseconds(time_us: Optional[float]) -> str:
    return "" if time_us is None else f"{time_us / 1000:.3f}"


def shapes(outputs: List[Dict[str, Any]]) -> str:
    """The outputs' shapes, the dtype named where it is not float32.

    >>> shapes([{"dtype": "float32", "shape": [None, 10]}, {"dtype": "int32", "shape": None}])
    '(None, 10), int32 (unknown)'
    """
    parts = []
    for output in outputs:
        shape = "(unknown)" if output["shape"] is None else str(tuple(output["shape"]))
        parts.append(shape if output["dtype"] == "float32" else f"{output['dtype']} {shape}")
    return ", ".join(parts)


def _foot(facts: Dict[str, Any]) -> List[str]:
    types = list(facts["op_types"].items())
    shown = ", ".join(f"{name} {number:,}" for name, number in types[:MAX_OP_TYPES])
    more = f", and {len(types) - MAX_OP_TYPES} more" if len(types) > MAX_OP_TYPES else ""
    lines = [f"op types: {shown}{more}"] if types else []
    if facts["dead"]:
        lines.append(f"dead (reaching no output and no side effect; drawings hide them): {_count(facts['dead'], 'op')}")
    if facts["closed_calls"]:
        calls = ", ".join(f"{name} x{number:,}" for name, number in facts["closed_calls"].items())
        lines.append(f"calls not expanded (recursive, or beyond the limit): {calls}")
    return lines


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"
