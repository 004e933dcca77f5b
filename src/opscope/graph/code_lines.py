"""Reads a file of the user's code: regular, UTF-8, not too large, and none of an installed package.

Whoever calls this has made sure that the file may be read: `TracedFiles` knows those that this process ran.
"""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path
from typing import List

LARGEST = 4 << 20
"""Files with more bytes are not read: nobody has written so much code by hand."""
_FLAGS = os.O_RDONLY | sum(getattr(os, name, 0) for name in ("O_NONBLOCK", "O_NOFOLLOW", "O_CLOEXEC", "O_BINARY"))
"""Between the check of a file and its opening, someone may put a pipe or a link in its place.

With these flags, opening it does not wait for the other end of a pipe, and does not follow a link.
"""


def code_lines(path: str) -> List[str]:
    """The lines of a file; none if it is not a regular file of UTF-8 text, too large, installed, or cannot be read."""
    try:
        real = os.path.realpath(path)
        if is_installed(path) or _is_standard(real) or not stat.S_ISREG(Path(real).stat().st_mode):
            return []
        with os.fdopen(os.open(real, _FLAGS), "rb") as file:
            kept = os.fstat(file.fileno())
            if not stat.S_ISREG(kept.st_mode) or kept.st_size > LARGEST:
                return []
            text = file.read(LARGEST).decode("utf-8-sig")
    except (OSError, ValueError):  # ValueError: not UTF-8, or no file can have this name
        return []
    # Python counts lines by these ends only. `splitlines` would also split at form feeds, and numbers would be wrong.
    return re.split("\r\n|\r|\n", text)


def is_installed(name: str) -> bool:
    """Whether a file is part of an installed package, here or on the machine that the graph comes from, by its name."""
    return not {"site-packages", "dist-packages"}.isdisjoint(re.split(r"[/\\]", name))


def _is_standard(real: str) -> bool:
    """Whether a file is part of Python's standard library or of this environment's installed packages."""
    import sysconfig

    paths = sysconfig.get_paths()
    folders = {Path(os.path.realpath(paths[name])) for name in ("stdlib", "purelib", "platlib")}
    return not folders.isdisjoint(Path(real).parents)
