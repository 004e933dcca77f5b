"""The temporary file for a write: locked while its writer lives, and removed when the writer ends, even by a signal.

A file without a name (O_TMPFILE of Linux) would vanish by itself. But the call that gives it a name (linkat) cannot
replace an old file, so a temporary name would be needed after all; and not all file systems have such files.
"""

from __future__ import annotations

import os
import re
import signal
import stat
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, BinaryIO, Dict, Iterator, NamedTuple, Optional

if TYPE_CHECKING:
    from pathlib import Path
    from types import FrameType

_LONGEST = 80
"""How many bytes of the target's name the temporary name has. A name may have 255 bytes, in eCryptfs only 143."""
_ABANDONED = 24 * 3600.0
"""Where locks do not work: a temporary file unchanged for so many seconds counts as left behind."""
_ENDING = tuple(getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name))
"""Signals that by default end a process at once, without cleaning up.

SIGINT is not among them, as Python raises KeyboardInterrupt for it; nor is SIGKILL, which no process can catch.
"""
_writing: Dict[str, int] = {}
"""Path of each temporary file that is being written, by any thread -> the process that writes it.

After a fork the child has a copy with its parent's files. The process number keeps the child from removing those.
"""


class Temporary(NamedTuple):
    """A temporary file and where it is."""

    path: str
    file: BinaryIO


@contextmanager
def beside(final: "Path", mode: int) -> Iterator[Temporary]:
    """A new file in the folder of `final`, made with `mode` (less the umask).

    It is removed at the end, unless it was renamed. It has to be in the same folder because a file can be renamed only
    within a file system. First, what killed writers of the same file left behind is removed.
    """
    prefix = _prefix(final.name)
    _sweep(str(final.parent), prefix)
    with _cleaning_up():
        while True:
            path = str(final.parent / f"{prefix}{os.urandom(8).hex()}.tmp")
            with _removed(path), open(path, "xb", opener=lambda name, flags: os.open(name, flags, mode)) as file:
                # Before it was locked, another process may have taken it for a file left behind, and be removing it. If
                # so, try again with another name.
                if _lock(file.fileno()) is not False and os.path.lexists(path):
                    yield Temporary(path, file)
                    return


def _prefix(name: str) -> str:
    """How the temporary files for `name` begin: with a part of the name for people to read, and a digest of all of it.

    Thanks to the digest, files for other names begin otherwise.
    """
    import hashlib  # late: it takes half of the time to import this module, and only a write needs it

    readable = name.encode("utf-8", "ignore")[:_LONGEST].decode("utf-8", "ignore")
    digest = hashlib.sha256(os.fsencode(name)).hexdigest()[:8]
    return f".{readable}.opscope-{digest}-"


@contextmanager
def _removed(path: str) -> Iterator[None]:
    """Remove the file at the end of the block."""
    # Noted before the file exists, so that a signal that comes at any moment removes it.
    _writing[path] = os.getpid()
    try:
        yield
    finally:
        _remove(path)
        del _writing[path]


def _remove(path: str) -> None:
    """Remove a temporary file of this process, unless it has been renamed."""
    if _writing.get(path) == os.getpid():
        with suppress(OSError):
            os.unlink(path)  # noqa: PTH108  (called in a signal handler, which should do as little as possible)


def _lock(descriptor: int) -> Optional[bool]:
    """Lock a file for as long as it is open. False if another process has locked it; ``None`` if there are no locks."""
    try:
        import fcntl
    except ImportError:  # Windows
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:  # a file system without locks
        return None
    return True


def _sweep(folder: str, prefix: str) -> None:
    """Remove the temporary files that begin with `prefix` and whose writer is gone. Errors are ignored."""
    name = re.compile(re.escape(prefix) + r"[0-9a-f]{16}\.tmp")
    found = []
    with suppress(OSError), os.scandir(folder) as entries:
        found = [entry.path for entry in entries if name.fullmatch(entry.name)]
    for path in found:
        with suppress(OSError):
            _sweep_one(path)


def _sweep_one(path: str) -> None:
    """Remove a temporary file if its writer is gone."""
    # The flags: do not follow a link, and do not wait for the other end of a pipe.
    descriptor = os.open(path, os.O_RDWR | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
    try:
        gone = _writer_gone(descriptor)
        if gone and os.name != "nt":
            os.unlink(path)  # noqa: PTH108  (while it is locked, so that no other writer can lock it meanwhile)
    finally:
        os.close(descriptor)
    if gone and os.name == "nt":  # Windows cannot remove an open file
        os.unlink(path)  # noqa: PTH108


def _writer_gone(descriptor: int) -> bool:
    """Whether the writer of a temporary file is gone: its lock is free, or (without locks) the file is a day old."""
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode):
        return False
    locked = _lock(descriptor)
    return time.time() - status.st_mtime > _ABANDONED if locked is None else locked


@contextmanager
def _cleaning_up() -> Iterator[None]:
    """Within the block, a signal that would end the process removes the temporary files first.

    This replaces only the default handling. A handler of the user's stays; if it raises an exception, that cleans up as
    any exception does. An ignored signal stays ignored. Process 1, as in a container, is not ended by these signals by
    default, so nothing is done there. Python lets only the main thread handle signals: what other threads leave behind
    is removed by the next write.
    """
    caught = []
    if os.getpid() != 1:
        for number in _ENDING:
            if signal.getsignal(number) is signal.SIG_DFL:
                with suppress(ValueError):  # raised outside of the main thread
                    signal.signal(number, _end)
                    caught.append(number)
    try:
        yield
    finally:
        for number in caught:
            if signal.getsignal(number) is _end:
                signal.signal(number, signal.SIG_DFL)


def _end(number: int, _: Optional["FrameType"]) -> None:
    """Clean up, then let the signal end the process after all, so that the parent process sees how it ended."""
    for path in tuple(_writing):
        _remove(path)
    signal.signal(number, signal.SIG_DFL)
    signal.raise_signal(number)
