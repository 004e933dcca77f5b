"""Opens a tar archive, or what gzip made of one or of a single file, as a folder.

It is read through once. What may be a model's and is not large is kept meanwhile; the rest (variables, assets) is skipped, and read
again from the archive only if it is asked for.
"""

from __future__ import annotations

import gzip
import io
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import BinaryIO, Callable, List, Tuple, cast

from ...errors import LoadError
from .damage import damaged
from .log_names import LOG_MARK
from .packed_path import MOST_RATIO, PLENTY, PackedFile, PackedPath, PackedTree
from .tar_headers import BLOCK, TarBytes, TarMember, is_tar, tar_members

_KEPT = (".pb", ".pbtxt", ".meta", ".index", ".keras", ".h5", ".hdf5", ".tflite", "checkpoint", ".json")
"""How the names of files end that may be asked for."""
_MOST_KEPT_ONE, _MOST_KEPT = PLENTY, 1 << 27
"""Bytes of one file and of all together that are kept in memory. What is beyond is read again when it is asked for."""
_MOST_READ = 1 << 29
"""Bytes that an archive may always be unpacked to while we look for the model, and beyond that `MOST_RATIO` times its size."""


def open_tar(path: Path) -> PackedPath:
    """A tar archive as a folder. `LoadError` if it is damaged, or made to deceive."""
    return _open(path, is_gzip=False)


def open_gzip(path: Path) -> PackedPath:
    """What is compressed with gzip as a folder: the files of a tar archive, else the one file."""
    with damaged(str(path)), closing(_stream(path, is_gzip=True)) as stream:
        start = stream.read(BLOCK)
        if is_tar(start):
            return _open(path, is_gzip=True)
        most = max(PLENTY, MOST_RATIO * path.stat().st_size)
        data = start + stream.read(most + 1 - len(start))
    if len(data) > most:
        raise LoadError(f"{path}: packs more than {most:,} bytes, more than any model's; is this the right file?")
    return PackedTree(path, [(path.stem, PackedFile(len(data), len(data), partial(io.BytesIO, data)))]).root()


def _open(path: Path, *, is_gzip: bool) -> PackedPath:
    size = path.stat().st_size
    files: List[Tuple[str, PackedFile]] = []
    kept = 0
    with damaged(str(path)), closing(_stream(path, is_gzip=is_gzip)) as stream:
        source = _bounded(stream, size, is_gzip=is_gzip)
        for member in tar_members(source):
            opener: Callable[[], BinaryIO] = partial(_again, path, member, is_gzip=is_gzip)
            before = member.offset if is_gzip else 0
            if _is_wanted(member.name) and member.size <= _MOST_KEPT_ONE and kept + member.size <= _MOST_KEPT:
                kept += member.size
                opener = partial(io.BytesIO, source.read(member.size))
                before = 0
            files.append((member.name, PackedFile(member.size, size, opener, before)))
    return PackedTree(path, files).root()


def _is_wanted(name: str) -> bool:
    return name.endswith(_KEPT) or LOG_MARK in name


def _stream(path: Path, *, is_gzip: bool) -> BinaryIO:
    return cast("BinaryIO", gzip.open(path)) if is_gzip else path.open("rb")


def _bounded(stream: BinaryIO, size: int, *, is_gzip: bool) -> TarBytes:
    most = max(_MOST_READ, MOST_RATIO * size) if is_gzip else size + BLOCK
    return TarBytes(stream, most, can_seek=not is_gzip)


def _again(path: Path, member: TarMember, *, is_gzip: bool) -> BinaryIO:
    """The bytes of a file that were skipped."""
    stream = _stream(path, is_gzip=is_gzip)
    stream.seek(member.offset)
    return stream
