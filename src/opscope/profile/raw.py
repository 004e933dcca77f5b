"""Raw records of a profiled run: what was executed when, before any of it is brought home to the graph.

Times are picoseconds from one common origin.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Mapping, NamedTuple, Optional, Tuple


class Span(NamedTuple):
    """A stretch of time."""

    start: int
    end: int


class OpEvent(NamedTuple):
    """One execution of one op: its executed name and kernel's op type, the thread and the function run it belongs to.

    `run` is the executor's step id (0 where no executor is around it); `inside` the index of the op event that encloses
    it on the same thread, -1 for none. What XLA compiled runs as instructions of a `module`, named as in `Trace.modules`,
    or shows as one event of the kernel type `COMPILED`.
    """

    name: str
    op: str
    start: int
    end: int
    thread: int
    run: int
    inside: int = -1
    module: str = ""


COMPILED = "(compiled)"
"""The kernel type of a function that XLA compiled as a whole; the event's name is the function's."""

Origin = Tuple[str, str]
"""Name and type of a traced op, below the function that was compiled."""


class Allocation(NamedTuple):
    """Memory that a kernel allocated for an op: bytes, and whether for an output (else scratch)."""

    name: str
    bytes: int
    output: bool
    run: int
    at: int


@dataclass(frozen=True)
class Trace:
    """All that was read of one XPlane file; op events in order of their start."""

    steps: Tuple[Span, ...]
    ops: Tuple[OpEvent, ...]
    executor: Tuple[Span, ...] = ()
    """Where the executor was at work, on whatever thread."""
    functions: Tuple[Span, ...] = ()
    """Where TensorFlow was inside a call of the function, from its launch to its end where the version tells."""
    copies: Tuple[Span, ...] = ()
    callers: Mapping[int, int] = field(default_factory=dict)
    """Function run -> index of the op event that launched it."""
    allocations: Tuple[Allocation, ...] = ()
    device: Optional[str] = None
    modules: Mapping[str, Mapping[str, Tuple[Origin, ...]]] = field(default_factory=dict)
    """XLA module -> instruction -> the traced ops that it was made of."""


@dataclass(frozen=True)
class Optimised:
    """What Grappler made of the function: the op of each node that may be executed, by name."""

    ops: Mapping[str, str]


@dataclass(frozen=True)
class Recording:
    """One measurement before attribution."""

    trace: Trace
    optimised: Optional[Optimised]
    baseline_us: Tuple[float, ...]
    """Durations of the unprofiled steps."""
    trace_level: int
    tensorflow: str
