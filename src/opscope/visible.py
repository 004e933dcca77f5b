"""Names as files and readers can take them: whatever they hold, nothing breaks the markup, hides, or turns the line around."""

from __future__ import annotations

import re

_BAD = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")
"""What XML 1.0 refuses, and what starts a new line or turns the direction of the text behind it."""


def visible(text: str) -> str:
    r"""Text with what neither XML nor a reader can take written as its code.

    >>> print(visible(f"a{chr(0)}b"))
    a\x00b
    """
    return _BAD.sub(lambda match: match[0].encode("unicode_escape").decode("ascii"), text)


def one_line(text: str) -> str:
    r"""Visible text on one line; a line's end is a mark that the shipped fonts have.

    >>> one_line("a\nb\tc")
    'a¶b c'
    """
    return visible(text.replace("\r\n", "\n").replace("\r", " ").replace("\n", "\u00b6").replace("\t", " "))
