"""How sure measured figures are: which are uncertain, and which are apart so that one may be called the larger.

A figure stands with its standard error, as in ``12.3 ± 0.4 ms`` (`graph.number_text.figure_text`). Figures are compared by the interval
of three standard errors to either side. Over 10 steps it holds the true value with a probability of 98.5 % (Student's t), if times
were normally distributed. They are not: a few steps take much longer. On a busy machine, with two standard errors, 13 of 1540 pairs of layers of a
transformer were in one order in one run and in the other order in another; with two and a half none was.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import List, NamedTuple, Optional, Sequence

ERRORS = 3.0
"""How many standard errors the interval of a figure reaches to either side."""
UNCERTAIN = 0.1
"""A figure whose standard error is more than this part of it is marked with ``~``."""


class WithError(NamedTuple):
    """A measured value and its standard error; ``None`` where that is not known."""

    value: float
    error: Optional[float] = None

    @property
    def low(self) -> float:
        """The least that it may be."""
        return self.value - ERRORS * (self.error or 0.0)

    @property
    def high(self) -> float:
        """The most that it may be."""
        return self.value + ERRORS * (self.error or 0.0)


class Rank(NamedTuple):
    """A place among others, counted from 1: from `first` to `last`, where others may be as large."""

    first: int
    last: int

    def __str__(self) -> str:
        return str(self.first) if self.first == self.last else f"{self.first}-{self.last}"


def uncertain(value: float, error: Optional[float]) -> bool:
    """Whether a figure is marked with ``~``."""
    return error is not None and error > UNCERTAIN * value


def apart(one: WithError, other: WithError) -> bool:
    """Whether two figures are certainly not the same: their intervals do not overlap."""
    return one.low > other.high or other.low > one.high


def ranked(figures: Sequence[WithError]) -> List[Rank]:
    """The rank of each figure, the largest first. Figures whose intervals overlap share places.

    >>> [str(rank) for rank in ranked([WithError(30, 1), WithError(21, 1), WithError(20, 1), WithError(10, 1)])]
    ['1', '2-3', '2-3', '4']
    """
    lows, highs = (sorted(each) for each in ([one.low for one in figures], [one.high for one in figures]))
    count = len(figures)
    # Above a figure is what is larger for certain, and below it what is smaller for certain.
    return [
        Rank(1 + count - bisect_right(lows, one.high), count - bisect_left(highs, one.low)) for one in figures
    ]  # fmt: skip
