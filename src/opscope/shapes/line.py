"""Numbers that change by the same amount in every iteration of a loop, computed with as if they were numbers.

`Line(start, step)` is start + step t in iteration t. Sums, differences and products with plain numbers are lines again;
comparing lines gives true, or `Until`: true in the first iterations, false in the one after them. Whatever else one asks of a line
(rounding it, choosing by it, a product of two) is `Unknown`, so that what comes out holds for every iteration.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Union

from .budget import Unknown

Linear = Union[int, "Line"]


@dataclass(frozen=True, eq=False)
class Line:
    """start + step t in iteration t, with a step that is not zero."""

    start: int
    step: int

    def after(self, iterations: int) -> int:
        """The number in one iteration, counted from 0."""
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
    """True in iterations 0 to `first` - 1, false in iteration `first`."""

    first: int

    def __bool__(self) -> bool:
        raise Unknown


Condition = Union[bool, Until]


def line(start: int, step: int) -> Linear:
    """A line, or the plain number where it does not change."""
    return Line(start, step) if step else start


def parts(value: Any) -> "tuple[int, int]":
    """The start and step of a line or an integer; `Unknown` for anything else."""
    if isinstance(value, Line):
        return value.start, value.step
    if isinstance(value, bool) or not isinstance(value, int):
        raise Unknown
    return value, 0


def positive(value: Linear) -> Condition:
    """Whether a line is above 0, as long as it has always been."""
    if not isinstance(value, Line):
        return value > 0
    if value.start <= 0:
        return Until(0)
    return True if value.step > 0 else Until(-(value.start // value.step))


def unequal(left: Any, right: Any) -> Condition:
    """Whether two lines differ: until they meet, always where they never do."""
    apart = left - right
    if not isinstance(apart, Line):
        return bool(apart != 0)
    never = apart.start % apart.step or apart.start // apart.step > 0
    return True if never else Until(-(apart.start // apart.step))


def equal(left: Any, right: Any) -> Condition:
    """Whether two plain values are equal; `Unknown` for lines."""
    if isinstance(left, (Line, Until)) or isinstance(right, (Line, Until)):
        raise Unknown
    return bool(left == right)


def both(left: Condition, right: Condition) -> Condition:
    """The conjunction: false from where one of them is false."""
    first = [side.first for side in (left, right) if isinstance(side, Until)]
    if not first:
        return bool(left and right)
    if any(not isinstance(side, Until) and not side for side in (left, right)):
        return False
    return Until(min(first))
