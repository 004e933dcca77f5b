"""The quantities that ops and groups have: what users and options call them, where they are kept, how they are told."""

from __future__ import annotations

from dataclasses import fields
from typing import Dict, NamedTuple, Tuple

from .types import Measured

Units = Tuple[Tuple[str, float], ...]
"""Units from the smallest up, each with its size in the first."""
PREFIXES: Units = (("", 1.0), ("k", 1e3), ("M", 1e6), ("G", 1e9), ("T", 1e12))
"""What stands before the unit of a large count."""
TIMES: Units = (("us", 1.0), ("ms", 1e3), ("s", 1e6))
SIZES: Units = (("B", 1.0), ("KiB", 2.0**10), ("MiB", 2.0**20), ("GiB", 2.0**30))
OPERATIONS: Units = tuple([(f"{prefix}FLOP", size) for prefix, size in PREFIXES])
NUMBER: Units = (("calls", 1.0),)


class Quantity(NamedTuple):
    """One quantity; a value is a mean per step, in the first of its units."""

    name: str
    """What options (``heat``) and `Graph.overlay` call it."""
    field: str
    """The field of `Measured`, or of `Cost` where it is estimated; also its name in JSON."""
    title: str
    """What legends call it."""
    units: Units
    estimated: bool = False
    given_in: float = 1.0
    """The size of the unit in which `Graph.overlay` takes it: times in seconds."""


TIME = Quantity("time", "time_us", "time", TIMES, given_in=1e6)
BUSY = Quantity("busy", "busy_us", "time summed over threads", TIMES, given_in=1e6)
MEMORY = Quantity("memory", "memory_bytes", "memory", SIZES)
CALLS = Quantity("calls", "calls", "calls", NUMBER)
FLOPS = Quantity("flops", "flops", "FLOPs", OPERATIONS, estimated=True)
BYTES_MOVED = Quantity("bytes", "bytes", "bytes moved", SIZES, estimated=True)

QUANTITIES: Dict[str, Quantity] = {each.name: each for each in (TIME, BUSY, MEMORY, CALLS, FLOPS, BYTES_MOVED)}
"""All of them, the most telling first: a drawing shows the first that it has."""
OF_FIELD: Dict[str, Quantity] = {each.field: each for each in QUANTITIES.values()}
FIGURES: Tuple[str, ...] = tuple([each.name for each in fields(Measured) if each.name in OF_FIELD])
"""The fields of `Measured` that are quantities, in the order of the JSON."""
MEASURED: Tuple[Quantity, ...] = tuple([OF_FIELD[field] for field in FIGURES])
"""The quantities that are measured, in that order."""
