"""What a measurement tells of the several hosts that recorded its steps: `Graph.measurement` has it as ``hosts``."""

from __future__ import annotations

from statistics import median
from typing import Any, List, Mapping, Optional, Sequence

from ..suggestions import some_of
from .number_text import quantity_text

HOSTS_KEY = "hosts"
"""The key in a measurement. It is only there if several hosts recorded steps."""
_MOST_LISTED = 5


def host_words(measurement: Optional[Mapping[str, Any]]) -> str:
    """How long a step took on each of several hosts, and which one was slowest, as far as their steps tell; empty of a single one.

    >>> own = {"host": "a", "step_us": 100.0, "may_be_slowest": False}
    >>> host_words({"hosts": [own, {"host": "b", "step_us": 300.0, "may_be_slowest": True}]})
    '2 hosts, whose median steps took 100 µs to 300 µs; slowest: b, 1.50 times the median host'
    """
    hosts: Sequence[Mapping[str, Any]] = (measurement or {}).get(HOSTS_KEY) or ()
    if len(hosts) < 2:
        return ""
    ordered = sorted(hosts, key=lambda host: -host["step_us"])
    times = [host["step_us"] for host in ordered]
    said = f"{len(hosts):,} hosts, whose median steps took {_time(times[-1])} to {_time(times[0])}; slowest"
    open_ones: List[str] = [host["host"] for host in ordered if host["may_be_slowest"]]
    if len(open_ones) > 1:
        return f"{said}, equal as far as the steps tell: {some_of(open_ones, most=_MOST_LISTED)}"
    return f"{said}: {ordered[0]['host']}, {times[0] / (median(times) or 1.0):.2f} times the median host"


def _time(value: float) -> str:
    return quantity_text("time_us", value)
