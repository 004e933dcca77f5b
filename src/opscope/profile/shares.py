"""Overlap split: each moment of a step belongs to the ops that run then, in equal parts, so that the shares add up.

Within one thread only the innermost op counts. A moment without an op is a copy, the executor's dispatch, or the Python
call around it all. An op that runs compiled code waits for its instructions, on whatever thread they are: it counts where
nothing else runs. So every picosecond of a step is handed out exactly once.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Dict, Iterable, List, Sequence, Set, Tuple

from .raw import OpEvent, Span, Trace

_OP, _WAITING, _COPY, _EXECUTOR, _STEP = range(5)


@dataclass(frozen=True)
class Shares:
    """Time in picoseconds over all steps. The shares of the ops, `copies`, `dispatch` and `python` add up to `total`."""

    inside: List[bool]
    """Of each op event: whether it began in a step."""
    share: List[float]
    """Of each op event: its part of the wall."""
    busy: List[int]
    """Of each op event: its duration, less that of ops that ran inside it on the same thread."""
    copies: float
    dispatch: float
    python: float
    total: int


def split(trace: Trace) -> Shares:
    """Hand out the time of all steps. Op events that begin outside of them count nowhere."""
    inside = _inside_steps(trace)
    waiting = _waiting(trace.ops)
    segments = [segment for segment in _self_segments(trace.ops) if inside[segment[0]]]
    busy = [0] * len(trace.ops)
    for index, start, end in segments:
        busy[index] += end - start
    marks: List[Tuple[int, int, int, int]] = []
    for number, (index, start, end) in enumerate(segments):
        kind = _WAITING if index in waiting else _OP
        marks.append((start, 1, kind, number))
        marks.append((end, 0, kind, number))
    for kind, spans in (
        (_COPY, trace.copies),
        (_EXECUTOR, trace.executor),
        (_EXECUTOR, trace.functions),
        (_STEP, trace.steps),
    ):
        _mark(marks, kind, spans)
    marks.sort()
    shares = _sweep(segments, marks, busy, inside)
    for index in waiting:
        busy[index] = int(shares.share[index])
    return shares


def _waiting(ops: Sequence[OpEvent]) -> Set[int]:
    """The ops that run compiled code whose instructions are reported."""
    return {event.inside for event in ops if event.module and event.inside >= 0 and not ops[event.inside].module}


def _inside_steps(trace: Trace) -> List[bool]:
    """Whether each op event began in a step; both are in order of time."""
    result, steps, step = [], trace.steps, 0
    for event in trace.ops:
        while step < len(steps) and steps[step].end <= event.start:
            step += 1
        result.append(step < len(steps) and steps[step].start <= event.start)
    return result


def _mark(marks: List[Tuple[int, int, int, int]], kind: int, spans: Iterable[Span]) -> None:
    for start, end in spans:
        marks.append((start, 1, kind, 0))
        marks.append((end, 0, kind, 0))


def _self_segments(ops: Sequence[OpEvent]) -> List[Tuple[int, int, int]]:
    """For each op event the stretches (index, start, end) in which no other op runs inside it on its thread."""
    inner: Dict[int, List[int]] = {}
    for index, event in enumerate(ops):
        if event.inside >= 0:
            inner.setdefault(event.inside, []).append(index)
    segments = []
    for index, event in enumerate(ops):
        start = event.start
        for other in inner.get(index, ()):
            if ops[other].start > start:
                segments.append((index, start, ops[other].start))
            start = max(start, ops[other].end)
        if event.end > start:
            segments.append((index, start, event.end))
    return segments


def _sweep(
    segments: List[Tuple[int, int, int]], marks: List[Tuple[int, int, int, int]], busy: List[int], inside: List[bool]
) -> Shares:
    """One pass over all starts and ends; `handed` is the share that an op (or one that waits) running since the beginning would have."""
    share = [0.0] * len(busy)
    begun = [0.0] * len(segments)
    open_ = [0, 0, 0, 0, 0]
    rest = [0, 0, 0]  # copies, dispatch, python
    handed = [0.0, 0.0]
    last, total = marks[0][0] if marks else 0, 0
    for at, starts, kind, number in marks:
        if at != last:
            if open_[_STEP]:
                length = at - last
                total += length
                if open_[_OP]:
                    handed[_OP] += length / open_[_OP]
                elif open_[_WAITING]:
                    handed[_WAITING] += length / open_[_WAITING]
                else:
                    rest[0 if open_[_COPY] else 1 if open_[_EXECUTOR] else 2] += length
            last = at
        open_[kind] += 1 if starts else -1
        if kind in (_OP, _WAITING):
            if starts:
                begun[number] = handed[kind]
            else:
                share[segments[number][0]] += handed[kind] - begun[number]
    return Shares(inside, share, busy, float(rest[0]), float(rest[1]), float(rest[2]), total)
