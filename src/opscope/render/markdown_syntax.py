"""Writes texts into Markdown. Names of strangers are escaped: none of them is a link, a tag, a mention or a formula."""

from __future__ import annotations

import html
import re

from ..visible import one_line

_SPECIAL = set("\\`*_[]|~$")
_LINKING = re.compile(r"@|#|GH-(?=\d)|:(?=//)|www(?=\.)", re.IGNORECASE)
"""What GitHub makes a mention, a reference or a link of, by itself, together with what is behind it."""
_NO_WIDTH = "&#8203;"
"""A space of no width, which parts the two. An entity in place of the sign does not help: it is decoded before mentions are looked for."""


def escaped(text: str) -> str:
    r"""Text as Markdown shows it as it is.

    >>> print(escaped("a_b <b> @me"))
    a\_b &lt;b&gt; @&#8203;me
    """
    unlinked = _LINKING.sub(lambda found: f"{found[0]}{_NO_WIDTH}", html.escape(one_line(text), quote=False))
    return "".join(f"\\{sign}" if sign in _SPECIAL else sign for sign in unlinked)
