"""Looks for other programs that compete for the processors while a model is measured.

Three signs are read before and after: the processor time of this process, how often it was interrupted although it had
more to do (involuntary context switches), and how busy the machine was as a whole. Not every system tells all of them: Windows has
neither the switches nor the load, and only Linux tells the machine's processor time. What is not told is ``None``.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter, process_time
from typing import NamedTuple, Optional

_STAT = Path("/proc/stat")
_IDLE = slice(3, 5)
"""Where ``idle`` and ``iowait`` stand among the times of the first line of /proc/stat."""
_COUNTED = 8
"""The times of that line that count: those of guests, which follow, are part of the others."""
_LEAST_SECONDS = 0.1
"""Over a shorter time the machine's processor time, which is counted in hundredths of a second, says little."""
_LEAST_OTHERS = 0.1
"""Others that use less than this part of one processor do not compete."""
_LEAST_COUNTED = 0.05
"""Nor do others for which fewer seconds were counted: that may be the coarse clock."""
_LEAST_FREE = 0.1
"""If at least this part of the processors was free, whoever had something to do could run."""
_MANY_SWITCHES = 1000.0
"""So many involuntary switches per second of processor time, on a machine with more to do than it has processors, are a competitor.

Switches alone do not tell: where a step has more threads than there are processors, they interrupt each other.
"""


class Counters(NamedTuple):
    """The state of the counters at one moment."""

    at: float
    """Seconds, by a clock that only goes forward."""
    processor: float
    """Seconds of processor time that this process used so far, all its threads together."""
    switches: Optional[int]
    """How often a thread of this process was interrupted to let another run."""
    busy: Optional[float]
    """Seconds of processor time that the whole machine used so far."""


@dataclass(frozen=True)
class Usage:
    """What the processors were used for while steps ran."""

    seconds: float = 0.0
    """How long the steps ran."""
    processor: float = 0.0
    """Seconds of processor time of this process."""
    switches: Optional[int] = 0
    """Involuntary context switches of this process."""
    others: Optional[float] = 0.0
    """Seconds of processor time of all other processes."""
    processors: int = 1
    """How many processors the machine has."""
    load: Optional[float] = None
    """The machine's load average over the last minute, when the steps ended."""

    def __str__(self) -> str:
        """What used the processors, as far as this system tells: ``this process used 0.9 of 2 processors, others 1.1``."""
        if not self.seconds:
            return ""
        parts = [f"this process used {self.processor / self.seconds:.1f} of {self.processors} processors"]
        if self.others is not None:
            parts.append(f"others {self.others / self.seconds:.1f}")
        if self.switches is not None:
            parts.append(f"it was interrupted {self.switches / self.seconds:,.0f} times a second")
        if self.load is not None:
            parts.append(f"the load was {self.load:.1f}")
        return ", ".join(parts)

    def and_then(self, before: Counters, after: Counters) -> Usage:
        """This usage with what happened between two readings."""
        processor = after.processor - before.processor
        switches = _between(before.switches, after.switches)
        busy = _between(before.busy, after.busy)
        return Usage(
            self.seconds + after.at - before.at,
            self.processor + processor,
            None if switches is None or self.switches is None else self.switches + int(switches),
            None if busy is None or self.others is None else self.others + max(0.0, busy - processor),
            os.cpu_count() or 1,
            _load(),
        )

    @property
    def competed(self) -> bool:
        """Whether other programs took processors that the steps could have used, as far as this system tells."""
        if self.others is not None and self.seconds >= _LEAST_SECONDS:
            free = self.processors - (self.processor + self.others) / self.seconds
            least = max(_LEAST_COUNTED, _LEAST_OTHERS * self.seconds)
            return self.others >= least and free < _LEAST_FREE * self.processors
        crowded = self.load is not None and self.load > self.processors
        return crowded and self.switches is not None and self.switches > _MANY_SWITCHES * self.processor


def counters() -> Counters:
    """Read the counters."""
    return Counters(perf_counter(), process_time(), _switches(), _machine_busy())


def _switches() -> Optional[int]:
    try:
        from resource import RUSAGE_SELF, getrusage
    except ImportError:  # Windows has no such module
        return None
    return getrusage(RUSAGE_SELF).ru_nivcsw


def _machine_busy() -> Optional[float]:
    try:
        times = [int(word) for word in _STAT.read_text("ascii").split("\n", 1)[0].split()[1:]][:_COUNTED]
        return (sum(times) - sum(times[_IDLE])) / os.sysconf("SC_CLK_TCK")
    except (OSError, ValueError, AttributeError):  # no Linux, or one that does not let us read it
        return None


def _load() -> Optional[float]:
    try:
        return os.getloadavg()[0]
    except (OSError, AttributeError):  # Windows has none
        return None


def _between(before: Optional[float], after: Optional[float]) -> Optional[float]:
    return None if before is None or after is None else after - before
