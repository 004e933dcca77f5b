"""The records of a profiled run, before anything is attributed to the graph: what was executed, when, on which thread.

All times are in picoseconds and count from one common origin.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, FrozenSet, Mapping, NamedTuple, Optional, Tuple

from ..competition import Usage
from ..spread import Kept

if TYPE_CHECKING:
    from ...capture.dataset_lines import DatasetLine
    from .pipeline_events import PipelineRecord


class Span(NamedTuple):
    """A stretch of time."""

    start: int
    end: int


class OpEvent(NamedTuple):
    """One execution of one op, of an instruction of compiled code, or of a compiled function as a whole."""

    name: str
    """The name in the executed graph (see `names`), of the instruction, or of the function."""
    op: str
    """The type of the executed op; empty for an instruction, `COMPILED` for a function."""
    start: int
    end: int
    thread: int
    """A number for the thread. The streams of a GPU have negative ones."""
    run: int
    """The id that the executor gave the run of the function that the op is in. 0: no executor ran it. 1: one did, but
    it is not known in which run, as for kernels of a GPU whose launch was not found."""
    inside: int = -1
    """The index of the op event around this one on the same thread; -1 if there is none."""
    module: str = ""
    """The XLA program that an instruction is of, a key of `Trace.modules`; empty for all else."""


KERNEL = "(kernel)"
"""The `OpEvent.op` of a GPU's kernel of which it is not known which op it belongs to. Its name is the kernel's own."""
COMPILED = "(compiled)"
"""The `OpEvent.op` of an event that stands for a whole function which XLA compiled."""

Origin = Tuple[str, str]
"""Name and type of a traced op. The name begins inside the compiled function: what is around it is left out."""


class Allocation(NamedTuple):
    """Memory that was allocated while an op ran."""

    name: str
    """The executed name of the op."""
    bytes: int
    output: bool
    """Whether it is for an output of the op; otherwise the kernel needs it for its own work."""
    run: int
    """As `OpEvent.run`."""
    at: int
    """When it was allocated."""
    address: int = 0
    """Where; 0 if that is not told."""
    allocator: str = ""
    """Which allocator gave it: that of a device has the device's memory."""
    held: Optional[int] = None
    """All that the allocator had handed out before, in the blocks that it rounds up to; ``None`` if it does not tell."""


class Release(NamedTuple):
    """Memory that was given back to its allocator."""

    address: int
    at: int
    allocator: str


@dataclass(frozen=True)
class Trace:
    """All that was read from one XPlane file."""

    steps: Tuple[Span, ...]
    """The measured steps, in order of time."""
    ops: Tuple[OpEvent, ...]
    """The op events, in order of their start. Indices of op events count in this tuple."""
    executor: Tuple[Span, ...] = ()
    """When an executor was at work, on any thread."""
    functions: Tuple[Span, ...] = ()
    """When TensorFlow was inside a call of a function. In some versions this covers only the launch."""
    copies: Tuple[Span, ...] = ()
    """When tensors were copied, for example from one device to another."""
    callers: Mapping[int, int] = field(default_factory=dict)
    """`OpEvent.run` of a function -> index of the op event that launched it."""
    allocations: Tuple[Allocation, ...] = ()
    devices: Tuple[str, ...] = ()
    """The planes of the GPUs: ``/device:GPU:0``."""
    modules: Mapping[str, Mapping[str, Tuple[Origin, ...]]] = field(default_factory=dict)
    """XLA program -> instruction -> the traced ops that it was made of."""
    launchers: Mapping[int, int] = field(default_factory=dict)
    """Index of a GPU's kernel -> index of the host's op event that launched it. If that is not known, there is no key."""
    releases: Tuple[Release, ...] = ()
    threads: Mapping[int, str] = field(default_factory=dict)
    """`OpEvent.thread` -> what the profiler calls it: the name of a host's thread, or of a GPU and one of its streams."""
    outlasting: FrozenSet[Tuple[str, str]] = frozenset()
    """XLA program and instruction of which an event ended before its work did: it only started that, and other threads went on."""


@dataclass(frozen=True)
class Optimised:
    """The graph that Grappler made of the function."""

    ops: Mapping[str, str]
    """Name of a node -> its op type. Each of these nodes may be executed."""


@dataclass(frozen=True)
class Recording:
    """One measurement, before attribution."""

    trace: Trace
    optimised: Optional[Optimised]
    baseline_us: Tuple[float, ...]
    """The durations of the unprofiled steps: profiling makes a step slower, so its true time is measured without."""
    trace_level: Optional[int]
    """The level at which ops were recorded: see `level`; ``None`` if it is not known."""
    tensorflow: Optional[str]
    """The version of TensorFlow; ``None`` if it is not known."""
    asked_steps: Optional[int] = None
    """How many profiled steps were asked for, if there are fewer because they would have had too many events."""
    usage: Optional[Usage] = field(default_factory=Usage)
    """What the processors were used for while the steps ran, profiled and unprofiled; ``None`` if it is not known."""
    kept: Optional[Kept] = None
    """Which steps count, if that is decided already, as of several hosts: those of a slow host are no exceptions to leave out."""
    pipelines: "Optional[PipelineRecord]" = None
    """What tf.data recorded."""
    dataset_lines: "Tuple[DatasetLine, ...]" = ()
    """Where the functions of the datasets are written that the steps were given."""
