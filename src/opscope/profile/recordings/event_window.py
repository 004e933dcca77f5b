"""`EventWindow`: which events of a profile are read, where it has more than the memory holds, or others than count."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf


@dataclass(frozen=True)
class EventWindow:
    """Which events are read."""

    start: float = -inf
    end: float = inf
    """In picoseconds. What lies in this time in part is read, too."""
    pipelines: bool = True
    """Whether the threads of input pipelines are read. Where these are no part of the graph, their ops may be called as some of it are."""
    most: float = inf
    """How many events may be kept in memory."""

    def has(self, start: int, end: int) -> bool:
        """Whether an event is in the window, in part at least."""
        return start < self.end and end >= self.start


class TooManyEventsError(Exception):
    """There are more events than a `EventWindow` allows. `part` is how much of the file was read by then, from 0 to 1."""

    def __init__(self, part: float) -> None:
        super().__init__()
        self.part = part
