"""Compares measured times of two sides, each measured in several runs: which differences are there, and which may be chance.

What differs from run to run and not from step to step, such as where the weights lie in memory, is no part of the error
that one run tells. So runs in fresh processes are compared, by how far they lie apart:

1. **What all layers share** is taken out of each run (`whole_runs`): a run on a loaded machine is longer in everything. If runs of one side
   were longer as a whole, that is told once. Then only a layer is called different that is so beside the others and by itself.
2. **A moderated t test** on the logarithms of what is left: the variance of a layer is drawn towards that of all (`moderated`).
   Where most layers differ more than their runs explain, errors count as so much larger (`whole_runs.unexplained`).
3. **Holm's correction** for all the layers that are compared. The chance that any of them is called different though none is stays
   below 5 %, however they depend on each other.
4. **An exact permutation test** has to agree, since few runs cannot show how they are distributed: of all ways to deal the runs out to
   two sides, at most 3 % may part them as far. With 3 runs a side none can pass.
5. What is certain may still be too small to matter: `Comparison.small`.

A single run on either side is never compared, only shown: see `Comparison.within`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import exp, expm1, hypot, log, sinh, sqrt
from statistics import fmean
from typing import Dict, List, Mapping, NamedTuple, Optional, Sequence, Tuple

from ..graph.student_t import quantile
from ..profile.spread import Interval
from .few_runs import Error, by_chance, error_of_difference, holm, is_tested, permuted, pooled_variance, side_of_times
from .moderated import Variance, moderated
from .whole_runs import ALPHA, CERTAIN, Sides, Whole, run_factors, unexplained, whole_comparison, without_factors

SMALL_PART = 0.05
"""A difference by less than this part is small, however certain."""
SMALL_OF_STEP = 0.01
"""So is one of less than this part of the step."""
PLACEMENT = 7.5 / 3.6
"""How many times as long the very same convolution took when its weights lay elsewhere in memory. Two single runs may differ by
this and tell nothing."""
_FEW = 1 / 3
"""If more than this part of the layers differ beside the others, the median layer may be one that changed, and is no measure of the rest."""

Samples = Mapping[str, Sequence[float]]
"""The path of a layer, or the name of an op -> its time in each run, in microseconds."""
Pair = Tuple[str, str]
"""Keys of the two sides that are the same layer."""


@dataclass(frozen=True)
class Comparison:
    """The times of one layer on both sides, in microseconds."""

    pair: Pair
    a: float
    """The mean over the runs."""
    b: float
    runs: Tuple[int, int]
    """How many runs there are on each side."""
    ratio: Optional[float] = None
    """How many times as long it takes in `b`, by geometric means; ``None`` where a run has no time. What the runs of a side share is
    left out of it, unless one side is longer as a whole for certain."""
    beside: bool = False
    """Whether it is left out: the ratio is that beside the other layers."""
    ratio_interval: Optional[Interval] = None
    """Between which values this lies; ``None`` if either side has a single run."""
    interval: Optional[Interval] = None
    """The same of the difference b - a. It holds zero where that of the ratio holds 1."""
    probability: Optional[float] = None
    """How probable so large a difference is by chance, corrected for all the layers compared; ``None`` if it was not tested."""
    significant: bool = False
    """Whether the difference can be claimed of this layer. An interval without zero alone does not claim it, as there are many layers."""
    with_all: bool = False
    """Whether its times do differ, but no more than those of all layers do, so that it is not claimed of this one."""
    small: bool = False
    """Whether it may be too small to matter, however certain: 5 % of the layer or less, or less than 1 % of the step. Of a tested layer that is
    asked of the nearer end of the interval."""
    within: Optional[float] = None
    """By which part the two may differ and tell nothing: 1.08 stands for 108 %. ``None`` where a run has no time.

    Where both sides have several runs this is half the width of the interval. A single run beside several is expected as far off as
    one more of these may be. Of two single runs nothing tells it, and it is `PLACEMENT`.
    """

    @property
    def notable(self) -> bool:
        """Whether it is different for certain, by enough to matter."""
        return self.significant and not self.small

    def reversed(self) -> "Comparison":
        """The same with the sides exchanged."""
        ratios, interval = self.ratio_interval, self.interval
        return replace(
            self, pair=(self.pair[1], self.pair[0]), a=self.b, b=self.a, runs=(self.runs[1], self.runs[0]),
            ratio=None if self.ratio is None else 1.0 / self.ratio,
            ratio_interval=None if ratios is None else Interval(1.0 / ratios.high, 1.0 / ratios.low),
            interval=None if interval is None else Interval(-interval.high, -interval.low),
        )  # fmt: skip


class Compared(NamedTuple):
    """What is told of the times of two sides."""

    layers: List[Comparison]
    """In the order of the pairs."""
    whole: Optional[Whole]
    """``None`` if there are too few layers or runs to tell."""


def compared(
    pairs: Sequence[Pair], a: Samples, b: Samples, *, step: Tuple[Optional[float], Optional[float]] = (None, None)
) -> Compared:
    """Compare the times of each pair; `step` has the duration of a step on either side, by which differences may be small.

    A pair of which a side has no times is left out. Give layers by their own time, without that of inner layers
    (`profile.runs.samples.layer_samples`): else a layer that became slower makes all around it slower as well.
    """
    known = [pair for pair in pairs if a.get(pair[0]) and b.get(pair[1])]
    sides: Dict[Pair, Sides] = {}
    for pair in known:
        one, other = side_of_times(a[pair[0]]), side_of_times(b[pair[1]])
        if one is not None and other is not None:
            sides[pair] = (one, other)
    longest = max(filter(None, step), default=None)
    tests = _Tests({pair: each for pair, each in sides.items() if is_tested(*each)})
    alone = _variances({pair: each for pair, each in sides.items() if not is_tested(*each)})
    layers = []
    for pair in known:
        found = Comparison(pair, fmean(a[pair[0]]), fmean(b[pair[1]]), (len(a[pair[0]]), len(b[pair[1]])))
        if pair in tests.sides:
            found = tests.told(found, longest)
        elif pair in sides:
            found = _untested(found, sides[pair], alone.get(pair))
        layers.append(found)
    return Compared(layers, tests.whole)


class _Tests:
    """The layers that have several runs on both sides, with what is tested of them all."""

    def __init__(self, sides: Mapping[Pair, Sides]) -> None:
        self.sides = sides
        factors = run_factors(sides)
        self.whole = None if factors is None else whole_comparison(factors)
        self._beside = sides if factors is None else without_factors(sides, factors)
        moderate = _variances(self._beside)
        errors = {pair: error_of_difference(*each, moderate[pair]) for pair, each in self._beside.items()}
        more = 1.0 if factors is None else unexplained(self._beside, errors)
        self._errors = {pair: Error(more * size, freedom) for pair, (size, freedom) in errors.items()}
        self._certain = _certain(self._beside, self._errors)
        self._by_itself: Optional[Dict[Pair, float]] = None
        many = sum(value <= ALPHA for value in self._certain.values()) > _FEW * len(sides)
        if factors is not None and (many or (self.whole is not None and self.whole.significant)):
            variances = _variances(sides)
            self._by_itself = _certain(
                sides, {pair: error_of_difference(*each, variances[pair]) for pair, each in sides.items()}
            )

    def told(self, found: Comparison, step: Optional[float]) -> Comparison:
        """What the tests say of a layer."""
        pair = found.pair
        (a, b), (ours, theirs) = self.sides[pair], self._beside[pair]
        beside, difference = theirs.mean - ours.mean, b.mean - a.mean
        alike = beside * difference >= 0.0
        probability = self._certain[pair]
        with_all = False
        if self._by_itself is not None:
            with_all = self._by_itself[pair] <= ALPHA and not (probability <= ALPHA and alike)
            probability = max(probability, self._by_itself[pair])
        error = self._errors[pair]
        reach = quantile(CERTAIN, error.freedom) * error.size
        if self.whole is not None and self.whole.significant:
            reach = hypot(reach, (log(self.whole.interval.high) - log(self.whole.interval.low)) / 2.0)
        else:
            difference = beside
            found = replace(found, beside=self._beside is not self.sides)
        found = replace(
            found, probability=probability, significant=probability <= ALPHA and alike and not with_all, with_all=with_all
        )  # fmt: skip
        return _with_interval(found, difference, reach, exp((a.mean + b.mean) / 2.0), step)


def _with_interval(
    found: Comparison, difference: float, reach: float, middle: float, step: Optional[float]
) -> Comparison:
    """With the ratio, of this logarithm, the intervals, and whether what lies between these may be small; `middle` is the geometric mean of both times."""
    low, high = difference - reach, difference + reach
    # The difference of two times is 2 * middle * sinh(difference of their logarithms / 2), middle being their geometric mean.
    interval = Interval(2.0 * middle * sinh(low / 2.0), 2.0 * middle * sinh(high / 2.0))
    least = max(low, -high, 0.0)
    small = expm1(least) <= SMALL_PART or (step is not None and 2.0 * middle * sinh(least / 2.0) < SMALL_OF_STEP * step)
    return replace(
        found, ratio=exp(difference), ratio_interval=Interval(exp(low), exp(high)), interval=interval, within=expm1(reach), small=small
    )  # fmt: skip


def _untested(found: Comparison, sides: Sides, variance: Optional[Variance]) -> Comparison:
    """A layer of which a side has a single run: by which part that may differ from the other side and tell nothing."""
    a, b = sides
    within = PLACEMENT - 1.0
    if variance is not None:
        # The interval in which one more run is expected.
        error = sqrt(variance.size * (1.0 + 1.0 / max(a.runs, b.runs)))
        within = expm1(quantile(CERTAIN, variance.freedom) * error)
    return replace(found, ratio=exp(b.mean - a.mean), within=within)


def _variances(sides: Mapping[Pair, Sides]) -> Dict[Pair, Variance]:
    """The moderated variance between runs of each layer that has several."""
    known = {pair: pooled_variance(*each) for pair, each in sides.items()}
    known = {pair: each for pair, each in known.items() if each.freedom}
    return dict(zip(known, moderated([*known.values()])))


def _certain(sides: Mapping[Pair, Sides], errors: Mapping[Pair, Error]) -> Dict[Pair, float]:
    """The corrected probability of each difference by the moderated test; that by the permutation test where it alone does not agree."""
    corrected = holm({pair: by_chance(b.mean - a.mean, errors[pair]) for pair, (a, b) in sides.items()})
    return {pair: max(value, permuted(*sides[pair])) if value <= ALPHA else value for pair, value in corrected.items()}
