"""Finds how long steps waited for their input, and makes the figures of their pipelines of tf.data.

A step waits while it asks an iterator for an element and no op of the step runs. It asks by an op of its own (``IteratorGetNext``), or, if its graph goes through a
dataset itself, by a call of the stage that its loop takes elements from. A loop of one's own may ask between two steps: then the time from the end of one step to
that of the next is looked at.
"""

from __future__ import annotations

import re
from typing import (
    TYPE_CHECKING,
    Any,
    Dict,
    FrozenSet,
    Iterable,
    Iterator,
    List,
    Mapping,
    NamedTuple,
    Optional,
    Sequence,
    Set,
)

from ..recordings.pipeline_events import ASK, MAKE, STAGE_CALL, PipelineEvent, PipelineRecord, pipeline_runs
from ..recordings.raw import OpEvent, Span, Trace
from ..recordings.step_marks import outermost_run
from .figures import PS
from .stage_times import StageTime, clipped, merged_spans, stage_path, stage_times

if TYPE_CHECKING:
    from ..recordings.raw import Recording
    from .shares import Shares

_ASKING = ("Iterator", "ReduceDataset", "Optional")
"""How the types of ops begin that ask for an element, make an iterator, or unpack what they got."""
_REDUCE = "ReduceIterator"
_LOOP = re.compile(_REDUCE + r"(::(Root|Model|MaxIntraOpParallelism|PrivateThreadPool|Prefetch|TakeWhile))*::Scan")
"""The stages that AutoGraph makes of ``for x in dataset``: the first ``Scan`` has the loop's body. What it asks is the pipeline."""


class StageSums(NamedTuple):
    """What one stage did in all steps. Times are in picoseconds."""

    calls: int
    own: Optional[int]
    """How long threads were in the stage itself, added up over threads; ``None`` if that was not recorded whole."""
    busy: Optional[int]
    """How long any thread was in it."""
    threads: Optional[int]
    """How many threads were."""


class PipelineTimes(NamedTuple):
    """The pipelines of some steps. Times are in picoseconds, over all of these steps."""

    steps: int
    total: int
    """How long the steps took, or from the end of one to that of the next."""
    waited: Optional[int]
    """How long they waited; ``None`` if none asked for an element."""
    making: int
    """How long iterators were made in them, but for those that were made while a step waited."""
    between: bool
    """Whether elements were asked for between two steps."""
    stages: Mapping[str, StageSums]
    datasets: Mapping[str, str]


def stage_ops_share(recording: "Recording", shares: "Shares", rows: Sequence[int]) -> Optional[float]:
    """The part of the steps' time that is of ops of the stages' functions, which are no ops of the graph; ``None`` if no pipeline was recorded."""
    if recording.pipelines is None or not shares.total:
        return None
    trace, runs = recording.trace, pipeline_runs(recording.pipelines)
    lost = [
        share
        for op, share, row in zip(trace.ops, shares.share, rows)
        if row < 0 and share and outermost_run(trace, op.run) in runs
    ]
    return sum(lost) / shares.total


def pipeline_times(record: PipelineRecord, trace: Trace) -> PipelineTimes:
    """What the pipelines did in the steps of a trace, disturbed ones too: a long wait is what makes a step long."""
    paths = {stage_path(event.name) for event in record.events if event.kind == STAGE_CALL}
    loops = {match.group() for match in map(_LOOP.match, paths) if match}
    runs = pipeline_runs(record)
    by_ops = [Span(event.start, event.end) for event in record.events if event.kind == ASK and event.run not in runs]
    by_loops = [Span(event.start, event.end) for event in record.events if _is_of_loop(event, loops)]
    asks, steps = by_ops + by_loops, trace.steps
    within = any(any(clipped(ask, steps)) for ask in asks)
    gaps = tuple([Span(before.end, step.end) for before, step in zip(steps, steps[1:])])
    between = not within and any(any(clipped(ask, gaps)) for ask in asks)
    windows = gaps if between else steps
    own = [Span(op.start, op.end) for op in _own_ops(trace, runs)]
    waits = merged_spans([*without(_within(by_ops, windows), merged_spans(own)), *_within(by_loops, windows)])
    made = _within((Span(event.start, event.end) for event in record.events if event.kind == MAKE), windows)
    stages = {
        path: _sums(time) for path, time in stage_times(record.events, windows).items() if not _is_loop(path, loops)
    }
    return PipelineTimes(
        len(windows), _length(windows), _length(waits) if within or between else None, _length(without(made, waits)), between,
        stages, {stage_path(name): dataset for name, dataset in record.datasets.items()},
    )  # fmt: skip


def of_all_hosts(times: Sequence[PipelineTimes]) -> Optional[PipelineTimes]:
    """The pipelines of several hosts as one: stages of one path are one stage. ``None`` if there are none."""
    if not times:
        return None
    whole = times[0]
    for other in times[1:]:
        stages = {**whole.stages, **other.stages}
        for path in whole.stages.keys() & other.stages.keys():
            one, two = whole.stages[path], other.stages[path]
            threads = None if one.threads is None or two.threads is None else max(one.threads, two.threads)
            stages[path] = StageSums(one.calls + two.calls, _sum(one.own, two.own), _sum(one.busy, two.busy), threads)
        whole = PipelineTimes(
            whole.steps + other.steps, whole.total + other.total, _sum(whole.waited, other.waited),
            whole.making + other.making, whole.between or other.between, stages, {**whole.datasets, **other.datasets},
        )  # fmt: skip
    return whole


def longest_wait(hosts: Sequence[str], times: "Sequence[Optional[PipelineTimes]]") -> Optional[Dict[str, Any]]:
    """The host whose steps waited longest for their input, of those of which it is known; ``None`` of fewer than two."""
    known = [
        (each.waited / each.steps, host, each)
        for host, each in zip(hosts, times)
        if each is not None and each.waited is not None and each.total
    ]
    if len(known) < 2:
        return None
    waited, host, longest = max(known, key=lambda each: each[0])
    return {"host": host, "waited_us": waited * PS, "waited_share": waited * longest.steps / longest.total}


def without(spans: Sequence[Span], others: Sequence[Span]) -> Iterator[Span]:
    """What is left of spans outside of others. Both are in order of time and do not overlap among themselves.

    >>> list(without([Span(0, 10)], [Span(2, 3), Span(8, 12)]))
    [Span(start=0, end=2), Span(start=3, end=8)]
    """
    for span in spans:
        at = span.start
        for other in clipped(span, others):
            if other.start > at:
                yield Span(at, other.start)
            at = max(at, other.end)
        if at < span.end:
            yield Span(at, span.end)


def _own_ops(trace: Trace, runs: FrozenSet[int]) -> Iterator[OpEvent]:
    """The ops of the steps themselves, on any device: not those of the pipelines' functions, and none that only waits for what it launched."""
    waiting = set(trace.callers.values())
    for index, op in enumerate(trace.ops):
        if index not in waiting and not op.op.startswith(_ASKING) and outermost_run(trace, op.run) not in runs:
            yield op


def _is_of_loop(event: PipelineEvent, loops: Set[str]) -> bool:
    """Whether a loop over a dataset asks for an element by this call: the loop's own stages do, or, without any, the reduction itself."""
    if event.kind != STAGE_CALL or not event.name.startswith(_REDUCE):
        return False
    above = stage_path(event.name).rpartition("::")[0]
    return above in loops if loops else above == _REDUCE


def _is_loop(path: str, loops: Set[str]) -> bool:
    """Whether a stage is a part of a loop over a dataset, and not of what the loop goes through."""
    return any(path == loop or loop.startswith(f"{path}::") for loop in loops)


def _sums(time: StageTime) -> StageSums:
    if time.is_lost:
        return StageSums(time.calls, None, None, None)
    return StageSums(time.calls, _length(time.own), _length(merged_spans(time.own)), len(time.threads))


def _within(spans: Iterable[Span], windows: Sequence[Span]) -> List[Span]:
    return merged_spans(part for span in spans for part in clipped(span, windows))


def _length(spans: Iterable[Span]) -> int:
    return sum(span.end - span.start for span in spans)


def _sum(one: Optional[int], two: Optional[int]) -> Optional[int]:
    return None if one is None or two is None else one + two
