"""Profiles a model several times, each time in a fresh process, and makes one graph of what they found.

What is the same in all steps of a process and not in the next, such as where the weights lie in memory, shows only so. The
runs are one after another, since two at a time would take each other's processors.
"""

from __future__ import annotations

import json
import os
import pickle
import re
import subprocess
import sys
import tempfile
import warnings
from pathlib import Path
from typing import IO, Any, Callable, Dict, List, Optional, Tuple

from ...errors import InputError, OpscopeError, in_file, option
from ...graph.content import with_facts
from ...graph.graph import Graph
from ...graph.json.read import from_dict
from ...graph.traced import TracedFiles
from ..running.log_hints import LOG_HINT
from ..running.placement import ALLOCATOR
from .one_run import FOUND, JOB, Job, RunResult
from .process_ending import process_ending
from .several_runs import merged_runs

_PROGRAM = "import sys; sys.path[:] = sys.argv[2:]; from opscope.profile.runs.one_run import do_job; do_job()"
_PATIENCE = 5.0
"""Seconds that a process gets to end by itself when it is not wanted any more."""
_MOST_SAID = 300
"""How many characters are shown of the last line that a process printed before it died."""


class RunError(Exception):
    """What happened in a run: its number, and the traceback of the process that it was in. The cause of the error that is raised."""


def profile_runs(
    target: Any,
    inputs: Tuple[Any, ...],
    options: Dict[str, Any],
    runs: int,
    *,
    begun: Optional[Callable[[int], None]] = None,
) -> Graph:
    """Profile `target` in so many processes; `begun` is called with the number of each run when it begins.

    Raises:
        InputError: the target cannot be had in another process, or an input cannot be passed on; the runs were of different graphs,
            or one of them ended without an answer.
        Exception: an error in one of the runs, as `profile` raises it there.
    """
    job = Job(_on_disk(target, runs), inputs, options)
    with tempfile.TemporaryDirectory(prefix="opscope") as folder:
        (Path(folder) / JOB).write_bytes(_pickled(job))
        graphs = []
        for number in range(1, runs + 1):
            if begun is not None:
                begun(number)
            graphs.append(_graph(_run(Path(folder), number, runs), first=number == 1))
    return merged_runs(graphs)


def _on_disk(target: Any, runs: int) -> str:
    """What another process finds the target by; `InputError` for an object of this process."""
    if isinstance(target, (str, os.PathLike)):
        return os.fspath(target)
    raise InputError(
        f"{option('runs', runs)} profiles in fresh processes, and an object of this one ({type(target).__name__}) is in none of them; "
        'give where it is made instead, as "train.py:model", or the path of a SavedModel'
    )


def _pickled(job: Job) -> bytes:
    try:
        return pickle.dumps(job)
    except Exception as error:
        raise InputError(
            f"an input cannot be passed on to another process ({type(error).__name__}: {error}); give arrays, tensors or shapes, or "
            'put the data into a function that makes it, as "train.py:step"'
        ) from error


def _run(folder: Path, number: int, runs: int) -> RunResult:
    """What a process finds. It is ended if this one is interrupted meanwhile."""
    if getattr(sys, "frozen", False) or not sys.executable:
        raise InputError(f"there is no Python to start a fresh process with; leave {option('runs')} out")
    with (folder / "said").open("w+b") as said:
        process = subprocess.Popen(  # noqa: S603, the interpreter that runs now, and a module of the package
            [sys.executable, "-c", _PROGRAM, str(folder), *sys.path],
            stdin=subprocess.PIPE,  # it ends when this is closed
            stdout=subprocess.DEVNULL,
            stderr=said,
            env={**ALLOCATOR, **os.environ},
        )
        try:
            process.wait()
        finally:
            _end(process)
        path = folder / FOUND
        if not path.is_file():
            raise InputError(
                f"run {number} of {runs} {process_ending(process.returncode)} before it was done{_last_line(said)}"
            )
    found: RunResult = pickle.loads(path.read_bytes())  # noqa: S301, in a folder that only this user can write to
    path.unlink()
    if not found.graph:
        raise _error(found, number, runs) from RunError(f"in run {number} of {runs}:\n{found.traceback}")
    return found


def _end(process: "subprocess.Popen[bytes]") -> None:
    """End a process if it still runs. After Ctrl-C it usually ends by itself, since a terminal sends that to both."""
    assert process.stdin is not None
    process.stdin.close()
    try:
        process.wait(_PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _last_line(said: IO[bytes]) -> str:
    """The last line that a process printed on standard error, for the end of a sentence; TensorFlow's hints and warnings are passed over."""
    said.seek(0)
    lines = [line.strip() for line in said.read().decode("utf-8", "replace").split("\n")]
    last = next((line for line in reversed(lines) if line and not re.match(LOG_HINT, line)), "")
    words = last if len(last) <= _MOST_SAID else last[: _MOST_SAID - 1] + "…"
    return f" ({words})" if words else ""


def _error(found: RunResult, number: int, runs: int) -> BaseException:
    """The exception of a run. One of a class that only the user's module knows is told by its words."""
    try:
        error = pickle.loads(found.error)  # noqa: S301, as above
    except Exception:  # noqa: BLE001, unpickling runs the code of the exception's class
        error = RuntimeError(found.said)
    if number > 1 and type(error) in OpscopeError.__subclasses__():
        return type(error)(in_file(error, f"run {number} of {runs}"))  # type: ignore[no-any-return]
    return error  # type: ignore[no-any-return]


def _graph(found: RunResult, *, first: bool) -> Graph:
    """The graph of a run. What is not in its JSON, but the times in each step, is wanted of the first run only, and so are warnings."""
    graph = with_facts(from_dict(json.loads(found.graph)), {"step_times": found.step_times})
    if not first:
        return graph
    for words in found.warnings:
        warnings.warn(words, stacklevel=5)
    kept: List[Tuple[str, Any]] = [("profile", found.facts), ("timeline", found.timeline)]
    facts: Any = {name: value for name, value in kept if value is not None}
    return with_facts(graph, facts)._with(traced=TracedFiles(found.files))  # noqa: SLF001, as those of graph/content.py
