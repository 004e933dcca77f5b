"""Tells which layers of an overview have the weights of one that is called before: a second use of one network."""

from __future__ import annotations

from typing import Dict, List, Set, Tuple

from ...graph.content import content_of
from ...graph.graph import Graph
from ...graph.vocabulary import LATER_PHASES, REPLICA
from ..scene.labels import cut

SAME_WEIGHTS = "same weights"


def shared_weights(graph: Graph) -> Dict[int, str]:
    """Group -> what is said of it, by the name of the first call of the same object: ``same weights as discriminator``.

    Only the outermost such call is told, since all in it is shared as well; and none in a stack, whose copies may share weights among
    themselves, or in a replica, which has weights of its own.
    """
    content = content_of(graph)
    groups, stacks = content.groups, content.view.stacks
    first: Dict[Tuple[object, ...], str] = {}
    silent: List[bool] = []
    found: Dict[int, str] = {}
    used = _used(graph)
    for index, group in enumerate(groups):
        around = group.parent >= 0 and silent[group.parent]
        silent.append(around or index in stacks or group.kind == REPLICA or group.kind in LATER_PHASES)
        if not group.is_call or group.call is None or not group.variables or group.object_path is None:
            continue
        if index not in used:
            continue  # a recurrent layer calls its cell once to see what that gives: nothing comes of it
        which = (group.object_path, group.cls, group.variables)
        if which in first and not silent[index]:
            found[index] = f"{SAME_WEIGHTS} as {cut(first[which])}"
            silent[index] = True
        first.setdefault(which, group.name)
    return found


def _used(graph: Graph) -> Set[int]:
    """The groups with an op that reaches an output or has an effect, in themselves or in what they hold."""
    content = content_of(graph)
    found: Set[int] = set()
    for row, home in enumerate(content.node_group):
        while home >= 0 and home not in found and not (content.dead and content.dead[row]):
            found.add(home)
            home = content.groups[home].parent
    return found
