"""The quantities that ops and groups have: what users and options call them, where they are kept, how they are told."""

from __future__ import annotations

from dataclasses import fields
from typing import Dict, NamedTuple, Tuple

from .types import Measured


class Unit(NamedTuple):
    """A unit of a quantity. `graph.number_text` chooses the one that a value is told in."""

    name: str
    size: float
    """Its size in the smallest unit."""
    least: float
    """The least value, in the smallest unit, that is told in it."""


Units = Tuple[Unit, ...]
"""Units of one quantity, the smallest first."""
PREFIXES: Units = (
    Unit("", 1.0, 0.0), Unit("k", 1e3, 1e4), Unit("M", 1e6, 1e6), Unit("G", 1e9, 1e9), Unit("T", 1e12, 1e12), Unit("P", 1e15, 1e15),
)  # fmt: skip
"""What stands before the unit of a large count. Counts up to 9,999 are told without: 1,169 is as short as 1.17 k."""
TIMES: Units = (Unit("\u00b5s", 1.0, 0.0), Unit("ms", 1e3, 100.0), Unit("s", 1e6, 1e5))
"""From a tenth of a unit on: 0.65 ms reads better than 650 \u00b5s beside 2.38 ms."""
SIZES: Units = (
    Unit("B", 1.0, 0.0), Unit("KiB", 2.0**10, 2.0**10), Unit("MiB", 2.0**20, 2.0**20), Unit("GiB", 2.0**30, 2.0**30), Unit("TiB", 2.0**40, 2.0**40),
)  # fmt: skip
NUMBER: Units = (Unit("calls", 1.0, 0.0),)


def counted(what: str) -> Units:
    """The units in which `what` is counted, with prefixes: FLOP, kFLOP, MFLOP, ..."""
    return tuple([Unit(prefix + what, size, least) for prefix, size, least in PREFIXES])


OPERATIONS: Units = counted("FLOP")
MULTIPLY_ADDS: Units = counted("MAC")


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
MACS = Quantity("macs", "macs", "MACs", MULTIPLY_ADDS, estimated=True)
BYTES_MOVED = Quantity("bytes", "bytes", "bytes moved", SIZES, estimated=True)

QUANTITIES: Dict[str, Quantity] = {each.name: each for each in (TIME, BUSY, MEMORY, CALLS, FLOPS, MACS, BYTES_MOVED)}
"""All of them, the most telling first: a drawing shows the first that it has."""
OF_FIELD: Dict[str, Quantity] = {each.field: each for each in QUANTITIES.values()}
FIGURES: Tuple[str, ...] = tuple([each.name for each in fields(Measured) if each.name in OF_FIELD])
"""The fields of `Measured` that are quantities, in the order of the JSON."""
MEASURED: Tuple[Quantity, ...] = tuple([OF_FIELD[field] for field in FIGURES])
"""The quantities that are measured, in that order."""
