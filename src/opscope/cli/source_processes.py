"""Runs a verb for each of several sources in a process of its own, some at a time.

A process holds one model and then ends: the memory that is used is bounded by how many run at a time, whatever a file does to
its process the others are not harmed, and live models do not see each other.
"""

from __future__ import annotations

import argparse
import pickle
import subprocess
import sys
import threading
from dataclasses import dataclass
from queue import Empty, Queue, SimpleQueue
from typing import Generator, List, Sequence, Tuple

from ..errors import InputError
from . import answer
from .quiet_import import users_environment

_PROGRAM = "import sys; sys.path[:] = sys.argv[1:]; from opscope.cli.one_source import do_one; do_one()"
_PATIENCE = 60.0
"""Seconds that a process gets to remove its unfinished file when it is not wanted any more. One that writes none ends at once."""
_LOOK_UP = 0.5
"""Seconds between two looks at whether the user wants to stop: on Windows, Ctrl-C does not end the wait for a queue."""


@dataclass(frozen=True)
class SourceOutcome:
    """How the verb ended for one source."""

    number: int
    """Which of the sources it was, counted from 0."""
    code: int
    """The exit code; negative if a signal ended the process."""
    out: str = ""
    err: str = ""


def outcomes(works: Sequence[argparse.Namespace], jobs: int) -> "Generator[SourceOutcome, None, None]":
    """Run all works, `jobs` at a time, and yield how each ended, as soon as it has ended.

    When the generator is closed, or an exception such as `KeyboardInterrupt` leaves it, what still runs is ended and nothing
    more is begun.

    Raises:
        InputError: there is no Python that could be started.
    """
    if getattr(sys, "frozen", False) or not sys.executable:
        raise InputError("there is no Python here to start processes with; give one source at a time")
    waiting: "SimpleQueue[Tuple[int, bytes]]" = SimpleQueue()
    for number, work in enumerate(works):
        waiting.put((number, pickle.dumps((work, answer.terminal_width()))))
    found: "Queue[SourceOutcome]" = Queue()
    running = _Running()
    threads = [threading.Thread(target=_work, args=(waiting, found, running), daemon=True) for _ in range(jobs)]
    try:
        for thread in threads:
            thread.start()
        for _ in works:
            yield _next(found)
    finally:
        running.stop()
        for thread in threads:
            if thread.is_alive():  # not one that was never started
                thread.join(_PATIENCE)  # else it could still run while Python takes its modules apart


def _next(found: "Queue[SourceOutcome]") -> SourceOutcome:
    while True:
        try:
            return found.get(timeout=_LOOK_UP)
        except Empty:
            continue


def _work(waiting: "SimpleQueue[Tuple[int, bytes]]", found: "Queue[SourceOutcome]", running: "_Running") -> None:
    """Take one work after the other, until none is left or no more is wanted."""
    while True:
        try:
            number, work = waiting.get_nowait()
        except Empty:
            return
        try:
            process = running.start()
            if process is None:
                return
            out, err = process.communicate(work)
            running.ended(process)
            found.put(SourceOutcome(number, process.returncode, _text(out), _text(err)))
        except OSError as error:  # no process could be started, or none could be spoken to
            found.put(
                SourceOutcome(number, 1, "", f"error: {error.strerror or error}; use fewer processes: --jobs 1\n")
            )


def _text(said: bytes) -> str:
    return said.decode("utf-8", "replace").replace("\r\n", "\n")


class _Running:
    """The processes that run, for whoever has to end them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._processes: "List[subprocess.Popen[bytes]]" = []
        self._stopped = False

    def start(self) -> "subprocess.Popen[bytes] | None":
        """Start one; ``None`` once all were stopped."""
        with self._lock:
            if self._stopped:
                return None
            process = subprocess.Popen(  # noqa: S603, the interpreter that runs now, and a module of the package
                [sys.executable, "-c", _PROGRAM, *sys.path],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env=users_environment(),
            )
            self._processes.append(process)
            return process

    def ended(self, process: "subprocess.Popen[bytes]") -> None:
        with self._lock:
            self._processes.remove(process)

    def stop(self) -> None:
        """End all. SIGTERM lets a process remove the file that it is writing (`render.temporary`); what stays is killed."""
        with self._lock:
            self._stopped = True
            left = list(self._processes)
        for process in left:
            process.terminate()
        for process in left:
            try:
                process.wait(_PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
