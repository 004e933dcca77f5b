"""Looks at the beginning of a file: is it text, and with which word does it begin? Formats tell by that what is theirs."""

from __future__ import annotations

import re
from typing import BinaryIO, NamedTuple, Optional, Tuple

from .byte_file import ByteFile
from .zip_names import zip_names

_TEXT = re.compile(rb"\s*(?:#[^\n]*\s*)*([A-Za-z_]\w*)\s*[:{<]")
"""How a message in protobuf's text format begins, behind comments: ``node {``, ``node <``, ``saved_model_schema_version:``."""
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1f]")
"""Bytes that no text has; tabs and ends of lines are left out."""
_LOOKED_AT = 4096
"""How many bytes must look like text. A binary message hardly has so many without a control character."""
SPECIAL_FIRST = 2
"""The precedence of a format that is asked after its special kinds: a zip archive after a ``.keras`` file."""


class Head(NamedTuple):
    """A file's bytes; if they are a message in protobuf's text format, also its first word, else ``None``."""

    data: bytes
    word: Optional[str]
    name: str = ""
    """What the file is called: for the one kind of file that has no mark of its own, see `formats.checkpoint`."""
    names: Tuple[str, ...] = ()
    """The names of the files in it, if it is a zip archive."""

    def word_in(self, *words: str) -> bool:
        """Whether the file is text and begins with one of these words."""
        return self.word in words


def look(data: bytes, name: str = "") -> Head:
    """Look at the beginning of a file. Text begins with a word and a colon or brace and has no control characters."""
    start = data[:_LOOKED_AT]
    match = _TEXT.match(data) if _TEXT.match(start) and not _CONTROL.search(start) else None
    return Head(data, match.group(1).decode() if match else None, name, zip_names(ByteFile(data)))


def look_at_archive(file: BinaryIO) -> Head:
    """Look at the beginning of a file that may be an archive: only that is read of it, and the names in a zip archive."""
    start = file.read(_LOOKED_AT)
    file.seek(0)
    return Head(start, None, "", zip_names(file))
