"""Reads what tf.data recorded of its work: calls of a pipeline's stages, the work of their own threads, and who waited for an element.

A call of a stage is an event named after the path of its iterator, the one that is asked first at the front: ``Iterator::Root::Prefetch::Map``.
Where a stage asks the one before it on the same thread, that call lies inside its own. Stages with threads of their own have events ``PrefetchProduce``,
``ParallelMapProduce`` and so on on these. A function that a stage runs has an event that says in which run of the executor:
``InstantiatedCapturedFunction::RunAsync`` if others wait for it, ``Run`` if the stage does. (tensorflow/core/framework/dataset.cc,
tensorflow/core/kernels/data/; the names are the same from TensorFlow 2.4 to 2.21.)
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Dict, FrozenSet, List, Mapping, NamedTuple, Optional, Sequence, Set, Tuple

from ...load.event_files.log_file import LogFile
from .raw import Span, Trace
from .stats import Stats, as_number, decoded
from .step_marks import mentioning, outermost_run
from .xplane import PIPELINE_THREAD
from .xspace_file import XSpaceLine, XSpacePlane, in_memory, planes_of

STAGE_CALL, PRODUCE, START, RUN, ASK, MAKE, EXECUTE = range(7)
"""The kinds: a stage was called; a thread of its own worked; it started a function, or ran one; a step asked for an element; iterators were made;
an executor worked in a run."""
MOST_PIPELINE_EVENTS = 200_000
"""More are not kept in memory. A pipeline has some events for each element that is not in a batch yet."""

_CALL = re.compile(rb"(?!Make|Destroy)\w*Iterator::[\w:\[\]]+\Z")
_PRODUCE = re.compile(rb"(\w+)(?:Produce|InitializeInput)\Z")
_ASK = re.compile(rb"IteratorGetNext\w*Op::DoCompute\Z")
_MAKE = re.compile(rb"MakeIterator::\w+\Z")
_START, _RUN = b"InstantiatedCapturedFunction::RunAsync", b"InstantiatedCapturedFunction::Run"
_PROCESS = b"ExecutorState::Process"
_WITH_RUN = frozenset({START, RUN, ASK, EXECUTE})
_NOTHING = (-1, "")


class PipelineEvent(NamedTuple):
    """One event of tf.data."""

    kind: int
    name: str
    """Of a call the path of the stage; of the work of a thread what kind of stage it is for, as ``ParallelMap``."""
    start: int
    end: int
    thread: int
    run: int
    """The run of the executor that was started, ran, or asked; 0 if that does not count."""


class PipelineRecord(NamedTuple):
    """What tf.data recorded."""

    events: Tuple[PipelineEvent, ...]
    datasets: Dict[str, str]
    """Path of a stage -> TensorFlow's name of its dataset, ``ParallelMapDatasetV2:3``; empty before TensorFlow 2.10."""


def read_pipeline(file: LogFile, steps: Sequence[Span]) -> Optional[PipelineRecord]:
    """What tf.data did until the last of some steps was over; ``None`` if nothing was recorded of it, or more than memory may hold."""
    plane = next((each for each in planes_of(file) if each.name == "/host:CPU"), None)
    return _PipelinePlane(plane, steps[-1].end).read() if plane is not None and steps else None


def pipeline_of(data: bytes, steps: Sequence[Span]) -> Optional[PipelineRecord]:
    """The same, of the bytes of a profile."""
    return read_pipeline(in_memory(data, "the profile"), steps)


def pipeline_runs(record: PipelineRecord) -> FrozenSet[int]:
    """The runs of functions that stages of pipelines ran."""
    return frozenset(event.run for event in record.events if event.kind in {START, RUN} and event.run)


def without_pipelines(trace: Trace, record: PipelineRecord) -> Trace:
    """A trace without the ops of functions that pipelines ran, on whatever threads: TensorFlow 2.4 uses those of the steps' own ops."""
    runs = pipeline_runs(record)
    kept = [index for index, op in enumerate(trace.ops) if outermost_run(trace, op.run) not in runs]
    place = {index: position for position, index in enumerate(kept)}
    ops = [trace.ops[index] for index in kept]
    return replace(
        trace,
        ops=tuple([op if op.inside < 0 else op._replace(inside=place.get(op.inside, -1)) for op in ops]),
        callers={run: place[index] for run, index in trace.callers.items() if index in place},
        launchers={place[one]: place[two] for one, two in trace.launchers.items() if one in place and two in place},
    )


class _PipelinePlane:
    """Reads the threads of the host. What the name of an event means is found once for each name."""

    def __init__(self, plane: XSpacePlane, end: int) -> None:
        self._plane, self._end, self._stats = plane, end, Stats(plane)
        named = {key: _meaning(value.name) for key, value in plane.event_metadata.items()}
        self._known = {key: found for key, found in named.items() if found is not None}
        self._executions = {key: found for key, found in self._known.items() if found[0] == EXECUTE}
        self._events: List[PipelineEvent] = []
        self._datasets: Dict[str, str] = {}

    def read(self) -> Optional[PipelineRecord]:
        if all(kind != STAGE_CALL for kind, _ in self._known.values()):
            return None
        own = {key: found for key, found in self._known.items() if key not in self._executions}
        for thread, line in enumerate(self._plane.lines):
            self._read_line(thread, line, self._known if line.name.startswith(PIPELINE_THREAD) else own)
        # Functions that were started may run on the threads of the step's own ops, which have many other runs.
        started = {event.run for event in self._events if event.kind == START}
        started -= {event.run for event in self._events if event.kind == EXECUTE}
        for thread, line in enumerate(self._plane.lines if started else ()):
            if not line.name.startswith(PIPELINE_THREAD):
                self._read_line(thread, line, self._executions, started)
        return None if len(self._events) > MOST_PIPELINE_EVENTS else PipelineRecord(tuple(self._events), self._datasets)

    def _read_line(
        self, thread: int, line: XSpaceLine, known: Mapping[int, Tuple[int, str]], runs: Optional[Set[int]] = None
    ) -> None:
        """Read the events of one thread with these names; of some `runs` only, if they are given."""
        begin, end = line.timestamp_ns * 1000, self._end
        for event in line.events_until(end, mentioning(known)):
            kind, name = known.get(event.metadata_id, _NOTHING)
            start = begin + event.offset_ps
            if kind < 0 or start >= end or len(self._events) > MOST_PIPELINE_EVENTS:
                continue
            run = as_number(self._stats.find(event, b"id")) if kind in _WITH_RUN else 0
            if runs is None or run in runs:
                self._events.append(PipelineEvent(kind, name, start, start + event.duration_ps, thread, run))
            if kind == STAGE_CALL and name not in self._datasets:
                self._datasets[name] = decoded(self._stats.text(self._stats.find(event, b"name")))


def _meaning(name: bytes) -> Optional[Tuple[int, str]]:
    """What an event of this name tells, and the name that `PipelineEvent` has; ``None`` if it tells nothing of a pipeline."""
    if name.startswith(_RUN):
        return (START if name == _START else RUN), ""
    if name == _PROCESS:
        return EXECUTE, ""
    if _ASK.match(name):
        return ASK, ""
    if _MAKE.match(name):
        return MAKE, ""
    if _CALL.match(name):
        return STAGE_CALL, name.decode()
    match = _PRODUCE.match(name)
    return (PRODUCE, match.group(1).decode()) if match else None
