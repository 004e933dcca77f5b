"""Findings as text: a line each for programs and editors, or a table with the remedies below it for people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Dict, List, Optional

from ...check.hit import SEVERITIES
from ...layout.scene.labels import plural
from ...visible import one_line
from ..report.text_columns import TextColumn, table_lines

if TYPE_CHECKING:
    from ...check.findings import Findings
    from ...check.hit import Finding


def findings_lines(findings: "Findings") -> str:
    """One line for each finding: ``file:line: severity rule: message (layer) - remedy``."""
    return "".join(f"{one_line(str(finding))}\n" for finding in findings)


def findings_count(findings: "Findings") -> str:
    """How many findings there are, of each severity, and how many a comment silences: one line without its end.

    >>> from opscope.check.findings import Findings
    >>> findings_count(Findings("net", [], []))
    'nothing found: 0 rules looked for'
    """
    counts = [(sum(each.severity == word for each in findings), word) for word in SEVERITIES]
    told = ", ".join(plural(count, word) for count, word in counts if count)
    told = f"found {told}" if told else f"nothing found: {plural(len(findings.rules), 'rule')} looked for"
    return f"{told}; {findings.suppressed} silenced by comments" if findings.suppressed else told


def findings_text(findings: "Findings", width: Optional[int] = None) -> str:
    """A table of the findings, what to do about each, and how many there are. No line of the table is longer than `width`."""
    lines = table_lines(
        [
            TextColumn("severity", [each.severity for each in findings], asked=bool(findings)),
            TextColumn("rule", [each.rule for each in findings]),
            TextColumn("line", [str(each.source or "") for each in findings], keep="end"),
            TextColumn("layer", [each.inside for each in findings], keep="end"),
            TextColumn("what", [each.message for each in findings]),
        ],
        width,
    )
    return "\n".join([*lines, *_remedies(findings), findings_count(findings)]) + "\n"


def _remedies(findings: "Findings") -> List[str]:
    """What to do, once for each rule and remedy: the table has no room for it, and findings of a rule share it."""
    if not findings:
        return []
    first: Dict[str, "Finding"] = {}
    for each in findings:
        first.setdefault(f"{each.rule}: {each.remedy}", each)
    return ["", "What to do", *(f"  {one_line(said)}" for said in first), ""]
