"""Makes one clear line of whatever the readers of archives raise for broken bytes."""

from __future__ import annotations

import zipfile
import zlib
from contextlib import contextmanager
from typing import Iterator

from ...errors import LoadError


@contextmanager
def damaged(origin: str) -> Iterator[None]:
    """Inside, an error of an archive's reader becomes a `LoadError` about `origin`."""
    try:
        yield
    except LoadError:
        raise
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError, ValueError):
        raise LoadError(f"{origin}: a damaged archive; was it copied completely?") from None
