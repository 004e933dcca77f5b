"""Goes through the records of an event file, and finds those that may hold a graph, without reading the others.

Format: tensorflow/core/lib/io/record_writer.h: the length of the data (8 bytes), its checksum, the data, its checksum. The checksum of
each length is compared; that of the data only where the data is used (`picked_graph`): a log is mostly scalars, images and histograms.
"""

from __future__ import annotations

import struct
from typing import Dict, Iterator, NamedTuple, Optional

from .checksum import masked_crc32c
from .log_file import LogFile

_HEAD = struct.Struct("<QI")
_CRC = 4
_SMALL = 4096
"""Summaries of up to so many bytes are searched for the names below; in a larger one, an image say, fields are looked at one by one."""
_PLUGINS = (b"graph_run_metadata", b"graph_keras_model")
"""Names of TensorBoard's plugins, one of which a summary with a graph has. ``graph_run_metadata_graph`` begins as the first."""
_STEP, _SUMMARY = 0x10, 0x2A
"""The tags of an event's fields 2 (``step``) and 5 (``summary``)."""


class LogRecord(NamedTuple):
    """Where the data of a record begins and ends."""

    start: int
    end: int


class LogRecords:
    """The records of a file that may hold a graph. After the last one, `damage` says why not all of the file was read."""

    def __init__(self, file: LogFile) -> None:
        self._file = file
        self.damage: Optional[str] = None

    def __iter__(self) -> Iterator[LogRecord]:
        cut, size = self._file.cut, self._file.size
        checksums: Dict[int, int] = {}  # of lengths, which are often the same
        at = 0
        while at < size:
            start = at + _HEAD.size
            if start + _CRC > size:
                self.damage = _cut_off(at)
                return
            length, checksum = _HEAD.unpack(cut(at, start))
            if checksums.get(length) != checksum:
                if masked_crc32c(cut(at, at + 8)) != checksum:
                    self.damage = f"damaged at byte {at:,}, where a record's length has another checksum: what follows is not read"
                    return
                if length < _SMALL:
                    checksums[length] = checksum
            end = start + length
            if end + _CRC > size:
                self.damage = _cut_off(at)
                return
            if length > _SMALL or not _is_plain_summary(cut(start, end)):
                yield LogRecord(start, end)
            at = end + _CRC

    def is_whole(self, record: LogRecord) -> bool:
        """Whether the data of a record has its checksum."""
        found = int.from_bytes(self._file.cut(record.end, record.end + _CRC), "little")
        return masked_crc32c(self._file.cut(record.start, record.end)) == found


def _cut_off(at: int) -> str:
    return f"cut off in the record at byte {at:,}, as when a run is killed or still writes: what came before is read"


def _is_plain_summary(data: bytes) -> bool:
    """Whether an event is a summary without a graph, as nearly all are. Fields come in the order of their numbers."""
    at = 9  # behind the time
    if data[at : at + 1] == bytes((_STEP,)):
        at += 1
        while at < len(data) and data[at] > 127:  # a number's last byte is the one below 128
            at += 1
        at += 1
    return data[at : at + 1] == bytes((_SUMMARY,)) and not any(name in data for name in _PLUGINS)
