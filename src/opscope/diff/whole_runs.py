"""What all layers of a run share: a run on a loaded machine is longer in everything, and so is a model whose dtype or batch changed."""

from __future__ import annotations

from math import exp
from statistics import median
from typing import Dict, Mapping, NamedTuple, Optional, Sequence, Tuple, TypeVar

from ..graph.student_t import quantile
from ..profile.spread import Interval
from .few_runs import Error, LogTimes, by_chance, permuted, side_of_logs, welch_error

ALPHA = 0.03
"""What is claimed is at most so probable by chance. Below the 5 % that is promised, since times are no normal distribution: of layers that take
one of two times, 6 % of equal models were told different at 5 %. Four runs a side can just reach it by the permutation test (2 of 70 ways)."""
CERTAIN = 0.975
"""Below the upper end of an interval of 95 % lies this part of the distribution."""
_LEAST_LAYERS = 5
"""Of fewer layers, the median layer may be the very one that differs, and tells nothing of the rest."""

_ROUNDED = 1e-9
"""A sum of weights that is half of all but for rounding is half of all."""

Sides = Tuple[LogTimes, LogTimes]
_Key = TypeVar("_Key")


class Whole(NamedTuple):
    """By how much the layers of one side took longer all together."""

    ratio: float
    """How many times as long the median layer takes in `b`."""
    interval: Interval
    probability: float
    """How probable so large a difference is by chance."""
    significant: bool
    """Whether it can be claimed. The machine may be the reason, or what all layers share: a dtype, a device, the batch."""

    def reversed(self) -> "Whole":
        """The same with the sides exchanged."""
        turned = Interval(1.0 / self.interval.high, 1.0 / self.interval.low)
        return self._replace(ratio=1.0 / self.ratio, interval=turned)


def run_factors(sides: Mapping[_Key, Sides]) -> Optional[Sides]:
    """By how much each run was longer as a whole: the median over layers of how far it lies from the layer's mean over both sides.

    (Size factors of sequenced samples are found so: S. Anders and W. Huber, Genome Biology 11, 2010.) A layer counts by the square root of its
    time, since what lasts four times as long is known about twice as well. ``None`` if there are too few layers, or not the same runs of all.
    """
    shapes = {(a.runs, b.runs) for a, b in sides.values()}
    if len(sides) < _LEAST_LAYERS or len(shapes) > 1:
        return None
    centred = [([*a.logs, *b.logs], (a.mean + b.mean) / 2.0) for a, b in sides.values()]
    weights = [exp(middle / 2.0) for _, middle in centred]
    ((first, _),) = shapes
    factors = [
        _weighted_median([logs[run] - middle for logs, middle in centred], weights) for run in range(len(centred[0][0]))
    ]
    return side_of_logs(factors[:first]), side_of_logs(factors[first:])


def _weighted_median(values: Sequence[float], weights: Sequence[float]) -> float:
    """Half of the weight lies on either side of it; between two values if that holds anywhere between these."""
    half, passed = sum(weights) / 2.0, 0.0
    ordered = sorted(zip(values, weights))
    for place, (value, weight) in enumerate(ordered):
        passed += weight
        if passed > half * (1.0 + _ROUNDED):
            return value
        if passed >= half * (1.0 - _ROUNDED):
            return (value + ordered[place + 1][0]) / 2.0
    return ordered[-1][0]


def without_factors(sides: Mapping[_Key, Sides], factors: Sides) -> Dict[_Key, Sides]:
    """The layers' times, less what the run shares among all layers."""

    def less(side: LogTimes, shared: LogTimes) -> LogTimes:
        return side_of_logs([log - factor for log, factor in zip(side.logs, shared.logs)])

    return {key: (less(one, factors[0]), less(other, factors[1])) for key, (one, other) in sides.items()}


def unexplained(sides: Mapping[_Key, Sides], errors: Mapping[_Key, Error]) -> float:
    """How many times as far sides lie apart as the errors of most layers explain; 1 where these explain it.

    Most layers are taken to be unchanged, so the median layer tells. Where other programs took the caches while one side was measured, many
    layers differ, each by its own use of memory, which the spread between the runs of a side does not show. (An "empirical null": B. Efron,
    Journal of the American Statistical Association 99, 2004.)
    """
    found = [
        abs(b.mean - a.mean) / (error.size * quantile(0.75, error.freedom))
        for (a, b), error in ((each, errors[key]) for key, each in sides.items())
        if error.size
    ]
    return max(1.0, median(found)) if found else 1.0


def whole_comparison(factors: Sides) -> Whole:
    """Whether one side was longer as a whole: Welch's test on the factors of its runs, and the permutation test."""
    a, b = factors
    difference, error = b.mean - a.mean, welch_error(a, b)
    reach = quantile(CERTAIN, error.freedom) * error.size
    probability = max(by_chance(difference, error), permuted(a, b))
    interval = Interval(exp(difference - reach), exp(difference + reach))
    return Whole(exp(difference), interval, probability, probability <= ALPHA)
