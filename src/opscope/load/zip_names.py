"""The names of the files in a zip archive, read from its central directory. Nothing is unpacked.

Format: PKWARE's APPNOTE, 4.3.12 (central directory header), 4.3.16 (end of central directory record).
"""

from __future__ import annotations

import io
import struct
from typing import BinaryIO, Iterator, Tuple, Union

_START, _ENTRY, _END = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"
_MOST = 1000
"""How many names are read; enough to tell what an archive is, however large it is."""
_MOST_BYTES = 1 << 20
"""Bytes of the directory that are read."""
_LONGEST_END = 22 + 65_535
"""The record at the end has 22 bytes and a comment."""


def zip_names(file: Union[BinaryIO, io.RawIOBase]) -> Tuple[str, ...]:
    """The names of the first files; none if this is no zip archive, or one that was cut off."""
    if file.read(len(_START)) != _START:
        return ()
    length = file.seek(0, io.SEEK_END)
    file.seek(max(0, length - _LONGEST_END))
    last = file.read(_LONGEST_END)
    end = last.rfind(_END)
    if end < 0 or end + 22 > len(last):
        return ()
    size, at = struct.unpack_from("<II", last, end + 12)
    file.seek(at)
    return tuple(_listed(file.read(min(size, _MOST_BYTES))))


def _listed(data: bytes) -> Iterator[str]:
    at = 0
    for _ in range(_MOST):
        if data[at : at + 4] != _ENTRY or at + 46 > len(data):
            return
        name, extra, comment = struct.unpack_from("<HHH", data, at + 28)
        yield data[at + 46 : at + 46 + name].decode("utf-8", "replace")
        at += 46 + name + extra + comment
