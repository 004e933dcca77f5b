"""How long each op took in each step, or in each run: what the spread and the error of any sum of ops is worked out from.

The figures of ops alone do not tell the error of their sum: what lengthened one op in a step lengthened others too, or it
made them wait. `attribute` keeps the times in ``graph.facts["step_times"]``. opscope's JSON leaves them out. Of several runs `run_times` makes the same of the times in each run.
"""

from __future__ import annotations

from array import array
from typing import Dict, Iterable, List, Mapping, MutableSequence, NamedTuple, Optional, Sequence

from ..graph.groups import Group
from .spread import half_iqr, standard_error


class TimeFigure(NamedTuple):
    """The time of an op, or of several together, in microseconds."""

    mean: float
    spread: Optional[float]
    """Half the interquartile range over the steps; ``None`` if there was only one."""
    error: Optional[float]
    """The standard error of the mean; ``None`` if there was only one step."""


def figure_of(times: Sequence[float]) -> TimeFigure:
    """The figure of the times in each step."""
    return TimeFigure(sum(times) / len(times), half_iqr(times), standard_error(times))


class StepTimes:
    """By name of an op its time in each step that counts, in microseconds. An op that did not run has none.

    `times` are some that are known; no others can be added then.
    """

    def __init__(self, steps: int, times: Optional[Mapping[str, Sequence[float]]] = None) -> None:
        self._steps = steps
        self._added: "Dict[str, array[float]]" = {}
        self._times: Mapping[str, Sequence[float]] = self._added if times is None else times

    def add(self, name: str, step: int, time: float) -> None:
        """Add to an op's time in a step."""
        times = self._added.get(name)
        if times is None:
            times = self._added[name] = self.zeros()
        times[step] += time

    def names(self) -> Iterable[str]:
        """The ops that ran in any step."""
        return self._times.keys()

    def zeros(self) -> "array[float]":
        """A time of 0 in each step."""
        return array("d", bytes(8 * self._steps))

    def of(self, name: str) -> Sequence[float]:
        """The times of one op."""
        return self._times.get(name) or self.zeros()

    def together(self, names: Iterable[str]) -> TimeFigure:
        """The figure of several ops together, of which those that did not run add nothing."""
        total = self.zeros()
        for name in names:
            if name in self._times:
                add_up(total, self._times[name])
        return figure_of(total)

    def groups(self, groups: Sequence[Group], members: Sequence[Sequence[str]]) -> List[TimeFigure]:
        """For each group the figure of all ops in it, at any depth; `members` has the names of those directly in it."""
        sums = [self.zeros() for _ in groups]
        for index in range(len(groups) - 1, -1, -1):  # a group comes after its parent, so backwards sums go up
            for name in members[index]:
                if name in self._times:
                    add_up(sums[index], self._times[name])
            if groups[index].parent >= 0:
                add_up(sums[groups[index].parent], sums[index])
        return [figure_of(times) for times in sums]


def add_up(total: MutableSequence[float], times: Sequence[float]) -> None:
    """Add times to a sum, step by step."""
    for step, time in enumerate(times):
        total[step] += time
