"""The first derivatives of the logarithm of the gamma function: what the logarithm of a variance is, on average, and how it spreads.

Each is carried up to 10 by its recurrence (Abramowitz and Stegun, 6.3.5 and 6.4.6), from where its asymptotic series (6.3.18, 6.4.12 to
6.4.13) has thirteen digits. SciPy has them, but is no dependency.
"""

from __future__ import annotations

from math import log

_FAR = 10.0
_EXACT = 1e-12
_MOST_STEPS = 50
"""Newton's steps converge in fewer than ten."""


def digamma(x: float) -> float:
    """The derivative of the logarithm of the gamma function at a positive `x`.

    >>> round(digamma(1.0), 12)  # less Euler's constant
    -0.577215664902
    """
    total = 0.0
    while x < _FAR:
        total -= 1.0 / x
        x += 1.0
    u = 1.0 / (x * x)
    return (
        total + log(x) - 0.5 / x - u * (1 / 12 - u * (1 / 120 - u * (1 / 252 - u * (1 / 240 - u * (1 / 132 - u * 691 / 32760)))))
    )  # fmt: skip


def trigamma(x: float) -> float:
    """The derivative of `digamma`.

    >>> round(trigamma(1.0), 12)  # the sum of 1/n^2, which is pi^2 / 6
    1.644934066848
    """
    total = 0.0
    while x < _FAR:
        total += 1.0 / (x * x)
        x += 1.0
    u = 1.0 / (x * x)
    series = 1.0 + u * (1 / 6 - u * (1 / 30 - u * (1 / 42 - u * (1 / 30 - u * (5 / 66 - u * 691 / 2730)))))
    return total + 0.5 * u + series / x


def _tetragamma(x: float) -> float:
    """The derivative of `trigamma`."""
    total = 0.0
    while x < _FAR:
        total -= 2.0 / (x * x * x)
        x += 1.0
    u = 1.0 / (x * x)
    return total - u - u / x - u * u * (1 / 2 - u * (1 / 6 - u * (1 / 6 - u * (3 / 10 - u * 5 / 6))))


def inverse_trigamma(value: float) -> float:
    """Where `trigamma` has this positive value.

    (Newton's method on 1 / trigamma, which is nearly linear and convex: G. K. Smyth, Statistical Applications in Genetics and Molecular Biology 3,
    2004, appendix.)

    >>> round(inverse_trigamma(trigamma(2.5)), 12)
    2.5
    """
    x = 0.5 + 1.0 / value
    for _ in range(_MOST_STEPS):
        found = trigamma(x)
        step = found * (1.0 - found / value) / _tetragamma(x)
        x += step
        if -step <= _EXACT * x:
            break
    return x
