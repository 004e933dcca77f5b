"""Recognises a file with nothing in it: blanks, comments, or the zero bytes that a copy that failed leaves."""

from __future__ import annotations

import re

from ..format import refused
from ..heads import Head

_COMMENT = re.compile(rb"#[^\n]*")
_BLANKS = b" \t\r\n\f\v\0"
_FIRST = 4096
_LONGEST = 1 << 16
"""Comments are only looked for in a file that is no longer than this; a long text has something besides."""


def _fits(head: Head) -> bool:
    data = head.data[3:] if head.data.startswith(b"\xef\xbb\xbf") else head.data
    # A file that has something has it soon, and is not looked at as a whole.
    if _COMMENT.sub(b"", data[:_FIRST]).strip(_BLANKS):
        return False
    return not (_COMMENT.sub(b"", data) if len(data) <= _LONGEST else data).strip(_BLANKS)


FORMAT = refused(_fits, what="the file is empty (blanks, comments or zero bytes)", do="copy it again")
