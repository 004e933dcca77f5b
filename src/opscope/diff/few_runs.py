"""Tests whether the times of two sides differ, of which few runs are known. All of it is on the logarithms of times.

A run is longer than another by a factor, and the logarithm makes that a term. `measured_times` says which test is used for what.
"""

from __future__ import annotations

from itertools import combinations
from math import comb, fsum, log, sqrt
from statistics import fmean
from typing import Dict, Mapping, NamedTuple, Optional, Sequence, Tuple, TypeVar

from ..graph.student_t import two_sided
from .moderated import Variance

_MOST_DEALT = 20_000
"""The permutation test is for few runs. With 8 a side there are 12,870 ways to deal them out; of more runs, Student's t is enough."""
_SAME = 1e-9
"""Ways that part the runs as far but for rounding part them as far."""
_TIMES = (1e-6, 1e12)
"""What can be a time in microseconds: from a picosecond to eleven days. Others, of a strange file, have ratios that no number holds."""

_Key = TypeVar("_Key")


class LogTimes(NamedTuple):
    """The logarithms of one side's times."""

    logs: Tuple[float, ...]
    mean: float
    variance: float
    """0 for a single run, which does not tell it."""

    @property
    def runs(self) -> int:
        """How many runs there are."""
        return len(self.logs)


class Error(NamedTuple):
    """The standard error of a difference of means, and how many degrees of freedom it has."""

    size: float
    freedom: float


def side_of_times(times: Sequence[float]) -> Optional[LogTimes]:
    """``None`` if a run has no time: a layer that did not run in all of them has no logarithm there."""
    if min(times) < _TIMES[0] or max(times) > _TIMES[1]:
        return None
    return side_of_logs([log(time) for time in times])


def side_of_logs(logs: Sequence[float]) -> LogTimes:
    """A side, of the logarithms themselves."""
    middle = fmean(logs)
    return LogTimes(tuple(logs), middle, fsum((each - middle) ** 2 for each in logs) / max(len(logs) - 1, 1))


def is_tested(a: LogTimes, b: LogTimes) -> bool:
    """Whether both sides have several runs, so that their spread is known."""
    return a.runs > 1 and b.runs > 1


def pooled_variance(a: LogTimes, b: LogTimes) -> Variance:
    """The variance between runs of either side; of a single run nothing is known."""
    freedom = a.runs + b.runs - 2
    squares = a.variance * (a.runs - 1) + b.variance * (b.runs - 1)
    return Variance(squares / freedom if freedom else 0.0, float(freedom))


def error_of_difference(a: LogTimes, b: LogTimes, variance: Variance) -> Error:
    """The error of the difference of both means, if runs of either side vary so much.

    Where one side has fewer runs and these vary more, they vary as much as they do: else a difference of two loaded runs from eight
    quiet ones would look certain.
    """
    alike = variance.size * (1.0 / a.runs + 1.0 / b.runs)
    if a.runs == b.runs:
        return Error(sqrt(alike), variance.freedom)
    apart = welch_error(a, b)
    return apart if apart.size**2 > alike else Error(sqrt(alike), variance.freedom)


def welch_error(a: LogTimes, b: LogTimes) -> Error:
    """The same where either side has a variance of its own (B. L. Welch, Biometrika 34, 1947)."""
    parts = [side.variance / side.runs for side in (a, b)]
    total = sum(parts)
    if not total:  # all runs are the same to the last digit, as those of a made example
        return Error(0.0, float(a.runs + b.runs - 2))
    weighed = sum(part * part / (side.runs - 1) for part, side in zip(parts, (a, b)))
    return Error(sqrt(total), total * total / weighed)


def by_chance(difference: float, error: Error) -> float:
    """The probability of so large a difference by chance, by Student's t."""
    if not error.size:
        return 0.0 if abs(difference) > _SAME else 1.0
    return two_sided(difference / error.size, error.freedom)


def holm(probabilities: Mapping[_Key, float]) -> Dict[_Key, float]:
    """The probabilities corrected for their number (S. Holm, Scandinavian Journal of Statistics 6, 1979).

    The least is multiplied by how many there are, the next by one less, and so on.

    >>> holm({"a": 0.01, "b": 0.04, "c": 0.03})
    {'a': 0.03, 'c': 0.06, 'b': 0.06}
    """
    corrected, most = {}, 0.0
    for place, key in enumerate(sorted(probabilities, key=lambda key: probabilities[key])):
        most = max(most, min(1.0, probabilities[key] * (len(probabilities) - place)))
        corrected[key] = most
    return corrected


def permuted(a: LogTimes, b: LogTimes) -> float:
    """The part of all ways to deal the runs out to two sides that part their means as far; 0 where there are too many ways.

    That is the probability of such a difference by chance, whatever the distribution (R. A. Fisher, The Design of Experiments, 1935).
    """
    logs = (*a.logs, *b.logs)
    dealt = comb(len(logs), a.runs)
    if dealt > _MOST_DEALT:
        return 0.0
    total = sum(logs)

    def apart(chosen: float) -> float:
        return abs(chosen / a.runs - (total - chosen) / b.runs)

    least = apart(sum(a.logs)) - _SAME
    return sum(apart(sum(chosen)) >= least for chosen in combinations(logs, a.runs)) / dealt
