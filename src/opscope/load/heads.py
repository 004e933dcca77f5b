"""What the beginning of a file shows: its bytes, and the first word of a text. Formats tell by it what is theirs."""

from __future__ import annotations

import re
from typing import NamedTuple, Optional

_TEXT = re.compile(rb"\s*(?:#[^\n]*\s*)*([A-Za-z_]\w*)\s*[:{<]")
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1f]")
_LOOKED_AT = 4096
"""How many bytes have to be text before a file counts as one."""


class Head(NamedTuple):
    """A file's bytes, and their first word where they are a message in protobuf's text format."""

    data: bytes
    word: Optional[str]

    def word_in(self, *words: str) -> bool:
        """Whether it is a text that begins with one of these words."""
        return self.word in words


def look(data: bytes) -> Head:
    """Look at the beginning of a file. A text has a word and a colon or brace, and no control characters."""
    start = data[:_LOOKED_AT]
    match = _TEXT.match(data) if _TEXT.match(start) and not _CONTROL.search(start) else None
    return Head(data, match.group(1).decode() if match else None)
