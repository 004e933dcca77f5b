"""Makes one clear line of whatever the readers of archives raise for broken bytes."""

from __future__ import annotations

import zipfile
import zlib
from contextlib import contextmanager
from typing import Iterator

from ...errors import LoadError

READER_ERRORS = (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError, ValueError)
"""What Python's readers raise for broken bytes. A `LoadError`, which is a ValueError, is among them: let it pass first."""


@contextmanager
def damaged(origin: str) -> Iterator[None]:
    """Inside, an error of an archive's reader becomes a `LoadError` about `origin`."""
    try:
        yield
    except LoadError:
        raise
    except READER_ERRORS:
        raise LoadError(f"{origin}: a damaged archive; was it copied completely?") from None
