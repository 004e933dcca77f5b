"""Recognises pictures and PDFs by how they begin.

Formats: PNG, 5.2; JPEG, B.1.1.3; GIF89a, 17; TIFF 6.0, 2; RIFF with WEBP; PDF, 7.5.2; SVG 2, 5.1.
"""

from __future__ import annotations

import re

from ..format import refused
from ..heads import Head

_MAGIC = (b"\x89PNG\r\n", b"\xff\xd8\xff", b"GIF87a", b"GIF89a", b"II*\0", b"MM\0*", b"%PDF-")
_SVG = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*>\s*)?(?:<!(?:--.*?--|doctype svg[^>]*)>\s*)*<svg\b", re.DOTALL | re.IGNORECASE
)


def _fits(head: Head) -> bool:
    is_webp = head.data[:4] == b"RIFF" and head.data[8:12] == b"WEBP"
    return is_webp or head.data.startswith(_MAGIC) or _SVG.match(head.data[:4096]) is not None


FORMAT = refused(_fits, what="a picture", do="give the model that it shows")
