"""Compares measured times of two sides, each measured in several runs: which differences are there, and which may be chance.

What differs from run to run and not from step to step, such as where the weights lie in memory, is no part of the error
that one run tells. So runs in fresh processes are compared, by how far they lie apart, in four steps:

1. **Welch's t test on logarithms** (B. L. Welch, Biometrika 34, 1947). What lengthens a run lengthens it by a factor, and the logarithm
   makes that a term. No layer is taken to be steadier than layers usually are: see `_usual_variance`.
2. **Holm's correction** (S. Holm, Scandinavian Journal of Statistics 6, 1979) for all the layers that are compared. The chance that
   any of them is called different though none is stays below 5 %, however they depend on each other.
3. **An exact permutation test** (R. A. Fisher, The Design of Experiments, 1935) has to agree, since few runs cannot show how they are
   distributed: of all ways to deal the runs out to two sides, at most 5 % may part them as far. With 3 runs a side none can pass.
4. What is certain may still be too small to matter: `Comparison.small`.

A single run on either side is never compared, only shown: see `Comparison.within`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import combinations
from math import comb, exp, expm1, fsum, log, sinh, sqrt
from statistics import fmean
from typing import Dict, List, Mapping, NamedTuple, Optional, Sequence, Tuple

from ..graph.student_t import quantile, two_sided
from ..profile.spread import Interval

ALPHA = 0.05
"""The probability with which any layer is called different though none is."""
_CERTAIN = 0.975
"""Below the upper end of an interval of 95 % lies this part of the distribution."""
SMALL_PART = 0.05
"""A difference by less than this part is small, however certain."""
SMALL_OF_STEP = 0.01
"""So is one of less than this part of the step."""
PLACEMENT = 7.5 / 3.6
"""How many times as long the very same convolution took when its weights lay elsewhere in memory. Two single runs may differ by
this and tell nothing."""
_MOST_DEALT = 20_000
"""The permutation test is for few runs. With 8 a side there are 12,870 ways to deal them out; of more runs, Welch's test is enough."""
_TIMES = (1e-6, 1e12)
"""What can be the time of a layer: from a picosecond to eleven days. Others, of a strange file, have ratios that no number holds."""
_SAME = 1e-9
"""Ways that part the runs as far but for rounding part them as far."""

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
    """How many times as long it takes in `b` (the ratio of the geometric means); ``None`` where a run has no time."""
    ratio_interval: Optional[Interval] = None
    """Between which values this lies; ``None`` if either side has a single run."""
    interval: Optional[Interval] = None
    """The same of the difference b - a. It holds zero where that of the ratio holds 1."""
    probability: Optional[float] = None
    """How probable so large a difference is by chance, corrected for all the layers compared; ``None`` if it was not tested."""
    significant: bool = False
    """Whether the difference can be claimed. An interval without zero alone does not claim it, as there are many layers."""
    small: bool = False
    """Whether it is too small to matter, however certain: less than 5 % of the layer, or less than 1 % of the step."""
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


class _Side(NamedTuple):
    """The logarithms of one side's times."""

    logs: Tuple[float, ...]
    mean: float
    variance: float
    """0 for a single run, which does not tell it."""

    @property
    def runs(self) -> int:
        return len(self.logs)


def compared(
    pairs: Sequence[Pair], a: Samples, b: Samples, *, step: Tuple[Optional[float], Optional[float]] = (None, None)
) -> List[Comparison]:
    """Compare the times of each pair; `step` has the duration of a step on either side, by which differences may be small.

    A pair of which a side has no times is left out. Give layers by their own time, without that of inner layers: else a layer that
    became slower makes all around it slower as well.
    """
    known = [pair for pair in pairs if a.get(pair[0]) and b.get(pair[1])]
    sides = {pair: (_side(a[pair[0]]), _side(b[pair[1]])) for pair in known}
    times = {pair: (fmean(a[pair[0]]), fmean(b[pair[1]])) for pair in known}
    both = {pair: (one, other) for pair, (one, other) in sides.items() if one is not None and other is not None}
    floor = _usual_variance(both, times)
    longest = max(filter(None, step), default=None)
    found = {pair: _comparison(pair, times[pair], both.get(pair), floor, longest) for pair in known}
    for pair, probability in _holm(
        {pair: _welch(*both[pair], floor) for pair in both if _is_tested(*both[pair])}
    ).items():
        certain = probability <= ALPHA and _permuted(*both[pair]) <= ALPHA
        found[pair] = replace(found[pair], probability=probability, significant=certain)
    return [replace(found[pair], runs=(len(a[pair[0]]), len(b[pair[1]]))) for pair in known]


def _side(times: Sequence[float]) -> Optional[_Side]:
    """``None`` if a run has no time: a layer that did not run in all of them has no logarithm there."""
    if min(times) < _TIMES[0] or max(times) > _TIMES[1]:
        return None
    logs = tuple([log(time) for time in times])
    middle = fmean(logs)
    return _Side(logs, middle, fsum((one - middle) ** 2 for one in logs) / max(len(logs) - 1, 1))


def _is_tested(a: _Side, b: _Side) -> bool:
    return a.runs > 1 and b.runs > 1


def _usual_variance(sides: Mapping[Pair, Tuple[_Side, _Side]], times: Mapping[Pair, Tuple[float, float]]) -> float:
    """The variance between runs that layers usually have: the median, of layers weighted by their time.

    Of few runs some agree by chance, and of many layers a few do so very closely. These would be called different for a trifle.
    So the variance of a layer counts as no less than this. (Moderated t tests, as for the many genes and few samples of an
    experiment, mix both variances; to take the larger one never claims more.)
    """
    found = []
    for pair, both in sides.items():
        told = [side for side in both if side.runs > 1]
        if told:
            freedom = sum(side.runs - 1 for side in told)
            pooled = sum(side.variance * (side.runs - 1) for side in told) / freedom
            found.append((pooled, sum(times[pair])))
    half, passed = sum(weight for _, weight in found) / 2.0, 0.0
    for pooled, weight in sorted(found):
        passed += weight
        if passed >= half:
            return pooled
    return 0.0


class _Error(NamedTuple):
    """The standard error of a difference of means, and how many degrees of freedom it has."""

    size: float
    freedom: float


def _error(a: _Side, b: _Side, floor: float) -> _Error:
    """Of Welch's test, with the degrees of freedom of Welch and Satterthwaite."""
    parts = [max(side.variance, floor) / side.runs for side in (a, b)]
    total = sum(parts)
    if not total:  # all runs are the same to the last digit, as those of a made example
        return _Error(0.0, float(a.runs + b.runs - 2))
    weighed = sum(part * part / (side.runs - 1) for part, side in zip(parts, (a, b)))
    return _Error(sqrt(total), total * total / weighed)


def _welch(a: _Side, b: _Side, floor: float) -> float:
    """The probability of so large a difference by chance, for one layer by itself."""
    difference, error = abs(b.mean - a.mean), _error(a, b, floor)
    if not error.size:
        return 0.0 if difference > _SAME else 1.0
    return two_sided(difference / error.size, error.freedom)


def _holm(probabilities: Mapping[Pair, float]) -> Dict[Pair, float]:
    """The probabilities corrected by Holm: the least is multiplied by how many there are, the next by one less, and so on."""
    corrected, most = {}, 0.0
    for place, pair in enumerate(sorted(probabilities, key=lambda pair: probabilities[pair])):
        most = max(most, min(1.0, probabilities[pair] * (len(probabilities) - place)))
        corrected[pair] = most
    return corrected


def _permuted(a: _Side, b: _Side) -> float:
    """The part of all ways to deal the runs out to two sides that part their means as far; 0 where there are too many ways."""
    logs = (*a.logs, *b.logs)
    dealt = comb(len(logs), a.runs)
    if dealt > _MOST_DEALT:
        return 0.0
    total = sum(logs)

    def apart(chosen: float) -> float:
        return abs(chosen / a.runs - (total - chosen) / b.runs)

    least = apart(sum(a.logs)) - _SAME
    return sum(apart(sum(chosen)) >= least for chosen in combinations(logs, a.runs)) / dealt


def _comparison(
    pair: Pair, times: Tuple[float, float], sides: Optional[Tuple[_Side, _Side]], floor: float, step: Optional[float]
) -> Comparison:
    """All that is told of a pair without the others."""
    found = Comparison(pair, *times, runs=(0, 0))
    if sides is None:
        return replace(found, small=_is_small(times, step))
    a, b = sides
    difference = b.mean - a.mean
    found = replace(found, ratio=exp(difference), small=_is_small((exp(a.mean), exp(b.mean)), step))
    if not _is_tested(a, b):
        return replace(found, within=_expected_apart(a, b, floor))
    error = _error(a, b, floor)
    reach = quantile(_CERTAIN, error.freedom) * error.size
    low, high, middle = difference - reach, difference + reach, exp((a.mean + b.mean) / 2.0)
    return replace(
        found,
        ratio_interval=Interval(exp(low), exp(high)),
        # The difference of two times is 2 * middle * sinh(difference of their logarithms / 2), middle being their geometric mean.
        interval=Interval(2.0 * middle * sinh(low / 2.0), 2.0 * middle * sinh(high / 2.0)),
        within=expm1(reach),
    )


def _expected_apart(a: _Side, b: _Side, floor: float) -> float:
    """By which part a single run may differ from the other side and tell nothing."""
    many = max(a, b, key=lambda side: side.runs)
    if many.runs == 1:
        return PLACEMENT - 1.0
    # The interval in which one more run is expected.
    error = sqrt(max(many.variance, floor) * (1.0 + 1.0 / many.runs))
    return expm1(quantile(_CERTAIN, many.runs - 1) * error)


def _is_small(times: Tuple[float, float], step: Optional[float]) -> bool:
    less, more = sorted(times)
    return more <= less * (1.0 + SMALL_PART) or (step is not None and more - less < SMALL_OF_STEP * step)
