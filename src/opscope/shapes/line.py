"""Numbers that change by the same amount in every iteration of a loop, such as its counter.

`Line(start, step)` is the number start + step * t in iteration t. Rules compute with a line as if it were a number. A
sum or difference of lines, and a line times a plain number, is a line again. A comparison gives a bool, or an `Until`:
true for the first iterations, then false. Where a second condition is not known, as with a ``break``, what is left is
an `AtMost`. Anything else (rounding a line, using it as a condition, multiplying two
lines) raises `Unknown`, so that a result that does come out holds for every iteration.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Union

from .budget import Unknown

Linear = Union[int, "Line"]


# eq=False: whether two lines are equal depends on the iteration, so `==` cannot tell. `unequal` and `equal` are for
# that.
@dataclass(frozen=True, eq=False)
class Line:
    """The number start + step * t in iteration t. The step is never 0: see `line`."""

    start: int
    step: int

    def after(self, iterations: int) -> int:
        """The number in iteration `iterations`; the first is 0."""
        return self.start + self.step * iterations

    def __add__(self, other: Any) -> Linear:
        start, step = parts(other)
        return line(self.start + start, self.step + step)

    __radd__ = __add__

    def __neg__(self) -> Linear:
        return Line(-self.start, -self.step)

    def __sub__(self, other: Any) -> Linear:
        start, step = parts(other)
        return line(self.start - start, self.step - step)

    def __rsub__(self, other: Any) -> Linear:
        start, step = parts(other)
        return line(start - self.start, step - self.step)

    def __mul__(self, other: Any) -> Linear:
        factor, step = parts(other)
        if step:
            raise Unknown
        return line(self.start * factor, self.step * factor)

    __rmul__ = __mul__

    def __lt__(self, other: Any) -> "Condition":
        return positive(other - self)

    def __gt__(self, other: Any) -> "Condition":
        return positive(self - other)

    def __le__(self, other: Any) -> "Condition":
        return positive(other - self + 1)

    def __ge__(self, other: Any) -> "Condition":
        return positive(self - other + 1)

    def __bool__(self) -> bool:
        raise Unknown


@dataclass(frozen=True, eq=False)
class Until:
    """A condition that is true in iterations 0 to `first` - 1 and false in iteration `first`.

    Later ones do not matter.
    """

    first: int

    def __bool__(self) -> bool:
        raise Unknown


@dataclass(frozen=True, eq=False)
class AtMost:
    """A condition that is false in iteration `first`. Whether it was true in all iterations before is not known."""

    first: int

    def __bool__(self) -> bool:
        raise Unknown


Condition = Union[bool, Until]
Bound = Union[bool, Until, AtMost, None]
"""A condition of which perhaps only the latest end is known, or nothing (``None``)."""


def line(start: int, step: int) -> Linear:
    """A `Line`, or just the number `start` when the step is 0."""
    return Line(start, step) if step else start


def parts(value: Any) -> "tuple[int, int]":
    """The start and step of a line, or of an integer (step 0); raises `Unknown` for anything else, floats included."""
    if isinstance(value, Line):
        return value.start, value.step
    if isinstance(value, bool) or not isinstance(value, int):  # a bool is an int in Python, but never a counter
        raise Unknown
    return value, 0


def positive(value: Linear) -> Condition:
    """In which iterations a line is above 0: in all, or until the first in which it is not.

    A line that rises from below 0 counts as false from iteration 0 on: the loop has ended by the time that it is
    positive.
    """
    if not isinstance(value, Line):
        return value > 0
    if value.start <= 0:
        return Until(0)
    # A falling line is at 0 or below from t = start / -step on, rounded up. Python rounds `//` down, hence the two
    # signs.
    return True if value.step > 0 else Until(-(value.start // value.step))


def unequal(left: Any, right: Any) -> Condition:
    """In which iterations two lines differ: until they meet, or in all when they never do."""
    apart = left - right
    if not isinstance(apart, Line):
        return bool(apart != 0)
    # They meet in iteration -start / step, if that is a whole number and not negative.
    never = apart.start % apart.step or apart.start // apart.step > 0
    return True if never else Until(-(apart.start // apart.step))


def equal(left: Any, right: Any) -> Condition:
    """Whether two plain values are equal.

    Raises `Unknown` for lines: no `Until` can say "true in one iteration only".
    """
    if isinstance(left, (Line, Until)) or isinstance(right, (Line, Until)):
        raise Unknown
    return bool(left == right)


def both(left: Bound, right: Bound) -> Bound:
    """Both conditions together: true until the first of the two is false. Either may be unknown (``None``)."""
    sides = (left, right)
    if any(_is_plain(side) and not side for side in sides):
        return False
    first = [side.first for side in sides if isinstance(side, (Until, AtMost))]
    if not first:
        return None if None in sides else True
    certain = all(isinstance(side, Until) or _is_plain(side) for side in sides)
    return Until(min(first)) if certain else AtMost(min(first))


def either(left: Bound, right: Bound) -> Bound:
    """At least one of two conditions. Of two that both end somewhere nothing is known: raises `Unknown`."""
    sides = (left, right)
    if any(_is_plain(side) and side for side in sides):
        return True
    rest = [side for side in sides if not _is_plain(side)]  # the others are false
    if len(rest) > 1:
        raise Unknown
    return rest[0] if rest else False


def _is_plain(value: Any) -> bool:
    """Whether a condition is just true or false, the same in all iterations."""
    return value is not None and not isinstance(value, (Until, AtMost))
