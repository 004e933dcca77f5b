"""The table of a summary that says what each stage of the input pipelines did in a step."""

from __future__ import annotations

from typing import TYPE_CHECKING, List, Optional

from ...graph.input_pipeline import input_pipeline, input_words
from ...graph.number_text import percent_text
from ...graph.quantities import TIME
from .hot import amount
from .text_columns import TextColumn, table_lines

if TYPE_CHECKING:
    from ...graph.graph import Graph


def input_lines(graph: "Graph") -> List[str]:
    """A line about the input, for the head of a summary; empty if none was recorded."""
    said = input_words(graph.measurement)
    return [said] if said else []


def pipeline_table(graph: "Graph", width: Optional[int] = None) -> List[str]:
    """The stages in the order in which data flow. Empty if none were recorded."""
    found = input_pipeline(graph.measurement)
    if found is None:
        return []
    rows = found.stages
    unit, times = amount(TIME.field, [each.self_us for each in rows])
    columns = [
        TextColumn("input, by stage", [each.name for each in rows]),
        TextColumn(f"self time, {unit}", times, number=True),
        TextColumn(
            "at work", ["" if each.busy_share is None else percent_text(each.busy_share) for each in rows], number=True
        ),
        TextColumn("calls", ["" if each.calls is None else f"{each.calls:,.4g}" for each in rows], number=True),
        TextColumn("threads", ["" if each.threads is None else f"{each.threads:,.0f}" for each in rows], number=True),
        TextColumn("source", [each.source or "" for each in rows], keep="end"),
    ]
    return table_lines(columns, width)
