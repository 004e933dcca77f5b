"""What a measurement tells of the several hosts that recorded its steps: `Graph.measurement` has it as ``hosts``."""

from __future__ import annotations

from statistics import median
from typing import Any, List, Mapping, Optional, Sequence

from ..suggestions import some_of
from .number_text import quantity_text

HOSTS_KEY = "hosts"
"""The key in a measurement. It is only there if several hosts recorded steps."""
LEFT_OUT_KEY = "hosts_left_out"
"""The key of the hosts whose profiles could not be read, with why. It is only there if there are some."""
_MOST_LISTED = 5


def host_words(measurement: Optional[Mapping[str, Any]]) -> str:
    """How long a step took on each of several hosts, which one was slowest, as far as their steps tell, and which are left out; empty of a single one.

    >>> own = {"host": "a", "step_us": 100.0, "may_be_slowest": False}
    >>> host_words({"hosts": [own, {"host": "b", "step_us": 300.0, "may_be_slowest": True}]})
    '2 hosts, whose median steps took 100 µs to 300 µs; slowest: b, 1.50 times the median host'
    """
    return "; ".join(filter(None, (_times_words(measurement), left_out_words(measurement))))


def left_out_words(measurement: Optional[Mapping[str, Any]]) -> str:
    """Which hosts are in no figure since their profiles could not be read, with the reason.

    >>> left_out_words({"hosts_left_out": [{"host": "c", "why": "damaged"}, {"host": "d", "why": "empty"}]})
    '2 hosts are left out: c (damaged), d (empty)'
    """
    hosts: Sequence[Mapping[str, Any]] = (measurement or {}).get(LEFT_OUT_KEY) or ()
    if not hosts:
        return ""
    said = "1 host is left out" if len(hosts) == 1 else f"{len(hosts):,} hosts are left out"
    listed = ["{host} ({why})".format_map(each) for each in hosts]
    return f"{said}: {some_of(listed, most=_MOST_LISTED)}"


def _times_words(measurement: Optional[Mapping[str, Any]]) -> str:
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
