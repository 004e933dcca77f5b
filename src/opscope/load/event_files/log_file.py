"""`LogFile`: the bytes of an event file of any size, of which only a window is in memory."""

from __future__ import annotations

import os
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, BinaryIO, Iterator, Union

from ...errors import LoadError
from ..archives.packed_path import FilePlace, PackedPath

if TYPE_CHECKING:
    from ..archives.member_stream import MemberStream

_WINDOW = 1 << 20


class LogFile:
    """Bytes by their place in the file, as those of a `bytes`. What is not in the window is read first."""

    def __init__(self, path: FilePlace, file: "Union[BinaryIO, MemberStream]", size: int) -> None:
        self.path = path
        self.size = size
        self._file = file
        self._start = 0
        self._window = b""

    def __getitem__(self, at: int) -> int:
        if not 0 <= at - self._start < len(self._window):
            self._move(at, _WINDOW)
        return self._window[at - self._start]

    def cut(self, start: int, end: int) -> bytes:
        """The bytes from one place to another."""
        if end - start > _WINDOW:
            return self._read(start, end - start)
        if start < self._start or end > self._start + len(self._window):
            self._move(start, _WINDOW)
        return self._window[start - self._start : end - self._start]

    def _move(self, start: int, count: int) -> None:
        self._window = self._read(start, count)
        self._start = start
        if not self._window:
            raise LoadError(f"{self.path}: the file became shorter while it was read; read it again")

    def _read(self, start: int, count: int) -> bytes:
        try:
            self._file.seek(start)
            return self._file.read(count)
        except MemoryError:
            raise LoadError(
                f"{self.path}: a graph of {count:,} bytes is too large for the free memory; read it on a machine with more"
            ) from None
        except OSError as error:
            raise LoadError(f"{self.path}: cannot be read ({error.strerror}); check the path") from error


@contextmanager
def opened_log(path: FilePlace) -> Iterator[LogFile]:
    """The file, open while the block runs. `LoadError` if it is none or cannot be read."""
    if isinstance(path, PackedPath):
        with closing(path.open_anywhere()) as stream:
            yield LogFile(path, stream, path.stat().st_size)
        return
    if path.exists() and not path.is_file():
        raise LoadError(f"{path}: not a regular file; give an event file, or its folder")
    try:
        file = path.open("rb")
    except OSError as error:
        raise LoadError(f"{path}: cannot be read ({error.strerror}); check the path") from error
    with file:
        yield LogFile(path, file, os.fstat(file.fileno()).st_size)
