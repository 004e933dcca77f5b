"""Where the findings of `check` have their place once only one copy of each stack is drawn."""

from __future__ import annotations

from typing import Callable, List, Mapping, Optional, Tuple

from ..graph.content import content_of
from ..graph.graph import Graph
from ..graph.groups import Group
from ..graph.shown_finding import ShownFinding


def found_in_drawn(
    graph: Graph, kept: Mapping[int, int], home: Mapping[int, int], groups: List[Group], stand_in: Callable[[int], int]
) -> Optional[Tuple[ShownFinding, ...]]:
    """The findings of a graph, each with the op and the group that are drawn for its own; ``None`` if it has none to show.

    Args:
        graph: the graph with all copies.
        kept: the ops that stay.
        home: op that stays -> its group among `groups`.
        groups: the groups that stay.
        stand_in: the op that is drawn for an op.
    """
    content = content_of(graph)
    if not content.found:
        return content.found
    names = content.table.names
    paths = {group.path for group in groups}
    place = {group.path: index for index, group in enumerate(content.groups)}

    def drawn_for(name: Optional[str]) -> Optional[str]:
        drawn = -1 if name is None else stand_in(content.table.index(name))
        return names[drawn] if drawn in kept else None

    def group_for(path: Optional[str]) -> Optional[str]:
        if path is None or path in paths:
            return path
        return _drawn_group(graph, place[path], home, groups, stand_in) if path in place else None

    placed = []
    for finding in content.found:
        drawn = {path: group_for(path) for path in (finding.at_group, *finding.at_groups)}
        groups_drawn = tuple([drawn[path] for path in finding.at_groups])
        node, group = drawn_for(finding.at_node), drawn[finding.at_group]
        placed.append(finding._replace(at_node=node, at_group=group, at_groups=groups_drawn))
    return tuple(placed)


def _drawn_group(
    graph: Graph, index: int, home: Mapping[int, int], groups: List[Group], stand_in: Callable[[int], int]
) -> Optional[str]:
    """The group that is drawn for one in a copy: around the op that is drawn for one of its own, and alike."""
    content = content_of(graph)
    own = content.groups[index]
    for node, group in enumerate(content.node_group):
        drawn = home.get(stand_in(node), -1) if group == index else -1
        while drawn >= 0:
            if (groups[drawn].kind, groups[drawn].cls) == (own.kind, own.cls):
                return groups[drawn].path
            drawn = groups[drawn].parent
    return None
