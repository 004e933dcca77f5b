"""Reads the bytes of untrusted files: only regular files, and none larger than 2 GB.

A device like ``/dev/zero`` never ends, and reading a pipe would wait for whoever writes to it.
"""

from __future__ import annotations

from ..errors import LoadError
from .archives.packed_path import FilePlace

MOST_BYTES = 1 << 31
"""Protobuf's own limit: a message is smaller than 2 GB."""


def read(path: FilePlace) -> bytes:
    """The bytes of a file. `LoadError` if it is not a regular file, is empty, cannot be read or is too large."""
    try:
        if path.exists() and not path.is_file():
            raise LoadError(f"{path}: not a regular file; give a file or a SavedModel folder")
        size = path.stat().st_size  # asked before reading, so that a huge file is refused and not loaded
        if size >= MOST_BYTES:
            raise LoadError(f"{path}: {size:,} bytes; a graph's file is smaller than 2 GB: is this the right file?")
        data = path.read_bytes()
    except MemoryError:
        raise LoadError(f"{path}: too large for the free memory; read it on a machine with more") from None
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else str(error) or type(error).__name__
        if isinstance(error, LoadError):
            raise
        raise LoadError(f"{path}: cannot be read ({why}); check the path") from error
    if not data:
        raise LoadError(f"{path}: the file is empty; was it copied completely?")
    return data


def read_beside(path: FilePlace) -> bytes:
    """The bytes of a file that the graph can do without; empty if it is not there or cannot be read."""
    try:
        return path.read_bytes() if path.is_file() and path.stat().st_size < MOST_BYTES else b""
    except OSError:
        return b""
