"""Writes numbers as text: 12.5, 650 µs, 7.7 GFLOP. The rule is in `docs/drawing.md`, under "Numbers and units".

Measured and estimated figures are written here, except those in the columns of a table, which need equal decimals
(`render.report.hot.amount`). The page writes numbers by the same rule in `viewer/src/data/words.ts`;
`tests/graph/numbers.json` is a table of examples that both are tested with.
"""

from __future__ import annotations

import math
from typing import NamedTuple, Optional

from .quantities import OF_FIELD, RUNS, Unit, Units
from .uncertainty import uncertain

DIGITS = 3
"""Significant digits of a number below 1,000. A larger number is written as a whole number, with all its digits."""
DECIMALS = 3
"""The most decimals. A number that would be rounded to 0 with so many is written as ``< 0.001``."""


LARGEST_NUMBER = 1e300
"""No larger number is written: a hostile file's figures may be so large that their sum is infinite."""


class _Rounded(NamedTuple):
    """A rounded number without rounding errors: 2.38 is kept as the whole number 238 with 2 decimals."""

    digits: int
    decimals: int

    def __str__(self) -> str:
        whole, part = divmod(self.digits, 10**self.decimals)
        # The decimals, without zeros at the end: 1.50 is written as 1.5.
        behind = f"{part:0{self.decimals}d}".rstrip("0") if part else ""
        return f"{whole:,}.{behind}" if behind else f"{whole:,}"

    @property
    def value(self) -> float:
        return float(self.digits / 10**self.decimals)


def _rounded(value: float) -> _Rounded:
    """Round to `DIGITS` significant digits and at most `DECIMALS` decimals; a half is rounded up.

    Python's `round` is not used because it rounds a half to the even neighbour: 0.125 would become 0.12.
    """
    # With as many decimals as leave at most three digits: 0.123, 1.23, 12.3.
    for decimals in range(DECIMALS, 0, -1):
        digits = math.floor(min(value, LARGEST_NUMBER) * 10**decimals + 0.5)
        if digits < 10**DIGITS:
            return _Rounded(digits, decimals)
    return _Rounded(math.floor(min(value, LARGEST_NUMBER) + 0.5), 0)


def number_text(value: float) -> str:
    """A number of at least 0 with three significant digits, or as a whole number from 1,000 on.

    >>> number_text(12.5), number_text(0.0004), number_text(25557032)
    ('12.5', '< 0.001', '25,557,032')
    """
    rounded = _rounded(value)
    return f"< {10**-DECIMALS}" if value > 0 and not rounded.digits else str(rounded)


def amount_text(value: float, units: Units) -> str:
    """A value with its unit. `value` is given in the first of the units; it is written in the largest unit that fits.

    A unit fits if the value, rounded in the next smaller unit, is at least `Unit.least`. Rounding comes first so that
    1,048,575 bytes are ``1 MiB`` and not ``1,024 KiB``.

    >>> from opscope.graph.quantities import SIZES, TIMES
    >>> amount_text(999.6, TIMES), amount_text(1023.0, SIZES), amount_text(2.0**20 - 1, SIZES)
    ('1 ms', '1,023 B', '1 MiB')
    """
    chosen = _unit(value, units)
    return f"{number_text(value / chosen.size)} {chosen.name}".rstrip()


def _unit(value: float, units: Units) -> Unit:
    """The unit that a value is written in."""
    chosen = units[0]
    for unit in units[1:]:
        if _rounded(value / chosen.size).value * chosen.size < unit.least:
            break
        chosen = unit
    return chosen


def quantity_text(field: str, value: float) -> str:
    """A value of the quantity with this `Quantity.field`, with its unit.

    >>> quantity_text("time_us", 1650.0), quantity_text("memory_bytes", 3 * 2**20), quantity_text("calls", 40.0)
    ('1.65 ms', '3 MiB', '40 op runs')
    >>> quantity_text("flops", 7.7e9)
    '7.7 GFLOP'
    """
    units = OF_FIELD[field].units
    return "1 op run" if units is RUNS and value == 1 else amount_text(value, units)


def figure_text(field: str, value: float, error: Optional[float] = None, *, with_error: bool = True) -> str:
    """As `quantity_text`, with the standard error of the value where it is known, and ``~`` before an uncertain value.

    Where there is no room for the error, or only the most that it can be is known, `with_error` is false: ``~`` stands there all the same.

    The error has the decimals of the value, and is not written smaller than one in the last of them.

    >>> figure_text("time_us", 12300.0, 410.0), figure_text("time_us", 12.04, 0.2), figure_text("time_us", 12.0, 0.001)
    ('12.3 ± 0.4 ms', '12.0 ± 0.2 µs', '12.0 ± 0.1 µs')
    >>> figure_text("time_us", 520.0, 260.0), figure_text("time_us", 12300.0)
    ('~520 ± 260 µs', '12.3 ms')
    >>> figure_text("time_us", 520.0, 260.0, with_error=False), figure_text("time_us", 12300.0, 410.0, with_error=False)
    ('~520 µs', '12.3 ms')
    """
    if error is None:
        return quantity_text(field, value)
    if not with_error:
        return f"{'~' if uncertain(value, error) else ''}{quantity_text(field, value)}"
    unit = _unit(value, OF_FIELD[field].units)
    number = _rounded(value / unit.size)
    if value and not number.digits:
        return quantity_text(field, value)  # smaller than anything that is written with digits
    return f"{'~' if uncertain(value, error) else ''}{_with_error(number, error / unit.size)} {unit.name}"


def _with_error(number: _Rounded, error: float) -> str:
    """A number and its error with the same decimals, as few as both need."""
    digits, decimals = number
    more = max(math.floor(min(error, LARGEST_NUMBER) * 10**decimals + 0.5), 1 if error else 0)
    while decimals and not digits % 10 and not more % 10:
        digits, more, decimals = digits // 10, more // 10, decimals - 1
    return f"{digits / 10**decimals:,.{decimals}f} ± {more / 10**decimals:,.{decimals}f}"


def percent_text(share: float) -> str:
    """A share between 0 and 1 as percent, with one decimal. Only exactly 0 reads ``0 %``, and only exactly 1 ``100 %``.

    A file may have figures whose share is more than a float holds: no such part is that of a whole.

    >>> percent_text(0.4), percent_text(0.1234), percent_text(0.0001), percent_text(0.9999)
    ('40 %', '12.3 %', '< 0.1 %', '> 99.9 %')
    """
    if math.isinf(share * 1000):
        return "> 100 %"
    tenths = math.floor(share * 1000 + 0.5)
    if tenths == 0 < share:
        return "< 0.1 %"
    if tenths == 1000 and share < 1:
        return "> 99.9 %"
    return f"{_Rounded(tenths, 1)} %"
