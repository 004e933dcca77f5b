"""Findings as JSON: docs/json.md says what its keys mean, a schema checks them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Dict

if TYPE_CHECKING:
    from .check_rule import CheckRule
    from .findings import Findings
    from .hit import Finding

FORMAT_NAME, FORMAT_VERSION = "opscope-findings", 1


def findings_record(findings: "Findings") -> Dict[str, Any]:
    """The findings, sorted by severity, then by source, the rules that were looked for, and what the model costs if that was asked."""
    record: Dict[str, Any] = {
        "format": FORMAT_NAME,
        "version": FORMAT_VERSION,
        "findings": [_finding(each) for each in findings],
        "rules": [_rule(each) for each in findings.rules],
        "suppressed": findings.suppressed,
    }
    if findings.figures:  # only then were they asked for
        record["figures"] = dict(findings.figures)
    return record


def _finding(finding: "Finding") -> Dict[str, Any]:
    return {
        "rule": finding.rule,
        "severity": finding.severity,
        "message": finding.message,
        "remedy": finding.remedy,
        "nodes": list(finding.nodes),
        "group": finding.group,
        "variable": finding.variable,
        "source": None if finding.source is None else finding.source._asdict(),
        "figures": dict(finding.figures),
    }


def _rule(rule: "CheckRule") -> Dict[str, Any]:
    return {"name": rule.name, "severity": rule.severity, "family": rule.family, "title": rule.title}
