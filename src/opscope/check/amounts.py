"""Reads amounts as people write them: ``10M`` parameters, ``4 GB`` of memory, ``2%`` of tolerance."""

from __future__ import annotations

import math
import re
from decimal import Decimal
from typing import Mapping, Union

from ..errors import InputError, option

Amount = Union[int, float, str]
"""A number, or a text with a unit."""

_NUMBER = re.compile(r"\s*(?P<number>[0-9][0-9_,]*(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)\s*(?P<unit>[A-Za-z%]*)\s*")
_COUNTS = {"": 1.0, "k": 1e3, "m": 1e6, "g": 1e9, "b": 1e9, "t": 1e12, "p": 1e15}
_SIZES = {
    "": 1.0, "b": 1.0, "kb": 1e3, "mb": 1e6, "gb": 1e9, "tb": 1e12,
    "kib": 2.0**10, "mib": 2.0**20, "gib": 2.0**30, "tib": 2.0**40,
}  # fmt: skip
"""Unit in lower case -> how many of the smallest it is. A GB is 10^9 bytes, a GiB 2^30, as IEC 80000-13 has it."""


def count_from(name: str, value: Amount) -> float:
    """A count given for an option: ``10M`` or ``1.5B``, ``10_000_000`` or a number.

    >>> count_from("max_params", "10M"), count_from("max_flops", "4.1 GFLOP"), count_from("max_params", 7)
    (10000000.0, 4100000000.0, 7.0)
    """
    return _amount(name, value, _COUNTS, "a number such as 10M", drop=("flops", "flop"))


def bytes_from(name: str, value: Amount) -> float:
    """A size given for an option: ``4 GB``, ``512MiB`` or a number of bytes.

    >>> bytes_from("max_activation_memory", "4 GB"), bytes_from("max_activation_memory", "2KiB")
    (4000000000.0, 2048.0)
    """
    return _amount(name, value, _SIZES, "a size such as 4 GB or 512 MiB")


def share_from(name: str, value: Amount) -> float:
    """A share given for an option: ``2%``, or the number 0.02.

    >>> share_from("tolerance", "2%"), share_from("tolerance", 0.02)
    (0.02, 0.02)
    """
    return _amount(name, value, {"": 1.0, "%": 0.01}, "a share such as 2% or 0.02")


def _amount(name: str, value: Amount, units: Mapping[str, float], form: str, drop: "tuple[str, ...]" = ()) -> float:
    wrong = InputError(f"{option(name, value)} is not known; give {form}")
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        raise wrong
    if not isinstance(value, str):
        if not (math.isfinite(value) and value >= 0):
            raise wrong
        return float(value)
    found = _NUMBER.fullmatch(value)
    unit = found["unit"].lower() if found else ""
    for word in drop:
        unit = unit[: -len(word)] if unit.endswith(word) else unit
    if found is None or unit not in units:
        raise wrong
    # As decimals, since 4.1 * 1e9 is not 4,100,000,000 in binary fractions.
    amount = float(Decimal(re.sub("[_,]", "", found["number"])) * Decimal(str(units[unit])))
    if not math.isfinite(amount):
        raise wrong
    return amount
