"""The files that a survey writes, by their suffixes."""

from __future__ import annotations

from pathlib import Path, PurePath
from typing import Callable, Dict, List, Optional, Sequence, Tuple

from ..errors import InputError
from ..render.write_file import write
from ..suggestions import meant_or_known
from .model_rows import Asked, ModelRow

LINES = ".jsonl"
Maker = Callable[[Sequence[ModelRow], Asked, Optional[Path]], None]


def survey_makers(paths: Sequence[str]) -> List[Tuple[str, Maker]]:
    """For each path what writes it, of rows, what was asked, and the folder of drawings.

    Raises:
        InputError: no survey is written with such a suffix.
        MissingDependencyError: a package that writes it is not installed.
    """
    return [(path, _maker(path)) for path in paths]


def journal_path(paths: Sequence[str]) -> str:
    """Where rows are kept as they come: the first ``.jsonl`` that is written, else one beside the first file."""
    return next((path for path in paths if _suffix(path) == LINES), f"{paths[0]}{LINES}")


def _suffix(path: str) -> str:
    return PurePath(path).suffix.lower()


def _maker(path: str) -> Maker:
    make = _MAKERS.get(_suffix(path))
    if make is None:
        raise InputError(
            f"{path}: a survey is not written as {_suffix(path) or 'a file without a suffix'}; {meant_or_known(_suffix(path), _MAKERS)}"
        )
    return make(path)


def _lines(path: str) -> Maker:
    from .journal import line_of

    def make(rows: Sequence[ModelRow], _: Asked, __: Optional[Path]) -> None:
        write(path, "".join(map(line_of, rows)))

    return make


def _csv(path: str) -> Maker:
    from .row_tables import csv_text

    def make(rows: Sequence[ModelRow], _: Asked, __: Optional[Path]) -> None:
        write(path, csv_text(rows))

    return make


def _parquet(path: str) -> Maker:
    from .row_tables import parquet_bytes, require_parquet

    require_parquet(path)

    def make(rows: Sequence[ModelRow], _: Asked, __: Optional[Path]) -> None:
        write(path, parquet_bytes(rows))

    return make


def _html(path: str) -> Maker:
    def make(rows: Sequence[ModelRow], asked: Asked, drawings: Optional[Path]) -> None:
        from .survey_page import survey_html

        write(path, survey_html(rows, asked, drawings, Path(path).parent))

    return make


_MAKERS: Dict[str, Callable[[str], Maker]] = {".html": _html, LINES: _lines, ".csv": _csv, ".parquet": _parquet}
