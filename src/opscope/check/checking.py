"""Runs rules over a graph, and makes findings of what they hit."""

from __future__ import annotations

from typing import Iterator, List, Optional, Sequence

from ..graph.graph import Graph
from ..graph.types import Source
from .budgets import Budgets
from .check_rule import CheckRule
from .findings import Findings
from .hit import Finding, Hit
from .inspected import Inspected


def checked(
    graph: Graph, rules: Sequence[CheckRule], *, tensorflow: Optional[str] = None, budgets: Optional[Budgets] = None
) -> Findings:
    """What these rules find in a graph. Rules share one `Inspected`, so that no index is made twice.

    Args:
        graph: the graph.
        rules: the rules to look for, in the order of their families: those about ignore comments come last.
        tensorflow: the version of TensorFlow that the model is to run on.
        budgets: what the model may cost.
    """
    inspected = Inspected(graph, tensorflow=tensorflow, budgets=budgets)
    ignores = inspected.ignores
    kept: List[Finding] = []
    suppressed = 0
    for rule in rules:
        found = list(_found(inspected, rule))
        heard = [finding for finding in found if not ignores.silences(finding)]
        kept.extend(heard)
        suppressed += len(found) - len(heard)
        ignores.looked_for(rule.name)
    figures = inspected.cost_figures.record if inspected.budgets.asked else {}
    return Findings(graph.name, kept, rules, suppressed, figures)


def _found(inspected: Inspected, rule: CheckRule) -> Iterator[Finding]:
    """The rule's findings. Equal ones on one line are one: copies of a layer that share a line would say the same of it many times."""
    seen = set()
    for hit in rule.find(inspected):
        finding = _finding(inspected, rule, hit)
        same = (finding.message, finding.source, finding.group, finding.variable)
        if finding.source is None or same not in seen:
            seen.add(same)
            yield finding


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
