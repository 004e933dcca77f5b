"""How sure the figures of repeated steps are: which steps count, how far they spread, when there are enough of them.

The rules are in `docs/profiling.md`, "How sure a figure is".
"""

from __future__ import annotations

from math import sqrt
from statistics import median, quantiles, stdev
from typing import NamedTuple, Optional, Sequence, Tuple

ENOUGH = 0.05
"""A median is known well enough if its 95 % interval reaches no farther than this part of it to either side."""
_DEVIATIONS = 3 * 1.4826
"""How many median absolute deviations a step may be longer than the median: three standard deviations of a normal distribution."""
_ALWAYS = 0.1
"""A step that is longer than the median by no more than this part of it counts, however alike the others are."""
_MOST_LEFT_OUT = 0.2
"""If a larger part of the steps would be left out, these are not exceptions, and none is."""
_EXACT = 1000
"""Up to so many steps the places that bound a median are counted exactly; the approximation for more is off by one at most."""


class Interval(NamedTuple):
    """What a value lies between, with 95 % certainty."""

    low: float
    high: float


class Kept(NamedTuple):
    """Which steps count."""

    steps: Tuple[int, ...]
    """The positions of the steps that count."""
    disturbed: bool
    """Whether too many steps were long to be left out as exceptions. All are kept then."""


def kept_steps(durations: Sequence[float]) -> Kept:
    """Leave out the steps that something else made longer.

    >>> kept_steps([10, 10, 11, 10, 99, 10])
    Kept(steps=(0, 1, 2, 3, 5), disturbed=False)
    >>> kept_steps([10, 10, 10, 50, 50])
    Kept(steps=(0, 1, 2, 3, 4), disturbed=True)
    """
    middle = median(durations)
    deviation = median([abs(duration - middle) for duration in durations])
    longest = middle + max(_DEVIATIONS * deviation, _ALWAYS * middle)
    kept = tuple([place for place, duration in enumerate(durations) if duration <= longest])
    if len(durations) - len(kept) > _MOST_LEFT_OUT * len(durations):
        return Kept(tuple(range(len(durations))), disturbed=True)
    return Kept(kept, disturbed=False)


def median_interval(durations: Sequence[float]) -> Optional[Interval]:
    """The 95 % interval of the median by order statistics; ``None`` for fewer than 6 values, which cannot tell it.

    >>> median_interval([1, 2, 3, 4, 5, 6]), median_interval([1, 2, 3, 4, 5])
    (Interval(low=1, high=6), None)
    """
    outside = _outside(len(durations))
    ordered = sorted(durations)
    return Interval(ordered[outside - 1], ordered[-outside]) if outside else None


def _outside(count: int) -> int:
    """The largest k for which the k-th smallest and the k-th largest of `count` values enclose the true median in 95 %.

    The median lies below the k-th smallest only if fewer than k values fall below the median. Each does with a
    probability of 1/2, so that is a sum of binomial coefficients. Each side may have 2.5 %, which is 1/40.
    """
    if count > _EXACT:
        return int((count - 1.96 * sqrt(count)) / 2)
    k, term, total = 0, 1, 1  # `total` is the number of the cases (of 2 ** count) in which at most k values fall below
    while 40 * total <= 2**count:
        k += 1
        term = term * (count - k + 1) // k
        total += term
    return k


def settled(durations: Sequence[float]) -> bool:
    """Whether the median is known well enough."""
    interval = median_interval(durations)
    if interval is None:
        return False
    middle = median(durations)
    return max(interval.high - middle, middle - interval.low) <= ENOUGH * middle


def half_iqr(values: Sequence[float]) -> Optional[float]:
    """Half the interquartile range: half of the values lie about this close to the median. ``None`` for a single value.

    >>> half_iqr([1, 2, 3, 4, 5]), half_iqr([7])
    (1.0, None)
    """
    if len(values) < 2:
        return None
    quarters = quantiles(values, n=4, method="inclusive")
    return (quarters[2] - quarters[0]) / 2


def standard_error(values: Sequence[float]) -> Optional[float]:
    """The standard error of the mean; ``None`` for a single value, which tells nothing of it.

    >>> standard_error([1, 3]), standard_error([7])
    (1.0, None)
    """
    return stdev(values) / sqrt(len(values)) if len(values) > 1 else None
