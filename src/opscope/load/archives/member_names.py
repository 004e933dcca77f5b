"""Refuses archives whose names deceive: a file that is in them twice, or one for a place outside of where they are unpacked."""

from __future__ import annotations

import re
from collections import Counter
from typing import Sequence

from ...errors import LoadError

_DRIVE = re.compile("[A-Za-z]:")
"""How a path begins that names a drive of Windows."""


def check_names(names: Sequence[str], *, again: str) -> None:
    """`LoadError` if two files have one name or one leads out of the archive. `again` is how to make a better one."""
    for name in names:
        if name.startswith(("/", "\\")) or ".." in name.replace("\\", "/").split("/") or _DRIVE.match(name):
            raise LoadError(f"the archive has a file for a place outside of it, {name!r}; do not unpack it")
    (name, count), *_ = Counter(_plain(name) for name in names).most_common(1) or [("", 0)]
    if count > 1:
        raise LoadError(f"{name!r} is in the archive {count} times, so that readers differ in which counts; {again}")


def _plain(name: str) -> str:
    """The name without what changes nothing: ``a/b`` for ``./a//b``."""
    return "/".join(part for part in name.split("/") if part not in ("", "."))
