"""Recognises a file that is compressed as a whole, in another way than with gzip.

Formats: bzip2; xz, the .xz file format, 2.1.1.1; Zstandard, RFC 8878, 3.1.1; 7-Zip, 7zFormat.txt.
"""

from __future__ import annotations

from ..format import refused

_MAGIC = (b"BZh", b"\xfd7zXZ\0", b"\x28\xb5\x2f\xfd", b"7z\xbc\xaf\x27\x1c")
"""How these files begin, in the order of the list above."""

FORMAT = refused(
    lambda head: head.data.startswith(_MAGIC),
    what="compressed (bzip2, xz, Zstandard or 7-Zip)",
    do="unpack it first",
)
