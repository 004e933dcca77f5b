"""What was measured on the copies of a stack: together, and whether each took as long as the others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Iterator, List, Optional, Sequence, Union

from ..graph.content import content_of
from ..graph.number_text import figure_text
from ..graph.quantities import TIME
from ..graph.uncertainty import WithError, apart, errors_compared
from .metrics import total
from .naming import part_name

if TYPE_CHECKING:
    from ..graph.graph import Graph
    from ..graph.types import Measured
    from .structure import Part

OF_MANY = 2.0
"""Intervals of copies are so many times as wide: of many copies, one lies far off by chance."""
UNEQUAL = 0.1
"""A copy whose time differs from the median by no more than this part of it is not worth a word, however sure that is."""
MEDIAN = "the median is "
"""Before the time that a copy usually takes, where one is told that took another."""


def measured_in(graph: Graph, part: Part) -> Iterator[Measured]:
    """What was measured on a part: on the group that it is, else on the outermost groups in it and the ops beside them.

    The error of a group is that of its sum. It is smaller than the sum of its ops' errors.
    """
    content = content_of(graph)
    waiting: List[Union[int, Part]] = [part]
    while waiting:
        child = waiting.pop()
        if isinstance(child, int):
            if child in content.measured:
                yield content.measured[child]
            continue
        measured = content.groups[child.group].measured if child.group >= 0 else None
        if measured is not None:
            yield measured
        else:
            waiting.extend(reversed(child.children))


def measured_on(graph: Graph, parts: Sequence[Part]) -> Optional[Measured]:
    """What was measured on some parts together; ``None`` if nothing was on one of them."""
    found: List[Measured] = []
    for part in parts:
        own = list(measured_in(graph, part))
        if not own:  # so it is with the first one, where nothing was measured at all
            return None
        found += own
    return total(found)


def unequal_times(graph: Graph, stack: Sequence[Part]) -> str:
    """Which copies of a stack took longer or shorter than the others, in words; empty if all are alike as far as is known."""
    figures = []
    for part in stack:
        measured = measured_on(graph, [part])
        if measured is None or measured.time_us is None or measured.error_us is None:
            return ""
        figures.append(WithError(measured.time_us, measured.error_us))
    middle = sorted(figures)[(len(figures) - 1) // 2]  # a figure that there is, so of two in the middle the lower one
    odd = [
        place
        for place, one in enumerate(figures)
        if apart(one, middle, OF_MANY * errors_compared(graph.measurement))
        and abs(one.value - middle.value) > UNEQUAL * middle.value
    ]
    if not odd:
        return ""
    first = max(odd, key=lambda place: abs(figures[place].value - middle.value))
    verb = "is" if len(odd) == 2 else "are"
    more = f", {len(odd) - 1} more {verb} out of line" if len(odd) > 1 else ""
    return (
        f"{part_name(graph, stack[first])} takes {figure_text(TIME.field, *figures[first])}{more}; "
        f"{MEDIAN}{figure_text(TIME.field, *middle)}"
    )
