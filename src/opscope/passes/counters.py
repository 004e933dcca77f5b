"""Moves what counts steps to the optimizer of a training step, if nothing but that looks at the count."""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING, Dict, List

from ..graph.content import content_of, with_content
from ..graph.edges import producers, turned
from ..graph.vocabulary import CONSTANTS, PHASES, outer_phases

if TYPE_CHECKING:
    from ..graph.graph import Graph

_FORWARD, _OPTIMIZER = PHASES[0], PHASES[3]
_COUNTING = frozenset({"AssignAddVariableOp", "AssignSubVariableOp"})


def home_counters(graph: Graph) -> Graph:
    """Move each op directly in a forward phase that adds a constant to a variable of which only an optimizer's phase reads, to that phase.

    A forward pass neither needs the count nor makes it: the step counts, in order to update its weights in some steps only. Left in place it would be
    a box to which nothing leads.

    Before: any graph. After: such ops, and the constants that they add, are in the group of the phase. Nothing else changes.
    """
    content = content_of(graph)
    kinds = {group.kind for group in content.groups}
    if not kinds >= {_FORWARD, _OPTIMIZER}:
        return graph
    table, groups = content.table, content.groups
    phase_of = outer_phases(groups)
    counting = {
        row: content.handles[edges[0].node]
        for row, home in enumerate(content.node_group)
        if table.ops[row] in _COUNTING and home >= 0 and groups[home].kind == _FORWARD
        for edges in [table.data_inputs(row)]
        if len(edges) > 1 and edges[0].node in content.handles and table.ops[edges[1].node] in CONSTANTS
    }
    if not counting:
        return graph
    phases, users = _phases_that_use(graph, phase_of), turned(producers(table))
    home = array("i", content.node_group)
    outputs = {port.node for port in content.outputs}
    for row, variable in counting.items():
        others = {phase for user, phase in phases.get(variable, {}).items() if user != row}
        phase = next(iter(others), -1)
        if len(others) == 1 and phase >= 0 and groups[phase].kind == _OPTIMIZER and row not in outputs:
            home[row] = phase
            constant = table.data_inputs(row)[1].node
            if users[constant] == [row]:
                home[constant] = phase
    return with_content(graph, node_group=home)


def _phases_that_use(graph: Graph, phase_of: List[int]) -> Dict[int, Dict[int, int]]:
    """For each variable the ops that take its handle, and their outermost phases; -1 for none."""
    content = content_of(graph)
    found: Dict[int, Dict[int, int]] = {}
    for user, home in enumerate(content.node_group):
        for edge in content.table.data_inputs(user):
            if edge.node in content.handles and user not in content.handles:
                found.setdefault(content.handles[edge.node], {})[user] = phase_of[home] if home >= 0 else -1
    return found
