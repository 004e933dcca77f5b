"""`ByteFile`: bytes as a file to read, without a copy of them."""

from __future__ import annotations

import io


class ByteFile(io.RawIOBase):
    """The bytes of a file, or of a map of it. `io.BytesIO` would copy a map, and with that read all of the weights in it."""

    def __init__(self, data: bytes) -> None:
        super().__init__()
        self._view = memoryview(data)
        self._at = 0

    def readable(self) -> bool:
        """True."""
        return True

    def seekable(self) -> bool:
        """True."""
        return True

    def readinto(self, buffer: "bytearray") -> int:  # type: ignore[override]
        """Fill a buffer with what comes next; how many bytes that are."""
        found = self._view[self._at : self._at + len(buffer)]
        buffer[: len(found)] = found
        self._at += len(found)
        return len(found)

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to a place; where that is."""
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: len(self._view)}[whence]
        if start + offset < 0:
            raise ValueError(f"a place of {start + offset:,}, before the beginning")
        self._at = start + offset
        return self._at

    def tell(self) -> int:
        """The place of what is read next."""
        return self._at
