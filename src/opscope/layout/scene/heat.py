"""Heat: which figure of the ops a drawing shows, on which scale of colours, and in which words."""

from __future__ import annotations

from typing import Any, Iterable, List, Mapping, Optional, Tuple

from ...graph.content import content_of
from ...graph.dispatch import Dispatch, dispatch_text
from ...graph.graph import Graph
from ...graph.meanings import why_another
from ...graph.number_text import figure_text, percent_text, quantity_text
from ...graph.quantities import MEMORY, QUANTITIES, TIME, TIMES
from ...graph.step_parts import of_profiled_step, share_of_profiled_step, step_part
from ...graph.types import GraphCost, Measured
from .captions import LOOPS_COUNTED_ONCE
from .items import Heat, Scale

STEPS = ("#fde8c8", "#f9c78a", "#f09a4e", "#d9662b", "#a83a16")
"""The scale's colours: one hue, lightness falling in even steps (CIE L* 93, 83, 71, 57, 39), readable in grey."""
STEPS_DARK = ("#6b4d33", "#935f31", "#c27c3c", "#e59848", "#ffc878")
"""The same on a dark ground, where more is lighter (L* 35, 45, 58, 69, 84): the least stands out from a card, and text can be read on each."""


def step(level: float) -> int:
    """The index in `STEPS` of a level from 0 to 1."""
    return min(len(STEPS) - 1, max(0, int(level * len(STEPS))))


def colour(level: float) -> str:
    """The colour of a level from 0 to 1.

    >>> colour(0.0), colour(1.0)
    ('#fde8c8', '#a83a16')
    """
    return STEPS[step(level)]


MOST_OF_TOTAL = 0.5
"""Open cards with more than this part of the total do not count for the end of the scale.

Such a card holds most of the model. A scale that ended at its figure would leave all the rest pale.
"""


ALL_COUNTED = ", all ops"
"""Said of an estimate that lacks nothing."""


def not_counted(costs: Optional[GraphCost]) -> str:
    """What is said of an estimate: which ops it does not count, and which loops only once."""
    parts: List[str] = []
    if costs is None:  # JSON has the costs of ops, but not what was left out of them
        return "estimated from shapes"
    for ops, words in (
        (costs.without_formula, "without a FLOP formula"),
        (costs.unknown_shape, "of unknown shape"),
    ):
        count = sum(ops.values())
        parts += [f"{count} op{'s' if count > 1 else ''} {words}"] if count else []
    if costs.flops is None and parts:
        return f"unknown: {', '.join(parts)}"
    said = f"estimated from shapes; not counted: {', '.join(parts)}" if parts else f"estimated from shapes{ALL_COUNTED}"
    return f"{said}; {LOOPS_COUNTED_ONCE}" if costs.per == "iteration" else said


class Measure:
    """The quantity that one drawing shows and its scale; `heat` gives the figure of each mark."""

    def __init__(self, graph: Graph, leaves: Iterable[Optional[Measured]], cards: Iterable[Optional[Measured]]) -> None:
        """Choose the quantity. `leaves` are the figures of boxes and folded cards, `cards` those of open cards."""
        self._step: Optional[float] = (graph.measurement or {}).get("profiled_step_time_us")
        self._why = why_another(graph.measurement)
        self._costs = graph.cost
        self._coverage: Mapping[str, Any] = (graph.measurement or {}).get("coverage") or {}
        self._dispatch = Dispatch(graph)
        leaf_marks, card_marks = ([mark for mark in marks if mark is not None] for marks in (leaves, cards))
        marks = leaf_marks + card_marks
        # The first quantity that any mark has; `quantity.only` leaves just one when a user asks for it.
        self._quantity = next(
            (each for each in QUANTITIES.values() if any(getattr(mark, each.field, None) for mark in marks)), None
        )
        self.field = self._quantity.field if self._quantity is not None else ""
        alone, around = (self._values(found) for found in (leaf_marks, card_marks))
        total = sum(self._values(group.measured for group in content_of(graph).groups if group.parent < 0))
        telling = alone + [value for value in around if value <= MOST_OF_TOTAL * total]
        self._most = max(alone + around, default=0.0)
        self._top = max(telling, default=0.0) or self._most  # the end of the scale; `_most` may lie beyond it

    def _values(self, marks: Iterable[Optional[Measured]]) -> List[float]:
        return [getattr(mark, self.field) or 0.0 for mark in marks if mark is not None] if self.field else []

    def heat(self, measured: Optional[Measured]) -> Optional[Heat]:
        """The figure of one mark; ``None`` if it has none, which is something else than 0."""
        value = getattr(measured, self.field) if measured is not None and self.field else None
        if value is None:
            return None
        timed = self._quantity is TIME
        share = share_of_profiled_step(value / self._step) if self._step and timed else ""
        error = measured.error_us if measured is not None and timed else None
        text = figure_text(self.field, value, error)
        return Heat(value, min(1.0, value / self._top) if self._top else 0.0, text, share)

    def dispatch(self, measured: Optional[Measured]) -> str:
        """What is told beside the time of a group of many small ops; empty if there is nothing to tell."""
        found = self._dispatch.of(measured) if self._quantity is TIME else None
        return "" if found is None else dispatch_text(found)

    @property
    def shares_of(self) -> str:
        """What the shares beside the figures are of, for the line under the title, which has another step's time; else empty."""
        if not self._step or self._quantity is not TIME:
            return ""
        return ", ".join(part for part in (f"shares are {of_profiled_step(self._step)}", self._why) if part)

    def scale(self, marked: Tuple[int, int]) -> Optional[Scale]:
        """The scale with the line below it; ``None`` if no mark has a figure.

        `marked` is how many marks have a figure, and how many there are.
        """
        quantity = self._quantity
        if quantity is None:
            return None
        per = " per step" if quantity is not MEMORY else ""
        shares = self._coverage.items() if quantity.units is TIMES else ()
        coverage = " · ".join(f"{step_part(name)} {percent_text(share)}" for name, share in shares)
        coverage = f"{of_profiled_step(self._step)}: {coverage}" if coverage else ""
        if quantity.estimated:
            per = " per sample" if self._costs is not None and self._costs.per_sample else per
            coverage = not_counted(self._costs)
        if not coverage:
            coverage = f"{quantity.title} known for {marked[0]} of {marked[1]} boxes and cards"
        least = "≥ " if self._most > self._top else ""  # an open card may have more than the end of the scale
        return Scale(quantity.title, self._top, least + quantity_text(self.field, self._top) + per, coverage)
