"""Splits the time of a step among the ops that run at the same time, so that the parts add up to the step.

Each moment is divided equally among the ops that run then. If ops are nested on one thread, only the innermost runs. A
moment in which no op runs is a copy, else dispatch (the executor is at work), else Python (the call around it all). One
kind of op is special: an op that runs compiled code waits for its instructions, which may run on other threads. It only
gets the moments in which no other op runs.

A moment in which a GPU's kernels run belongs to them, whatever the host does meanwhile. On the host, an op that launches
kernels does nothing else: while no kernel runs, that is dispatch.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Dict, Iterable, List, Sequence, Set, Tuple

from ..recordings.raw import OpEvent, Span, Trace

_OP, _WAITING, _KERNEL, _COPY, _EXECUTOR, _STEP = range(6)
_SHARING = (_OP, _WAITING, _KERNEL)
"""The kinds that get shares of the time."""


@dataclass(frozen=True)
class Shares:
    """Times in picoseconds, over all steps. All `share`, `copies`, `dispatch` and `python` together are `total`."""

    step: List[int]
    """For each op event the number of the step in which it began; -1 if it began in none."""
    share: List[float]
    """For each op event its part of the steps' wall-clock time."""
    busy: List[int]
    """For each op event its duration, less that of the ops that ran inside it on the same thread. Of a kernel that is how
    long it took on its GPU."""
    copies: float
    dispatch: float
    python: float
    total: int

    @property
    def events(self) -> int:
        """How many op events began in a step."""
        return sum(step >= 0 for step in self.step)


def split(trace: Trace) -> Shares:
    """Split the time of all steps. Op events that begin outside the steps get none."""
    step = steps_of_ops(trace)
    waiting, launching = _waiting(trace.ops), set(trace.launchers.values())
    segments = [segment for segment in _self_segments(trace.ops) if step[segment[0]] >= 0]
    busy = [0] * len(trace.ops)
    for index, start, end in segments:
        busy[index] += end - start
    # Time, 1 where something starts and 0 where it ends, its kind, and for an op the number of its segment. At one
    # time, ends are sorted before starts.
    marks: List[Tuple[int, int, int, int]] = []
    for number, (index, start, end) in enumerate(segments):
        if index in launching:
            kind = _EXECUTOR
        else:
            kind = _KERNEL if trace.ops[index].thread < 0 else _WAITING if index in waiting else _OP
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
    shares = _sweep(segments, marks, busy, step)
    for index in waiting - launching:  # their duration is mostly that of the instructions, which have it already
        busy[index] = int(shares.share[index])
    return shares


def _waiting(ops: Sequence[OpEvent]) -> Set[int]:
    """The ops that run compiled code whose instructions were reported."""
    return {event.inside for event in ops if event.module and event.inside >= 0 and not ops[event.inside].module}


def steps_of_ops(trace: Trace) -> List[int]:
    """For each op event the step in which it began, or -1. Events and steps are in order of time, so one walk is enough."""
    result, steps, step = [], trace.steps, 0
    for event in trace.ops:
        while step < len(steps) and steps[step].end <= event.start:
            step += 1
        result.append(step if step < len(steps) and steps[step].start <= event.start else -1)
    return result


def _mark(marks: List[Tuple[int, int, int, int]], kind: int, spans: Iterable[Span]) -> None:
    """Add the starts and ends of spans that are no ops."""
    for start, end in spans:
        marks.append((start, 1, kind, 0))
        marks.append((end, 0, kind, 0))


def _self_segments(ops: Sequence[OpEvent]) -> List[Tuple[int, int, int]]:
    """The stretches (index, start, end) of each op event in which no other op runs inside it on its thread."""
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
    segments: List[Tuple[int, int, int]], marks: List[Tuple[int, int, int, int]], busy: List[int], step: List[int]
) -> Shares:
    """One pass over all starts and ends, in order of time.

    `handed` says how much time an op would have got by now if it had been running since the beginning. So an op's share
    is what this has grown by between its start and its end, and no list of the ops that run is needed. There is one
    such number for kernels, one for ops, and one for ops that wait for their instructions.
    """
    share = [0.0] * len(busy)
    begun = [0.0] * len(segments)
    open_ = [0, 0, 0, 0, 0, 0]  # for each kind how many are running
    rest = [0, 0, 0]  # copies, dispatch, python
    handed = [0.0, 0.0, 0.0]
    last, total = marks[0][0] if marks else 0, 0
    for at, starts, kind, number in marks:
        if at != last:
            if open_[_STEP]:
                length = at - last
                total += length
                if open_[_KERNEL]:
                    handed[_KERNEL] += length / open_[_KERNEL]
                elif open_[_OP]:
                    handed[_OP] += length / open_[_OP]
                elif open_[_WAITING]:  # compiled code, and none of its instructions runs
                    handed[_WAITING] += length / open_[_WAITING]
                else:
                    rest[0 if open_[_COPY] else 1 if open_[_EXECUTOR] else 2] += length
            last = at
        open_[kind] += 1 if starts else -1
        if kind in _SHARING:
            if starts:
                begun[number] = handed[kind]
            else:
                share[segments[number][0]] += handed[kind] - begun[number]
    return Shares(step, share, busy, float(rest[0]), float(rest[1]), float(rest[2]), total)
