"""The names of the files in a zip archive, read from its central directory. Nothing is unpacked.

Format: PKWARE's APPNOTE, 4.3.12 (central directory header), 4.3.16 (end of central directory record).
"""

from __future__ import annotations

import struct
from typing import List

_START, _ENTRY, _END = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"
_MOST = 1000
"""How many names are read; enough to tell what an archive is, however large it is."""
_LONGEST_END = 22 + 65_535
"""The record at the end has 22 bytes and a comment."""


def zip_names(data: bytes) -> List[str]:
    """The names of the first files; none if this is no zip archive, or one that was cut off."""
    end = data.rfind(_END, max(0, len(data) - _LONGEST_END)) if data.startswith(_START) else -1
    if end < 0 or end + 22 > len(data):
        return []
    (at,) = struct.unpack_from("<I", data, end + 16)
    names: List[str] = []
    while len(names) < _MOST and data[at : at + 4] == _ENTRY and at + 46 <= len(data):
        name, extra, comment = struct.unpack_from("<HHH", data, at + 28)
        names.append(data[at + 46 : at + 46 + name].decode("utf-8", "replace"))
        at += 46 + name + extra + comment
    return names
