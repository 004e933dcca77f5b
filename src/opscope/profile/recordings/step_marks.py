"""Finds the steps in a profile that somebody else recorded.

A step is what `tf.profiler.experimental.Trace(name, step_num=...)` marked: Keras does so with each batch (``train``, of Keras 3 ``Profiled
batch``), and so do the guides for loops of one's own. Without any such mark, a step is one call of the function that ran.
"""

from __future__ import annotations

import re
from typing import Any, Callable, Collection, Dict, FrozenSet, Iterator, List, NamedTuple, Sequence, Tuple

from ...load.event_files.log_file import LogFile
from .raw import Span, Trace
from .stats import Stats, as_number
from .xplane import PIPELINE_THREAD
from .xspace_file import XSpacePlane, planes_of

_MARK = b"step_num"
"""The stat that marks a step."""
_A_NUMBER = rb"[\x18\x20]"
"""How the value of a stat begins that is a number (fields 3 and 4). Behind the name of an event comes its time, which begins otherwise."""
_CALL = b"FunctionRun"
_ALIKE = 0.5
"""Two runs are of one function if they have so large a part of their op names in common: cheap ops are not in all of them."""


class CallSpan(NamedTuple):
    """A call of a function from outside of any other."""

    start: int
    end: int
    """When the caller went on. The function itself may run longer."""
    run: int
    """As `OpEvent.run`."""


def marked_steps(file: LogFile) -> Tuple[Span, ...]:
    """The steps that are marked, in order of time; of marks around each other the outer ones."""
    found: List[Span] = []
    for plane in _hosts(file):
        marks = {key for key, value in plane.stat_metadata.items() if value.name == _MARK}
        for start, event in _mentioning(plane, marks, _A_NUMBER):
            for stat in event.stats:
                if stat.metadata_id in marks:
                    found.append(Span(start, start + event.duration_ps))
    return _apart(found)


def called(file: LogFile) -> Tuple[CallSpan, ...]:
    """The calls of functions, in order of time, those inside of functions too."""
    found: List[CallSpan] = []
    for plane in _hosts(file):
        stats = Stats(plane)
        names = {key for key, value in plane.event_metadata.items() if value.name == _CALL}
        for start, event in _mentioning(plane, names):
            run = as_number(stats.find(event, b"id")) if event.metadata_id in names else 0
            if run:
                found.append(CallSpan(start, start + event.duration_ps, run))
    return tuple(sorted(found))


def _hosts(file: LogFile) -> Iterator[XSpacePlane]:
    return (plane for plane in planes_of(file) if plane.name == "/host:CPU")


def _mentioning(plane: XSpacePlane, ids: Collection[int], behind: bytes = b"") -> Iterator[Tuple[int, Any]]:
    """The events, with their start, in which one of these ids may be mentioned, and `behind` it what that pattern says.

    They are few, and only those are parsed.
    """
    if not ids:
        return
    # A match that is none may begin shortly before one that is: looking ahead, the pattern finds both.
    mentioned = re.compile(b"(?=" + _mention(ids, behind) + b")")
    for line in plane.lines:
        if not line.name.startswith(PIPELINE_THREAD):
            for event in line.events_with(mentioned):
                yield line.timestamp_ns * 1000 + event.offset_ps, event


def mentioning(ids: Collection[int], behind: bytes = b"") -> Callable[[bytes], Any]:
    """Whether some bytes of a line may mention one of these ids, as a function of them."""
    return re.compile(_mention(ids, behind)).search


def _mention(ids: Collection[int], behind: bytes) -> bytes:
    """The pattern of bytes that may mention one of these ids.

    An event begins with the id of its name, and a stat with the id of its own. Both are fields 1 of a message that is field 4, so that one pattern
    finds either.
    """
    known = b"|".join(re.escape(_varint(each)) for each in sorted(ids))
    return rb"\x22[\x00-\xff]{1,3}\x08(?:" + known + rb")" + behind


def _varint(number: int) -> bytes:
    """A number as protobuf writes it, 7 bits a byte, the lowest first; one below 0 as one of 64 bits."""
    left, written = number % (1 << 64), bytearray()
    while left > 127:
        written.append(left & 127 | 128)
        left >>= 7
    return bytes([*written, left])


def called_steps(trace: Trace, calls: Sequence[CallSpan]) -> List[Tuple[Span, ...]]:
    """For each function that was called its runs as steps, the function that took longest first."""
    ends: Dict[int, int] = {}
    names: Dict[int, List[str]] = {}
    for event in trace.ops:
        run = outermost_run(trace, event.run)
        ends[run] = max(ends.get(run, 0), event.end)
        names.setdefault(run, []).append(event.name)
    functions: List[Tuple[FrozenSet[str], List[Span]]] = []
    for call in calls:
        if call.run in names and call.run not in trace.callers:
            own = frozenset(names[call.run])
            place = next((index for index, (known, _) in enumerate(functions) if _is_alike(known, own)), len(functions))
            if place == len(functions):
                functions.append((own, []))
            functions[place][1].append(Span(call.start, max(call.end, ends[call.run])))
    steps = [_apart(runs) for _, runs in functions]
    return sorted(steps, key=lambda runs: -sum(run.end - run.start for run in runs))


def outermost_run(trace: Trace, run: int) -> int:
    """The run around all others that a run is in."""
    seen = set()
    while run in trace.callers and run not in seen:
        seen.add(run)
        run = trace.ops[trace.callers[run]].run
    return run


def _is_alike(first: FrozenSet[str], second: FrozenSet[str]) -> bool:
    return len(first & second) >= _ALIKE * len(first | second)


def _apart(spans: Sequence[Span]) -> Tuple[Span, ...]:
    """The spans in order of time, without those that begin while another one lasts, or last no time."""
    kept: List[Span] = []
    for span in sorted(spans, key=lambda each: (each.start, -each.end)):
        if span.end > span.start and (not kept or span.start >= kept[-1].end):
            kept.append(span)
    return tuple(kept)
