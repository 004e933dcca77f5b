"""Reading the bytes of untrusted files: regular files only, no larger than the format can be."""

from __future__ import annotations

from pathlib import Path
from typing import Sequence, Tuple

from ..errors import LoadError
from .format import Format

MOST_BYTES = 1 << 31
"""A protobuf message is smaller than 2 GB; larger files are none."""


def find(path: Path, formats: Sequence[Format]) -> Tuple[Path, bool]:
    """The file to read, and whether `path` is the folder around it that one of the formats makes."""
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
    """The bytes of a file; `LoadError` where it is none, empty, or too large to be a graph."""
    try:
        if path.exists() and not path.is_file():
            raise LoadError(f"{path}: not a regular file; give a file or a SavedModel folder")
        size = path.stat().st_size
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
    """The bytes of a file that only adds to a graph; empty where it is not there or cannot be read."""
    try:
        return path.read_bytes() if path.is_file() and path.stat().st_size < MOST_BYTES else b""
    except OSError:
        return b""
