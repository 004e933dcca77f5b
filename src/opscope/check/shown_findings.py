"""Puts findings on the graph that they are about, so that drawings can show them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Dict, List, Mapping, Tuple

from ..graph.content import content_of, with_content
from ..graph.shown_finding import ShownFinding
from ..graph.vocabulary import chain

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
    from .checking import checked
    from .wanted_checks import project_checks

    wanted = project_checks()
    return with_findings(graph, checked(graph, wanted.rules, tensorflow=wanted.tensorflow, budgets=wanted.budgets))


def with_findings(graph: "Graph", findings: "Findings") -> "Graph":
    """The graph with these findings, for drawings. They must be of this graph."""
    holders = _holders(graph) if any(finding.variable for finding in findings) else {}
    return with_content(graph, found=tuple([_shown(graph, finding, holders) for finding in findings]))


def _shown(graph: "Graph", finding: "Finding", holders: "Mapping[str, str]") -> ShownFinding:
    """A finding about a variable alone has its place at the layer that has the variable; one about a layer at its card, not at a layer in it."""
    node = finding.nodes[0] if finding.nodes else None
    holder = holders.get(finding.variable) if finding.variable and not node else None
    at_node = None if node is None or finding.group in _layers(graph, node)[1:] else node
    return ShownFinding(
        finding.rule, finding.severity, finding.message, finding.remedy, finding.source, node, finding.group, finding.variable,
        at_node=at_node, at_group=finding.group or holder, at_groups=_layers_told(graph, finding),
    )  # fmt: skip


def _layers(graph: "Graph", node: str) -> "List[str]":
    """The paths of the layers around an op, from the inside out."""
    content = content_of(graph)
    around = chain(content.groups, content.node_group[content.table.index(node)])
    return [content.groups[group].path for group in around if content.groups[group].is_call]


def _layers_told(graph: "Graph", finding: "Finding") -> "Tuple[str, ...]":
    """The layers that a finding tells of, each once: its own, and those of its class that its other ops are in."""
    classes = {group.path: group.cls for group in content_of(graph).groups if group.is_call}
    if finding.group not in classes:
        return ()
    alike = (
        next((path for path in _layers(graph, node) if classes[path] == classes[finding.group]), None)
        for node in finding.nodes
    )
    return tuple(dict.fromkeys([finding.group, *filter(None, alike)]))


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
