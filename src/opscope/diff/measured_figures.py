"""The times of layers that correspond, as figures of a difference: which of them may be claimed to differ."""

from __future__ import annotations

from typing import TYPE_CHECKING, Iterator

from .compared_runs import compared_runs
from .model import FigureDelta, Matches

if TYPE_CHECKING:
    from .sides import GraphSide


def measured_figures(a: "GraphSide", b: "GraphSide", matches: Matches) -> Iterator[FigureDelta]:
    """The time of each layer that both sides measured; significant only where runs on both sides tell, by enough to matter."""
    pairs = [
        (a.groups[row].path, b.groups[other].path)
        for row, other in enumerate(matches.groups)
        if other >= 0 and a.groups[row].is_call
    ]
    for found in compared_runs(a.graph, b.graph, pairs).layers:
        interval = None if found.interval is None else (found.interval.low, found.interval.high)
        yield FigureDelta(found.pair[1], "time_us", found.a, found.b, interval, found.notable)
