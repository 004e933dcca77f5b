"""Opens a tar archive, in which a SavedModel or another file of a model is.

Format: POSIX.1, pax, ustar interchange format: the magic in the first entry's header.
"""

from __future__ import annotations

from pathlib import Path

from ..archives.packed_path import PackedPath
from ..format import archive


def _opens(path: Path) -> PackedPath:
    from ..archives.tarred import open_tar

    return open_tar(path)


FORMAT = archive(lambda head: head.data[257:262] == b"ustar", what="a tar archive", opens=_opens)
