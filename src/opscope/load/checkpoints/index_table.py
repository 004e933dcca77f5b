"""Reads the sorted table of keys and values that the index of a checkpoint is.

Format: tensorflow/core/lib/io/table_format.txt, format.h (Footer, kTableMagicNumber), block.cc: LevelDB's table. At its end stands
where the block is that lists the others; each block is entries, of which each gives only how its key goes on from the one before.
"""

from __future__ import annotations

import struct
from typing import Iterator, NamedTuple

from ...errors import LoadError
from ...program.wire import BrokenError, varint
from ..crc32c import masked_crc32c

MAGIC = (0xDB4775248B80FB57).to_bytes(8, "little")
_FOOTER, _TRAILER = 48, 5
_PLAIN = 0
_MOST_ENTRIES = 100_000
"""Variables of the largest models are some ten thousand."""
_LONGEST_KEY = 4096
"""An entry may repeat a long key in a few bytes."""
_MOST_CHECKED = 1 << 23
"""Bytes whose checksums are compared; the index of a model with thousands of variables has some hundred thousand."""


class TableEntry(NamedTuple):
    """One key, and where its value is: a table of the first format has the weights as values, which are not read."""

    key: bytes
    data: bytes
    start: int
    end: int

    @property
    def value(self) -> bytes:
        """The value."""
        return self.data[self.start : self.end]

    @property
    def size(self) -> int:
        """How many bytes the value has."""
        return self.end - self.start


class _Handle(NamedTuple):
    """Where a block is."""

    offset: int
    size: int


def table_entries(data: bytes) -> Iterator[TableEntry]:
    """The entries of a table, by their keys. `LoadError` where it is damaged."""
    try:
        yield from _all_entries(data)
    except BrokenError as error:
        raise _damaged(str(error)) from None


def _all_entries(data: bytes) -> Iterator[TableEntry]:
    if len(data) < _FOOTER or not data.endswith(MAGIC):
        raise _damaged("its end is not that of a checkpoint's index")
    last, count = b"", 0
    at = _handle_end(data, len(data) - _FOOTER)  # the first handle is of a block that TensorFlow leaves empty
    for block in _entries(data, _block(data, _handle(data, at, len(data) - 8))):
        for entry in _entries(data, _block(data, _handle(data, block.start, block.end))):
            if count and entry.key <= last:
                raise _damaged("its keys are not in order")
            last, count = entry.key, count + 1
            if count > _MOST_ENTRIES:
                raise LoadError("a checkpoint of more variables than any model has; is this the right file?")
            yield entry


def _damaged(why: str) -> LoadError:
    return LoadError(f"a damaged index of a checkpoint ({why}); was it copied completely?")


def _handle(data: bytes, at: int, end: int) -> _Handle:
    offset, at = varint(data, at, end)
    size, _ = varint(data, at, end)
    return _Handle(offset, size)


def _handle_end(data: bytes, at: int) -> int:
    _, at = varint(data, at, len(data))
    return varint(data, at, len(data))[1]


def _block(data: bytes, handle: _Handle) -> _Handle:
    """A block that is sound. Behind it stand how it is compressed and its checksum."""
    end = handle.offset + handle.size
    if end + _TRAILER > len(data):
        raise _damaged("a block lies beyond its end")
    if data[end] != _PLAIN:
        raise LoadError(
            f"an index with compressed blocks (type {data[end]}), which TensorFlow does not write; is this a checkpoint?"
        )
    (told,) = struct.unpack_from("<I", data, end + 1)
    if len(data) <= _MOST_CHECKED and masked_crc32c(data[handle.offset : end + 1]) != told:
        raise _damaged("a block has another checksum than was written")
    return handle


def _entries(data: bytes, block: _Handle) -> Iterator[TableEntry]:
    """The entries of a block. Behind them stand places at which keys are whole, for searching, and how many these are."""
    end = block.offset + block.size
    restarts = int.from_bytes(data[end - 4 : end], "little") if block.size >= 4 else -1
    end -= 4 + 4 * restarts
    if restarts < 0 or end < block.offset:
        raise _damaged("a block without an end")
    key, at = b"", block.offset
    while at < end:
        shared, at = varint(data, at, end)
        more, at = varint(data, at, end)
        length, at = varint(data, at, end)
        if shared > len(key) or at + more + length > end or shared + more > _LONGEST_KEY:
            raise _damaged("an entry of a wrong length")
        key = key[:shared] + data[at : at + more]
        yield TableEntry(key, data, at + more, at + more + length)
        at += more + length
