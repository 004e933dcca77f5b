"""Reading the user's code where a graph names it: a file that this process ran, or one below the folder that the user named.

The names come from untrusted files, so a name is never opened as it stands. Below a folder it is looked for part by part,
and what is found counts only where it really lies in that folder, symbolic links followed.
"""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path
from typing import Any, Iterator, List, Optional, Sequence, Tuple

from ...errors import InputError, option

DECORATORS = 12
"""A class's or function's place may be that of its first decorator, so many lines above its name."""
LARGEST = 4 << 20
"""A file with more bytes is not source that someone wrote by hand."""
LONGEST_NAME = 4096
"""Characters of a file's name; no system opens a longer one."""
MOST_PARTS = 32
"""How many of a name's last parts are looked for below a folder."""
_FLAGS = os.O_RDONLY | sum(getattr(os, name, 0) for name in ("O_NONBLOCK", "O_NOFOLLOW", "O_CLOEXEC", "O_BINARY"))
"""A pipe that takes a file's place between looking and opening must not be waited for."""

CodeLine = Tuple[int, str]
"""A line, from 1, and the function that it is in."""


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


def read(path: str) -> List[str]:
    """The lines of a regular file of UTF-8 text; none where it is something else, too large, installed, or unreadable."""
    try:
        real = os.path.realpath(path)
        if is_installed(path) or _is_standard(real) or not stat.S_ISREG(Path(real).stat().st_mode):
            return []
        with os.fdopen(os.open(real, _FLAGS), "rb") as file:
            kept = os.fstat(file.fileno())
            if not stat.S_ISREG(kept.st_mode) or kept.st_size > LARGEST:
                return []
            text = file.read(LARGEST).decode("utf-8-sig")
    except (OSError, ValueError):  # ValueError: no UTF-8, or a name that no file has
        return []
    # Python counts these line ends alone; `splitlines` would count form feeds too.
    return re.split("\r\n|\r|\n", text)


def is_installed(name: str) -> bool:
    """Whether a file is an installed package's, here or where its name was written down; told by the name alone."""
    return not {"site-packages", "dist-packages"}.isdisjoint(re.split(r"[/\\]", name))


def _is_standard(real: str) -> bool:
    import sysconfig

    paths = sysconfig.get_paths()
    folders = {Path(os.path.realpath(paths[name])) for name in ("stdlib", "purelib", "platlib")}
    return not folders.isdisjoint(Path(real).parents)


def read_below(folder: str, name: str, places: Sequence[CodeLine]) -> List[str]:
    """The lines of the file that `name` means below `folder`; none where there is none.

    A relative name counts from the folder, and an absolute one must lie in it. Any other name is from another machine or
    working directory: the longest end of it that is a file below the folder is meant, if that has the functions of `places`.
    """
    for parts, is_guess in _candidates(folder, name):
        real = path_below(folder, str(Path(folder, *parts)))
        lines = read(real) if real is not None else []
        if lines and (not is_guess or _fits(lines, places)):
            return lines
    return []


def path_below(folder: str, path: str) -> Optional[str]:
    """Where a file really lies, symbolic links followed; ``None`` where it is not there, or not in the folder."""
    try:
        real = os.path.realpath(path)
        there = os.path.lexists(path) and Path(os.path.realpath(folder)) in Path(real).parents
    except (OSError, ValueError):
        return None
    return real if there else None


def _candidates(folder: str, name: str) -> Iterator[Tuple[Sequence[str], bool]]:
    """The places below a folder that a name may mean, as their parts, the likeliest first, and whether each is a guess.

    Only names are compared here: looking for an absolute path would already touch a place that the file chose.
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
    """Whether joining the parts to a folder could lead to another drive."""
    return any(":" in part for part in parts)


def _fits(lines: Sequence[str], places: Sequence[CodeLine]) -> bool:
    """Whether a file has every line of `places`, and what they name is defined there, at least one of it by name."""
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
