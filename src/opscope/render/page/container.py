"""Packs a page's data: a JSON header and columns of numbers, compressed as one piece. See docs/page.md.

A column of integers is stored as byte planes: the lowest bytes of all values, then all second bytes, and so on. In this
form zlib finds repetitions in the column, and neither Python nor JavaScript has to loop over the values more than once.
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
PAGE_VERSION = 4
LEVEL = 7
"""zlib's compression level: the page is written once and mailed around. Level 9 takes four times as long, for 2 % less."""
LARGE = 64 << 20
"""Bytes beyond which it is level 6."""


class PageColumns:
    """Collects columns for one container."""

    def __init__(self) -> None:
        self.places: Dict[str, Tuple[str, int, int, int]] = {}
        """Name of a column -> its kind, where its data begins, the number of values, and the bytes of each value."""
        self._parts: List[bytes] = []
        self._size = 0

    def ints(self, name: str, values: Iterable[int]) -> None:
        """Add a column of 32-bit integers."""
        self._integers(name, "int", array("i", values))

    def deltas(self, name: str, values: Iterable[int]) -> None:
        """Add a column of 32-bit integers as differences from value to value. If it rises, these are small numbers."""
        column = array("i", values)
        self._integers(name, "delta", array("i", map(sub, column, array("i", [0]) + column[:-1])) if column else column)

    def floats(self, name: str, values: Iterable[float]) -> None:
        """Add a column of 64-bit floats; NaN stands for an unknown value."""
        column = array("d", values)
        self._add(name, "float", _little(column), len(column), 8)

    def _integers(self, name: str, kind: str, column: "array[int]") -> None:
        """Add integers as byte planes, with only as many bytes as the values need."""
        width = _width(column)
        raw = _little(column)
        self._add(name, kind, b"".join(raw[plane::4] for plane in range(width)), len(column), width)

    def _add(self, name: str, kind: str, data: bytes, count: int, width: int) -> None:
        self.places[name] = (kind, self._size, count, width)
        self._parts.append(data)
        self._size += len(data)

    def pack(self, header: Mapping[str, Any]) -> bytes:
        """All data as bytes: the header's length (4 bytes, little-endian), the header, the columns; compressed by zlib."""
        record = {"format": PAGE_FORMAT, "version": PAGE_VERSION, **header, "columns": self.places}
        text = json_shown(json.dumps(record, ensure_ascii=False, allow_nan=False, separators=(",", ":")))
        head = text.encode("utf-8")
        data = b"".join([len(head).to_bytes(4, "little"), head, *self._parts])
        return zlib.compress(data, LEVEL if len(data) < LARGE else 6)


def _width(column: "array[int]") -> int:
    """How many bytes each value needs, with its sign; 0 if all values are 0."""
    if not column:
        return 0
    low, high = min(column), max(column)
    if low == high == 0:
        return 0
    return next((width for width in (1, 2, 3) if -(1 << 8 * width - 1) <= low and high < 1 << 8 * width - 1), 4)


def _little(column: "array[Any]") -> bytes:
    """The bytes of a column in little-endian order, whatever this machine's order is."""
    if sys.byteorder == "big":
        column = array(column.typecode, column)
        column.byteswap()
    return column.tobytes()
