"""Recognises a zip archive of any other kind than those that have a module of their own.

Format: PKWARE's APPNOTE, 4.3.7 (local file header), 4.3.16 (the end of an empty archive).
"""

from __future__ import annotations

from ..format import TRACE, refused
from ..heads import SPECIAL_FIRST

FORMAT = refused(
    lambda head: head.data.startswith((b"PK\x03\x04", b"PK\x05\x06")),
    what="a zip archive",
    do=f"unpack it first, and give the model that is in it; if it is a .keras file, load it with Keras, give that to {TRACE}",
    precedence=SPECIAL_FIRST,
)
