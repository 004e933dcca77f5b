"""The container of a page's data: a JSON header and columns of numbers, in one compressed piece. See docs/page.md.

Integers are stored as byte planes (all lowest bytes, then all second bytes, ...): what a column repeats, zlib then finds,
and neither side loops over values in an interpreter more than once.
"""

from __future__ import annotations

import json
import sys
import zlib
from array import array
from operator import sub
from typing import Any, Dict, Iterable, List, Mapping, Tuple

from ...visible import json_shown

PAGE_FORMAT = "opscope-page"
PAGE_VERSION = 3
LEVEL = 9
"""zlib's compression level: the page is written once and mailed around."""
LARGE = 64 << 20
"""Bytes beyond which level 9 takes longer than it saves."""


class PageColumns:
    """Collects columns for one container."""

    def __init__(self) -> None:
        self.places: Dict[str, Tuple[str, int, int, int]] = {}
        self._parts: List[bytes] = []
        self._size = 0

    def ints(self, name: str, values: Iterable[int]) -> None:
        """Add 32-bit integers as they are."""
        self._integers(name, "int", array("i", values))

    def deltas(self, name: str, values: Iterable[int]) -> None:
        """Add 32-bit integers as differences from their predecessor: for columns that rise."""
        column = array("i", values)
        self._integers(name, "delta", array("i", map(sub, column, array("i", [0]) + column[:-1])) if column else column)

    def floats(self, name: str, values: Iterable[float]) -> None:
        """Add 64-bit floats; what is not known is NaN."""
        column = array("d", values)
        self._add(name, "float", _little(column), len(column), 8)

    def _integers(self, name: str, kind: str, column: "array[int]") -> None:
        width = _width(column)
        raw = _little(column)
        self._add(name, kind, b"".join(raw[plane::4] for plane in range(width)), len(column), width)

    def _add(self, name: str, kind: str, data: bytes, count: int, width: int) -> None:
        self.places[name] = (kind, self._size, count, width)
        self._parts.append(data)
        self._size += len(data)

    def pack(self, header: Mapping[str, Any]) -> bytes:
        """The whole container: header length (4 bytes, little-endian), header, columns; compressed with zlib."""
        record = {"format": PAGE_FORMAT, "version": PAGE_VERSION, **header, "columns": self.places}
        text = json_shown(json.dumps(record, ensure_ascii=False, allow_nan=False, separators=(",", ":")))
        head = text.encode("utf-8")
        data = b"".join([len(head).to_bytes(4, "little"), head, *self._parts])
        return zlib.compress(data, LEVEL if len(data) < LARGE else 6)


def _width(column: "array[int]") -> int:
    """How many bytes the values need, one bit of them for the sign."""
    if not column:
        return 0
    low, high = min(column), max(column)
    if low == high == 0:
        return 0
    return next((width for width in (1, 2, 3) if -(1 << 8 * width - 1) <= low and high < 1 << 8 * width - 1), 4)


def _little(column: "array[Any]") -> bytes:
    if sys.byteorder == "big":
        column = array(column.typecode, column)
        column.byteswap()
    return column.tobytes()
