"""Opens a zip archive of any other kind than those that have a module of their own: a SavedModel or another file of a model is in it.

Format: PKWARE's APPNOTE, 4.3.7 (local file header), 4.3.16 (the end of an empty archive).
"""

from __future__ import annotations

from pathlib import Path

from ..archives.packed_path import PackedPath
from ..format import archive
from ..heads import SPECIAL_FIRST


def _opens(path: Path) -> PackedPath:
    from ..archives.zipped import open_zip

    return open_zip(path)


FORMAT = archive(
    lambda head: head.data.startswith((b"PK\x03\x04", b"PK\x05\x06")),
    what="a zip archive",
    opens=_opens,
    precedence=SPECIAL_FIRST,
)
