"""The temporary file that a write fills: locked while its writer lives, and gone when that ends, by a signal too.

A file without a name (O_TMPFILE) would be gone by itself, but the call that names it (linkat) cannot take the place of an
old file: it would need a temporary name all the same, and only some file systems of Linux have it.
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
"""Bytes of the target's name in the temporary's: file systems take 255 in a name, eCryptfs 143."""
_ABANDONED = 24 * 3600.0
"""Seconds since the last change after which a file counts as left behind where no lock can tell."""
_ENDING = tuple(getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name))
"""Signals that end a process with no chance to clean up. SIGINT is an exception in Python, and SIGKILL cannot be caught."""
_writing: Dict[str, int] = {}
"""The temporary files of this process (path -> process), of every thread. A forked child sees its parent's among them."""


class Temporary(NamedTuple):
    """A temporary file and where it is."""

    path: str
    file: BinaryIO


@contextmanager
def beside(final: "Path", mode: int) -> Iterator[Temporary]:
    """A new file in the folder of `final`, created with `mode` (less the umask); at the end it is removed, where it still is.

    What writers of the same file that were killed left behind is removed first.
    """
    prefix = _prefix(final.name)
    _sweep(str(final.parent), prefix)
    with _cleaning_up():
        while True:
            path = str(final.parent / f"{prefix}{os.urandom(8).hex()}.tmp")
            with _removed(path), open(path, "xb", opener=lambda name, flags: os.open(name, flags, mode)) as file:
                # Between making and locking it, another process's sweep may have taken it for one left behind.
                if _lock(file.fileno()) is not False and os.path.lexists(path):
                    yield Temporary(path, file)
                    return


def _prefix(name: str) -> str:
    """How the temporary files of `name` begin, and those of no other name: with a part to read, and a digest of the whole."""
    import hashlib  # half of what loading this module takes, and only writing needs it

    readable = name.encode("utf-8", "ignore")[:_LONGEST].decode("utf-8", "ignore")
    digest = hashlib.sha256(os.fsencode(name)).hexdigest()[:8]
    return f".{readable}.opscope-{digest}-"


@contextmanager
def _removed(path: str) -> Iterator[None]:
    # Known before it exists, so that a signal at any moment finds it.
    _writing[path] = os.getpid()
    try:
        yield
    finally:
        _remove(path)
        del _writing[path]


def _remove(path: str) -> None:
    if _writing.get(path) == os.getpid():
        with suppress(OSError):
            os.unlink(path)  # noqa: PTH108  (a signal's handler calls this: as little as can be)


def _lock(descriptor: int) -> Optional[bool]:
    """Lock a file for as long as it is open; false where somebody else has it locked, ``None`` where there are no locks."""
    try:
        import fcntl
    except ImportError:  # Windows
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:  # a file system that has none
        return None
    return True


def _sweep(folder: str, prefix: str) -> None:
    """Remove temporary files that begin with `prefix` and whose writer is gone; never fails."""
    name = re.compile(re.escape(prefix) + r"[0-9a-f]{16}\.tmp")
    found = []
    with suppress(OSError), os.scandir(folder) as entries:
        found = [entry.path for entry in entries if name.fullmatch(entry.name)]
    for path in found:
        with suppress(OSError):
            _sweep_one(path)


def _sweep_one(path: str) -> None:
    # Neither follows a link nor waits for a pipe.
    descriptor = os.open(path, os.O_RDWR | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
    try:
        gone = _writer_gone(descriptor)
        if gone and os.name != "nt":
            os.unlink(path)  # noqa: PTH108  (while it is locked, so that no writer can take it meanwhile)
    finally:
        os.close(descriptor)
    if gone and os.name == "nt":  # Windows removes no open file
        os.unlink(path)  # noqa: PTH108


def _writer_gone(descriptor: int) -> bool:
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode):
        return False
    locked = _lock(descriptor)
    return time.time() - status.st_mtime > _ABANDONED if locked is None else locked


@contextmanager
def _cleaning_up() -> Iterator[None]:
    """While a temporary file may exist, a signal that would end the process removes it first.

    Only where the default would end it: a handler of the user's stays, and what it raises cleans up as any exception does;
    an ignored signal stays ignored. Process 1 (of a container) is spared by the default, so nothing is done there either.
    Only the main thread can catch signals; what is left behind without it goes with the next write.
    """
    caught = []
    if os.getpid() != 1:
        for number in _ENDING:
            if signal.getsignal(number) is signal.SIG_DFL:
                with suppress(ValueError):  # not the main thread
                    signal.signal(number, _end)
                    caught.append(number)
    try:
        yield
    finally:
        for number in caught:
            if signal.getsignal(number) is _end:
                signal.signal(number, signal.SIG_DFL)


def _end(number: int, _: Optional["FrameType"]) -> None:
    """Clean up, then end as the signal would have ended the process, so that its parent sees that."""
    for path in tuple(_writing):
        _remove(path)
    signal.signal(number, signal.SIG_DFL)
    signal.raise_signal(number)
