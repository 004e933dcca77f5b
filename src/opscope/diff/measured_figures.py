"""The times of layers that correspond, as figures of a difference: which of them may be claimed to differ."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Iterator

from ..graph.content import content_of
from .difference import sorted_lists
from .leaving_out import compared_figures
from .model import FigureDelta, Matches

if TYPE_CHECKING:
    from ..graph.graph import Graph
    from .difference import Difference


def with_measured_figures(found: "Difference") -> "Difference":
    """The same difference with the times of the layers that both sides measured among its figures."""
    a, b, matches = found.a, found.b, found.matches
    if a is None or b is None or matches is None:
        return found
    if not content_of(a).measured or not content_of(b).measured:
        return found
    measured = compared_figures(measured_figures(a, b, matches), found.ignored)
    return sorted_lists(replace(found, figures=(*found.figures, *measured)))


def measured_figures(a: "Graph", b: "Graph", matches: Matches) -> Iterator[FigureDelta]:
    """The times that are not the same; significant only where runs on both sides tell, by enough to matter."""
    from .compared_runs import compared_runs  # late: it needs the room that measures, and few graphs are measured

    one, two = content_of(a).groups, content_of(b).groups
    pairs = [(one[row].path, two[other].path) for row, other in enumerate(matches.groups) if other >= 0]
    for found in compared_runs(a, b, pairs).layers:
        if found.a != found.b:
            interval = None if found.interval is None else (found.interval.low, found.interval.high)
            yield FigureDelta(found.pair[1], "time_us", found.a, found.b, interval, found.notable)
