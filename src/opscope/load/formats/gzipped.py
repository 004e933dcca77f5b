"""Opens what gzip compressed: a tar archive, as TensorFlow Hub and Kaggle give models, or one file of a model.

Format: gzip, RFC 1952, 2.3.1.
"""

from __future__ import annotations

from pathlib import Path

from ..archives.packed_path import PackedPath
from ..format import archive


def _opens(path: Path) -> PackedPath:
    from ..archives.tarred import open_gzip

    return open_gzip(path)


FORMAT = archive(lambda head: head.data.startswith(b"\x1f\x8b"), what="a gzip file", opens=_opens)
