"""Reads the bytes of untrusted files: only regular files, and none larger than 2 GB.

A device like ``/dev/zero`` never ends, and reading a pipe would wait for whoever writes to it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Sequence, Tuple

from ..errors import LoadError
from .format import Format

MOST_BYTES = 1 << 31
"""Protobuf's own limit: a message is smaller than 2 GB."""


def find(path: Path, formats: Sequence[Format]) -> Tuple[Path, bool]:
    """The file to read, and whether `path` is the folder that it is in.

    In a folder that is the first file there is of those that the formats look for, such as ``saved_model.pb``.
    """
    names = [name for each in formats for name in each.in_folder]
    try:
        if not path.is_dir():
            return path, False
        for name in names:
            if (path / name).is_file():
                return path / name, True
    except (OSError, ValueError) as error:
        raise LoadError(f"{path}: cannot be read ({error}); check the path") from error
    folders = [f"{each.name}'s own folder" for each in formats if each.in_folder]
    raise LoadError(f"{path}: a folder without {' or '.join(names)}; give {' or '.join([*folders, 'a file'])}")


def read(path: Path) -> bytes:
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


def read_beside(path: Path) -> bytes:
    """The bytes of a file that the graph can do without; empty if it is not there or cannot be read."""
    try:
        return path.read_bytes() if path.is_file() and path.stat().st_size < MOST_BYTES else b""
    except OSError:
        return b""
