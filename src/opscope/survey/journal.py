"""The rows that were read so far, a line of JSON each: written as they come, so that whatever ends the work, what is done is done.

It is the ``.jsonl`` that a survey writes, and what another survey of the same models looks into before it reads anything.
"""

from __future__ import annotations

import json
import os
from contextlib import suppress
from pathlib import Path
from typing import Any, Dict, Iterable, Mapping, Optional, TextIO

from ..errors import WriteError
from ..render.write_file import expanded, write
from ..visible import json_data
from .found_models import FoundModel
from .model_rows import Asked, ModelRow

FINAL = frozenset({"read", "refused"})
"""What became of a model that need not be tried again: a time limit and an ended process may go otherwise next time."""


class Journal:
    """The rows of one file of lines, and the way to add more."""

    def __init__(self, path: "str | os.PathLike[str]") -> None:
        self.path = expanded(path)
        self._old = self.path.read_bytes() if self.path.is_file() else b""
        self._file: Optional[TextIO] = None

    def rows(self) -> Dict[str, ModelRow]:
        """Path -> the last row of it. A line that was cut off while it was written, or is no row, is passed over."""
        found: Dict[str, ModelRow] = {}
        for line in self._old.splitlines():
            with suppress(ValueError):  # also of bytes that are no text
                row = json.loads(line)
                if isinstance(row, dict) and isinstance(row.get("path"), str):
                    found[row["path"]] = row
        return found

    def add(self, row: ModelRow) -> None:
        """Write a row, so that it is there even if this process is killed now.

        Raises:
            WriteError: the file cannot be written.
        """
        try:
            if self._file is None:
                self._file = self.path.open("a", encoding="utf-8", errors="replace")
                if self._old and not self._old.endswith(b"\n"):
                    self._file.write("\n")  # behind a line that was cut off
            self._file.write(line_of(row))
            self._file.flush()
        except OSError as error:
            raise WriteError(f"cannot write {self.path}: {error.strerror or error}; choose another path") from error

    def finish(self, rows: Iterable[ModelRow]) -> None:
        """Put exactly these rows in place of all lines, in their order."""
        self.close()
        write(self.path, "".join(map(line_of, rows)))

    def close(self) -> None:
        """Write nothing more."""
        if self._file is not None:
            self._file.close()
            self._file = None


def line_of(row: ModelRow) -> str:
    """A row as one line of JSON."""
    return f"{json_data(json.dumps(row, ensure_ascii=False))}\n"


def is_still_true(row: Mapping[str, Any], model: FoundModel, asked: Asked, drawings: Optional[Path]) -> bool:
    """Whether a row that was written before says of the file as it is now what is asked now."""
    return (
        (row.get("stamp"), row.get("asked")) == (model.stamp, asked.record)
        and row.get("outcome") in FINAL
        and (drawings is None or row.get("outcome") != "read" or _has_drawing(row, drawings))
    )


def _has_drawing(row: Mapping[str, Any], folder: Path) -> bool:
    name = row.get("drawing")
    return isinstance(name, str) and (folder / Path(name).name).is_file()
