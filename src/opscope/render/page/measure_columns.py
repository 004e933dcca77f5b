"""What was measured, as the page's columns: figures of ops (`m.*`) and groups (`gm.*`), with their errors and ranks.

The page sums up figures itself, but for errors of sums and for ranks, which need more than the figures of the ops.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Callable, Dict, List, Mapping, Optional, Sequence, Tuple

from ...graph.content import content_of
from ...graph.dispatch import Dispatch, dispatch_text
from ...graph.quantities import MEASURED
from ...graph.uncertainty import Rank, WithError, errors_compared, ranked
from ...profile.tables import error_of

if TYPE_CHECKING:
    from ...graph.graph import Graph
    from ...graph.types import Measured
    from .container import PageColumns

_UNRANKED = Rank(-1, -1)


def add_measures(graph: Graph, columns: PageColumns) -> Dict[str, Any]:
    """Add the columns. Returns what the header has: which ops ran as one kernel, what dispatch is estimated to cost, sums."""
    nodes = dict(sorted(content_of(graph).measured.items()))
    groups = {row: group.measured for row, group in enumerate(content_of(graph).groups) if group.measured}
    # Only layers are compared with each other where there are any, as in the page's table.
    calls = {row for row in groups if content_of(graph).groups[row].cls} or set(groups)
    return {
        "fused": _measures("m", nodes, _ranked(graph, nodes), columns),
        "groupFused": _measures(
            "gm", groups, _ranked(graph, {row: groups[row] for row in groups if row in calls}, _around(graph)), columns
        ),
        "dispatch": _dispatch(graph, groups),
        "sums": {"types": _sums(graph, _op_type(graph)), "lines": _sums(graph, _line(graph))},
    }


def _measures(
    prefix: str, rows: Mapping[int, Measured], placed: Mapping[int, Rank], columns: PageColumns
) -> Dict[str, List[str]]:
    columns.deltas(f"{prefix}.row", rows)
    for name, field in [*((each.name, each.field) for each in MEASURED), ("error", "error_us")]:
        columns.floats(f"{prefix}.{name}", [known(getattr(measured, field)) for measured in rows.values()])
    columns.ints(f"{prefix}.first", [placed.get(row, _UNRANKED).first for row in rows])
    columns.ints(f"{prefix}.last", [placed.get(row, _UNRANKED).last for row in rows])
    return {str(row): list(measured.fused) for row, measured in rows.items() if measured.fused}


def _around(graph: Graph) -> List[Tuple[int, ...]]:
    """For each group those that it lies in."""
    found: List[Tuple[int, ...]] = []
    for group in content_of(graph).groups:  # parents come before their children
        found.append((*found[group.parent], group.parent) if group.parent >= 0 else ())
    return found


def _ranked(graph: Graph, rows: Mapping[int, Measured], around: Sequence[Tuple[int, ...]] = ()) -> Dict[int, Rank]:
    """The ranks by time; empty unless all errors are known. `around` has for each row those that it is a part of."""
    timed = {row: measured for row, measured in rows.items() if measured.time_us is not None}
    if any(measured.error_us is None for measured in timed.values()):
        return {}
    figures = [WithError(measured.time_us or 0.0, measured.error_us) for measured in timed.values()]
    place = {row: index for index, row in enumerate(timed)}
    wholes = [[place[whole] for whole in around[row] if whole in place] for row in timed] if around else ()
    return dict(zip(timed, ranked(figures, errors_compared(graph.measurement), wholes)))


def _dispatch(graph: Graph, groups: Mapping[int, Measured]) -> Dict[str, str]:
    """What is told of the groups of many small ops."""
    dispatch = Dispatch(graph)
    found = {row: dispatch.of(measured) for row, measured in groups.items()}
    return {str(row): dispatch_text(time) for row, time in found.items() if time is not None}


def _op_type(graph: Graph) -> Callable[[int], Optional[str]]:
    return lambda row: content_of(graph).table.ops[row]


def _line(graph: Graph) -> Callable[[int], Optional[str]]:
    sources = content_of(graph).sources
    return lambda row: f"{sources[row].file}:{sources[row].line}" if row in sources else None


def _sums(graph: Graph, key: Callable[[int], Optional[str]]) -> Dict[str, Tuple[float, int, int]]:
    """The errors of the times of ops that have the same key, and the places that these may have among each other."""
    rows: Dict[str, List[int]] = {}
    for row, measured in content_of(graph).measured.items():
        name = key(row)
        if name is not None and measured.time_us is not None:
            rows.setdefault(name, []).append(row)
    times = {
        name: sum(content_of(graph).measured[row].time_us or 0.0 for row in members) for name, members in rows.items()
    }
    errors = {name: error_of(graph, members) for name, members in rows.items()}
    figures = {name: WithError(times[name], error) for name, error in errors.items() if error is not None}
    if len(figures) < len(rows):
        return {}
    placed = dict(zip(figures, ranked(list(figures.values()), errors_compared(graph.measurement))))
    return {name: (errors[name] or 0.0, placed[name].first, placed[name].last) for name in figures}


def known(value: Optional[float]) -> float:
    """A number for a column of floats, in which NaN stands for an unknown value."""
    return math.nan if value is None else float(value)
