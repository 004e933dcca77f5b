"""Writes findings to a file, in the format of its suffix, or as the command prints them."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Callable, Dict, Union

from ...errors import InputError
from ...suggestions import did_you_mean
from ...visible import json_data
from ..write_file import write
from .findings_github import findings_github
from .findings_junit import findings_junit
from .findings_sarif import findings_sarif
from .findings_text import findings_lines, findings_text

if TYPE_CHECKING:
    import os

    from ...check.findings import Findings


def findings_json(findings: "Findings") -> str:
    """The findings as JSON text that ends with a newline."""
    return json_data(json.dumps(findings.to_json(), indent=2, ensure_ascii=False)) + "\n"


FINDING_FORMATS: Dict[str, Callable[["Findings"], str]] = {
    "lines": findings_lines,
    "text": findings_text,
    "json": findings_json,
    "sarif": findings_sarif,
    "github": findings_github,
    "junit": findings_junit,
}
"""What ``--format`` names -> what makes it."""
FINDING_SUFFIXES = {".txt": "lines", ".json": "json", ".sarif": "sarif", ".xml": "junit"}
"""The suffix of a file -> the name of its format."""


def findings_format(name: str, fail_on: str = "warning") -> "Callable[[Findings], str]":
    """What makes this format. `fail_on` is the least severity that fails, which JUnit tells from the rest."""
    return partial(findings_junit, fail_on=fail_on) if name == "junit" else FINDING_FORMATS[name]


def findings_maker(path: "Union[str, os.PathLike[str]]", fail_on: str = "warning") -> "Callable[[Findings], str]":
    """What makes the content of the file; `InputError` if findings are not written so."""
    found = FINDING_SUFFIXES.get(Path(path).suffix.lower())
    if found is None:
        remedy = did_you_mean(Path(path).suffix, FINDING_SUFFIXES) or f"use one of {' '.join(FINDING_SUFFIXES)}"
        raise InputError(f"cannot write findings to {path}; {remedy}")
    return findings_format(found, fail_on)


def save_findings(findings: "Findings", path: "Union[str, os.PathLike[str]]") -> Path:
    """Write the file, whole or not at all, and return its path."""
    return write(path, findings_maker(path)(findings))
