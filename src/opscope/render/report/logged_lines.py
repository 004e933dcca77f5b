"""The lines of a summary about a profile that was found in a log directory: which one, and its hosts."""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING, List, Optional

from ...graph.number_text import quantity_text
from ...suggestions import some_of

if TYPE_CHECKING:
    from ...graph.facts import HostFacts, LogProfileFacts

_MOST_LISTED = 5


def logged_lines(facts: "Optional[LogProfileFacts]") -> List[str]:
    """Which profile the times are of; nothing of one that opscope recorded."""
    if facts is None:
        return []
    read, there = sum(host["steps"] for host in facts["hosts"]), facts["steps_in_profile"]
    fewer = "" if read == there else f", {read:,} of its {there:,} steps"
    more = facts["other_runs"]
    others = f"; not shown: {some_of(list(reversed(more)), most=_MOST_LISTED)}" if more else ""
    return [f"recorded by TensorFlow's profiler: {facts['place']}{fewer}{others}", *_host_lines(facts["hosts"])]


def _host_lines(hosts: "List[HostFacts]") -> List[str]:
    """How long a step took on each of several hosts, and which one was slowest, as far as their steps tell."""
    if len(hosts) < 2:
        return []
    ordered = sorted(hosts, key=lambda host: -host["step_us"])
    slowest, times = ordered[0], [host["step_us"] for host in ordered]
    said = f"{len(hosts):,} hosts, whose median steps took {_time(times[-1])} to {_time(times[0])}; slowest"
    equal = [host for host in ordered[1:] if _may_be_slower(host, slowest)]
    if equal:
        names = some_of([host["host"] for host in (slowest, *equal)], most=_MOST_LISTED)
        return [f"{said}, equal as far as the steps tell: {names}"]
    return [f"{said}: {slowest['host']}, {times[0] / median(times):.2f} times the median host"]


def _may_be_slower(host: "HostFacts", slowest: "HostFacts") -> bool:
    """Whether the steps leave open that a host is the slower one: their medians' intervals overlap, or too few steps tell none."""
    own, longest = host["median_between"], slowest["median_between"]
    return own is None or longest is None or own[1] >= longest[0]


def _time(value: float) -> str:
    return quantity_text("time_us", value)
