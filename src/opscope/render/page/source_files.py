"""Reads the source files that a graph names: those that this process ran, or those below a folder that the user allows.

The names may come from strange files, so a name is never opened as it is. A file is looked for below the folder, and
counts only if it really lies there once symbolic links are followed.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any, Iterator, List, Optional, Sequence, Tuple

from ...errors import InputError, option
from ...graph.code_lines import code_lines

DECORATORS = 12
"""The line of a class or function may be that of its first decorator, at most so many lines above its name."""
LONGEST_NAME = 4096
"""Longer names are not looked for: no system can open a file with such a name."""
MOST_PARTS = 32
"""How many of the last parts of a name are looked for below a folder."""
CodeLine = Tuple[int, str]
"""A line's number, from 1, and the function that the line is in."""


def check_sources(sources: Any) -> None:
    """`InputError` unless `sources` is true, false, or a folder that exists."""
    if isinstance(sources, bool):
        return
    try:
        folder = os.fspath(sources)
        there = isinstance(folder, str) and folder != "" and Path(folder).is_dir()
    except (TypeError, ValueError):
        msg = (
            f"{option('sources')} {sources!r} is not known; use True, False, or the folder below which code may be read"
        )
        raise InputError(msg) from None
    if not there:
        msg = f"{option('sources', str(folder))} is not a folder; give the one that holds the model's code"
        raise InputError(msg)


def read_below(folder: str, name: str, places: Sequence[CodeLine]) -> List[str]:
    """The lines of the file below `folder` that is meant by `name`; none if there is no such file.

    A relative name is looked for from the folder on; an absolute name counts if it lies in the folder. If that finds
    nothing, the name may come from another machine or working directory. Then the longest end of it that is a file
    below the folder is taken, but only if that file has the functions of `places`.
    """
    for parts, is_guess in _candidates(folder, name):
        real = path_below(folder, str(Path(folder, *parts)))
        lines = code_lines(real) if real is not None else []
        if lines and (not is_guess or _fits(lines, places)):
            return lines
    return []


def path_below(folder: str, path: str) -> Optional[str]:
    """Where a file really is, once symbolic links are followed; ``None`` if it is missing or not in the folder."""
    try:
        real = os.path.realpath(path)
        there = os.path.lexists(path) and Path(os.path.realpath(folder)) in Path(real).parents
    except (OSError, ValueError):
        return None
    return real if there else None


def _candidates(folder: str, name: str) -> Iterator[Tuple[Sequence[str], bool]]:
    """The paths below a folder that a name may mean, the likeliest first: as parts, and whether it is a guess.

    Only names are compared here. To look for an absolute path on the disk would be dangerous already, as a stranger may
    have chosen it.
    """
    if "\0" in name or len(name) > LONGEST_NAME:
        return
    whole = Path(os.path.normpath(name))
    if whole.is_absolute():
        for root in (Path(os.path.normpath(Path(folder).absolute())), Path(os.path.realpath(folder))):
            if root in whole.parents:
                yield whole.relative_to(root).parts, False
    elif not whole.anchor and os.pardir not in whole.parts and not _has_drive(whole.parts):
        yield whole.parts, False
    parts = [part for part in re.split(r"[/\\]", name) if part not in ("", os.curdir)]
    if os.pardir in parts:
        parts = parts[len(parts) - parts[::-1].index(os.pardir) :]
    for start in range(max(len(parts) - MOST_PARTS, 0), len(parts)):
        if not _has_drive(parts[start:]):
            yield parts[start:], True


def _has_drive(parts: Sequence[str]) -> bool:
    """Whether the parts, joined to a folder, could lead to another drive on Windows."""
    return any(":" in part for part in parts)


def _fits(lines: Sequence[str], places: Sequence[CodeLine]) -> bool:
    """Whether a file may be the one that `places` are in.

    It has to have all their lines. And a function that a line is in has to be defined before the line (or shortly after
    it, as decorators may stand between). At least one place has to be in a named function, so that there is something
    to compare.
    """
    told = False
    for line, function in places:
        name = function.rpartition(".")[2]
        if line > len(lines):
            return False
        if name.isidentifier():
            defined = re.compile(rf"\s*(?:async\s+)?(?:def|class)\s+{re.escape(name)}\b")
            if not any(defined.match(text) for text in lines[: line + DECORATORS]):
                return False
            told = True
    return told
