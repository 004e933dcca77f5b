"""Reads files of a ``.keras`` archive into memory; none is unpacked to disk, and none larger than a limit is read.

Format: PKWARE's APPNOTE; the members are those of keras/src/saving/saving_lib.py.
"""

from __future__ import annotations

import struct
import zipfile
from typing import IO, Optional, cast

from ...errors import LoadError
from ..archives.damage import READER_ERRORS
from ..archives.member_names import check_names
from ..byte_file import ByteFile

CONFIGURATION, METADATA, WEIGHTS_FILE = "config.json", "metadata.json", "model.weights.h5"
_MOST_TEXT = 1 << 26
"""Bytes of the configuration; that of the largest models has some megabytes."""
_MOST_PACKED = 1 << 28
"""Bytes of weights that are compressed, which Keras does not do. As they lie in the archive they may be of any size."""


class Archive:
    """A ``.keras`` file. `LoadError` if it is damaged, or made to deceive."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        try:
            self._zip = zipfile.ZipFile(cast("IO[bytes]", ByteFile(data)))
            names = self._zip.namelist()
        except READER_ERRORS:
            raise LoadError("a damaged .keras archive; was it copied completely?") from None
        check_names(names, again="save the model again")

    def text(self, name: str) -> bytes:
        """A small file; empty if it is not there."""
        return self._read(name, _MOST_TEXT) or b""

    def weights(self) -> Optional[bytes]:
        """The file with the weights; ``None`` if it is not there. One that is not packed is not copied, which may be of any size."""
        try:
            info = self._zip.getinfo(WEIGHTS_FILE)
        except KeyError:
            return None
        start = self.weights_start()
        if start is None:
            return self._read(WEIGHTS_FILE, _MOST_PACKED)
        if start + info.file_size > len(self._data):
            raise LoadError(f"{WEIGHTS_FILE} in the archive cannot be read; was it copied completely?")
        # What reads it takes any bytes-like object.
        return memoryview(self._data)[start : start + info.file_size]  # type: ignore[return-value]

    def weights_start(self) -> Optional[int]:
        """At which byte of the archive the file with the weights begins; ``None`` if it is packed."""
        info = self._zip.getinfo(WEIGHTS_FILE)
        if info.compress_type != zipfile.ZIP_STORED:
            return None
        # The lengths of the name and of the extra field before the data, which may differ from those in the directory.
        lengths = self._data[info.header_offset + 26 : info.header_offset + 30]
        if len(lengths) < 4:
            raise LoadError(f"{WEIGHTS_FILE} in the archive cannot be read; was it copied completely?")
        name, extra = struct.unpack("<HH", lengths)
        return int(info.header_offset) + 30 + int(name) + int(extra)

    def _read(self, name: str, most: int) -> Optional[bytes]:
        try:
            info = self._zip.getinfo(name)
        except KeyError:
            return None
        if info.file_size > most:
            raise LoadError(
                f"{name} in the archive is {info.file_size:,} bytes unpacked, more than any model's; is this the right file?"
            )
        try:
            with self._zip.open(info) as file:
                # What is said of the size may be wrong, so no more is unpacked than is said.
                return file.read(info.file_size)
        except READER_ERRORS:
            raise LoadError(f"{name} in the archive cannot be read; was it copied completely?") from None
