"""Reads and checks what a measurement tells of memory that was really used: a curve and its peak, for each allocator."""

from __future__ import annotations

from typing import Any, Callable, Dict

from ..measured_memory import CURVE_KEYS, FIRST_HOST_KEY, MEMORY_CHANGES, MEMORY_NODES, MEMORY_TIMES
from .json_values import MOST_WHOLE, inside, items, number, record, refuse, text, text_or_none, whole, whole_or_none

_FIGURES = ("peak_bytes", "allocated_bytes", "smallest_bytes")
_KEYS = ("allocator", "held_bytes", "peak_us", "peak_node", "step_peak_bytes", "owners", *_FIGURES, *CURVE_KEYS)


def memory(value: Any, place: str) -> None:
    """Check the memory of a measurement: its figures, and that the curve has a time and an owner for each change."""
    for index, entry in enumerate(items(value, place)):
        _entry(entry, f"{place}[{index}]")


def _entry(value: Any, place: str) -> None:
    record(value, place, _KEYS, more=True)
    text(value["allocator"], f"{place}.allocator")
    if FIRST_HOST_KEY in value:
        text(value[FIRST_HOST_KEY], f"{place}.{FIRST_HOST_KEY}")
    whole_or_none(value["held_bytes"], f"{place}.held_bytes")
    number(value["peak_us"], f"{place}.peak_us")
    text_or_none(value["peak_node"], f"{place}.peak_node")
    for key in _FIGURES:
        whole(value[key], f"{place}.{key}")
    for index, peak in enumerate(items(value["step_peak_bytes"], f"{place}.step_peak_bytes")):
        whole(peak, f"{place}.step_peak_bytes[{index}]")
    for index, owner in enumerate(items(value["owners"], f"{place}.owners")):
        where = f"{place}.owners[{index}]"
        record(owner, where, ("node", "bytes"))
        text_or_none(owner["node"], f"{where}.node")
        whole(owner["bytes"], f"{where}.bytes")
    _curve(value, place)


def _curve(value: Any, place: str) -> None:
    count = len(items(value[MEMORY_TIMES], inside(place, MEMORY_TIMES)))
    for key in CURVE_KEYS:
        where = inside(place, key)
        found = items(value[key], where)
        if len(found) != count:
            refuse(where, f"{len(found):,} values where there are {count:,} times")
        for index, one in enumerate(found):
            _CHECKS[key](one, f"{where}[{index}]")


def _change(value: Any, place: str) -> int:
    """A whole number of either sign."""
    return whole(value, place, low=-MOST_WHOLE)


_CHECKS: Dict[str, Callable[[Any, str], Any]] = {
    MEMORY_TIMES: number,
    MEMORY_CHANGES: _change,
    MEMORY_NODES: text_or_none,
}
