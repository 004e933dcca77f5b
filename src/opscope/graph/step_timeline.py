"""The timeline of one measured step: which op ran when, on which thread. `Graph.facts` has it as ``timeline``.

A graph that was just measured has every execution. JSON and pages keep the longest `MOST_KEPT` of them (`longest_kept`), and
say how many others there were and how long these took.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Mapping, NamedTuple, Tuple

MOST_KEPT = 50_000
"""So many executions are kept in a file: 1 MB of JSON, and what a browser draws in one frame."""


class Ran(NamedTuple):
    """One execution of an op; times are in microseconds from the start of the step."""

    row: int
    """The op's row in the node table; -1 if the execution was not attributed."""
    name: str
    """The executed name."""
    thread: int
    start: float
    end: float


@dataclass(frozen=True)
class Timeline:
    """The measured step with the median duration (of an even number of steps, the longer of the two in the middle)."""

    duration: float
    ran: Tuple[Ran, ...]
    threads: Mapping[int, str] = field(default_factory=dict)
    """What the profiler calls each thread, and each stream of a device."""
    left_out: int = 0
    """How many other executions the step had, which were too many to keep."""
    left_out_us: float = 0.0
    """How long they took together."""


def longest_kept(timeline: Timeline, most: int = MOST_KEPT) -> Timeline:
    """The timeline with its `most` longest executions, in their order."""
    ran = timeline.ran
    if len(ran) <= most:
        return timeline
    # Of equally long ones the earlier are kept.
    kept = sorted(sorted(range(len(ran)), key=lambda place: ran[place].start - ran[place].end)[:most])
    chosen = set(kept)
    rest = [each for place, each in enumerate(ran) if place not in chosen]
    return replace(
        timeline,
        ran=tuple([ran[place] for place in kept]),
        left_out=timeline.left_out + len(rest),
        left_out_us=timeline.left_out_us + sum(each.end - each.start for each in rest),
    )


def thread_title(timeline: Timeline, thread: int) -> str:
    """What a thread is called, as the profiler says, or by its number where that tells nothing."""
    name = timeline.threads.get(thread, "").strip()
    return name or (f"thread {thread + 1}" if thread >= 0 else f"stream {-thread}")
