"""Reads the bytes of untrusted files: only regular files, and none larger than 2 GB.

A device like ``/dev/zero`` never ends, and reading a pipe would wait for whoever writes to it.
"""

from __future__ import annotations

import mmap
from contextlib import closing
from pathlib import Path
from typing import Tuple, Union, cast

from ..errors import LoadError
from .archives.packed_path import FilePlace, PackedPath
from .path_meant import path_meant

MOST_BYTES = 1 << 31
"""Protobuf's own limit: a message is smaller than 2 GB."""

_START = 64


_LEAST_MAPPED = 1 << 24
"""Smaller files are read at once: a map would fault if the file were cut off meanwhile."""


class MappedFile(mmap.mmap):
    """The bytes of a file that stay in it until they are looked at, with those methods of `bytes` that tell formats apart."""

    def startswith(self, start: Union[bytes, Tuple[bytes, ...]]) -> bool:
        """As `bytes.startswith`."""
        longest = max(map(len, (start,) if isinstance(start, bytes) else start))
        return self[:longest].startswith(start)

    def endswith(self, end: bytes) -> bool:
        """As `bytes.endswith`."""
        return self[-len(end) :].endswith(end)

    def rstrip(self) -> bytes:
        """The end of the file, without blanks behind it: a part of what `bytes.rstrip` gives."""
        return self[-_END:].rstrip()


_END = 4096


def _bytes_of(path: FilePlace, size: int) -> bytes:
    if size < _LEAST_MAPPED or not isinstance(path, Path):
        return path.read_bytes()
    with path.open("rb") as file:
        try:
            # Not `bytes`, but it does what formats ask of them.
            return cast("bytes", MappedFile(file.fileno(), 0, access=mmap.ACCESS_READ))
        except (OSError, ValueError):  # a file system that has no maps
            return file.read()


def read(path: FilePlace) -> bytes:
    """The bytes of a file, of a large one a `MappedFile`.

    `LoadError` if it is not a regular file, is empty, cannot be read or is too large.
    """
    try:
        if path.exists() and not path.is_file():
            raise LoadError(f"{path}: not a regular file; give a file or a SavedModel folder")
        size = path.stat().st_size  # asked before reading, so that a huge file is refused and not loaded
        if size >= MOST_BYTES:
            raise LoadError(f"{path}: {size:,} bytes; a graph's file is smaller than 2 GB: is this the right file?")
        data = _bytes_of(path, size)
    except MemoryError:
        raise _too_large(path) from None
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else str(error) or type(error).__name__
        if isinstance(error, LoadError):
            raise
        meant = path_meant(path) if isinstance(error, FileNotFoundError) and isinstance(path, Path) else ""
        # A traceback tells no more than the system's own reason.
        cause = None if isinstance(error, OSError) else error
        raise LoadError(f"{path}: cannot be read ({why}); {meant or 'check the path'}") from cause
    if not data:
        raise LoadError(f"{path}: the file is empty; was it copied completely?")
    return data


def read_start(path: FilePlace) -> bytes:
    """The first bytes of a file, by which a format is told that reads files of any size; empty if it cannot be read, which `read` tells."""
    try:
        if not path.is_file():
            return b""
        with closing(path.open_anywhere()) if isinstance(path, PackedPath) else path.open("rb") as file:
            return file.read(_START)
    except (OSError, ValueError):
        return b""


def all_bytes(path: FilePlace, data: bytes) -> bytes:
    """All bytes of a file of which `read` gave perhaps a map."""
    try:
        return bytes(data)
    except MemoryError:
        raise _too_large(path) from None


def _too_large(path: FilePlace) -> LoadError:
    return LoadError(f"{path}: too large for the free memory; read it on a machine with more")


def read_beside(path: FilePlace) -> bytes:
    """The bytes of a file that the graph can do without; empty if it is not there or cannot be read."""
    try:
        return path.read_bytes() if path.is_file() and path.stat().st_size < MOST_BYTES else b""
    except OSError:
        return b""
