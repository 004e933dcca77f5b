"""Findings as SARIF 2.1.0, the interchange format of static analysis, which code hosts and editors show beside the code.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html is its definition; paragraphs are cited from there.
"""

from __future__ import annotations

import json
import re
from pathlib import PurePath, PurePosixPath, PureWindowsPath
from typing import TYPE_CHECKING, Any, Dict
from urllib.parse import quote

from ...version import __version__
from ...visible import json_shown, one_line

if TYPE_CHECKING:
    from ...check.check_rule import CheckRule
    from ...check.findings import Findings
    from ...check.hit import Finding

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_ROOT = "SRCROOT"
"""The name of the folder that relative paths start from. Who reads the file knows where it is, this file does not (3.14.14)."""


def findings_sarif(findings: "Findings") -> str:
    """The findings as the text of a ``.sarif`` file."""
    places = {rule.name: place for place, rule in enumerate(findings.rules)}
    driver = {"name": "opscope", "version": __version__, "rules": [_rule(rule) for rule in findings.rules]}
    run: Dict[str, Any] = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {_ROOT: {"description": {"text": "The folder that the command ran in."}}},
        "results": [_result(finding, places) for finding in findings],
        "properties": {"graph": findings.name, "suppressed": findings.suppressed},
    }
    record = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}
    return json_shown(json.dumps(record, indent=2, ensure_ascii=False)) + "\n"


def _rule(rule: "CheckRule") -> Dict[str, Any]:
    """A reportingDescriptor (3.49); its levels are our severities."""
    why = " ".join(rule.why.split())
    return {
        "id": rule.name,
        "shortDescription": {"text": rule.title},
        "fullDescription": {"text": why},
        "help": {"text": f"{rule.title} {why} What to do: {rule.remedy}."},
        "defaultConfiguration": {"level": rule.severity},
        "properties": {"tags": [rule.family]},
    }


def _result(finding: "Finding", places: Dict[str, int]) -> Dict[str, Any]:
    """A result (3.27)."""
    found: Dict[str, Any] = {
        "ruleId": finding.rule,
        "level": finding.severity,
        "message": {"text": _message(f"{finding.message} - {finding.remedy}")},
        "properties": {"nodes": list(finding.nodes), "variable": finding.variable, "figures": dict(finding.figures)},
    }
    if finding.rule in places:
        found["ruleIndex"] = places[finding.rule]
    location = _location(finding)
    if location:
        found["locations"] = [location]
    return found


def _message(text: str) -> str:
    """A plain text message. A name may look like a link, ``[text](address)`` (3.11.6), or like a placeholder, ``{0}`` (3.11.5): it is none."""
    return one_line(text).replace("](", "\\](").replace("{", "{{").replace("}", "}}")


def _location(finding: "Finding") -> Dict[str, Any]:
    """The line and the layer, as far as they are known (3.28)."""
    found: Dict[str, Any] = {}
    if finding.source is not None:
        found["physicalLocation"] = {
            "artifactLocation": _artifact(finding.source.file),
            "region": {"startLine": max(finding.source.line, 1)},
        }
    if finding.group is not None:
        found["logicalLocations"] = [{"fullyQualifiedName": finding.group, "kind": "member"}]
    return found


def _artifact(file: str) -> Dict[str, str]:
    """The place of a file: relative to the folder, or absolute (3.4.3). The name may be a stranger's, so every sign is quoted."""
    path: PurePath = PureWindowsPath(file) if re.match(r"[A-Za-z]:[\\/]", file) else PurePosixPath(file)
    clean = file.encode("utf-8", "replace").decode("utf-8")
    if path.is_absolute():
        return {"uri": "file://" + ("/" if isinstance(path, PureWindowsPath) else "") + quote(_slashes(path, clean))}
    return {"uri": quote(clean), "uriBaseId": _ROOT}


def _slashes(path: PurePath, text: str) -> str:
    return text.replace("\\", "/") if isinstance(path, PureWindowsPath) else text
