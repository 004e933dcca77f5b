"""Student's t: how far a mean of few values may lie from the true one.

The distribution is written with the regularized incomplete beta function (Abramowitz and Stegun, 26.5.27 and 26.7.1), and that as
a continued fraction (NIST Digital Library of Mathematical Functions, 8.17.22). SciPy has both, but is no dependency.
"""

from __future__ import annotations

from functools import lru_cache
from math import exp, inf, lgamma, log, log1p, pi, sqrt
from statistics import NormalDist

_MOST_TERMS = 500
"""More terms of the continued fraction are never needed: it converges in some ``sqrt(freedom)`` of them."""
_EXACT = 1e-15
"""The fraction ends with the first factor that differs from 1 by no more than this."""
_NEVER_ZERO = 1e-300
"""Stands for a denominator of 0, as Lentz's way to evaluate a continued fraction has it."""
_MANY = 1e6
"""With more degrees of freedom the normal distribution differs by less than a millionth."""


def two_sided(t: float, freedom: float) -> float:
    """The probability that a value of this distribution lies at least as far from 0 as `t`; `freedom` need not be whole.

    >>> round(two_sided(2.228, 10), 4), two_sided(0.0, 3)
    (0.05, 1.0)
    """
    if freedom > _MANY:
        return 2.0 * NormalDist().cdf(-abs(t))
    if t in (inf, -inf):
        return 0.0
    return _incomplete_beta(freedom / 2.0, 0.5, freedom / (freedom + t * t))


@lru_cache(maxsize=256)
def quantile(probability: float, freedom: float) -> float:
    """Below which value a value of this distribution lies with this `probability`, of at least a half.

    >>> [round(quantile(0.975, freedom), 3) for freedom in (1, 4, 9, 30)]
    [12.706, 2.776, 2.262, 2.042]
    """
    found = NormalDist().inv_cdf(probability)
    if freedom > _MANY:
        return found
    # Newton's steps from the normal quantile, which is the lesser one, never pass the goal, since the distribution is concave here.
    for _ in range(200):
        missing = probability - 1.0 + two_sided(found, freedom) / 2.0
        step = missing / _density(found, freedom)
        found += step
        if step <= 1e-12 * found:
            break
    return found


def _density(t: float, freedom: float) -> float:
    scale = lgamma((freedom + 1.0) / 2.0) - lgamma(freedom / 2.0)
    return exp(scale - (freedom + 1.0) / 2.0 * log1p(t * t / freedom)) / sqrt(freedom * pi)


def _incomplete_beta(a: float, b: float, x: float) -> float:
    """The regularized incomplete beta function I_x(a, b)."""
    if x <= 0.0 or x >= 1.0:
        return min(max(x, 0.0), 1.0)
    if x > (a + 1.0) / (a + b + 2.0):  # here the fraction of the complement converges, and this one hardly
        return 1.0 - _incomplete_beta(b, a, 1.0 - x)
    scale = lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log1p(-x)
    return exp(scale) / (a * _fraction(a, b, x))


def _fraction(a: float, b: float, x: float) -> float:
    """The continued fraction 1 + d1/(1 + d2/(1 + ...)) of DLMF 8.17.22, evaluated from the front as Lentz does."""
    value, c, d = 1.0, 1.0, 0.0
    for term in range(1, _MOST_TERMS):
        m, odd = divmod(term, 2)
        if odd:
            part = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        else:
            part = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        c = 1.0 + part / c or _NEVER_ZERO
        d = 1.0 / (1.0 + part * d or _NEVER_ZERO)
        value *= c * d
        if abs(c * d - 1.0) <= _EXACT:
            break
    return value
