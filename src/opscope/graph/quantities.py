"""The quantities that ops and groups have (time, memory, FLOPs, ...): their names, fields and units."""

from __future__ import annotations

from dataclasses import fields
from typing import Dict, NamedTuple, Tuple

from .types import Measured


class Unit(NamedTuple):
    """A unit of a quantity. `graph.number_text` chooses the unit that a value is written in."""

    name: str
    size: float
    """How many of the smallest unit it is: 1,000 for ms, as times are in µs."""
    least: float
    """The least value that is written in this unit, given in the smallest unit."""


Units = Tuple[Unit, ...]
"""The units of one quantity, the smallest first."""
PREFIXES: Units = (
    Unit("", 1.0, 0.0), Unit("k", 1e3, 1e4), Unit("M", 1e6, 1e6), Unit("G", 1e9, 1e9), Unit("T", 1e12, 1e12), Unit("P", 1e15, 1e15),
)  # fmt: skip
"""Prefixes of units for large counts. Counts up to 9,999 have no prefix, because 1,169 is as short as 1.17 k."""
TIMES: Units = (Unit("\u00b5s", 1.0, 0.0), Unit("ms", 1e3, 1e3), Unit("s", 1e6, 1e6))
SIZES: Units = (
    Unit("B", 1.0, 0.0), Unit("KiB", 2.0**10, 2.0**10), Unit("MiB", 2.0**20, 2.0**20), Unit("GiB", 2.0**30, 2.0**30), Unit("TiB", 2.0**40, 2.0**40),
)  # fmt: skip
RUNS: Units = (Unit("op runs", 1.0, 0.0),)
"""How often ops ran: of a layer all of its ops together, so that they are no calls of the layer."""


def counted(what: str) -> Units:
    """The units of a count of `what`, with prefixes: FLOP, kFLOP, MFLOP, ..."""
    return tuple([Unit(prefix + what, size, least) for prefix, size, least in PREFIXES])


OPERATIONS: Units = counted("FLOP")
MULTIPLY_ADDS: Units = counted("MAC")


class Quantity(NamedTuple):
    """One quantity. Its values are means per step, in the first of its units."""

    name: str
    """Its name in the option ``heat`` and in `Graph.overlay`."""
    field: str
    """The field of `Measured`, or of `Cost` if it is estimated. It has this name in JSON too."""
    title: str
    """Its name in legends."""
    units: Units
    estimated: bool = False
    """Whether it is estimated from shapes (`Cost`); otherwise it is measured (`Measured`)."""
    given_in: float = 1.0
    """The size of the unit in which `Graph.overlay` takes it: 1,000,000 (µs) for times, which are given in seconds."""


TIME = Quantity("time", "time_us", "time", TIMES, given_in=1e6)
BUSY = Quantity("busy", "busy_us", "time summed over threads", TIMES, given_in=1e6)
MEMORY = Quantity("memory", "memory_bytes", "memory", SIZES)
CALLS = Quantity("calls", "calls", "op runs", RUNS)
FLOPS = Quantity("flops", "flops", "FLOPs", OPERATIONS, estimated=True)
MACS = Quantity("macs", "macs", "MACs", MULTIPLY_ADDS, estimated=True)
BYTES_MOVED = Quantity("bytes", "bytes", "bytes moved", SIZES, estimated=True)

QUANTITIES: Dict[str, Quantity] = {each.name: each for each in (TIME, BUSY, MEMORY, CALLS, FLOPS, MACS, BYTES_MOVED)}
"""All quantities by name. Without the option ``heat``, a drawing shows the first of them that the graph has."""
OF_FIELD: Dict[str, Quantity] = {each.field: each for each in QUANTITIES.values()}
FIGURES: Tuple[str, ...] = tuple([each.name for each in fields(Measured) if each.name in OF_FIELD])
"""The fields of `Measured` that are quantities (all but ``fused``), in the order of the JSON."""
MEASURED: Tuple[Quantity, ...] = tuple([OF_FIELD[field] for field in FIGURES])
"""The measured quantities, in the same order."""
