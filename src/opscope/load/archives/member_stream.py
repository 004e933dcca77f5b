"""`MemberStream`: one file of an archive of any size, in which places are sought though archives are unpacked from the beginning."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO, Callable

from .damage import damaged

if TYPE_CHECKING:
    from .packed_path import Unpacking

_SKIPPED = 1 << 20
"""How many bytes are read at once of what is not wanted."""


class MemberStream:
    """The bytes of one file, from any place on. Going forward unpacks what lies between, going back begins the file again."""

    def __init__(self, origin: str, opens: Callable[[], BinaryIO], before: int, unpacking: "Unpacking") -> None:
        """`before` are the bytes of the archive that are unpacked each time the file is begun."""
        self._origin, self._opens, self._before, self._unpacking = origin, opens, before, unpacking
        self._stream = self._begun()
        self._at = 0

    def _begun(self) -> BinaryIO:
        with damaged(self._origin):
            self._unpacking.count(self._before)
            return self._opens()

    def seek(self, place: int) -> None:
        """Go to a place, counted from the file's beginning."""
        if place < self._at:
            self.close()
            self._stream, self._at = self._begun(), 0
        while self._at < place and self.read(min(_SKIPPED, place - self._at)):
            pass

    def read(self, size: int) -> bytes:
        """The next bytes; fewer at the end. `LoadError` where the archive is damaged."""
        with damaged(self._origin):
            self._unpacking.count(size)
            data = self._stream.read(size)
        self._at += len(data)
        return data

    def close(self) -> None:
        """Close the file."""
        self._stream.close()
