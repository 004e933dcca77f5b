"""The groups of a compiled program: each fusion, loop and branch holds the instructions of its computations."""

from __future__ import annotations

from array import array
from dataclasses import replace
from typing import Dict, List, Tuple

from ..graph.content import Content
from ..graph.groups import Group, free_name
from .compiled_regions import is_instruction


def with_computations(groups: Tuple[Group, ...], node_group: "array[int]", executed: Content) -> Tuple[Group, ...]:
    """The groups, and behind them those of computations, into which `node_group` puts their instructions.

    A computation lies where the instruction is that runs it.
    """
    made: List[Group] = list(groups)
    taken = {group.path: 1 for group in groups}
    place: Dict[int, int] = {}  # group of what ran -> its index among those made
    for index, group in enumerate(executed.groups):  # a group comes after those around it
        if group.owner < 0 or not is_instruction(executed, group.owner):
            continue
        parent = place[group.parent] if group.parent in place else node_group[group.owner]
        if group.parent not in place and executed.node_group[group.owner] in place:
            parent = place[executed.node_group[group.owner]]
        around = f"{made[parent].path}/" if parent >= 0 else ""
        place[index] = len(made)
        made.append(replace(group, parent=parent, path=free_name(around + group.name.replace("/", "_"), taken, "#")))
    for row, home in enumerate(executed.node_group):
        if home in place:
            node_group[row] = place[home]
    return tuple(made)
