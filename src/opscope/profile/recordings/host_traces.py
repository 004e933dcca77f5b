"""Reads what one host recorded, with its steps, and joins what several hosts recorded into one `Trace`.

Each host has its own clock, and a step of all hosts together is told by no event. So the steps of one host are put behind those of the one before: figures
are means over the steps of all hosts, and each host's own are in `HostTrace`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import chain
from typing import Dict, Iterator, List, Sequence, Tuple, Union

from ...errors import LoadError
from ...load.event_files.log_file import opened_log
from .event_window import EventWindow, TooManyEventsError
from .profile_folders import HostProfile
from .raw import OpEvent, Span, Trace
from .step_marks import CallSpan, called, called_steps, marked_steps
from .xplane import read_file

_PART_LESS = 0.8
"""If there are too many events, so many times as many steps are tried as there would be room for: steps differ."""


@dataclass(frozen=True)
class HostTrace:
    """What one host recorded."""

    host: str
    trace: Trace
    """With its steps, if they are marked."""
    functions: Tuple[Tuple[Span, ...], ...] = ()
    """If no step is marked: for each function that was called its calls, which may be the steps."""
    all_steps: int = 0
    """How many steps the profile has. Fewer are read if they have too many events."""


def read_host(profile: HostProfile, *, pipelines: bool, most: int) -> HostTrace:
    """Read a profile and find its steps.

    Args:
        profile: Where it is.
        pipelines: See `EventWindow`.
        most: How many events are kept; if the profile has more, only its first steps are read.

    Raises:
        LoadError: It is damaged, or has no step, or one with too many events.
    """
    with opened_log(profile.path) as file:
        marks = marked_steps(file)
        calls = () if marks else called(file)
        spans: Sequence["Span | CallSpan"] = marks or calls
        if not spans:
            raise LoadError(
                f"{profile.path}: a profile without a step: no tf.profiler.experimental.Trace marked one, and no function was called while it was recorded"
            )
        count = len(spans)
        while True:
            end = spans[count].start if count < len(spans) else float("inf")
            try:
                trace = read_file(file, EventWindow(spans[0].start, end, pipelines, most))
                break
            except TooManyEventsError as error:
                if count == 1:
                    raise LoadError(
                        f"{profile.path}: a step with more than {most:,} events; record it at a lower host_tracer_level"
                    ) from None
                count = max(1, min(count - 1, int(count * error.part * _PART_LESS)))
    if marks:
        return HostTrace(profile.host, replace(trace, steps=_until_done(trace, marks[:count])), (), len(marks))
    return HostTrace(profile.host, replace(trace, steps=()), tuple(called_steps(trace, calls[:count])), len(calls))


def _until_done(trace: Trace, steps: Sequence[Span]) -> Tuple[Span, ...]:
    """The steps, each until the kernels that it launched on GPUs are done, or the next one begins."""
    ends = [step.end for step in steps]
    place = 0
    for kernel, launcher in sorted(trace.launchers.items(), key=lambda each: trace.ops[each[1]].start):
        start = trace.ops[launcher].start
        while place + 1 < len(steps) and steps[place + 1].start <= start:
            place += 1
        if steps[place].start <= start:
            ends[place] = max(ends[place], trace.ops[kernel].end)
    nexts = [step.start for step in steps[1:]]
    return tuple(
        [Span(step.start, min(end, *nexts[at : at + 1], end)) for at, (step, end) in enumerate(zip(steps, ends))]
    )


def joined_traces(hosts: Sequence[HostTrace]) -> Trace:
    """One trace of all, host after host. Threads, runs and devices of each have numbers and names of their own."""
    if len(hosts) == 1:
        return hosts[0].trace
    whole = Trace((), ())
    for number, host in enumerate(hosts):
        whole = _behind(whole, _of_host(host, number), _end(whole) - _start(host.trace))
    return whole


def _of_host(host: HostTrace, number: int) -> Trace:
    """A host's trace with numbers of threads and runs, and names of devices and programs, that no other host has."""
    trace = host.trace

    def run(known: int) -> int:
        return (
            known if known in (0, 1) else known + (number << 64)
        )  # ids have 64 bits; 0 and 1 have a meaning of their own

    def thread(known: int) -> int:
        return known + (number << 32) * (1 if known >= 0 else -1)

    def event(each: OpEvent) -> OpEvent:
        return each._replace(
            thread=thread(each.thread), run=run(each.run), module=each.module and f"{each.module}@{number}"
        )

    return replace(
        trace,
        ops=tuple(map(event, trace.ops)),
        callers={run(key): index for key, index in trace.callers.items()},
        allocations=tuple(
            [each._replace(run=run(each.run), allocator=f"{each.allocator}@{number}") for each in trace.allocations]
        ),
        releases=tuple([each._replace(allocator=f"{each.allocator}@{number}") for each in trace.releases]),
        devices=tuple([f"{host.host}{device}" for device in trace.devices]),
        modules={f"{name}@{number}": module for name, module in trace.modules.items()},
        threads={thread(known): f"{host.host} {name}".rstrip() for known, name in trace.threads.items()},
        outlasting=frozenset((f"{module}@{number}", name) for module, name in trace.outlasting),
    )


def _behind(first: Trace, second: Trace, shift: int) -> Trace:
    """Both traces, the second one later by so much."""
    before = len(first.ops)

    def moved(spans: Sequence[Span]) -> Tuple[Span, ...]:
        return tuple([Span(span.start + shift, span.end + shift) for span in spans])

    ops: List[OpEvent] = [
        event._replace(
            start=event.start + shift, end=event.end + shift, inside=event.inside + before if event.inside >= 0 else -1
        )
        for event in second.ops
    ]
    callers: Dict[int, int] = {**first.callers, **{run: index + before for run, index in second.callers.items()}}
    launchers = {kernel + before: index + before for kernel, index in second.launchers.items()}
    return Trace(
        first.steps + moved(second.steps), (*first.ops, *ops), (*first.executor, *moved(second.executor)),
        (*first.functions, *moved(second.functions)), (*first.copies, *moved(second.copies)), callers,
        (*first.allocations, *(each._replace(at=each.at + shift) for each in second.allocations)),
        (*first.devices, *second.devices), {**first.modules, **second.modules}, {**first.launchers, **launchers},
        (*first.releases, *(each._replace(at=each.at + shift) for each in second.releases)),
        {**first.threads, **second.threads}, first.outlasting | second.outlasting,
    )  # fmt: skip


def _start(trace: Trace) -> int:
    return min((span.start for span in _spans(trace)), default=0)


def _end(trace: Trace) -> int:
    return max((span.end for span in _spans(trace)), default=0)


def _spans(trace: Trace) -> "Iterator[Union[Span, OpEvent]]":
    """All of a trace that has a beginning and an end."""
    return chain(trace.steps, trace.ops, trace.executor, trace.functions, trace.copies)
