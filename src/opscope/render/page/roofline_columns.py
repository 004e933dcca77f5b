"""Adds the roofline of a measured graph to the page: a row for each op (`rf.*`) and group (`rg.*`) of which all is known.

The plot's layers (`rl.*`) are rows of the table of layers, as in the picture: of each group what lies in it alone, -1 is what lies outside.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Dict, Mapping, Optional

from ...graph.content import content_of
from ...profile.roofline import (
    BOUNDS,
    ROOFLINE_KEY,
    RooflineFigures,
    above_peaks,
    group_rooflines,
    op_rooflines,
    peaks_of,
)
from ...profile.roofline_rows import roofline_rows

if TYPE_CHECKING:
    from ...graph.graph import Graph
    from .container import PageColumns

_FIGURES = {
    "time": "time_us", "intensity": "intensity", "flops": "flops_per_s", "bytes": "bytes_per_s", "least": "attainable_us",
    "share": "attainable_share", "saved": "saved_us",
}  # fmt: skip
"""Column -> the field of `RooflineFigures` that it has."""


def add_roofline(graph: "Graph", columns: "PageColumns") -> Optional[Dict[str, Any]]:
    """Add the columns. Returns the machine's peaks for the header; no columns and ``None`` for a graph without them."""
    peaks = peaks_of(graph.measurement)
    if peaks is None:
        return None
    ops, paths = op_rooflines(graph), group_rooflines(graph)
    groups = {row: paths[group.path] for row, group in enumerate(content_of(graph).groups) if group.path in paths}
    _add("rf", ops, columns)
    _add("rg", groups, columns)
    rows = roofline_rows(graph)
    places = {group.path: row for row, group in enumerate(content_of(graph).groups)}
    _add("rl", {places.get(name, -1): each for name, each in rows.drawn.items()}, columns)
    told = (graph.measurement or {})[ROOFLINE_KEY]
    return {
        "flops": dict(peaks.flops_per_s),
        "bytes": peaks.bytes_per_s,
        "threads": told.get("threads") if isinstance(told.get("threads"), int) else None,
        "device": told.get("device") if isinstance(told.get("device"), str) else "",
        "bounds": BOUNDS,
        "above": above_peaks([*ops.values(), *groups.values()]),
        "left_out": rows.left_out,
    }


def _add(prefix: str, found: Mapping[int, RooflineFigures], columns: "PageColumns") -> None:
    rows = dict(sorted(found.items()))
    columns.deltas(f"{prefix}.row", rows)
    columns.ints(f"{prefix}.bound", [BOUNDS.index(each.bound) for each in rows.values()])
    for name, field in _FIGURES.items():
        values = [getattr(each, field) for each in rows.values()]
        columns.floats(f"{prefix}.{name}", [math.nan if value is None else float(value) for value in values])
