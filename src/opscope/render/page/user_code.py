"""Collects the user's code that a page embeds: the lines around those that made ops. If there is none, it says why."""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING, Any, Dict, Iterable, List, NamedTuple, Optional, Tuple

from ...graph.code_lines import code_lines, is_installed
from .source_files import CodeLine, path_below, read_below

if TYPE_CHECKING:
    from ...graph.traced import TracedFiles
    from ...graph.types import Source

AROUND = 12
"""How many lines are embedded before and after each line that made an op."""
MOST_FILES = 1000
"""Of how many files the code is embedded at most.

Without a limit, a hostile model file could name one source file in a thousand ways and so fill the page with it.
"""

LEFT_OUT = "Not embedded: the page was saved without code (sources=False, --no-sources)."
LOADED = "Not embedded: the graph was read from a file. Save with sources=FOLDER (--sources FOLDER), the folder that holds its code."
NOT_RUN = "Not embedded: not one of your own files that ran here. If it is elsewhere, save with sources=FOLDER (--sources FOLDER), the folder that holds it."
NOT_FOUND = "Not embedded: not found in the folder given as sources."

TOO_MANY = f"Not embedded: the page has the code of {MOST_FILES} files already."

Excerpt = List[Tuple[int, str]]
"""Lines as (number from 1, text)."""


class Code(NamedTuple):
    """The code that the page embeds."""

    files: Dict[str, Excerpt]
    """File -> its excerpt."""
    absent: Dict[str, str]
    """File without an excerpt -> why it has none."""


def code(sources: Any, places: Iterable["Source"], traced: "Optional[TracedFiles]") -> Code:
    """The lines around `places`, file by file.

    Files of installed packages and of Python itself are left out, and files that are not UTF-8 text.

    Args:
        sources: ``True`` for the files that this process ran while it traced the graph, ``False`` for none, or a
            folder: then a file below it may be read if `places` name it.
        places: the lines that ops and layers come from. Strangers may have chosen the names of the files.
        traced: which of the names are files that this process ran.
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
    """The lines of a file, if it may be read; otherwise none."""
    if sources is False or PurePath(file).suffix != ".py" or is_installed(file):
        return []
    path = traced.path(file) if traced is not None else None
    if sources is True:
        return code_lines(path) if path is not None else []
    if path is not None:
        real = path_below(sources, path)
        return code_lines(real) if real is not None else []
    return read_below(sources, file, places)


def _why(sources: Any, traced: "Optional[TracedFiles]") -> str:
    """Why a file's code is not embedded."""
    if sources is False:
        return LEFT_OUT
    if sources is not True:
        return NOT_FOUND
    return LOADED if traced is None else NOT_RUN


def _excerpt(lines: List[str], places: List[CodeLine]) -> Excerpt:
    """The lines of a file that are near one of the places."""
    wanted = {line for number, _ in places for line in range(number - AROUND, number + AROUND + 1)}
    return [(line, lines[line - 1]) for line in sorted(wanted) if 1 <= line <= len(lines)]
