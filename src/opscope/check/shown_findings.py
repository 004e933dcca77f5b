"""Puts findings on the graph that they are about, so that drawings can show them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Dict, Mapping

from ..graph.content import content_of, with_content
from ..graph.shown_finding import ShownFinding

if TYPE_CHECKING:
    from ..graph.graph import Graph
    from .findings import Findings
    from .hit import Finding


def with_checks(graph: "Graph") -> "Graph":
    """The graph with what `check` finds in it, for drawings.

    As the command does it: with the rules, the budgets and so on that the project of the working directory sets, and without what comments in
    the user's source silence. What is too mild to fail is shown too.

    Raises:
        InputError: the project's settings cannot be read, or name what is not known.
    """
    from . import check
    from .settings_file import settings_from

    settings = {name: value for name, value in settings_from(Path.cwd()).items() if name != "fail_on"}
    return with_findings(graph, check(graph, **settings))


def with_findings(graph: "Graph", findings: "Findings") -> "Graph":
    """The graph with these findings, for drawings. They must be of this graph."""
    holders = _holders(graph) if any(finding.variable for finding in findings) else {}
    return with_content(graph, found=tuple([_shown(finding, holders) for finding in findings]))


def _shown(finding: "Finding", holders: "Mapping[str, str]") -> ShownFinding:
    """A finding about a variable alone has its place at the layer that has the variable."""
    node = finding.nodes[0] if finding.nodes else None
    holder = holders.get(finding.variable) if finding.variable and not node else None
    return ShownFinding(
        finding.rule, finding.severity, finding.message, finding.remedy, finding.source, node, finding.group, finding.variable,
        at_node=node, at_group=finding.group or holder,
    )  # fmt: skip


def _holders(graph: "Graph") -> "Dict[str, str]":
    """Object path of a variable -> the path of the innermost layer that has it, at its first call."""
    content = content_of(graph)
    paths = {variable.id: variable.object_path for variable in content.variables}
    found: "Dict[str, str]" = {}
    size: "Dict[str, int]" = {}
    for group in content.groups:
        for variable in group.variables:
            path = paths.get(variable)
            if path and len(group.variables) < size.get(path, len(paths) + 1):
                found[path], size[path] = group.path, len(group.variables)
    return found
