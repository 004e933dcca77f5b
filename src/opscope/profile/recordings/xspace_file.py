"""Reads the planes of an XPlane file of any size: in memory are the names of one plane and a piece of one of its lines.

A file is an `XSpace` message (see `xplane_schema`). The lines of a plane are passed over at first, since the names of their events stand behind
them. The events of a line are then parsed piece by piece: some events that follow each other are by themselves a message of these events.
"""

from __future__ import annotations

import io
from itertools import chain
from pathlib import Path
from typing import Any, Callable, Iterator, List, NamedTuple, Pattern, Sequence

from ...errors import LoadError
from ...load.event_files.log_file import LogFile
from ...program.proto import message_class
from ...program.wire import BYTES, BrokenError, fields
from .xplane_schema import XPLANE

_PIECE = 1 << 20
"""So many bytes of a line are parsed at once."""
_MOST_AT_ONCE = 64 << 20
"""What has to be in memory all at once may take so many bytes: the names of a plane, with the programs of XLA, and a single event."""
_PLANES, _LINES, _EVENTS = 1, 3, 4
"""The numbers of these fields: in `XSpace`, in `XPlane`, in `XLine`."""
_EVENT = 0x22
"""The byte with which an event begins in a line: field 4, of a length that is told."""


class _Part(NamedTuple):
    """A field of a message: its number, where its tag begins, where its value begins and ends."""

    number: int
    tag: int
    start: int
    end: int


class XSpaceLine:
    """One thread, or one stream of a device. Its events are read from the file each time that they are gone through."""

    def __init__(self, file: LogFile, span: _Part) -> None:
        self._file = file
        self._end = span.end
        # What a line is called stands before its events: fields are written in the order of their numbers.
        self._start = next(
            (part.tag for part in _parts(file, span.start, span.end) if part.number == _EVENTS), span.end
        )
        head = _parsed(file, "XLine", _at_once(file, span.start, self._start))
        self.name = str(head.name)
        self.timestamp_ns = int(head.timestamp_ns)
        self.file_part = self._start / file.size
        """How much of the file is before its events, from 0 to 1."""

    @property
    def events(self) -> Iterator[Any]:
        """The events, one after another. None of them is to be kept, since it keeps all of its piece."""
        return chain.from_iterable(map(self.parsed, self.pieces()))  # without a call for each of the millions of events

    def events_until(self, end: float, wanted: "Callable[[bytes], Any]" = bool) -> Iterator[Any]:
        """The events of all pieces that are `wanted`, up to the first that begins at a time or later, in picoseconds.

        TensorFlow writes the events of a line in the order of their starts. In the order of their ends, which is how they are recorded, it would be
        only some that last beyond that time which are left out.
        """
        return chain.from_iterable(self._parsed_until(end - self.timestamp_ns * 1000, wanted))

    def events_with(self, pattern: "Pattern[bytes]") -> Iterator[Any]:
        """The events of which the pattern finds something in their bytes. No others are parsed."""
        for piece in self.pieces():
            places = [match.start() for match in pattern.finditer(piece)]
            if places:
                yield from self.parsed(_fields_at(piece, places))

    def _parsed_until(self, offset: float, wanted: "Callable[[bytes], Any]") -> Iterator[Any]:
        for piece in self.pieces():
            # Of what is not wanted one event is enough: what is behind the end is not read on, whatever is in it.
            is_wanted = wanted(piece)
            events = self.parsed(piece if is_wanted else _fields_at(piece, [0]))
            if events and events[0].offset_ps >= offset:
                return
            if is_wanted:
                yield events

    def pieces(self) -> Iterator[bytes]:
        """The bytes of the events, some whole events at a time."""
        file, at = self._file, self._start
        while at < self._end:
            piece = file.cut(at, min(self._end, at + _PIECE))
            whole = _whole_fields(piece)
            if whole == 0:  # a field that is larger than a piece, or that is broken
                end = next(_parts(file, at, self._end)).end
                whole, piece = end - at, _at_once(file, at, end)
            yield piece[:whole]
            at += whole

    def parsed(self, piece: bytes) -> Any:
        """The events of a piece."""
        return _parsed(self._file, "XLine", piece).events


class XSpacePlane:
    """One plane: its names, and its lines, which are read when they are gone through."""

    def __init__(self, file: LogFile, span: _Part) -> None:
        self._file = file
        self._lines: List[_Part] = []
        names: List[bytes] = []
        size = 0
        for part in _parts(file, span.start, span.end):
            if part.number == _LINES:
                self._lines.append(part)
            else:
                size += part.end - part.tag
                _check_size(file, part.tag, size)
                names.append(file.cut(part.tag, part.end))
        plane = _parsed(file, "XPlane", b"".join(names))
        self.name = str(plane.name)
        self.event_metadata = plane.event_metadata
        self.stat_metadata = plane.stat_metadata

    @property
    def lines(self) -> Iterator[XSpaceLine]:
        """The lines, in the order of the file."""
        for span in self._lines:
            yield XSpaceLine(self._file, span)


def in_memory(data: bytes, origin: str) -> LogFile:
    """Bytes, to be read like a file that errors call `origin`."""
    return LogFile(Path(origin), io.BytesIO(data), len(data))


def planes_of(file: LogFile) -> Iterator[XSpacePlane]:
    """The planes of a file. `LoadError` where it is damaged, or no XPlane file."""
    for part in _parts(file, 0, file.size):
        if part.number == _PLANES:
            yield XSpacePlane(file, part)


def _parts(file: LogFile, start: int, end: int) -> Iterator[_Part]:
    """The fields of a message. A field without a length, such as a number, is never one of those that are looked for."""
    at = start
    try:
        for field in fields(file, start, end):
            yield _Part(field.number if field.wire == BYTES else 0, at, field.start, field.end)
            at = field.end
    except BrokenError as error:
        raise _refused(file, f"byte {error.byte:,}: {error}") from error


def _whole_fields(data: bytes) -> int:
    """How many of these bytes are whole fields of a line. This loop sees millions of events, hence no calls in it."""
    at, end = 0, len(data)
    while at + 2 <= end:
        size = data[at + 1]
        if data[at] != _EVENT or (size > 127 and (at + 3 > end or data[at + 2] > 127)):
            try:
                after = next(iter(fields(data, at, end))).end  # another field, or an event of 16 KB or more
            except BrokenError:
                return at
        else:
            after = at + 2 + size if size < 128 else at + 3 + (size & 127 | data[at + 2] << 7)
        if after > end:
            return at
        at = after
    return at


def _fields_at(data: bytes, places: Sequence[int]) -> bytes:
    """Of some whole fields of a line those in which these places lie, which are in order."""
    found: List[bytes] = []
    at = after = 0
    for place in places:
        while after <= place:
            at, size = after, data[after + 1]
            if data[at] != _EVENT or (size > 127 and data[at + 2] > 127):
                after = next(iter(fields(data, at, len(data)))).end
            else:
                after = at + 2 + size if size < 128 else at + 3 + (size & 127 | data[at + 2] << 7)
            if after > place:
                found.append(data[at:after])
    return b"".join(found)


def _at_once(file: LogFile, start: int, end: int) -> bytes:
    _check_size(file, start, end - start)
    return file.cut(start, end)


def _check_size(file: LogFile, at: int, size: int) -> None:
    if size > _MOST_AT_ONCE:
        raise LoadError(f"{file.path}: {size:,} bytes up to byte {at:,} that are no events; record fewer steps")


def _parsed(file: LogFile, message: str, data: bytes) -> Any:
    made = message_class(message, XPLANE)()
    try:
        made.ParseFromString(data)
    except Exception as error:  # protobuf's runtimes raise different classes
        raise _refused(file, str(error)) from error
    return made


def _refused(file: LogFile, why: str) -> LoadError:
    return LoadError(f"{file.path} is not an XPlane file ({why}); record it again")
