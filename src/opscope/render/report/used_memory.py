"""The line and the table of a summary that tell what memory a measured step really used."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Dict, List, Mapping, Optional

from ...graph.content import content_of
from ...graph.measured_memory import measured_memory
from ...graph.number_text import percent_text, quantity_text
from ...graph.quantities import MEMORY
from ...graph.reported_memory import reported_words
from ...profile.tables import TOP_ROWS, layer_names
from .hot import amount
from .op_names import op_names
from .text_columns import TextColumn, table_lines

if TYPE_CHECKING:
    from ...graph.graph import Graph

_MOST = 3
"""How many owners of the peak a line names."""
_NOBODY = "an op that is not known"


def _size(count: int) -> str:
    return quantity_text(MEMORY.field, count)


def memory_lines(graph: "Graph") -> List[str]:
    """A line for each allocator, for the head of a summary; empty if no allocation was recorded."""
    entries = measured_memory(graph.measurement)
    if not entries:
        return []
    titles = dict(zip(content_of(graph).table.names, op_names(graph)))
    return [_line(entry, titles) for entry in entries]


def _line(entry: Mapping[str, Any], titles: Mapping[str, str]) -> str:
    """``measured memory (mklcpu): peak 2.4 MiB (largest: a 450 KiB, and 5 more), of buffers that TensorFlow reported, ...``."""
    owners = entry["owners"]
    named = ", ".join(f"{titles.get(owner['node'], _NOBODY)} {_size(owner['bytes'])}" for owner in owners[:_MOST])
    more = f", and {len(owners) - _MOST:,} more" if len(owners) > _MOST else ""
    parts = [
        f"measured memory ({entry['allocator']}): peak {_size(entry['peak_bytes'])}" + (f" (largest: {named}{more})" if named else ""),
        reported_words(entry),
    ]  # fmt: skip
    peaks = entry["step_peak_bytes"]
    if peaks and min(peaks) < max(peaks):
        parts.append(f"of the steps {_size(min(peaks))} to {_size(max(peaks))}")
    if entry["held_bytes"]:
        parts.append(f"{_size(entry['held_bytes'])} were taken before the step")
    return "; ".join(parts)


def memory_table(graph: "Graph", width: Optional[int] = None) -> List[str]:
    """The layers whose ops hold most at the peak, with what they took in the whole step. Empty if no allocation was recorded."""
    entries = measured_memory(graph.measurement)
    if not entries:
        return []
    at_peak = _by_layer(graph, {owner["node"]: owner["bytes"] for owner in entries[0]["owners"]})
    content = content_of(graph)
    taken = _by_layer(
        graph, {content.table.names[row]: one.memory_bytes or 0.0 for row, one in content.measured.items()}
    )
    order = sorted([name for name, size in at_peak.items() if size], key=lambda name: (-at_peak[name], name))[:TOP_ROWS]
    if not order:
        return []
    held, whole = [at_peak[name] for name in order], [taken.get(name) or None for name in order]
    unit, texts = amount(MEMORY.field, [*held, *whole])
    columns = [
        TextColumn("measured memory, by layer (own ops)", order, keep="end"),
        TextColumn(f"{unit} at the peak", texts[: len(order)], number=True),
        TextColumn("share", [percent_text(size / sum(at_peak.values())) for size in held], number=True),
        TextColumn("taken in a step", texts[len(order) :], number=True),
    ]
    return table_lines(columns, width)


def _by_layer(graph: "Graph", sizes: Mapping[Optional[str], float]) -> Dict[str, float]:
    """What ops have, added up by the innermost layer or phase around them."""
    content, layers = content_of(graph), layer_names(graph)
    rows = {name: row for row, name in enumerate(content.table.names)}
    found: "Counter[str]" = Counter()
    for name, size in sizes.items():
        row = rows.get(name) if name is not None else None
        found[layers[content.node_group[row]] if row is not None else f"({_NOBODY})"] += size  # type: ignore[assignment]
    return dict(found)
