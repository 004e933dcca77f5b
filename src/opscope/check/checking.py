"""Runs rules over a graph, and makes findings of what they hit."""

from __future__ import annotations

from dataclasses import replace
from itertools import chain
from typing import Dict, List, Optional, Sequence

from ..graph.graph import Graph
from ..graph.types import Source
from .budgets import Budgets
from .check_rule import CheckRule
from .findings import Findings
from .hit import MOST_OF_A_TYPE, Finding, Hit
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
        found = _found(inspected, rule)
        heard = [finding for finding in found if not ignores.silences(finding)]
        kept.extend(heard)
        suppressed += len(found) - len(heard)
        ignores.looked_for(rule.name)
    figures = inspected.cost_figures.record if inspected.budgets.asked else {}
    return Findings(graph.name, kept, rules, suppressed, figures)


def _found(inspected: Inspected, rule: CheckRule) -> List[Finding]:
    """The rule's findings, none twice: copies of a layer that share a line would say the same of it many times.

    Where no line is known, those that say the same of one group are one finding about all their ops.
    """
    kept: Dict[object, Finding] = {}
    for number, hit in enumerate(rule.find(inspected)):
        finding = _finding(inspected, rule, hit)
        is_placed = finding.source is not None or finding.group is not None
        same = (finding.message, finding.source, finding.group, finding.variable) if is_placed else number
        first = kept.setdefault(same, finding)
        if first is not finding and first.source is None:
            ops = dict.fromkeys(first.nodes + finding.nodes)
            kept[same] = replace(first, nodes=tuple(ops)[:MOST_OF_A_TYPE])
    return list(kept.values())


def _finding(inspected: Inspected, rule: CheckRule, hit: Hit) -> Finding:
    content = inspected.content
    group = hit.group if hit.group is not None else inspected.layer(hit.rows[0]) if hit.rows else -1
    source = hit.source or _line(inspected, hit, group)
    if source is None and group < 0 and hit.rows:
        group = content.node_group[hit.rows[0]]
    return Finding(
        rule=rule.name,
        severity=rule.severity,
        message=hit.message,
        remedy=hit.remedy or rule.remedy,
        nodes=tuple(content.table.names[row] for row in hit.rows),
        group=content.groups[group].path if group >= 0 else None,
        variable=None if hit.variable is None else content.variables[hit.variable].object_path,
        source=source,
        figures=hit.figures,
    )


def _line(inspected: Inspected, hit: Hit, group: int) -> Optional[Source]:
    """The line of the first op that has one, else that of the group, else the one that made the layer of an op."""
    groups = inspected.content.groups
    own = [inspected.source(row) for row in hit.rows]
    layers = [group, *map(inspected.layer, hit.rows)]
    made = (inspected.made_line(groups[layer].object_path) for layer in layers if layer >= 0)
    lines = chain(own, [groups[group].source if group >= 0 else None], made)
    return next((line for line in lines if line is not None), None)
