"""The times of layers that correspond, as figures of a difference: which of them may be claimed to differ."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Dict, Iterator, List, Tuple

from ..graph.content import content_of
from .difference import sorted_lists
from .leaving_out import compared_figures
from .model import FigureDelta, Matches

if TYPE_CHECKING:
    from ..graph.graph import Graph
    from .difference import Difference
    from .measured_times import Compared


def with_measured_figures(found: "Difference") -> "Difference":
    """The same difference with the times of the layers that both sides measured among its figures."""
    a, b, matches = found.a, found.b, found.matches
    if a is None or b is None or matches is None:
        return found
    if not content_of(a).measured or not content_of(b).measured:
        return found
    measured = compared_figures(measured_figures(a, b, matches), found.ignored)
    return sorted_lists(replace(found, figures=(*found.figures, *measured)))


def unclaimed_times(found: "Difference") -> List[str]:
    """Of each layer whose times are not the same and of which no difference is claimed what may be said of it, in a sentence."""
    from .compared_runs import time_words

    return [
        f"{each.pair[1]}: {time_words(each)}"
        for each in _compared(found).layers
        if each.a != each.b and not each.notable
    ]


def time_sentences(found: "Difference") -> Dict[str, str]:
    """What may be said of the times of each layer that both sides measured, by its path in the second graph."""
    from .compared_runs import time_words

    return {each.pair[1]: time_words(each) for each in _compared(found).layers}


def shared_time_words(found: "Difference") -> str:
    """What may be said of all layers together; empty if nothing can be claimed."""
    from .compared_runs import whole_words

    whole = _compared(found).whole
    return "" if whole is None else whole_words(whole)


def _compared(found: "Difference") -> "Compared":
    """The comparison of the times of both sides; without layers where the graphs are not at hand or were not measured."""
    from .compared_runs import compared_runs
    from .measured_times import Compared

    a, b, matches = found.a, found.b, found.matches
    if a is None or b is None or matches is None:
        return Compared([], None)
    return compared_runs(a, b, _pairs(a, b, matches))


def _pairs(a: "Graph", b: "Graph", matches: Matches) -> List[Tuple[str, str]]:
    """The paths of the groups that correspond."""
    one, two = content_of(a).groups, content_of(b).groups
    return [(one[row].path, two[other].path) for row, other in enumerate(matches.groups) if other >= 0]


def measured_figures(a: "Graph", b: "Graph", matches: Matches) -> Iterator[FigureDelta]:
    """The times that are not the same; significant only where runs on both sides tell, by enough to matter."""
    from .compared_runs import compared_runs  # late: it needs the room that measures, and few graphs are measured

    for found in compared_runs(a, b, _pairs(a, b, matches)).layers:
        if found.a != found.b:
            interval = None if found.interval is None else (found.interval.low, found.interval.high)
            yield FigureDelta(found.pair[1], "time_us", found.a, found.b, interval, found.notable)
