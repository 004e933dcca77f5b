"""Reads the tables of a FlatBuffer that a stranger may have made: each offset, length and vtable is checked before it is used.

Format: FlatBuffers' binary format (docs/source/internals.md of google/flatbuffers). A table begins with the distance back to its
vtable, which has its own size, the table's size, and for each field the place in the table, 0 for a field that is not there.
"""

from __future__ import annotations

import struct
import sys
from array import array
from typing import Iterator, List, Optional, Union

from ...errors import LoadError

Bytes = Union[bytes, "memoryview"]
_MOST_READ = 1 << 27
"""Bytes of structure that are read at most; weights do not count. The largest models have some megabytes."""
_TABLE = 64
"""What a table counts for, however small: tables may be one and the same, and each is an object here."""
_SIZES = {"b": 1, "B": 1, "?": 1, "h": 2, "H": 2, "i": 4, "I": 4, "f": 4, "q": 8, "Q": 8, "d": 8}
_MOST_TEXT = 1 << 16
"""A longer text is cut."""


class FlatBuffer:
    """The bytes of a FlatBuffer, and how many more of them may be read as structure.

    The same bytes may be named from many places, so that a small file would be read as a huge one.
    """

    def __init__(self, data: Bytes) -> None:
        self.data = data
        self.size = len(data)
        self._left = min(_MOST_READ, 4 * self.size + (1 << 20))

    def spend(self, count: int) -> None:
        """Count what is read. `LoadError` if it is more than a file of this size holds."""
        self._left -= count
        if self._left < 0:
            raise LoadError("its tables name the same bytes again and again; the file is damaged, or made to deceive")

    def number(self, at: int, code: str) -> int:
        """A whole number at a place, by its code in Python's `struct`."""
        self.check(at, _SIZES[code])
        return int(struct.unpack_from("<" + code, self.data, at)[0])

    def check(self, at: int, count: int) -> None:
        """`LoadError` if so many bytes from there on are not all in the file."""
        if at < 0 or count < 0 or at + count > self.size:
            raise LoadError(
                f"an offset to byte {at:,} of {self.size:,} and {count:,} bytes from there; was it copied completely?"
            )

    def root(self) -> "Table":
        """The outermost table."""
        return Table(self, self.number(0, "I"))


class Vector:
    """A vector: where its items begin, and how many there are."""

    __slots__ = ("at", "count")

    def __init__(self, at: int, count: int) -> None:
        self.at, self.count = at, count


class Table:
    """One table. A field that is not there has its default."""

    __slots__ = ("_at", "_buffer", "_fields", "_size", "_vtable")

    def __init__(self, buffer: FlatBuffer, at: int) -> None:
        vtable = at - buffer.number(at, "i")
        size = buffer.number(vtable, "H")
        self._size = buffer.number(vtable + 2, "H")
        if size < 4 or self._size < 4:
            raise LoadError(f"a table at byte {at:,} without a size; the file is damaged")
        buffer.check(vtable, size)
        buffer.check(at, self._size)
        buffer.spend(_TABLE)
        self._buffer, self._at, self._vtable, self._fields = buffer, at, vtable, (size - 4) // 2

    def _place(self, field: int, size: int) -> int:
        """Where a field is; 0 if it is not there."""
        if field >= self._fields:
            return 0
        offset = self._buffer.number(self._vtable + 4 + 2 * field, "H")
        if offset == 0:
            return 0
        if offset < 4 or offset + size > self._size:
            raise LoadError(f"a field outside of its table at byte {self._at:,}; the file is damaged")
        return self._at + offset

    def has(self, field: int) -> bool:
        """Whether the field is there."""
        return self._place(field, 1) != 0

    def whole(self, field: int, code: str = "i", default: int = 0) -> int:
        """A field that is a whole number."""
        at = self._place(field, _SIZES[code])
        return self._buffer.number(at, code) if at else default

    def real(self, field: int, default: float = 0.0) -> float:
        """A field that is a float32."""
        at = self._place(field, 4)
        return float(struct.unpack_from("<f", self._buffer.data, at)[0]) if at else default

    def _target(self, field: int) -> int:
        """Where the thing is that a field points to; 0 if the field is not there."""
        at = self._place(field, 4)
        return at + self._buffer.number(at, "I") if at else 0

    def table(self, field: int) -> Optional["Table"]:
        """The table that a field points to."""
        at = self._target(field)
        return Table(self._buffer, at) if at else None

    def span(self, field: int, size: int = 1) -> Vector:
        """The vector that a field points to, of items of `size` bytes; an empty one if the field is not there."""
        at = self._target(field)
        if not at:
            return Vector(0, 0)
        count = self._buffer.number(at, "I")
        self._buffer.check(at + 4, count * size)
        return Vector(at + 4, count)

    def text(self, field: int) -> str:
        """A text; a byte that is not UTF-8 is shown as an escape."""
        found = self.span(field)
        count = min(found.count, _MOST_TEXT)
        self._buffer.spend(count)
        return bytes(self._buffer.data[found.at : found.at + count]).decode("utf-8", "backslashreplace")

    def numbers(self, field: int, code: str) -> "array[int]":
        """A vector of numbers, by their code in Python's `struct`; booleans as bytes."""
        found = self.span(field, _SIZES[code])
        count = found.count * _SIZES[code]
        self._buffer.spend(count)
        numbers = array("B" if code == "?" else code)
        numbers.frombytes(bytes(self._buffer.data[found.at : found.at + count]))
        if sys.byteorder == "big":
            numbers.byteswap()
        return numbers

    def tables(self, field: int) -> Iterator["Table"]:
        """The tables of a vector."""
        found = self.span(field, 4)
        self._buffer.spend(4 * found.count)
        for at in range(found.at, found.at + 4 * found.count, 4):
            yield Table(self._buffer, at + self._buffer.number(at, "I"))

    def reals(self, field: int) -> List[float]:
        """A vector of float32."""
        return list(self.numbers(field, "f"))
