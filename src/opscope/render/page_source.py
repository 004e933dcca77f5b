"""The user's code around every line that ops come from, for embedding in the page."""

from __future__ import annotations

import os
import sysconfig
from pathlib import Path
from typing import Dict, Iterable, List, Mapping, Tuple

AROUND = 12
"""Lines embedded before and after each line that made an op."""
LARGEST = 4 << 20
"""A file with more bytes is not source that someone wrote by hand."""

Excerpt = List[Tuple[int, str]]
"""Pairs of line number, from 1, and text."""


def excerpts(lines: Mapping[str, Iterable[int]]) -> Dict[str, Excerpt]:
    """For each of the user's files that still exists, the lines around those in `lines` (numbers from 1).

    Left out: files of installed packages and of Python itself, and what cannot be read as UTF-8 text.
    """
    found = {}
    for file, numbers in lines.items():
        path = Path(file)
        if path.suffix == ".py" and not _installed(path):
            excerpt = _excerpt(path, set(numbers))
            if excerpt:
                found[file] = excerpt
    return found


def _installed(path: Path) -> bool:
    folders = {sysconfig.get_paths()[name] for name in ("stdlib", "purelib", "platlib")}
    absolute = os.path.realpath(path)
    if "site-packages" in path.parts or "dist-packages" in path.parts:
        return True
    return any(absolute.startswith(os.path.realpath(folder) + os.sep) for folder in folders)


def _excerpt(path: Path, numbers: "set[int]") -> Excerpt:
    try:
        if not path.is_file() or path.stat().st_size > LARGEST:
            return []
        text = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError):
        return []
    wanted = {line for number in numbers for line in range(number - AROUND, number + AROUND + 1)}
    return [(line, text[line - 1]) for line in sorted(wanted) if 1 <= line <= len(text)]
