"""Finds how often one loop runs: by arithmetic, by following its iterations, or at least how often at most.

Exact is only a trip count that the loop's condition was seen to give. Where part of a condition depends on the model's
data (a ``break``, ``while i < 10 and not done``), its other part may still end the loop: that is an upper bound.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Dict, Iterator, Mapping, Optional, Tuple

from .budget import MOST_WALKED, Unknown, or_unknown
from .line import AtMost, Line, Until, line, parts
from .value import single

if TYPE_CHECKING:
    from .loops import Loops


@dataclass(frozen=True)
class Loop:
    """What is known about one loop."""

    trips: Optional[int]
    """How often its body runs; ``None`` if that is not known."""
    results: Mapping[int, Any]
    """Number of a loop variable -> its value when the loop is over. Variables whose value is not known are missing."""
    most: Optional[int] = None
    """Where `trips` is not known: the body runs at most this often. ``None`` if there is no such bound."""


State = Mapping[int, Any]
"""Number of a loop variable (or row of an `_Arg`) -> its number, a bool, or a `Line`. What is unknown is missing."""


class TripCount:
    """Finds the trip count of one loop.

    Its state is what is known of the loop variables at the beginning of an iteration. An `_Arg` of the condition or of
    the body has the number of the loop variable that it stands for.
    """

    def __init__(
        self, loops: "Loops", in_cond: Mapping[int, int], condition: int, in_body: Mapping[int, int],
        updates: Mapping[int, int],
    ) -> None:  # fmt: skip
        self._loops = loops
        self._in_cond = in_cond
        self._condition = condition
        """The row of the op that gives the condition: the only `_Retval` of its body."""
        self._in_body = in_body
        self._updates = updates
        """Number of a loop variable -> the row of the `_Retval` that gives its value for the next iteration."""

    def found(self, initial: State) -> Loop:
        """The trip count and the final values, by arithmetic if possible, else by following the iterations."""
        exact = self._exact(initial)
        return exact if exact is not None else Loop(None, self._fixed(initial), self._most(initial))

    @or_unknown
    def _exact(self, initial: State) -> Optional[Loop]:
        """The loop if its condition was seen to hold until the iteration in which it fails; else ``None``."""
        if not self._runs_on(initial):
            return Loop(0, initial)
        first = self._next(initial)
        solved = self._solved(initial, first)
        if solved is not None and set(solved.results) == set(first):
            return solved
        # Following a short loop also gives the final values of variables that are not lines. In a long one, the
        # trip count alone is better than nothing.
        return self._walked(first) or solved

    @or_unknown
    def _most(self, initial: State) -> Optional[int]:
        """An iteration in which the condition is false for certain, whatever its unknown part is; ``None`` if none was found."""
        if not initial:
            return None
        first = self._next(initial)
        lines = self._lines(initial, first)
        held = self._asked(lines)
        if (
            isinstance(held, (AtMost, Until))
            and self._stay(lines, held.first)
            and self._is_false(_at(lines, held.first))
        ):
            return held.first
        return self._walked_at_most(first)

    def _walked_at_most(self, state: State) -> Optional[int]:
        """The same by following the loop, on what remains known of its variables if the loop runs on."""
        for trips, known in self._iterations(state):
            if not known:
                break
            if self._is_false(known):
                return trips
        return None

    def _is_false(self, state: State) -> bool:
        """Whether the condition is false in this state; it may also be true, or unknown."""
        held = self._asked(state)
        return held is not None and not isinstance(held, (AtMost, Until)) and not held

    def _walked(self, state: State) -> Optional[Loop]:
        """Follow the loop from the end of its first iteration; ``None`` if it is too long."""
        return next((Loop(trips, now) for trips, now in self._iterations(state) if not self._runs_on(now)), None)

    def _iterations(self, state: State) -> Iterator[Tuple[int, State]]:
        """How many iterations have run, and the state then: from the end of the first on, as far as loops are followed."""
        loops, before = self._loops, self._loops.budget.left
        left = loops.walking
        for trips in range(1, MOST_WALKED + 1):
            if loops.walking < 0:
                return
            yield trips, state
            state = self._next(state)
            loops.walking = left - (before - loops.budget.left)

    @or_unknown
    def _solved(self, initial: State, first: State) -> Optional[Loop]:
        """Solve the loop by arithmetic, from its state before and after the first iteration; ``None`` if that fails.

        Assume that each variable goes on changing as it did in the first iteration: then it is a line. Run the body
        once, on lines. If it turns each line into the same line one iteration later, the assumption holds in every
        iteration, by induction. Integers could still overflow somewhere on the way. But all numbers on the way are
        lines too, and a line is largest (and smallest) in its first or last iteration. So these two are run with plain
        numbers, which are checked.
        """
        lines = self._lines(initial, first)
        trips = self._holds(lines)
        if not isinstance(trips, Until):  # no line makes the condition false, so arithmetic does not tell the end
            return None
        last, end = _at(lines, trips.first - 1), _at(lines, trips.first)
        right = self._stay(lines, trips.first) and self._runs_on(last) and not self._runs_on(end)
        return Loop(trips.first, end) if right else None

    def _stay(self, lines: State, trips: int) -> bool:
        """Whether the lines are still right at the end: the last iteration, in plain numbers, gives what they say."""
        end = _at(lines, trips)
        after = self._next(_at(lines, trips - 1))
        return all(_same(after.get(index), value) for index, value in end.items())

    def _lines(self, initial: State, first: State) -> State:
        """The variables that really are lines (or stay as they are), as the body confirms."""
        lines = {
            index: line(before, first[index] - before) if _is_integer(before) and _is_integer(first[index]) else before
            for index, before in initial.items()
            if index in first
        }
        while True:
            after = self._next(lines)
            kept = {index: value for index, value in lines.items() if _same(after.get(index), _later(value))}
            if len(kept) == len(lines):
                return lines
            lines = kept  # again: a line that was computed from a dropped variable is not confirmed any more

    def _holds(self, state: State) -> Any:
        """The loop's condition: a bool, or when the state has lines an `Until` or `AtMost`. Raises `Unknown` where it is unknown."""
        held = self._asked(state)
        if held is None:
            raise Unknown
        return held

    def _asked(self, state: State) -> Any:
        """The same, and ``None`` where the condition is unknown."""
        here = {arg: state[index] for arg, index in self._in_cond.items() if index in state}
        return single(self._loops.values(here, self._in_cond).of(self._condition, 0))

    def _runs_on(self, state: State) -> bool:
        return bool(self._holds(state))

    def _next(self, state: State) -> State:
        """The state after one more iteration. A variable is lost from it for good once its value is not known."""
        here = {arg: state[index] for arg, index in self._in_body.items() if index in state}
        values = self._loops.values(here, self._in_body)
        after = {}
        for index, result in self._updates.items():
            if index in state:
                found = single(values.of(result, 0))
                if found is not None:
                    after[index] = found
        return after

    def _fixed(self, state: State) -> State:
        """The variables that the body never changes. Their final values are known even if the trip count is not."""
        handed_on = {index for arg, index in self._in_body.items() if self._loops.bodies.handed_on(arg)}
        return {index: state[index] for index in self._updates if index in handed_on and index in state}


def _is_integer(value: Any) -> bool:
    return type(value) is int


def _at(lines: State, iteration: int) -> Dict[int, Any]:
    """The state in one iteration, in plain numbers."""
    return {index: value.after(iteration) if isinstance(value, Line) else value for index, value in lines.items()}


def _later(value: Any) -> Any:
    """The line that has the values that this one has an iteration later; a plain value as it is."""
    return line(value.after(1), value.step) if isinstance(value, Line) else value


def _same(left: Any, right: Any) -> bool:
    """Whether two values are the same line, or the same plain value of the same type."""
    if isinstance(left, Line) or isinstance(right, Line):
        return isinstance(left, Line) and isinstance(right, Line) and parts(left) == parts(right)
    return type(left) is type(right) and bool(left == right)
