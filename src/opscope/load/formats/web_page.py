"""Recognises a web page, or another answer of a server in XML, that was saved in place of a file.

Formats: HTML, 13.1.1 (the DOCTYPE); XML 1.0, 2.8.
"""

from __future__ import annotations

import re

from ..format import refused

_BEGINNING = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<!--.*?-->\s*)*<(?:!doctype|html|head|body|\?xml)\b", re.DOTALL | re.IGNORECASE
)

FORMAT = refused(
    lambda head: _BEGINNING.match(head.data[:4096]) is not None,
    what="a web page (HTML or XML), not the model",
    do="download the file itself; a page that shows a file often has a link to it called raw or download",
    precedence=1,
)
