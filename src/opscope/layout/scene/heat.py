"""Heat: which measured quantity a drawing shows, on which scale, in which words."""

from __future__ import annotations

from typing import Any, Iterable, List, Mapping, Optional, Tuple

from ...graph.graph import Graph
from ...graph.number_text import percent_text, quantity_text
from ...graph.quantities import MEMORY, QUANTITIES, TIME, TIMES
from ...graph.step_parts import OF_PROFILED_STEP, step_part
from ...graph.types import Measured
from .items import Heat, Scale
from .labels import LOOPS_COUNTED_ONCE

STEPS = ("#fde8c8", "#f9c78a", "#f09a4e", "#d9662b", "#a83a16")
"""The scale's colours: one hue, lightness falling in even steps (CIE L* 93, 83, 71, 57, 39), readable in grey."""
STEPS_DARK = ("#4a3524", "#7a4a26", "#b0642c", "#e08a3c", "#ffc069")
"""The same on a dark ground, where more is lighter; as in the page."""


def step(level: float) -> int:
    """The step of the scale on which a level from 0 to 1 lies."""
    return min(len(STEPS) - 1, max(0, int(level * len(STEPS))))


def colour(level: float) -> str:
    """The colour of a level from 0 to 1.

    >>> colour(0.0), colour(1.0)
    ('#fde8c8', '#a83a16')
    """
    return STEPS[step(level)]


MOST = 0.5
"""An open card with more than this part of everything would make all else pale: the scale ends below it."""


class Measure:
    """The quantity of one drawing: made from what the graph carries, asked for each mark."""

    def __init__(self, graph: Graph, leaves: Iterable[Optional[Measured]], cards: Iterable[Optional[Measured]]) -> None:
        """`leaves` are the boxes and folded cards that are drawn, `cards` the open ones."""
        self._step: Optional[float] = (graph.measurement or {}).get("profiled_step_time_us")
        self._costs = graph.cost
        self._coverage: Mapping[str, Any] = (graph.measurement or {}).get("coverage") or {}
        leaf_marks, card_marks = ([mark for mark in marks if mark is not None] for marks in (leaves, cards))
        marks = leaf_marks + card_marks
        self._quantity = next(
            (each for each in QUANTITIES.values() if any(getattr(mark, each.field, None) for mark in marks)), None
        )
        self.field = self._quantity.field if self._quantity is not None else ""
        alone, around = (self._values(found) for found in (leaf_marks, card_marks))
        total = sum(self._values(group.measured for group in graph.groups if group.parent < 0))
        telling = alone + [value for value in around if value <= MOST * total]
        self._most = max(alone + around, default=0.0)
        self._top = max(telling, default=0.0) or self._most

    def _values(self, marks: Iterable[Optional[Measured]]) -> List[float]:
        return [getattr(mark, self.field) or 0.0 for mark in marks if mark is not None] if self.field else []

    def heat(self, measured: Optional[Measured]) -> Optional[Heat]:
        """The heat of one mark; ``None`` where nothing was measured, which is not 0."""
        value = getattr(measured, self.field) if measured is not None and self.field else None
        if value is None:
            return None
        share = percent_text(value / self._step) if self._step and self._quantity is TIME else ""
        return Heat(value, min(1.0, value / self._top) if self._top else 0.0, quantity_text(self.field, value), share)

    def _unknown(self) -> str:
        """What the estimate does not count, and what it counts only once."""
        parts: List[str] = []
        costs = self._costs
        if costs is None:  # JSON has the costs of ops, but not what was left out of them
            return "estimated from shapes"
        for ops, words in (
            (costs.without_formula, "without a FLOP formula"),
            (costs.unknown_shape, "of unknown shape"),
        ):
            count = sum(ops.values())
            parts += [f"{count} op{'s' if count > 1 else ''} {words}"] if count else []
        said = f"estimated from shapes; not counted: {', '.join(parts)}" if parts else "estimated from shapes, all ops"
        return f"{said}; {LOOPS_COUNTED_ONCE}" if costs.per == "iteration" else said

    def scale(self, marked: Tuple[int, int]) -> Optional[Scale]:
        """The scale, with what share of the step the numbers cover; `marked` of how many marks carry one."""
        quantity = self._quantity
        if quantity is None:
            return None
        per = " per step" if quantity is not MEMORY else ""
        shares = self._coverage.items() if quantity.units is TIMES else ()
        coverage = " · ".join(f"{step_part(name)} {percent_text(share)}" for name, share in shares)
        coverage = f"{OF_PROFILED_STEP}: {coverage}" if coverage else ""
        if quantity.estimated:
            per = " per sample" if self._costs is not None and self._costs.per_sample else per
            coverage = self._unknown()
        if not coverage:
            coverage = f"{quantity.title} known for {marked[0]} of {marked[1]} boxes and cards"
        least = "≥ " if self._most > self._top else ""  # an open card may have more than the end of the scale
        return Scale(quantity.title, self._top, least + quantity_text(self.field, self._top) + per, coverage)
