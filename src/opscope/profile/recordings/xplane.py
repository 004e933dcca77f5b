"""Reads the file of TensorFlow's profiler (XPlane) into a `Trace`: op events, steps, copies, allocations and more.

A file has planes, a plane has lines (threads), a line has events. On the plane ``/host:CPU``, an op's event is named
``<node>:<Op>`` and lies inside an event ``ExecutorState::Process``. A function that XLA compiled is one event
``<function>:<function>``; since TensorFlow 2.18 its instructions are events too, and the plane ``/host:metadata`` has
their program. An event ``end: <instruction>`` tells when its work was done: inside the instruction's own, or later, where that
only started the work on other threads. The planes of GPUs are read by `kernels`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Dict, FrozenSet, List, Optional, Set, Tuple

from ...collector import paused
from ...load.event_files.log_file import LogFile
from ...program.proto import message_class
from .allocations import allocation_of, release_of
from .event_window import EventWindow, TooManyEventsError
from .hlo import Modules, origins
from .kernels import OP_NAME, WHOLE_NAME, Device, join
from .raw import COMPILED, Allocation, OpEvent, Release, Span, Trace
from .stats import Stats, as_number, decoded
from .xplane_schema import XPLANE
from .xspace_file import XSpaceLine, XSpacePlane, in_memory, planes_of

_TRANSFERS = frozenset({b"_Send", b"_Recv", b"_HostSend", b"_HostRecv"})
"""Ops that TensorFlow adds to send a tensor to another device. They count as copies, since the model has no such op."""
STEP_EVENT = "opscope_step"
"""The name of the event with which `runner` marks a step."""
# The kinds of events. Those from _OPS on may become op events: `_event` relies on this order.
_PROCESS, _FUNCTION, _COPY, _ALLOCATION, _RELEASE, _STEP, _LAUNCH, _DONE, _OPS, _WHOLE, _INSTRUCTION = range(11)
_KINDS = {
    b"ExecutorState::Process": _PROCESS, b"FunctionRun": _FUNCTION, b"EagerKernelExecute": _FUNCTION,
    b"EagerCopyToDevice": _COPY, b"EagerCopyToDeviceAndAddCacheKey": _COPY, b"TensorHandle::CopyToDevice": _COPY,
    b"MemcpyD2H": _COPY, b"MemcpyH2D": _COPY, b"MemoryAllocation": _ALLOCATION, b"MemoryDeallocation": _RELEASE,
    STEP_EVENT.encode(): _STEP,
}  # fmt: skip
_BARE = frozenset({_COPY, _STEP, _DONE, _OPS, _WHOLE})
"""The kinds of which nothing but the name and the time counts."""
_END_MARK = b"end: "
"""What the name of an event begins with that tells that an instruction's work is done."""
PIPELINE_THREAD = "tf_data_"
"""How the threads of input pipelines are called that TensorFlow makes: ``tf_data_private_threadpool/7``."""

_Noted = Tuple[int, int, Tuple[int, str, str], Any]
"""An event: its start, its negative duration, what its name means, what else counts of it."""


@dataclass
class _Reading:
    """A `Trace` in the making; op events are in the order in which they were read."""

    steps: List[Span] = field(default_factory=list)
    ops: List[OpEvent] = field(default_factory=list)
    executor: List[Span] = field(default_factory=list)
    functions: List[Span] = field(default_factory=list)
    copies: List[Span] = field(default_factory=list)
    callers: Dict[int, int] = field(default_factory=dict)
    allocations: List[Allocation] = field(default_factory=list)
    releases: List[Release] = field(default_factory=list)
    modules: Modules = field(default_factory=dict)
    count: int = 0
    """How many events of the host mean something."""
    launches: Dict[int, int] = field(default_factory=dict)
    """Correlation id of a launch -> the op event that it lies in."""
    launchers: Dict[int, int] = field(default_factory=dict)
    threads: Dict[int, str] = field(default_factory=dict)
    done: Set[int] = field(default_factory=set)
    """The events of instructions inside which their work was done."""
    tells_ends: bool = False
    """Whether the file has events of ends. Without them it is not known when the work was done."""


def read(data: bytes, origin: str = "the profile") -> Trace:
    """Read the bytes of a profile (an XSpace message), whose steps `runner` marked.

    `LoadError` if they are something else; `origin` names them in it.
    """
    return read_file(in_memory(data, origin))


def read_file(file: LogFile, window: Optional[EventWindow] = None) -> Trace:
    """Read a profile of any size; of a `window` only the events in it.

    Raises:
        LoadError: it is something else, or damaged.
        TooManyEventsError: the window has more events than it allows.
    """
    with paused():  # none of these many objects is garbage
        return _read(file, window or EventWindow())


def _read(file: LogFile, window: EventWindow) -> Trace:
    reading = _Reading()
    device = Device()
    # First, since the names of the instructions are needed to recognise their events.
    for plane in planes_of(file):
        if plane.name == "/host:metadata":
            reading.modules.update(origins(plane))
    for plane in planes_of(file):
        if plane.name == "/host:CPU":
            _HostPlane(plane, reading, window).read()
        elif plane.name.startswith("/device:GPU"):
            device.read(plane, reading.modules, window)
    reading.copies += device.copies
    reading.threads.update(device.threads)
    for kernel, launcher in join(device.kernels, tuple(reading.ops), reading.launches, reading.callers):
        if launcher >= 0:
            reading.launchers[len(reading.ops)] = launcher
        reading.ops.append(kernel)
    return _ordered(reading, tuple(device.names), window)


def count_events(data: bytes) -> int:
    """How many events a profile has, of any kind."""
    space = message_class("XSpace", XPLANE)()
    space.ParseFromString(data)
    return sum(len(line.events) for plane in space.planes for line in plane.lines)


def _ordered(reading: _Reading, devices: Tuple[str, ...], window: EventWindow) -> Trace:
    """Sort the op events by their start, and change all indices of op events accordingly."""
    order = sorted(range(len(reading.ops)), key=lambda index: reading.ops[index].start)
    place = {index: position for position, index in enumerate(order)}
    ops = tuple(
        event if event.inside < 0 else event._replace(inside=place[event.inside])
        for event in (reading.ops[index] for index in order)
    )
    return Trace(
        tuple(sorted(reading.steps)), ops, tuple(reading.executor), tuple(reading.functions), tuple(reading.copies),
        {run: place[index] for run, index in reading.callers.items()}, tuple(reading.allocations), devices,
        reading.modules, {place[kernel]: place[index] for kernel, index in reading.launchers.items()}, tuple(reading.releases),
        reading.threads, _outlasting(reading, window),
    )  # fmt: skip


def _outlasting(reading: _Reading, window: EventWindow) -> FrozenSet[Tuple[str, str]]:
    """The instructions with an event that ended before its work. Of one that ends behind the window, the end was not read."""
    if not reading.tells_ends:
        return frozenset()
    return frozenset(
        (event.module, event.name)
        for index, event in enumerate(reading.ops)
        if event.module and event.thread >= 0 and event.end < window.end and index not in reading.done
    )


class _HostPlane:
    """Reads the threads of the host.

    What kind of event a name means is decided once for each name (each metadata id).
    """

    def __init__(self, plane: XSpacePlane, reading: _Reading, window: EventWindow) -> None:
        self._plane = plane
        self._reading = reading
        self._window = window
        self._stats = Stats(plane)
        self._kinds: Dict[int, Tuple[int, str, str]] = {}
        instructions = {name.encode() for module in reading.modules.values() for name in module}
        # A launch is named after its kernel, so only this stat tells it.
        launches = self._stats.has(b"correlation_id")
        for key, value in plane.event_metadata.items():
            kind = _KINDS.get(value.name)
            match = OP_NAME.match(value.name) if kind is None else None
            if match and match.group(2) in _TRANSFERS:
                self._kinds[key] = (_COPY, "", "")
            elif match:
                names = [decoded(part) for part in match.groups()]
                self._kinds[key] = (_OPS, names[0], names[1])
            elif value.name in instructions:
                self._kinds[key] = (_INSTRUCTION, value.name.decode(), "")
            elif value.name.startswith(_END_MARK) and value.name[len(_END_MARK) :] in instructions:
                self._kinds[key] = (_DONE, value.name[len(_END_MARK) :].decode(), "")
            elif kind is None and WHOLE_NAME.match(value.name):
                whole = decoded(value.name.partition(b":")[0])
                self._kinds[key] = (_WHOLE, whole, COMPILED)
            elif kind is not None or launches:
                self._kinds[key] = (_LAUNCH if kind is None else kind, "", "")

    def read(self) -> None:
        """Read all threads into the reading."""
        for thread, line in enumerate(self._plane.lines):
            if self._window.pipelines or not line.name.startswith(PIPELINE_THREAD):
                self._read_line(thread, line)

    def _read_line(self, thread: int, line: XSpaceLine) -> None:
        """Read the events of one thread, in order of time, and keep track of which events are around each of them."""
        stack: List[Tuple[int, int, int]] = []  # end, run, op event around
        self._reading.threads[thread] = line.name
        for start, negative, known, value in sorted(self._noted(line), key=_when):
            end = start - negative
            while stack and stack[-1][0] <= start:  # these have ended
                stack.pop()
            run, around = (stack[-1][1], stack[-1][2]) if stack else (0, -1)
            stack.append((end, *self._event(known, value, Span(start, end), thread, run, around)))

    def _noted(self, line: XSpaceLine) -> List[_Noted]:
        """The events of the window that mean something. This loop sees millions of others."""
        known_of, origin, first, last = self._kinds.get, line.timestamp_ns * 1000, self._window.start, self._window.end
        value_of, most = self._value, self._window.most - self._reading.count
        noted: List[_Noted] = []
        for event in line.events_until(last):
            known = known_of(event.metadata_id)
            if known is not None:
                start, duration = origin + event.offset_ps, event.duration_ps
                if start < last and start + duration >= first:
                    # The duration is negative so that, of two events that start together, the longer one (around the other)
                    # is first.
                    noted.append((start, -duration, known, None if known[0] in _BARE else value_of(known[0], event)))
                    if len(noted) > most:
                        raise TooManyEventsError(line.file_part)
        self._reading.count += len(noted)
        return noted

    def _value(self, kind: int, event: Any) -> Any:
        """What an event of a kind tells beside its name."""
        if kind == _INSTRUCTION:
            return decoded(self._stats.text(self._stats.find(event, b"hlo_module")))
        if kind in (_ALLOCATION, _RELEASE):
            return (allocation_of if kind == _ALLOCATION else release_of)(self._stats, event)
        return as_number(self._stats.find(event, b"correlation_id" if kind == _LAUNCH else b"id"))

    def _event(
        self, known: Tuple[int, str, str], value: Any, span: Span, thread: int, run: int, around: int
    ) -> Tuple[int, int]:
        """Note one event. Returns the run and the op event that the events inside it belong to."""
        kind, reading = known[0], self._reading
        if kind >= _OPS:
            # Without a program, an event that is named like an instruction is none.
            module = value or ""
            # An event that is named like an op counts only inside an executor's: elsewhere it is no op of the function.
            if module or kind == _WHOLE or (kind == _OPS and run):
                reading.ops.append(OpEvent(known[1], known[2], span.start, span.end, thread, run, around, module))
                return run, len(reading.ops) - 1
            return run, around
        if kind == _PROCESS:
            reading.executor.append(span)
            return value or run or 1, around  # never 0, which means: no executor
        if kind == _FUNCTION:
            reading.functions.append(span)
            if value and around >= 0:
                reading.callers.setdefault(value, around)
        elif kind == _COPY:
            reading.copies.append(span)
        elif kind == _STEP:
            reading.steps.append(span)
        elif kind == _DONE:
            reading.tells_ends = True
            if around >= 0 and reading.ops[around].name == known[1]:
                reading.done.add(around)
        elif kind == _LAUNCH:
            if value and around >= 0:
                reading.launches[value] = around
        elif value is not None:
            (reading.allocations if kind == _ALLOCATION else reading.releases).append(value._replace(at=span.start))
        return run, around


def _when(noted: _Noted) -> Tuple[int, int]:
    return noted[0], noted[1]
