"""How sure measured figures are: which are uncertain, and which are apart so that one may be called the larger.

A figure stands with its standard error, as in ``12.3 ± 0.4 ms`` (`graph.number_text.figure_text`). Figures are compared by the interval that
holds the true value with a probability of 95 %: so many standard errors to either side as Student's t says for the steps that were kept.
Two intervals that only touch are 3.2 standard errors of their difference apart, if both are equally wide and of ten steps. In a disturbed measurement, in
which a few steps take much longer, intervals are half as wide again.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import Any, List, Mapping, NamedTuple, Optional, Sequence

from .measured_runs import run_count
from .student_t import quantile

_CERTAIN = 0.975
"""Below the upper end of an interval of 95 % lies this part of the distribution."""
_USUAL_STEPS = 10
"""So many steps are taken to be kept where that is not known."""
ERRORS = quantile(_CERTAIN, _USUAL_STEPS - 1)
"""How many standard errors the interval of a figure reaches to either side, over as many steps as usual."""
_DISTURBED = 1.5
"""How many times as wide it is in a disturbed measurement."""
UNCERTAIN = 0.1
"""A figure whose standard error is more than this part of it is marked with ``~``."""


class WithError(NamedTuple):
    """A measured value and its standard error; ``None`` where that is not known."""

    value: float
    error: Optional[float] = None

    def low(self, errors: float = ERRORS) -> float:
        """The least that it may be, by so many standard errors."""
        return self.value - errors * (self.error or 0.0)

    def high(self, errors: float = ERRORS) -> float:
        """The most that it may be."""
        return self.value + errors * (self.error or 0.0)


class Rank(NamedTuple):
    """A place among others, counted from 1: from `first` to `last`, where others may be as large."""

    first: int
    last: int

    def __str__(self) -> str:
        return str(self.first) if self.first == self.last else f"{self.first}-{self.last}"


def uncertain(value: float, error: Optional[float]) -> bool:
    """Whether a figure is marked with ``~``."""
    return error is not None and error > UNCERTAIN * value


def errors_compared(measurement: Optional[Mapping[str, Any]]) -> float:
    """How many standard errors figures of this measurement are compared by: those of so many runs, or of the steps of one."""
    told = measurement or {}
    runs = run_count(told)
    kept = runs if runs > 1 else told.get("steps_kept") or _USUAL_STEPS
    return quantile(_CERTAIN, max(kept - 1, 1)) * (_DISTURBED if told.get("disturbed") else 1.0)


def apart(one: WithError, other: WithError, errors: float = ERRORS) -> bool:
    """Whether two figures are certainly not the same: their intervals do not overlap."""
    return one.low(errors) > other.high(errors) or other.low(errors) > one.high(errors)


def ranked(figures: Sequence[WithError], errors: float = ERRORS, around: Sequence[Sequence[int]] = ()) -> List[Rank]:
    """The rank of each figure, the largest first. Figures whose intervals overlap share places.

    `around` has for each figure those that it is a part of: as large as a part they are at least, whatever the errors.

    >>> [str(rank) for rank in ranked([WithError(60, 1), WithError(31, 1), WithError(30, 1), WithError(10, 1)])]
    ['1', '2-3', '2-3', '4']
    >>> [str(rank) for rank in ranked([WithError(31, 1), WithError(30, 1), WithError(1, 0)], around=[(), (0,), (0, 1)])]
    ['1', '2', '3']
    """
    lows, highs = sorted([one.low(errors) for one in figures]), sorted([one.high(errors) for one in figures])
    count = len(figures)
    # Above a figure is what is larger for certain, and below it what is smaller for certain.
    found = [
        Rank(1 + count - bisect_right(lows, one.high(errors)), count - bisect_left(highs, one.low(errors)))
        for one in figures
    ]
    for part, wholes in enumerate(around):
        for whole in wholes:
            if not apart(figures[whole], figures[part], errors):
                found[part] = found[part]._replace(first=found[part].first + 1)
                found[whole] = found[whole]._replace(last=found[whole].last - 1)
    return found
