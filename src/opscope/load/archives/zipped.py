"""Opens a zip archive as a folder. Only its list of files is read; a file in it is unpacked when it is asked for.

Format: PKWARE's APPNOTE.
"""

from __future__ import annotations

import io
import zipfile
from functools import partial
from pathlib import Path
from typing import IO, BinaryIO, cast

from ...errors import LoadError
from .damage import damaged
from .packed_path import PackedFile, PackedPath, PackedTree

_MOST_LIST = 1 << 23
"""Bytes of the list of files. Python's reader makes an object of every entry, some ten times as large."""
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""How files may be packed. Others are rare, and unpack a few bytes to very many at once."""
_ENCRYPTED = 1
"""The bit of an entry's flags that says so."""
_UNPACK = "unpack the archive, and give the model that is in it"


class _Sparing(io.FileIO):
    """A file that is never read by more than a limit at once: Python's reader takes the whole list of files, however long."""

    def read(self, size: "int | None" = -1) -> bytes:
        if size is not None and size > _MOST_LIST:
            raise LoadError(f"{self.name}: an archive of more files than any model has; is this the right file?")
        return super().read(-1 if size is None else size) or b""


def open_zip(path: Path) -> PackedPath:
    """The archive as a folder. `LoadError` if it is damaged, or made to deceive."""
    with damaged(str(path)):
        file = _Sparing(str(path))
        archive = zipfile.ZipFile(cast("IO[bytes]", file))
        entries = [entry for entry in archive.infolist() if not entry.is_dir()]
    files = [
        (entry.filename, PackedFile(entry.file_size, entry.compress_size, partial(_opened, path, archive, entry)))
        for entry in entries
    ]
    return PackedTree(path, files, file.close).root()


def _opened(path: Path, archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> BinaryIO:
    if entry.flag_bits & _ENCRYPTED:
        raise LoadError(f"{path}/{entry.filename}: encrypted, which opscope does not read; {_UNPACK}")
    if entry.compress_type not in _METHODS:
        raise LoadError(f"{path}/{entry.filename}: compressed in a rare way, which opscope does not read; {_UNPACK}")
    return cast("BinaryIO", archive.open(entry))
