"""The formats that `load` knows. Every module in this folder has one, as ``FORMAT``."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import BinaryIO, Optional, Tuple

from ...folder import modules
from ..archives.packed_path import PackedPath, split_at_file
from ..format import Format
from ..heads import Head, look, look_at_archive
from ..messages import complaints
from ..zip_names import zip_names

_BEGINNING = 1 << 16
"""Bytes by which a file's format is told without reading all of it."""


@lru_cache(maxsize=None)
def formats() -> Tuple[Format, ...]:
    """All formats, in the order in which they are asked."""
    return tuple(sorted((module.FORMAT for module in modules(__name__)), key=lambda found: found.precedence))


def of(data: bytes, name: str = "") -> Optional[Format]:
    """The format of a file with these bytes, called `name`; ``None`` if no format fits."""
    return _fitting(look(data, name))


def of_stream(file: BinaryIO, name: str = "") -> Optional[Format]:
    """The format of an open file, by its beginning alone: nothing else is read of it but the list of a zip archive; ``None`` if no format fits."""
    start = file.read(_BEGINNING)
    head = look(start, name)
    if start.startswith(b"PK"):
        file.seek(0)
        head = head._replace(names=zip_names(file))
    return _fitting(head)


def opened_archive(path: Path) -> Optional[PackedPath]:
    """An archive as a folder, or what a path into one leads to (``models.zip/translator``).

    ``None`` if it is no archive, or a file of one model that happens to be one, such as ``.keras``.
    """
    try:
        place, inner = split_at_file(path)
        if not place.is_file():
            return None
        with place.open("rb") as file:
            found = _fitting(look_at_archive(file))
    except (OSError, ValueError):  # whoever reads it says why it cannot be read
        return None
    if found is None or found.opens is None:
        return None
    with complaints(place):
        return found.opens(place).below(inner)


def _fitting(head: Head) -> Optional[Format]:
    return next((found for found in formats() if found.fits(head)), None)
