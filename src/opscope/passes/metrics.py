"""Moves the metrics of a training step out of its forward pass, into a card of their own beside it."""

from __future__ import annotations

from array import array
from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any, Dict, List, Sequence, Set

from ..graph.content import content_of, with_content
from ..graph.groups import Group, unique_names
from ..graph.types import Measured

if TYPE_CHECKING:
    from ..graph.graph import Graph

NAME = "metrics"
"""The name of the new group."""


def home_metrics(graph: Graph) -> Graph:
    """Give each forward phase whose own ops depend on the loss a group ``metrics`` beside it, and move these ops there.

    An op is moved if it lies directly in the phase (in no layer or scope) and depends on the loss, or if only such ops
    use it. Left in place, it would make forward and loss depend on each other: the drawing could not place one above
    the other.

    Before: any graph. After: no op directly in a forward phase uses a tensor of the loss, unless it is an op with a
    body of its own. The new groups come last in `Content.groups`. Nothing else changes.
    """
    groups = list(content_of(graph).groups)
    losses = {group.parent for group in groups if group.kind == "loss"}
    phases = {index for index, group in enumerate(groups) if group.kind == "forward" and group.parent in losses}
    if not phases:
        return graph
    home = array("i", content_of(graph).node_group)
    owners = {group.owner for group in groups}
    loose = [node for node, index in enumerate(home) if index in phases and node not in owners]
    inside = _inside_losses(graph)
    found = _needing(graph, loose, {node for node, index in enumerate(home) if index >= 0 and inside[index]})
    # There may be several forward phases, each with metrics of its own.
    for phase in sorted({home[node] for node in found}):
        members = [node for node in found if home[node] == phase]
        for node in members:
            home[node] = len(groups)
        groups.append(_beside(graph, phase, members))
    return with_content(graph, node_group=home, groups=tuple(groups))


def _beside(graph: Graph, phase: int, members: List[int]) -> Group:
    """The new group for the metrics of one forward phase."""
    parent = content_of(graph).groups[phase].parent
    taken = [group.name for group in content_of(graph).groups if group.parent == parent]
    name = unique_names((*taken, NAME))[-1]
    path = f"{content_of(graph).groups[parent].path}/{name}" if parent >= 0 else name
    measured = [content_of(graph).measured[node] for node in members if node in content_of(graph).measured]
    return Group(path, parent, "scope", name, measured=total(measured) if measured else None)


def _inside_losses(graph: Graph) -> List[bool]:
    """For each group whether it is a loss or lies in one."""
    found: List[bool] = []
    for group in content_of(graph).groups:
        found.append(group.kind == "loss" or (group.parent >= 0 and found[group.parent]))
    return found


def _needing(graph: Graph, loose: List[int], loss: Set[int]) -> Set[int]:
    """The ops of `loose` that depend on the loss (directly or through each other), and those that only feed these."""
    table = content_of(graph).table
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
    # What the caller feeds or gets is not moved for feeding a metric.
    outputs = {port.node for port in (*content_of(graph).outputs, *content_of(graph).inputs)}
    for node in reversed(loose):  # backwards, so that an op's users are decided before it
        if node not in outputs and users[node] and all(user in found for user in users[node]):
            found.add(node)
    return found


def total(parts: Sequence[Measured]) -> Measured:
    """The sum of measurements; a quantity that none has stays unknown.

    So is the spread of a sum. Its error is at most the sum of the errors; that bound stands for it.
    """
    if len(parts) == 1:
        return parts[0]
    sums: Dict[str, Any] = {"spread_us": None}
    for name in (field.name for field in fields(parts[0]) if field.name not in {"fused", "spread_us"}):
        values = [getattr(part, name) for part in parts if getattr(part, name) is not None]
        sums[name] = sum(values) if values else None
    return replace(parts[0], **sums)
