"""Reads what a GPU did (the planes ``/device:GPU:N``) and finds the op on the host that launched each kernel.

The layout is that of CUPTI's collector in TensorFlow and OpenXLA (xla/backends/profiler/gpu/cupti_collector.cc). A line
is a stream of the GPU. The stats of a kernel say where it comes from: ``tf_op`` is the annotation around its launch,
``<node>:<Op>`` for an op, ``<function>:<function>`` or ``XlaModule:`` for code compiled by XLA, whose kernels also have
``hlo_op`` and ``hlo_module``. The launch is an event of the host with the same ``correlation_id``. A copy has
``memcpy_details``. All kernels of a CUDA graph have that graph's name as ``hlo_op`` (``command_buffer_1``); the names of
the kernels themselves then tell their instructions, as XLA names a kernel after the first instruction that it is for.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, Collection, Dict, List, NamedTuple, Optional, Sequence, Tuple

from .event_window import EventWindow, TooManyEventsError
from .hlo import Modules
from .raw import COMPILED, KERNEL, OpEvent, Span
from .stats import Stats, as_number, decoded

OP_NAME = re.compile(rb"([^\s:]+):(_*[A-Z]\w*)\Z")
"""How an op is annotated: ``<node>:<Op>``."""
WHOLE_NAME = re.compile(rb"(\S+):\1\Z")
"""How a function that XLA compiled is annotated."""

_NUMBER = re.compile(r"(\.\d+)+\Z")
"""What makes the names of equal instructions different: ``loop_add_fusion.3``."""
_OTHER = re.compile(r"\W", re.ASCII)


class Kernel(NamedTuple):
    """One kernel that ran on a GPU. Its `event` has thread -1, -2, ...: each stream of each GPU has its own."""

    event: OpEvent
    correlation: int
    """The id that the event of its launch has as well; 0 if there is none."""


@dataclass
class Device:
    """What all GPUs of a file did."""

    names: List[str] = field(default_factory=list)
    kernels: List[Kernel] = field(default_factory=list)
    copies: List[Span] = field(default_factory=list)
    streams: int = 0
    threads: Dict[int, str] = field(default_factory=dict)
    """What each stream is called, with its GPU."""

    def read(self, plane: Any, programs: Modules, window: EventWindow) -> None:
        """Add what one GPU did in a window of time. A kernel that may be one of several instructions gets an entry in `programs`."""
        self.names.append(plane.name)
        reader = _Plane(plane, programs)
        for line in plane.lines:
            self.streams += 1
            self.threads[-self.streams] = f"{plane.name} {line.name}".rstrip()
            for event in line.events:
                start = line.timestamp_ns * 1000 + event.offset_ps
                span = Span(start, start + event.duration_ps)
                if not window.has(*span):
                    continue
                if len(self.kernels) + len(self.copies) >= window.most:
                    raise TooManyEventsError(line.file_part)
                stats = reader.stats.of(event)
                if b"memcpy_details" in stats:
                    self.copies.append(span)
                else:
                    name, op, module = reader.origin(event, stats)
                    kernel = OpEvent(name, op, *span, -self.streams, 1, module=module)
                    self.kernels.append(Kernel(kernel, as_number(stats.get(b"correlation_id"))))


class _Plane:
    """Reads the stats of one plane's events."""

    def __init__(self, plane: Any, programs: Modules) -> None:
        self._events = plane.event_metadata
        self.stats = Stats(plane)
        self._programs = programs
        self._ran = {decoded(value.name) for value in self._events.values()}
        self._instructions: Dict[Tuple[str, str], str] = {}
        self._by_name: Dict[str, Dict[Tuple[str, str], List[str]]] = {}

    def origin(self, event: Any, stats: Dict[bytes, Any]) -> Tuple[str, str, str]:
        """Name, op and module of a kernel's `OpEvent`: of an instruction, else of what its launch is annotated with."""
        instruction, module = self.stats.text(stats.get(b"hlo_op")), self.stats.text(stats.get(b"hlo_module"))
        if instruction and module:
            # Programs of the same name are told apart by their number.
            numbered = f"{decoded(module)}({as_number(stats.get(b'program_id'))})"
            program = numbered if numbered in self._programs else decoded(module)
            name = decoded(instruction)
            return name if self._has(program, name) else self._of_graph(program, self._kernel(event), name), "", program
        annotation = self.stats.text(stats.get(b"tf_op"))
        match = OP_NAME.match(annotation)
        if match:
            return decoded(match.group(1)), decoded(match.group(2)), ""
        match = WHOLE_NAME.match(annotation)
        if match:
            return decoded(match.group(1)), COMPILED, ""
        return self._kernel(event), KERNEL, ""

    def _kernel(self, event: Any) -> str:
        """The name of the kernel."""
        known = event.metadata_id in self._events
        return decoded(self._events[event.metadata_id].name) if known else "a kernel"

    def _has(self, program: str, instruction: str) -> bool:
        return instruction in self._programs.get(program, {})

    def _of_graph(self, program: str, kernel: str, otherwise: str) -> str:
        """The instruction of a kernel of a CUDA graph; the kernel's own name if it is named after none.

        XLA makes one kernel for equal instructions, named after the first. So besides the instruction with the kernel's
        name, it may be any that is called alike and has no kernel of its own. Then all of them together are the origin.
        """
        if program not in self._programs:
            return otherwise
        key = (program, kernel)
        if key not in self._instructions:
            called = self._called(program)
            named = called.get((kernel, ""), [])
            alike = [name for stem in {_stem(name) for name in named} for name in called.get(("", stem), [])]
            meant = [*named, *(name for name in alike if _sanitized(name) not in self._ran)]
            found = " or ".join(meant) or kernel
            if len(meant) > 1:
                instructions = self._programs[program]
                origins = dict.fromkeys(origin for name in meant for origin in instructions[name])
                instructions[found] = tuple(origins)
            self._instructions[key] = found
        return self._instructions[key]

    def _called(self, program: str) -> Dict[Tuple[str, str], List[str]]:
        """The instructions of a program by the kernel's name (first), and by what they are called without a number (second)."""
        if program not in self._by_name:
            found: Dict[Tuple[str, str], List[str]] = {}
            for name in self._programs[program]:
                found.setdefault((_sanitized(name), ""), []).append(name)
                found.setdefault(("", _stem(name)), []).append(name)
            self._by_name[program] = found
        return self._by_name[program]


def _sanitized(instruction: str) -> str:
    """An instruction's name as that of a kernel: only letters, digits and underscores."""
    return _OTHER.sub("_", instruction)


def _stem(instruction: str) -> str:
    """An instruction's name without the number that makes it unique."""
    return _NUMBER.sub("", instruction)


def join(
    kernels: Sequence[Kernel], ops: Sequence[OpEvent], launches: Dict[int, int], callers: Dict[int, int]
) -> List[Tuple[OpEvent, int]]:
    """The op event of each kernel, with the index in `ops` of the host's op event that launched it (-1: not known).

    A kernel of an op gets the name, type and run of the op's event on the host, so it is attributed as that is.

    Args:
        kernels: what the GPUs ran.
        ops: the op events of the host.
        launches: correlation id -> index of the op event that the launch lies in.
        callers: run of a function -> index of the op event that launched it.
    """
    pending: Dict[Tuple[str, str], List[int]] = {}
    launchers: List[Optional[int]] = []
    for number, kernel in enumerate(kernels):
        found = launches.get(kernel.correlation) if kernel.correlation else None
        launchers.append(found)
        if found is None:
            pending.setdefault((kernel.event.name, kernel.event.op), []).append(number)
    tagged = _Annotated(ops, callers, pending)
    for numbers in pending.values():
        numbers.sort(key=lambda number: kernels[number].event.start)
        for number, launcher in zip(numbers, tagged.launchers([kernels[number].event for number in numbers])):
            launchers[number] = launcher
    joined = []
    for kernel, launcher in zip(kernels, launchers):
        event, index = kernel.event, -1 if launcher is None else launcher
        if launcher is None and event.op not in (KERNEL, COMPILED) and not event.module and tagged.known(event):
            event = event._replace(op=KERNEL)  # several ops have this name, and it could be any of them
        elif index >= 0 and not event.module:
            host = ops[index]
            event = event._replace(name=host.name, op=host.op, run=host.run)
        joined.append((event, index))
    return joined


class _Annotated:
    """Finds launches by annotation alone, for files whose launches have no correlation id."""

    def __init__(
        self, ops: Sequence[OpEvent], callers: Dict[int, int], annotations: Collection[Tuple[str, str]]
    ) -> None:
        self._ops = ops
        self._callers = callers
        self._annotations = annotations
        self._run_of = {index: run for run, index in callers.items()}
        self._in_run: Dict[int, List[int]] = {}
        self._by_name: Dict[Tuple[str, str], List[int]] = {}
        for index in sorted(range(len(ops)), key=lambda index: ops[index].start):
            event = ops[index]
            self._by_name.setdefault((event.name, event.op), []).append(index)
            self._in_run.setdefault(event.run, []).append(index)
        self._whole = [index for name, indices in self._by_name.items() if name[1] == COMPILED for index in indices]

    def known(self, event: OpEvent) -> bool:
        """Whether the host has an event of this name."""
        return (event.name, event.op) in self._by_name

    def launchers(self, kernels: Sequence[OpEvent]) -> List[Optional[int]]:
        """The op event that launched each of these kernels, which have the same annotation and are in order of time.

        An op launches its kernels in the order in which it runs. So if it ran twice and there are six kernels, the
        first three are those of the first time. If they cannot be divided like that, it is known only where all events
        of this name lie in one run, since then all are the same op.
        """
        first = kernels[0]
        if first.module:
            # The annotation of compiled code may name no function. If only one ran, it was that.
            one = len({self._ops[index].name for index in self._whole}) == 1
            return [self._whole[0] if one else None] * len(kernels)
        named = self._by_name.get((first.name, first.op), [])
        hosts = [index for index in named if not self._in_an_annotated_call(index)]
        if not hosts:
            return [None] * len(kernels)
        each, rest = divmod(len(kernels), len(hosts))
        if rest == 0:
            return [self._innermost(hosts[number // each]) for number in range(len(kernels))]
        same = len({self._ops[index].run for index in hosts}) == 1
        return [self._innermost(hosts[0]) if same else None] * len(kernels)

    def _in_an_annotated_call(self, index: int) -> bool:
        """Whether kernels of this op event would be annotated with a call around it: only the outermost is kept."""
        seen = set()
        run = self._ops[index].run
        while run in self._callers and run not in seen:
            seen.add(run)
            caller = self._ops[self._callers[run]]
            if (caller.name, caller.op) in self._annotations:
                return True
            run = caller.run
        return False

    def _innermost(self, index: int) -> int:
        """The op itself, if the annotation is that of a call: only the outermost annotation is kept.

        It is known if one op ran in the function. Otherwise the kernel stays with the call.
        """
        seen = set()
        while index not in seen:
            seen.add(index)
            inner = self._in_run.get(self._run_of.get(index, 0), [])
            if index in self._run_of and len(inner) == 1:
                index = inner[0]
        return index
