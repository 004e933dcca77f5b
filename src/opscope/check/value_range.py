"""`ValueRange`: what is known of the numbers in a tensor."""

from __future__ import annotations

from math import inf, isnan
from struct import error, pack, unpack
from typing import NamedTuple


class ValueRange(NamedTuple):
    """Bounds that hold for every element, and whether ordinary data make some element 0.

    Bounds are never a guess: what is not known is infinite. That a bound is 0 does not say that 0 is reached (``exp`` is above
    it for all ordinary data); that 0 is reached says `zero`.
    """

    low: float = -inf
    high: float = inf
    zero: str = ""
    """Why ordinary data make an element 0, as the end of a sentence that begins with "it is"; empty if nothing says that they do."""
    rows: bool = False
    """Whether whole rows of it are 0 for the same reason, so that their sum is 0 too."""

    @property
    def reaches_zero(self) -> bool:
        """Whether ordinary data are known to make an element 0."""
        return bool(self.zero) and self.low <= 0 <= self.high


ANY_NUMBER = ValueRange()
MASK = "a count of what a mask lets through, which is 0 where it lets nothing through"
"""Said of sums of masks, which a rule of its own is about."""


def rounded_to_half(value: float) -> float:
    """The number that float16 has for this one. The smallest above 0 is 6e-8, and what is below half of that is 0."""
    try:
        return float(unpack("<e", pack("<e", value))[0])
    except (OverflowError, error):
        return inf if value > 0 else -inf


def bound_product(a: float, b: float) -> float:
    """The product as bounds have it: nothing, however often, is nothing."""
    return 0.0 if 0 in (a, b) else a * b


def range_of(*numbers: float) -> ValueRange:
    """The range that just holds these numbers."""
    if any(map(isnan, numbers)):
        return ANY_NUMBER
    return ValueRange(min(numbers), max(numbers))
