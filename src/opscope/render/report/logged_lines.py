"""The line of a summary about a profile that was found in a log directory: which one it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, List, Optional

from ...suggestions import some_of

if TYPE_CHECKING:
    from ...graph.facts import LogProfileFacts

_MOST_LISTED = 5


def logged_lines(facts: "Optional[LogProfileFacts]") -> List[str]:
    """Which profile the times are of; nothing of one that opscope recorded."""
    if facts is None:
        return []
    read, there = sum(host["steps"] for host in facts["hosts"]), facts["steps_in_profile"]
    fewer = "" if read == there else f", {read:,} of its {there:,} steps"
    more = facts["other_runs"]
    others = f"; not shown: {some_of(list(reversed(more)), most=_MOST_LISTED)}" if more else ""
    return [f"recorded by TensorFlow's profiler: {facts['place']}{fewer}{others}"]
