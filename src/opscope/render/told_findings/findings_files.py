"""Writes findings to a file, in the format of its suffix, or as the command prints them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Callable, Dict, Union

from ...errors import InputError
from ...visible import json_data, one_line
from ..write_file import Data, write

if TYPE_CHECKING:
    import os

    from ...check.findings import Findings


def findings_lines(findings: "Findings") -> str:
    """One line for each finding: ``file:line: severity rule: message (layer) - remedy``."""
    return "".join(f"{one_line(str(finding))}\n" for finding in findings)


def findings_json(findings: "Findings") -> str:
    """The findings as JSON text that ends with a newline."""
    return json_data(json.dumps(findings.to_json(), indent=2, ensure_ascii=False)) + "\n"


FORMATS: Dict[str, Callable[["Findings"], str]] = {"lines": findings_lines, "json": findings_json}
"""What ``--format`` names -> what makes it."""
FINDING_SUFFIXES: Dict[str, Callable[["Findings"], Data]] = {".txt": findings_lines, ".json": findings_json}


def findings_maker(path: "Union[str, os.PathLike[str]]") -> "Callable[[Findings], Data]":
    """What makes the content of the file; `InputError` if findings are not written so."""
    found = FINDING_SUFFIXES.get(Path(path).suffix.lower())
    if found is None:
        raise InputError(f"cannot write findings to {path}; use one of {' '.join(FINDING_SUFFIXES)}")
    return found


def save_findings(findings: "Findings", path: "Union[str, os.PathLike[str]]") -> Path:
    """Write the file, whole or not at all, and return its path."""
    return write(path, findings_maker(path)(findings))
