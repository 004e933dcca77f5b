"""XPlane bytes -> `Trace`: op executions, the executor's work, steps, copies, allocations.

Op events are named ``<node>:<Op>`` and lie on the host plane's threads, inside ``ExecutorState::Process``; what a GPU
ran lies on ``/device:GPU:N`` planes, its events carrying the op in the stat ``tf_op``. A function that XLA compiled is
one event ``<function>:<function>``; since 2.18 its instructions are events too, and ``/host:metadata`` holds their program.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, Dict, List, Optional, Tuple

from ..collector import paused
from ..errors import LoadError
from ..program.proto import message_class
from .hlo import Modules, origins
from .raw import COMPILED, Allocation, OpEvent, Span, Trace
from .xplane_schema import XPLANE

_TRANSFERS = frozenset({b"_Send", b"_Recv", b"_HostSend", b"_HostRecv"})
"""What TensorFlow puts between devices: no op of the model, a copy."""
STEP_EVENT = "opscope_step"
"""The name under which the runner marks its steps."""
_OP = re.compile(rb"([^\s:]+):(_*[A-Z]\w*)\Z")
_COMPILED = re.compile(rb"(\S+):\1\Z")
_PROCESS, _FUNCTION, _COPY, _ALLOCATION, _STEP, _OPS, _WHOLE, _INSTRUCTION = range(8)
_KINDS = {
    b"ExecutorState::Process": _PROCESS, b"FunctionRun": _FUNCTION, b"EagerKernelExecute": _FUNCTION,
    b"EagerCopyToDevice": _COPY, b"EagerCopyToDeviceAndAddCacheKey": _COPY, b"TensorHandle::CopyToDevice": _COPY,
    b"MemcpyD2H": _COPY, b"MemcpyH2D": _COPY, b"MemoryAllocation": _ALLOCATION, STEP_EVENT.encode(): _STEP,
}  # fmt: skip


@dataclass
class _Reading:
    steps: List[Span] = field(default_factory=list)
    ops: List[OpEvent] = field(default_factory=list)
    executor: List[Span] = field(default_factory=list)
    functions: List[Span] = field(default_factory=list)
    copies: List[Span] = field(default_factory=list)
    callers: Dict[int, int] = field(default_factory=dict)
    allocations: List[Allocation] = field(default_factory=list)
    modules: Modules = field(default_factory=dict)


def read(data: bytes, origin: str = "the profile") -> Trace:
    """Parse XSpace bytes. `LoadError` when they are none."""
    with paused():  # what is read stays: no reason to walk it again and again
        return _read(data, origin)


def _read(data: bytes, origin: str) -> Trace:
    space = message_class("XSpace", XPLANE)()
    try:
        space.ParseFromString(data)
    except Exception as error:
        raise LoadError(f"{origin} is not an XPlane file ({error}); record it again") from error
    reading = _Reading()
    device = None
    for plane in space.planes:
        if plane.name == "/host:metadata":
            reading.modules.update(origins(plane))
    for plane in space.planes:
        if plane.name == "/host:CPU":
            _HostPlane(plane, reading).read()
        elif plane.name.startswith("/device:GPU"):
            device = plane.name
            _read_device(plane, reading)
    return _ordered(reading, device)


def _ordered(reading: _Reading, device: Optional[str]) -> Trace:
    """Op events by start; the indices that point into them follow."""
    order = sorted(range(len(reading.ops)), key=lambda index: reading.ops[index].start)
    place = {index: position for position, index in enumerate(order)}
    ops = tuple(
        event if event.inside < 0 else event._replace(inside=place[event.inside])
        for event in (reading.ops[index] for index in order)
    )
    return Trace(
        tuple(sorted(reading.steps)), ops, tuple(reading.executor), tuple(reading.functions), tuple(reading.copies),
        {run: place[index] for run, index in reading.callers.items()}, tuple(reading.allocations), device,
        reading.modules,
    )  # fmt: skip


class _HostPlane:
    """Reads the host's threads. Each event kind is decided once per name, by its metadata id."""

    def __init__(self, plane: Any, reading: _Reading) -> None:
        self._plane = plane
        self._reading = reading
        self._stats = {key: value.name for key, value in plane.stat_metadata.items()}
        self._kinds: Dict[int, Tuple[int, str, str]] = {}
        instructions = {name.encode() for module in reading.modules.values() for name in module}
        for key, value in plane.event_metadata.items():
            kind = _KINDS.get(value.name)
            match = _OP.match(value.name) if kind is None else None
            if match and match.group(2) in _TRANSFERS:
                self._kinds[key] = (_COPY, "", "")
            elif match:
                names = [part.decode("utf-8", "backslashreplace") for part in match.groups()]
                self._kinds[key] = (_OPS, names[0], names[1])
            elif value.name in instructions:
                self._kinds[key] = (_INSTRUCTION, value.name.decode(), "")
            elif kind is None and _COMPILED.match(value.name):
                whole = value.name.partition(b":")[0].decode("utf-8", "backslashreplace")
                self._kinds[key] = (_WHOLE, whole, COMPILED)
            elif kind is not None:
                self._kinds[key] = (kind, "", "")

    def read(self) -> None:
        for thread, line in enumerate(self._plane.lines):
            self._read_line(thread, line)

    def _read_line(self, thread: int, line: Any) -> None:
        kinds, origin = self._kinds, line.timestamp_ns * 1000
        events = []
        for event in line.events:
            known = kinds.get(event.metadata_id)
            if known is not None:
                start = origin + event.offset_ps
                events.append((start, -event.duration_ps, known, event))
        events.sort(key=_when)
        stack: List[Tuple[int, int, int]] = []  # end, run, op event around
        for start, negative, known, event in events:
            end = start - negative
            while stack and stack[-1][0] <= start:
                stack.pop()
            run, around = (stack[-1][1], stack[-1][2]) if stack else (0, -1)
            stack.append((end, *self._event(known, event, Span(start, end), thread, run, around)))

    def _event(
        self, known: Tuple[int, str, str], event: Any, span: Span, thread: int, run: int, around: int
    ) -> Tuple[int, int]:
        """Note one event; the run and the op event for what it encloses."""
        kind, reading = known[0], self._reading
        if kind >= _OPS:
            module = self._module(event) if kind == _INSTRUCTION else ""
            if module or kind == _WHOLE or (kind == _OPS and run):
                reading.ops.append(OpEvent(known[1], known[2], span.start, span.end, thread, run, around, module))
                return run, len(reading.ops) - 1
            return run, around
        if kind == _PROCESS:
            reading.executor.append(span)
            return self._number(event, b"id") or run or 1, around
        if kind == _FUNCTION:
            reading.functions.append(span)
            launched = self._number(event, b"id")
            if launched and around >= 0:
                reading.callers.setdefault(launched, around)
        elif kind == _COPY:
            reading.copies.append(span)
        elif kind == _STEP:
            reading.steps.append(span)
        else:
            self._allocation(event, span.start)
        return run, around

    def _module(self, event: Any) -> str:
        for stat in event.stats:
            if self._stats.get(stat.metadata_id) == b"hlo_module":
                return self._text(stat)
        return ""

    def _number(self, event: Any, name: bytes) -> int:
        for stat in event.stats:
            if self._stats.get(stat.metadata_id) == name:
                return int(stat.int64_value or stat.uint64_value)
        return 0

    def _allocation(self, event: Any, at: int) -> None:
        stats = {self._stats.get(stat.metadata_id): stat for stat in event.stats}
        name, size, run, region = (stats.get(key) for key in (b"tf_op", b"requested_bytes", b"id", b"region_type"))
        if name is None or size is None:
            return
        output = region is not None and self._text(region) == "output"
        number = int(run.int64_value or run.uint64_value) if run is not None else 0
        self._reading.allocations.append(Allocation(self._text(name), int(size.int64_value), output, number, at))

    def _text(self, stat: Any) -> str:
        raw: bytes = stat.str_value or self._stats.get(stat.ref_value, b"")
        return raw.decode("utf-8", "backslashreplace")


def _when(event: Tuple[int, int, Any, Any]) -> Tuple[int, int]:
    return event[0], event[1]


def _read_device(plane: Any, reading: _Reading) -> None:
    """Kernels of a GPU. Each stream is a thread of its own; the host's event covers only the launch."""
    stats = {key: value.name for key, value in plane.stat_metadata.items()}
    wanted = {key for key, name in stats.items() if name == b"tf_op"}
    for stream, line in enumerate(plane.lines):
        for event in line.events:
            for stat in event.stats:
                if stat.metadata_id in wanted:
                    match = _OP.match(stat.str_value or stats.get(stat.ref_value, b""))
                    if match:
                        name, op = (part.decode("utf-8", "backslashreplace") for part in match.groups())
                        start = line.timestamp_ns * 1000 + event.offset_ps
                        reading.ops.append(OpEvent(name, op, start, start + event.duration_ps, -1 - stream, 1))
