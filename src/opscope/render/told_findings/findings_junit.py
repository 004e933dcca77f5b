"""Findings as JUnit's XML, which build servers show as tests: a rule that found nothing has passed."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element, SubElement, tostring

from ...visible import one_line

if TYPE_CHECKING:
    from ...check.findings import Findings
    from ...check.hit import Finding


def findings_junit(findings: "Findings", fail_on: str = "warning") -> str:
    """The XML. A finding at or above `fail_on` is a test that failed; a milder one has passed, and its output says what was found."""
    failing = set(map(id, findings.at_least(fail_on)))
    found = {finding.rule for finding in findings}
    suites = Element("testsuites")
    suite = SubElement(suites, "testsuite", name=f"opscope check {one_line(findings.name)}", errors="0")
    for rule in findings.rules:
        if rule.name not in found:
            SubElement(suite, "testcase", classname=f"opscope.{rule.family}", name=rule.name)
    families = {rule.name: rule.family for rule in findings.rules}
    for finding in findings:
        case = SubElement(
            suite, "testcase", classname=f"opscope.{families.get(finding.rule, 'check')}", name=_name(finding)
        )
        _tell(case, finding, fails=id(finding) in failing)
    for element in (suites, suite):
        element.set("tests", str(len(suite)))
        element.set("failures", str(len(failing)))
    # An encoding would make bytes of it. Names were made visible, so that no character is left that XML 1.0 forbids.
    return '<?xml version="1.0" encoding="utf-8"?>\n' + tostring(suites, encoding="unicode") + "\n"


def _name(finding: "Finding") -> str:
    place = finding.source or finding.group or (finding.nodes[0] if finding.nodes else "")
    return one_line(f"{finding.rule} {place}".strip())


def _tell(case: Element, finding: "Finding", *, fails: bool) -> None:
    said = one_line(str(finding))
    if finding.source is not None:
        case.set("file", one_line(finding.source.file))
        case.set("line", str(finding.source.line))
    if fails:
        SubElement(case, "failure", type=finding.severity, message=one_line(finding.message)).text = said
    else:
        SubElement(case, "system-out").text = said
