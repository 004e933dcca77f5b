"""Dimensions that have a name instead of a number, such as the batch, and what is computed from them.

A `Symbol` is a polynomial: b·8, t + 1. Rules compute with it as if it were an integer. What comes out is a symbol again, or a plain
integer where the names cancel. A name stands for any whole number from 0; where the answer depends on which (whether b is 1, what is left
when t is divided by 2 and multiplied again), the question raises `Unknown`, so that a result that does come out is right for all of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Dict, Mapping, Tuple, Union

from .budget import Unknown

Monomial = Tuple[str, ...]
"""Names that are multiplied, in the order of the alphabet; the empty one is that of the number without a name."""
Number = Union[int, "Symbol"]
MOST_TERMS = 8
"""A polynomial of more terms is no dimension that somebody wants to read."""


@dataclass(frozen=True, eq=False)
class Symbol:
    """A sum of terms: the names that are multiplied, and how often. No number of times is 0."""

    terms: Mapping[Monomial, int]

    def __add__(self, other: Any) -> Number:
        found = dict(self.terms)
        for names, times in _terms(other).items():
            found[names] = found.get(names, 0) + times
        return _number(found)

    __radd__ = __add__

    def __neg__(self) -> Number:
        return self * -1

    def __sub__(self, other: Any) -> Number:
        return self + _number({names: -times for names, times in _terms(other).items()})

    def __rsub__(self, other: Any) -> Number:
        return self * -1 + _number(_terms(other))

    def __mul__(self, other: Any) -> Number:
        found: Dict[Monomial, int] = {}
        for names, times in self.terms.items():
            for more, factor in _terms(other).items():
                both = tuple(sorted(names + more))
                found[both] = found.get(both, 0) + times * factor
        return _number(found)

    __rmul__ = __mul__

    def __floordiv__(self, other: Any) -> Number:
        """The quotient if nothing is left; else, by a positive integer, a name of its own: ``t/2`` is rounded down."""
        divisor = _terms(other)
        if len(divisor) != 1:
            raise Unknown
        ((names, factor),) = divisor.items()
        if all(times % factor == 0 and _without(own, names) is not None for own, times in self.terms.items()):
            return _number({_without(own, names) or (): times // factor for own, times in self.terms.items()})
        if names or factor <= 0 or not self._never_below(0):
            raise Unknown
        text = str(self)
        return Symbol({(f"({text})/{factor}" if " " in text or "/" in text else f"{text}/{factor}",): 1})

    def __rfloordiv__(self, _: Any) -> Number:
        raise Unknown

    def __mod__(self, other: Any) -> Number:
        if isinstance(other, int) and other and all(times % other == 0 for times in self.terms.values()):
            return 0
        raise Unknown

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, (int, Symbol)):
            return False
        apart = self - other
        if isinstance(apart, int):
            return apart == 0
        if apart._never_below(1) or apart._never_above(-1):
            return False
        raise Unknown

    def __hash__(self) -> int:
        return hash(frozenset(self.terms.items()))

    def __lt__(self, other: Any) -> bool:
        apart = self - other
        if isinstance(apart, int):
            return bool(apart < 0)
        if apart._never_below(0):
            return False
        if apart._never_above(-1):
            return True
        raise Unknown

    def __ge__(self, other: Any) -> bool:
        return not self.__lt__(other)

    def __gt__(self, other: Any) -> bool:
        return not self.__lt__(other + 1)

    def __le__(self, other: Any) -> bool:
        return self.__lt__(other + 1)

    def _never_below(self, least: int) -> bool:
        """Whether it is at least so much whatever the names stand for."""
        return all(times > 0 for names, times in self.terms.items() if names) and self.terms.get((), 0) >= least

    def _never_above(self, most: int) -> bool:
        return all(times < 0 for names, times in self.terms.items() if names) and self.terms.get((), 0) <= most

    def __str__(self) -> str:
        """The names before the number: ``b·8``, ``t + 1``.

        >>> b, t = dimension("b"), dimension("t")
        >>> print(8 * b, 2 * t * b - 1, (t + 1) // 2)
        b·8 b·t·2 - 1 (t + 1)/2
        """
        text = ""
        # The terms with most names come first, a plain number last.
        for names, times in sorted(self.terms.items(), key=lambda term: (-len(term[0]), term[0])):
            size = abs(times)
            parts = [*names, *([str(size)] if size != 1 or not names else [])]
            sign = "-" if times < 0 else "+"
            text += (f" {sign} " if text else "-" if times < 0 else "") + "·".join(parts)
        return text


def dimension(name: str) -> Symbol:
    """The dimension of that name."""
    return Symbol({(name,): 1})


def _terms(value: Any) -> Mapping[Monomial, int]:
    """The terms of a symbol or of a plain integer; raises `Unknown` for anything else."""
    if isinstance(value, Symbol):
        return value.terms
    if isinstance(value, bool) or not isinstance(value, int):
        raise Unknown
    return {(): value} if value else {}


def _number(terms: Mapping[Monomial, int]) -> Number:
    """A symbol, or the plain integer if no name is left."""
    kept = {names: times for names, times in terms.items() if times}
    if len(kept) > MOST_TERMS or any(len(names) > MOST_TERMS for names in kept):
        raise Unknown
    return Symbol(kept) if any(kept) else kept.get((), 0)


def _without(names: Monomial, gone: Monomial) -> Any:
    """The names without those that are divided by; ``None`` if one of these is not among them."""
    left = list(names)
    for name in gone:
        if name not in left:
            return None
        left.remove(name)
    return tuple(left)
