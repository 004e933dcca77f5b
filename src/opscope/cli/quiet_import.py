"""Keeps what TensorFlow logs while it is imported out of the command's output.

Since 2.20 TensorFlow logs a part of it before it has looked at TF_CPP_MIN_LOG_LEVEL. Errors still come through, and so do the last words of a TensorFlow that
ends the process: a program of its own reads the lines, and passes on those that are no hints.
"""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager, suppress
from importlib.machinery import ModuleSpec, PathFinder
from typing import Any, Dict, Iterator, Optional, Sequence

from ..profile.running.log_hints import LOG_HINT

LOG_LEVEL = "TF_CPP_MIN_LOG_LEVEL"
_ERRORS_ALONE = ("2", "3")
"""The levels at which TensorFlow is to log no hints; since 2.20 it logs some at these, too."""
_FILTER = r"""
import os, re, signal, sys
signal.signal(signal.SIGINT, signal.SIG_IGN)
hint = re.compile(sys.argv[1].encode())
within = False
while True:
    written = os.read(0, 1 << 16)
    if not written:
        break
    for part in re.findall(rb"[^\n]*\n|[^\n]+", written):
        if within or hint.match(part):
            within = not part.endswith(b"\n")
        else:
            os.write(2, part)
"""
"""Lines are taken as they were written, since a line that moves on a terminal has no end."""


class _QuietFinder:
    """Finds TensorFlow where it is, and has it imported quietly, whoever imports it."""

    def __init__(self, *, sets_level: bool) -> None:
        self.sets_level = sets_level
        """Whether the level is ours and not the user's."""

    def find_spec(self, name: str, path: Optional[Sequence[str]] = None, target: Any = None) -> Optional[ModuleSpec]:
        if name != "tensorflow":
            return None
        spec = PathFinder.find_spec(name, path, target)
        if spec is not None and spec.loader is not None:
            run = spec.loader.exec_module

            def run_quietly(module: Any) -> None:
                with hints_dropped():
                    run(module)

            vars(spec.loader)["exec_module"] = run_quietly
        return spec


@contextmanager
def quiet_tensorflow() -> Iterator[None]:
    """Inside, TensorFlow logs errors alone, unless the user has set that it logs more. Behind it, that is as it was."""
    asked = os.environ.get(LOG_LEVEL)
    if asked not in (None, *_ERRORS_ALONE):
        yield
        return
    finder = _QuietFinder(sets_level=asked is None)
    os.environ.setdefault(LOG_LEVEL, _ERRORS_ALONE[0])
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        with suppress(ValueError):
            sys.meta_path.remove(finder)
        if finder.sets_level and os.environ.get(LOG_LEVEL) == _ERRORS_ALONE[0]:
            del os.environ[LOG_LEVEL]


def users_environment() -> Dict[str, str]:
    """The environment for another process that keeps TensorFlow quiet itself: without what was set here."""
    ours = any(isinstance(finder, _QuietFinder) and finder.sets_level for finder in sys.meta_path)
    return {name: value for name, value in os.environ.items() if not (ours and name == LOG_LEVEL)}


@contextmanager
def hints_dropped() -> Iterator[None]:
    """Inside, what is written to standard error loses the lines that are hints."""
    import subprocess

    try:
        kept = os.dup(2)
        reader = subprocess.Popen(  # noqa: S603, the interpreter that runs now
            [sys.executable, "-I", "-S", "-c", _FILTER, LOG_HINT], stdin=subprocess.PIPE, stderr=kept
        )
    except OSError:  # standard error is closed, or nothing can be started: the lines are shown as they are
        yield
        return
    assert reader.stdin is not None
    _flush()
    os.dup2(reader.stdin.fileno(), 2)
    reader.stdin.close()
    try:
        yield
    finally:
        _flush()
        os.dup2(kept, 2)  # which closes the last end that is written to
        os.close(kept)
        reader.wait()


def _flush() -> None:
    with suppress(OSError, ValueError, AttributeError):
        sys.stderr.flush()
