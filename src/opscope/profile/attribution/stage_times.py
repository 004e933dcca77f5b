"""Divides what tf.data did among the stages of its pipelines: how long threads were in each stage itself, and in none before it.

A stage that asks the one before it on its caller's thread has the time of its calls, less that of the calls inside them. One with threads of its own
(``prefetch``, a parallel ``map``) has what these do, and the functions that they start, wherever those run; that its caller waits for it is no work of its own.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from typing import Dict, Iterable, Iterator, List, Sequence, Set, Tuple

from ..recordings.pipeline_events import EXECUTE, PRODUCE, STAGE_CALL, START, PipelineEvent
from ..recordings.raw import Span

_OWN_THREADS = re.compile(r"(Legacy)?Parallel|Prefetch|MapAndBatch|ParseExample|DataService")
"""How the kinds of stages begin that have threads of their own, as TensorFlow's analysis of pipelines knows them (xplane_to_tf_data_stats.cc)."""
_BRANCHING = ("Zip", "Concatenate", "DirectedInterleave")
"""Of these each input is a stage of its own. Others number the iterators that they make one after another of one dataset."""
_NUMBERED = re.compile(r"(\w+)\[\d+\]")
_INNER = re.compile(r"Impl(?=::|\Z)")
"""A cache is two iterators, one around the other: ``MemoryCache`` and ``MemoryCacheImpl``."""


@dataclass
class StageTime:
    """What one stage did in all steps; times are in picoseconds."""

    calls: int = 0
    own: List[Span] = field(default_factory=list)
    """When a thread was in the stage itself; of several threads these overlap."""
    threads: Set[int] = field(default_factory=set)
    is_lost: bool = False
    """Whether the work of its own threads was not recorded, or only in part: TensorFlow 2.10 and 2.15 forget that of threads which have ended."""


def has_own_threads(path: str) -> bool:
    """Whether a stage has threads of its own."""
    return _OWN_THREADS.match(path.rpartition("::")[2]) is not None


def stage_path(name: str) -> str:
    """The stage that an iterator is of: iterators of one dataset are one stage.

    >>> stage_path("Iterator::Root::ParallelInterleaveV4[3]::Map"), stage_path("Iterator::Root::Zip[1]::MemoryCacheImpl")
    ('Iterator::Root::ParallelInterleaveV4[]::Map', 'Iterator::Root::Zip[1]::MemoryCache')
    """
    plain = _NUMBERED.sub(lambda found: found[0] if found[1] in _BRANCHING else f"{found[1]}[]", name)
    return _INNER.sub("", plain)


def stage_times(events: Sequence[PipelineEvent], windows: Sequence[Span]) -> Dict[str, StageTime]:
    """Path of a stage -> what it did in some windows of time. A stage that did nothing in them is missing."""
    threads: Dict[int, List[PipelineEvent]] = {}
    for event in sorted(events, key=lambda each: (each.start, -each.end)):
        threads.setdefault(event.thread, []).append(event)
    owners = _Owners(threads.values())
    found: Dict[str, StageTime] = {}
    worked: Set[str] = set()
    for thread, each in threads.items():
        for event, path, spans in owners.segments(each):
            stage = found.setdefault(path, StageTime())
            if event.kind == STAGE_CALL and not event.name.endswith("Impl"):
                stage.calls += any(clipped(Span(event.start, event.start + 1), windows))
            if event.kind != STAGE_CALL:
                worked.add(path)
            elif has_own_threads(path):
                continue
            inside = [part for span in spans for part in clipped(span, windows)]
            stage.own += inside
            stage.threads.update([thread] if inside else [])
    lost = owners.lost(windows[-1].start) if windows else set()
    for path, stage in found.items():
        stage.is_lost = path in lost or (has_own_threads(path) and path not in worked)
    return {path: stage for path, stage in found.items() if stage.calls or stage.own}


class _Owners:
    """Finds the stage that each event is of."""

    def __init__(self, threads: Iterable[Sequence[PipelineEvent]]) -> None:
        self._threads = list(threads)
        self._paths = {stage_path(event.name) for each in self._threads for event in each if event.kind == STAGE_CALL}
        self._produced: Dict[PipelineEvent, str] = {}
        """The work of a stage's own thread -> the stage. It says only what kind of stage that is."""
        self._runs: Dict[int, str] = {}
        """The run of a function that a stage started -> the stage."""
        self._doubtful: Set[str] = set()
        """Stages of which it is not known what their own threads did."""
        self._late: Dict[int, int] = {}
        for each in self._threads:
            self._name_work(each)
        for each in self._threads:
            self._name_runs(each)

    def segments(self, thread: Sequence[PipelineEvent]) -> "Iterator[Tuple[PipelineEvent, str, List[Span]]]":
        """For each event of a stage the stage, and when its thread was in it and in no event inside it."""
        stack: List[Tuple[PipelineEvent, str, List[Span]]] = []
        at = 0

        def leave(until: int) -> "Iterator[Tuple[PipelineEvent, str, List[Span]]]":
            nonlocal at
            while stack and stack[-1][0].end <= until:
                event, path, spans = stack.pop()
                if event.end > at:
                    spans.append(Span(at, event.end))
                at = max(at, event.end)
                yield event, path, spans

        for event in thread:
            path = self._of(event)
            if path:
                yield from leave(event.start)
                if stack and event.start > at:
                    stack[-1][2].append(Span(at, event.start))
                at = event.start
                stack.append((event, path, []))
        yield from leave(max((event.end for event in thread), default=0))

    def lost(self, last: int) -> Set[str]:
        """The stages of which functions ran that were not recorded. What was started after `last` may not have been over when recording ended."""
        ran = {event.run for each in self._threads for event in each if event.kind == EXECUTE}
        missing = {path for run, path in self._runs.items() if run not in ran and self._late[run] < last}
        return (
            missing | self._doubtful | (set(self._runs.values()) - {self._runs[run] for run in ran & set(self._runs)})
        )

    def _of(self, event: PipelineEvent) -> str:
        if event.kind == STAGE_CALL:
            return stage_path(event.name)
        return (
            self._produced.get(event, "")
            if event.kind == PRODUCE
            else self._runs.get(event.run, "")
            if event.kind == EXECUTE
            else ""
        )

    def _name_work(self, thread: Sequence[PipelineEvent]) -> None:
        """Find the stages that the work of a thread is for: the only one of that kind, or the one before which the stage is that is called in it."""
        around: List[PipelineEvent] = []
        called: Dict[PipelineEvent, str] = {}
        for event in thread:
            while around and around[-1].end <= event.start:
                around.pop()
            if event.kind == STAGE_CALL and around and around[-1].kind == PRODUCE:
                called.setdefault(around[-1], stage_path(event.name).rpartition("::")[0])
            if event.kind in {STAGE_CALL, PRODUCE}:
                around.append(event)
        for work in (event for event in thread if event.kind == PRODUCE):
            kind = [path for path in self._paths if path.rpartition("::")[2].startswith(work.name)]
            before = [path for path in kind if called.get(work) in {path, f"{path}[]"}] or kind
            if len(before) == 1:
                self._produced[work] = before[0]
            else:
                self._doubtful.update(kind)

    def _name_runs(self, thread: Sequence[PipelineEvent]) -> None:
        """Find the stages that started functions on a thread: those that the thread was in."""
        around: List[Tuple[int, str]] = []
        for event in thread:
            while around and around[-1][0] <= event.start:
                around.pop()
            path = self._of(event) if event.kind in {STAGE_CALL, PRODUCE} else ""
            if path:
                around.append((event.end, path))
            elif event.kind == START and event.run and around:
                self._runs[event.run], self._late[event.run] = around[-1][1], event.start


def clipped(span: Span, windows: Sequence[Span]) -> Iterator[Span]:
    """The parts of a span that lie in windows, which are in order of time."""
    for place in range(max(0, bisect_right(windows, (span.start,)) - 1), len(windows)):
        window = windows[place]
        if window.start >= span.end:
            return
        if span.end > window.start and span.start < window.end:
            yield Span(max(span.start, window.start), min(span.end, window.end))


def merged_spans(spans: Iterable[Span]) -> List[Span]:
    """The spans without overlaps, in order of time."""
    found: List[Span] = []
    for span in sorted(spans):
        if found and span.start <= found[-1].end:
            found[-1] = Span(found[-1].start, max(found[-1].end, span.end))
        elif span.end > span.start:
            found.append(span)
    return found
