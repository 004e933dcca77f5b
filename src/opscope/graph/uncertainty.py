"""How sure measured figures are: which are uncertain, and which are apart so that one may be called the larger.

A figure stands with its standard error, as in ``12.3 ± 0.4 ms`` (`graph.number_text.figure_text`). Figures are compared by the interval
of `ERRORS` standard errors to either side. Over 10 steps it holds the true value with a probability of 99.93 % (Student's t, 9 degrees
of freedom), if times were normally distributed. So much is needed since a table compares thousands of pairs. With three standard
errors (98.5 %), five runs of a transformer on an idle machine ordered 1 of 1540 pairs of layers in both ways. On a busy one, where a
few steps take much longer, it was up to 32 pairs with two standard errors, 9 with three, and none with four to eight. In a
disturbed measurement intervals are half as wide again.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import Any, List, Mapping, NamedTuple, Optional, Sequence

ERRORS = 5.0
"""How many standard errors the interval of a figure reaches to either side."""
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
    """How many standard errors figures of this measurement are compared by."""
    return ERRORS * (_DISTURBED if measurement and measurement.get("disturbed") else 1.0)


def apart(one: WithError, other: WithError, errors: float = ERRORS) -> bool:
    """Whether two figures are certainly not the same: their intervals do not overlap."""
    return one.low(errors) > other.high(errors) or other.low(errors) > one.high(errors)


def ranked(figures: Sequence[WithError], errors: float = ERRORS) -> List[Rank]:
    """The rank of each figure, the largest first. Figures whose intervals overlap share places.

    >>> [str(rank) for rank in ranked([WithError(60, 1), WithError(31, 1), WithError(30, 1), WithError(10, 1)])]
    ['1', '2-3', '2-3', '4']
    """
    lows, highs = sorted([one.low(errors) for one in figures]), sorted([one.high(errors) for one in figures])
    count = len(figures)
    # Above a figure is what is larger for certain, and below it what is smaller for certain.
    return [
        Rank(1 + count - bisect_right(lows, one.high(errors)), count - bisect_left(highs, one.low(errors)))
        for one in figures
    ]
