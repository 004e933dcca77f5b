"""The line of a summary about a profile that was found in a log directory: which one it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, List, Optional, Sequence

from ...graph.number_text import quantity_text
from ...suggestions import some_of

if TYPE_CHECKING:
    from ...graph.facts import HostWait, LayerApart, LogProfileFacts

_MOST_LISTED = 5


def logged_lines(facts: "Optional[LogProfileFacts]") -> List[str]:
    """Which profile the times are of; nothing of one that opscope recorded."""
    if facts is None:
        return []
    read, there = sum(host["steps"] for host in facts["hosts"]), facts["steps_in_profile"]
    fewer = "" if read == there else f", {read:,} of its {there:,} steps"
    more = facts["other_runs"]
    others = f"; not shown: {some_of(list(reversed(more)), most=_MOST_LISTED)}" if more else ""
    return [
        f"recorded by TensorFlow's profiler: {facts['place']}{fewer}{others}",
        *[_apart_line(each) for each in facts["layers_apart"][:_MOST_LISTED]],
        *_wait_lines(facts["waits"]),
    ]


def _apart_line(apart: "LayerApart") -> str:
    time, middle = (quantity_text("time_us", apart[key]) for key in ("time_us", "median_us"))
    return f"not the same on all hosts: {apart['layer']}, {time} on {apart['host']}, {middle} on the median host"


def _wait_lines(waits: "Sequence[HostWait]") -> List[str]:
    """Who waits longest for whom."""
    if not waits:
        return []
    longest, last = max(waits, key=lambda each: each["waits_us"]), min(waits, key=lambda each: each["collective_us"])
    time = quantity_text("time_us", longest["waits_us"])
    return [f"in collectives hosts wait up to {time} a step ({longest['host']}), least {last['host']}"]
