"""Compares measured times of two sides, each measured in several runs: which differences are there, and which may be chance.

What differs from run to run and not from step to step, such as where the weights lie in memory, is no part of the error
that one run tells. So runs in fresh processes are compared, by how far they lie apart (`few_runs` has the tests):

1. **Welch's t test** on the logarithms of times. No layer is taken to be steadier than layers usually are (`usual_variance`).
2. **Holm's correction** for all the layers that are compared. The chance that any of them is called different though none is stays
   below 5 %, however they depend on each other.
3. **An exact permutation test** has to agree, since few runs cannot show how they are distributed: of all ways to deal the runs out to
   two sides, at most 5 % may part them as far. With 3 runs a side none can pass.
4. **What all layers share.** If runs of one side were longer as a whole, by the same two tests on the median layer of each run, the
   machine may have been slower, and no layer is to blame. Then only a layer is called different that is so beside the others as well.
5. What is certain may still be too small to matter: `Comparison.small`.

A single run on either side is never compared, only shown: see `Comparison.within`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import exp, expm1, sinh, sqrt
from statistics import fmean, median
from typing import Dict, List, Mapping, NamedTuple, Optional, Sequence, Tuple

from ..graph.student_t import quantile
from ..profile.spread import Interval
from .few_runs import (
    LogTimes,
    error_of_difference,
    holm,
    is_tested,
    permuted,
    side_of_logs,
    side_of_times,
    usual_variance,
    welch,
)

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
_LEAST_LAYERS = 5
"""Of fewer layers, the median layer may be the very one that differs, and tells nothing of the rest."""

Samples = Mapping[str, Sequence[float]]
"""The path of a layer, or the name of an op -> its time in each run, in microseconds."""
Pair = Tuple[str, str]
"""Keys of the two sides that are the same layer."""
_Sides = Tuple[LogTimes, LogTimes]


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
    """Whether the difference can be claimed of this layer. An interval without zero alone does not claim it, as there are many layers."""
    with_all: bool = False
    """Whether its times do differ, but no more than those of all layers do, so that it is not claimed of this one."""
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
    (`profile.samples.layer_samples`): else a layer that became slower makes all around it slower as well.
    """
    known = [pair for pair in pairs if a.get(pair[0]) and b.get(pair[1])]
    times = {pair: (fmean(a[pair[0]]), fmean(b[pair[1]])) for pair in known}
    sides: Dict[Pair, _Sides] = {}
    for pair in known:
        one, other = side_of_times(a[pair[0]]), side_of_times(b[pair[1]])
        if one is not None and other is not None:
            sides[pair] = (one, other)
    least = usual_variance((each, sum(times[pair])) for pair, each in sides.items())
    longest = max(filter(None, step), default=None)
    tested = {pair: each for pair, each in sides.items() if is_tested(*each)}
    shared = _shared(tested)
    whole = None if shared is None else _whole(*shared)
    certain = _certain(tested, least)
    beside = (
        _certain(_without(tested, *shared), 0.0)
        if shared is not None and whole is not None and whole.significant
        else certain
    )
    layers = []
    for pair in known:
        found = _comparison(pair, times[pair], sides.get(pair), least, longest)
        found = replace(found, runs=(len(a[pair[0]]), len(b[pair[1]])))
        if pair in tested:
            by_itself = beside[pair] <= ALPHA
            found = replace(
                found, probability=certain[pair], significant=certain[pair] <= ALPHA and by_itself,
                with_all=certain[pair] <= ALPHA and not by_itself,
            )  # fmt: skip
        layers.append(found)
    return Compared(layers, whole)


def _certain(sides: Mapping[Pair, _Sides], least: float) -> Dict[Pair, float]:
    """The corrected probability of each difference by Welch's test; that by the permutation test where it alone does not agree."""
    corrected = holm({pair: welch(*each, least) for pair, each in sides.items()})
    return {pair: max(value, permuted(*sides[pair])) if value <= ALPHA else value for pair, value in corrected.items()}


def _shared(sides: Mapping[Pair, _Sides]) -> Optional[_Sides]:
    """By how much each run was longer as a whole: the median over layers of how far it lies from the layer's mean over both sides.

    (Size factors of sequenced samples are found so: S. Anders and W. Huber, Genome Biology 11, 2010.) ``None`` if there are too few layers,
    or not the same runs of all.
    """
    shapes = {(a.runs, b.runs) for a, b in sides.values()}
    if len(sides) < _LEAST_LAYERS or len(shapes) > 1:
        return None
    centred = [([*a.logs, *b.logs], (a.mean + b.mean) / 2.0) for a, b in sides.values()]
    ((first, _),) = shapes
    factors = [median(logs[run] - middle for logs, middle in centred) for run in range(len(centred[0][0]))]
    return side_of_logs(factors[:first]), side_of_logs(factors[first:])


def _whole(a: LogTimes, b: LogTimes) -> Whole:
    difference, error = b.mean - a.mean, error_of_difference(a, b, 0.0)
    reach = quantile(_CERTAIN, error.freedom) * error.size
    probability = max(welch(a, b, 0.0), permuted(a, b))
    return Whole(
        exp(difference), Interval(exp(difference - reach), exp(difference + reach)), probability, probability <= ALPHA
    )


def _without(sides: Mapping[Pair, _Sides], a: LogTimes, b: LogTimes) -> Dict[Pair, _Sides]:
    """The layers' times, less what the run shares among all layers."""

    def less(side: LogTimes, shared: LogTimes) -> LogTimes:
        return side_of_logs([log - factor for log, factor in zip(side.logs, shared.logs)])

    return {pair: (less(one, a), less(other, b)) for pair, (one, other) in sides.items()}


def _comparison(
    pair: Pair, times: Tuple[float, float], sides: Optional[_Sides], least: float, step: Optional[float]
) -> Comparison:
    """All that is told of a pair without the others."""
    found = Comparison(pair, *times, runs=(0, 0))
    if sides is None:
        return replace(found, small=_is_small(times, step))
    a, b = sides
    difference = b.mean - a.mean
    found = replace(found, ratio=exp(difference), small=_is_small((exp(a.mean), exp(b.mean)), step))
    if not is_tested(a, b):
        return replace(found, within=_expected_apart(a, b, least))
    error = error_of_difference(a, b, least)
    reach = quantile(_CERTAIN, error.freedom) * error.size
    low, high, middle = difference - reach, difference + reach, exp((a.mean + b.mean) / 2.0)
    return replace(
        found,
        ratio_interval=Interval(exp(low), exp(high)),
        # The difference of two times is 2 * middle * sinh(difference of their logarithms / 2), middle being their geometric mean.
        interval=Interval(2.0 * middle * sinh(low / 2.0), 2.0 * middle * sinh(high / 2.0)),
        within=expm1(reach),
    )


def _expected_apart(a: LogTimes, b: LogTimes, least: float) -> float:
    """By which part a single run may differ from the other side and tell nothing."""
    many = max(a, b, key=lambda side: side.runs)
    if many.runs == 1:
        return PLACEMENT - 1.0
    # The interval in which one more run is expected.
    error = sqrt(max(many.variance, least) * (1.0 + 1.0 / many.runs))
    return expm1(quantile(_CERTAIN, many.runs - 1) * error)


def _is_small(times: Tuple[float, float], step: Optional[float]) -> bool:
    less, more = sorted(times)
    return more <= less * (1.0 + SMALL_PART) or (step is not None and more - less < SMALL_OF_STEP * step)
