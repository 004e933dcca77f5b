"""What a training step computes from its loss, outside of every layer, stands beside the forward pass and not in it."""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING, List, Set

if TYPE_CHECKING:
    from ..graph.graph import Graph


def home_metrics(graph: Graph) -> Graph:
    """Move the loose ops of a ``forward`` phase that need the loss, and those that only these need, to where the phase lies.

    These are metrics: left in the forward pass they would make a circle of it and the loss.
    Before: any graph. After: no loose op of a forward phase needs an op of the loss beside it; nothing else changes.
    """
    groups = graph.groups
    losses = {group.parent for group in groups if group.kind == "loss"}
    phases = {index for index, group in enumerate(groups) if group.kind == "forward" and group.parent in losses}
    if not phases:
        return graph
    home = array("i", graph.content.node_group)
    owners = {group.owner for group in groups}
    loose = [node for node, index in enumerate(home) if index in phases and node not in owners]
    inside = _inside_losses(graph)
    for node in _needing(graph, loose, {node for node, index in enumerate(home) if index >= 0 and inside[index]}):
        home[node] = groups[home[node]].parent
    return graph.with_content(node_group=home)


def _inside_losses(graph: Graph) -> List[bool]:
    found: List[bool] = []
    for group in graph.groups:
        found.append(group.kind == "loss" or (group.parent >= 0 and found[group.parent]))
    return found


def _needing(graph: Graph, loose: List[int], loss: Set[int]) -> Set[int]:
    """The loose ops that use or wait for what the loss computes, by whatever way, and what feeds these alone."""
    table = graph.table
    users: List[List[int]] = [[] for _ in range(len(table))]
    for node in range(len(table)):
        for row in range(table.edge_start[node], table.edge_start[node + 1]):
            users[table.edge_node[row]].append(node)
    candidates, found = set(loose), set()
    waiting = list(loss)
    while waiting:
        for user in users[waiting.pop()]:
            if user in candidates and user not in found:
                found.add(user)
                waiting.append(user)
    outputs = {port.node for port in (*graph.content.outputs, *graph.content.inputs)}
    for node in reversed(loose):
        if node not in outputs and users[node] and all(user in found for user in users[node]):
            found.add(node)
    return found
