"""How long the steps of each of several hosts took, and which of them may be the slowest."""

from __future__ import annotations

from math import log, sqrt
from statistics import fmean, median, stdev
from typing import List, Optional, Sequence

from ..graph.facts import HostFacts
from ..graph.student_t import two_sided
from .attribution.figures import PS
from .recordings.host_traces import HostTrace
from .spread import Kept, half_iqr, median_interval

_LEAST_PAIRS = 3
"""Fewer steps that two hosts have in common tell no difference."""
_MAY_ERR = 0.05


def host_facts(hosts: Sequence[HostTrace], kept: Sequence[Kept]) -> List[HostFacts]:
    """What each host recorded, with whether its steps leave open that it is the slowest."""
    found = [_host(host, each) for host, each in zip(hosts, kept)]
    slowest = max(range(len(found)), key=lambda place: found[place]["step_us"])
    for place, facts in enumerate(found):
        pairs = _log_ratios(hosts, kept, slowest, place)
        apart = _is_longer(pairs, len(found) - 1) if pairs is not None else _lies_above(found[slowest], facts)
        facts["may_be_slowest"] = place == slowest or not apart
    return found


def _host(host: HostTrace, kept: Kept) -> HostFacts:
    times = [_duration(host, step) * PS for step in kept.steps]
    between = median_interval(times)
    return {
        "host": host.host, "steps": len(host.trace.steps), "step_us": median(times), "spread_us": half_iqr(times),
        "median_between": None if between is None else list(between), "devices": list(host.trace.devices) or ["CPU"],
        "may_be_slowest": True,
    }  # fmt: skip


def _duration(host: HostTrace, step: int) -> int:
    span = host.trace.steps[step]
    return span.end - span.start


def _log_ratios(hosts: Sequence[HostTrace], kept: Sequence[Kept], one: int, other: int) -> Optional[List[float]]:
    """By what factor each step took longer on one host than on another, as logarithms; ``None`` if their steps are no pairs.

    Hosts of one job do a step together: what makes it long on all of them says nothing of which is slower.
    """
    a, b = hosts[one], hosts[other]
    both = sorted(set(kept[one].steps) & set(kept[other].steps))
    if len(a.trace.steps) != len(b.trace.steps) or a.all_steps != b.all_steps or len(both) < _LEAST_PAIRS:
        return None
    times = [(_duration(a, step), _duration(b, step)) for step in both]
    return [log(long / short) for long, short in times] if all(min(pair) > 0 for pair in times) else None


def _is_longer(ratios: Sequence[float], others: int) -> bool:
    """Student's test of pairs: whether the mean of the logarithms lies above 0, of so many hosts that are compared with the slowest."""
    middle, error = fmean(ratios), stdev(ratios) / sqrt(len(ratios))
    if middle <= 0 or not error:
        return middle > 0
    return two_sided(middle / error, len(ratios) - 1) < _MAY_ERR / max(others, 1)


def _lies_above(slowest: HostFacts, other: HostFacts) -> bool:
    """Whether the intervals of their medians lie apart; of too few steps none is known."""
    longest, own = slowest["median_between"], other["median_between"]
    return longest is not None and own is not None and longest[0] > own[1]
