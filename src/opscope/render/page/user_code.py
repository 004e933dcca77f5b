"""The user's code around every line that ops come from, for embedding in the page, and why where there is none."""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING, Any, Dict, Iterable, List, NamedTuple, Optional, Tuple

from .source_files import CodeLine, is_installed, path_below, read, read_below

if TYPE_CHECKING:
    from ...graph.traced import TracedFiles
    from ...graph.types import Source

AROUND = 12
"""Lines embedded before and after each line that made an op."""
MOST_FILES = 1000
"""Files whose code is embedded; beyond, a file that names one module a thousand ways would fill the page with it."""

LEFT_OUT = "Not embedded: the page was saved without code (sources=False, --no-sources)."
LOADED = "Not embedded: the graph was read from a file. Save with sources=FOLDER (--sources FOLDER), the folder that holds its code."
NOT_RUN = "Not embedded: not one of your own files that ran here. If it is elsewhere, save with sources=FOLDER (--sources FOLDER), the folder that holds it."
NOT_FOUND = "Not embedded: not found in the folder given as sources."

TOO_MANY = f"Not embedded: the page has the code of {MOST_FILES} files already."

Excerpt = List[Tuple[int, str]]
"""Pairs of line number, from 1, and text."""


class Code(NamedTuple):
    """The excerpt of each file that may be read, and of the others why there is none."""

    files: Dict[str, Excerpt]
    absent: Dict[str, str]


def code(sources: Any, places: Iterable["Source"], traced: "Optional[TracedFiles]") -> Code:
    """The lines around `places`, file by file.

    Args:
        sources: ``True`` for the files that this process ran while it traced the graph, ``False`` for none, or the folder
            below which any file that `places` name may be read.
        places: where ops and layers come from. Their files' names may be a stranger's.
        traced: which of the names are files that this process ran.

    Left out: files of installed packages and of Python itself, and what cannot be read as UTF-8 text.
    """
    by_file: Dict[str, List[CodeLine]] = {}
    for source in places:
        by_file.setdefault(source.file, []).append((source.line, source.function))
    found: Dict[str, Excerpt] = {}
    absent: Dict[str, str] = {}
    for file, own in by_file.items():
        lines = _lines(sources, file, own, traced) if len(found) < MOST_FILES else []
        excerpt = _excerpt(lines, own)
        if excerpt:
            found[file] = excerpt
        elif not lines:
            absent[file] = TOO_MANY if len(found) == MOST_FILES else _why(sources, traced)
    return Code(found, absent)


def _lines(sources: Any, file: str, places: List[CodeLine], traced: "Optional[TracedFiles]") -> List[str]:
    if sources is False or PurePath(file).suffix != ".py" or is_installed(file):
        return []
    path = traced.path(file) if traced is not None else None
    if sources is True:
        return read(path) if path is not None else []
    if path is not None:
        real = path_below(sources, path)
        return read(real) if real is not None else []
    return read_below(sources, file, places)


def _why(sources: Any, traced: "Optional[TracedFiles]") -> str:
    if sources is False:
        return LEFT_OUT
    if sources is not True:
        return NOT_FOUND
    return LOADED if traced is None else NOT_RUN


def _excerpt(lines: List[str], places: List[CodeLine]) -> Excerpt:
    wanted = {line for number, _ in places for line in range(number - AROUND, number + AROUND + 1)}
    return [(line, lines[line - 1]) for line in sorted(wanted) if 1 <= line <= len(lines)]
