"""The program of one run of `fresh_runs`: profiles a model in this process, and leaves what it found in a file."""

from __future__ import annotations

import os
import pickle
import sys
import threading
import traceback
import warnings
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Dict, List, Optional, Tuple

from ...graph.content import content_of, traced_files
from ...graph.facts import ProfileFacts
from ...graph.graph import Graph
from ...graph.json.write import to_json
from ...graph.step_timeline import Timeline
from ..running.placement import varied
from ..step_times import StepTimes

JOB, FOUND = "job", "found"
"""The files in the folder that both processes know: what is to be run, and what was found."""
_PACKAGE = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Job:
    """What `profile` is to be called with."""

    target: str
    """The path of a SavedModel, or what `live_object` finds."""
    inputs: Tuple[Any, ...]
    options: Dict[str, Any]
    """The options of `profile`, and inputs by name."""


@dataclass(frozen=True)
class RunResult:
    """What a run hands on. All of it can be read without the user's code, and without TensorFlow."""

    graph: str = ""
    """The graph with its figures, as JSON; empty if there was an error."""
    facts: Optional[ProfileFacts] = None
    timeline: Optional[Timeline] = None
    step_times: Optional[StepTimes] = None
    files: Dict[str, str] = field(default_factory=dict)
    """The files of code that were traced, as `TracedFiles` has them."""
    warnings: Tuple[str, ...] = ()
    """Those of opscope's own."""
    error: bytes = b""
    """The pickled exception; empty if it cannot be pickled."""
    said: str = ""
    """The exception in a line."""
    traceback: str = ""


def do_job() -> None:
    """``-c "..." FOLDER PATH...``: do the job that lies in this folder; the paths are those of `sys.path`."""
    folder = Path(sys.argv[1])
    threading.Thread(target=_end_with_parent, daemon=True).start()
    found = _found(folder / JOB)
    # Written whole or not at all: a file that is there is complete.
    written = folder / f"{FOUND}.part"
    written.write_bytes(pickle.dumps(found))
    written.replace(folder / FOUND)


def _end_with_parent() -> None:
    """Wait until the other process closes our standard input, which it does when it ends, however it does; then end at once."""
    with suppress(OSError, ValueError):
        sys.stdin.buffer.read()
    os._exit(1)


def _found(job: Path) -> RunResult:
    try:
        return _profiled(pickle.loads(job.read_bytes()))  # noqa: S301, written by the process that started this one
    except BaseException as error:  # noqa: BLE001, the other process raises it, whatever it is
        return RunResult(error=_pickled(error), said=_line(error), traceback=traceback.format_exc())


def _profiled(job: Job) -> RunResult:
    from ..measure import profile

    with varied(), warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        graph = profile(job.target, *job.inputs, **job.options)
    own = [str(each.message) for each in caught if _PACKAGE in Path(each.filename).resolve().parents]
    facts = graph.facts
    return RunResult(
        to_json(graph), facts.get("profile"), facts.get("timeline"), facts.get("step_times"), _files(graph), tuple(dict.fromkeys(own))
    )  # fmt: skip


def _files(graph: Graph) -> Dict[str, str]:
    """The source files of the graph that this process traced, with their paths."""
    traced, content = traced_files(graph), content_of(graph)
    sources = [*content.sources.values(), *(group.source for group in content.groups if group.source is not None)]
    found = {source.file: traced.path(source.file) if traced is not None else None for source in sources}
    return {name: path for name, path in found.items() if path is not None}


def _pickled(error: BaseException) -> bytes:
    with suppress(Exception):  # an exception may hold anything
        return pickle.dumps(error)
    return b""


def _line(error: BaseException) -> str:
    lines: List[str] = str(error).strip().splitlines()
    return f"{type(error).__name__}: {lines[0]}" if lines else type(error).__name__
