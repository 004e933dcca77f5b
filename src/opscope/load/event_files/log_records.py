"""Goes through the records of an event file, and finds those that may hold a graph, without reading the others.

Format: tensorflow/core/lib/io/record_writer.h: the length of the data (8 bytes), its checksum, the data, its checksum. The checksum of
each length is compared; that of the data only where the data is used (`picked_graph`): a log is mostly scalars, images and histograms.
"""

from __future__ import annotations

import struct
from typing import Dict, Iterator, NamedTuple, Optional, Tuple

from ..crc32c import masked_crc32c
from .log_file import LogFile

_HEAD = struct.Struct("<QI")
_CRC = 4
_WINDOW = 1 << 20
"""A record of more bytes, an image say, is not read: its fields are looked at one by one."""
_PLUGINS = (b"graph_run_metadata", b"graph_keras_model")
"""Names of TensorBoard's plugins, one of which a summary with a graph has. ``graph_run_metadata_graph`` begins as the first."""
_BEGIN = b"graph_"
_STEP, _SUMMARY = 0x10, 0x2A
"""The tags of an event's fields 2 (``step``) and 5 (``summary``)."""


class LogRecord(NamedTuple):
    """Where the data of a record begins and ends."""

    start: int
    end: int


class LogRecords:
    """The records of a file that may hold a graph, from a record's beginning on.

    After the last one, `damage` says why not all of the file was read, and `end` is where the first record begins that was not.
    """

    def __init__(self, file: LogFile, start: int = 0) -> None:
        self._file = file
        self.damage: Optional[str] = None
        self.end = start
        self._checksums: Dict[int, int] = {}

    def __iter__(self) -> Iterator[LogRecord]:
        size, at = self._file.size, self.end
        while at < size and self.damage is None:
            window = self._file.cut(at, min(size, at + _WINDOW))
            done = 0
            for start, end, after in self._in_window(window, at):
                done = after
                if end > start:
                    yield LogRecord(at + start, at + end)
            if done == 0 and self.damage is None:  # the record is larger than the window
                length, _ = _HEAD.unpack_from(window)
                yield LogRecord(at + _HEAD.size, at + _HEAD.size + length)
                done = _HEAD.size + length + _CRC
            at += done
            self.end = at

    def _in_window(self, window: bytes, base: int) -> Iterator[Tuple[int, int, int]]:
        """The records that lie wholly in the window and may hold a graph: where the data begins and ends, and where the next record is.

        The last one may be of no data, for where to go on. This loop sees millions of scalars, hence no calls in it.
        """
        checksums, unpack, size, count = self._checksums, _HEAD.unpack_from, self._file.size - base, len(window)
        at = 0
        while at < size:
            start = at + 12
            if start > count:
                if start > size:
                    self.damage = _cut_off(base + at)
                break
            length, checksum = unpack(window, at)
            if checksums.get(length) != checksum and not self._is_length(window[at : at + 8], length, checksum):
                self.damage = f"damaged at byte {base + at:,}, where a record's length has another checksum: what follows is not read"
                break
            end = start + length
            if end + _CRC > count:
                if end + _CRC > size:
                    self.damage = _cut_off(base + at)
                break
            at = end + _CRC
            # A summary without a graph, as nearly all records are? Fields come in the order of their numbers.
            place = start + 9  # behind the time
            if place < end and window[place] == _STEP:
                place += 1
                while place < end and window[place] > 127:  # a number's last byte is the one below 128
                    place += 1
                place += 1
            is_summary = place < end and window[place] == _SUMMARY
            if is_summary and (window.find(_BEGIN, place, end) < 0 or not _is_named(window[place:end])):
                continue
            yield start, end, at
        yield at, at, at

    def _is_length(self, data: bytes, length: int, checksum: int) -> bool:
        """Whether a length has its checksum. Those of small ones are kept, which come again and again."""
        if masked_crc32c(data) != checksum:
            return False
        if length < _WINDOW:
            self._checksums[length] = checksum
        return True

    def is_whole(self, record: LogRecord) -> bool:
        """Whether the data of a record has its checksum."""
        found = int.from_bytes(self._file.cut(record.end, record.end + _CRC), "little")
        return masked_crc32c(self._file.cut(record.start, record.end)) == found


def _is_named(data: bytes) -> bool:
    return any(name in data for name in _PLUGINS)


def _cut_off(at: int) -> str:
    return f"cut off in the record at byte {at:,}, as when a run is killed or still writes: what came before is read"
