"""Runs rules over a graph, and makes findings of what they hit."""

from __future__ import annotations

from typing import Iterator, List, Optional, Sequence

from ..graph.graph import Graph
from ..graph.types import Source
from .check_rule import CheckRule
from .findings import Findings
from .hit import Finding, Hit
from .inspected import Inspected


def checked(graph: Graph, rules: Sequence[CheckRule], *, tensorflow: Optional[str] = None) -> Findings:
    """What these rules find in a graph. Rules share one `Inspected`, so that no index is made twice."""
    inspected = Inspected(graph, tensorflow=tensorflow)
    found: List[Finding] = []
    for rule in rules:
        found.extend(_found(inspected, rule))
    return Findings(graph.name, found, rules)


def _found(inspected: Inspected, rule: CheckRule) -> Iterator[Finding]:
    """The rule's findings. Equal ones are one: copies of a layer that share a line would say the same of it many times."""
    for hit in rule.find(inspected):
        yield _finding(inspected, rule, hit)


def _finding(inspected: Inspected, rule: CheckRule, hit: Hit) -> Finding:
    content = inspected.content
    group = hit.group if hit.group is not None else inspected.layer(hit.rows[0]) if hit.rows else -1
    return Finding(
        rule=rule.name,
        severity=rule.severity,
        message=hit.message,
        remedy=hit.remedy or rule.remedy,
        nodes=tuple(content.table.names[row] for row in hit.rows),
        group=content.groups[group].path if group >= 0 else None,
        variable=None if hit.variable is None else content.variables[hit.variable].object_path,
        source=hit.source or _line(inspected, hit, group),
        figures=hit.figures,
    )


def _line(inspected: Inspected, hit: Hit, group: int) -> Optional[Source]:
    """The line of the first op that has one, else that of the group."""
    for row in hit.rows:
        source = inspected.source(row)
        if source is not None:
            return source
    return inspected.content.groups[group].source if group >= 0 else None
