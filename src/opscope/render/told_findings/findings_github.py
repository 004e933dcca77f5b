"""Findings as workflow commands of GitHub Actions: printed in a job, they become annotations of the lines of a pull request.

https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands defines them; what has to be escaped stands in
``command.ts`` of GitHub's own toolkit, https://github.com/actions/toolkit/blob/main/packages/core/src/command.ts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Dict

from ...visible import visible

if TYPE_CHECKING:
    from ...check.findings import Findings
    from ...check.hit import Finding

_COMMANDS = {"error": "error", "warning": "warning", "note": "notice"}
"""Our severity -> GitHub's command."""


def findings_github(findings: "Findings") -> str:
    """A command a line, one for each finding."""
    return "".join(f"{_command(finding)}\n" for finding in findings)


def _command(finding: "Finding") -> str:
    properties: Dict[str, str] = {}
    if finding.source is not None:
        properties = {"file": finding.source.file, "line": str(finding.source.line)}
    properties["title"] = f"opscope {finding.rule}"
    told = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    inside = f" ({finding.inside})" if finding.inside else ""
    return f"::{_COMMANDS[finding.severity]} {told}::{_data(f'{finding.message}{inside} - {finding.remedy}')}"


def _data(text: str) -> str:
    """Text behind the second ``::``. The signs that end a line are escaped, so that no name can begin a command of its own."""
    return visible(text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A"))


def _property(text: str) -> str:
    """The value of a property, which a comma or a colon would end."""
    return _data(text).replace(":", "%3A").replace(",", "%2C")
