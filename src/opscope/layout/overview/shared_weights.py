"""Tells which layers of an overview have the weights of one that is called before: a second use of one network."""

from __future__ import annotations

from typing import Dict, List, NamedTuple, Set, Tuple

from ...graph.content import content_of
from ...graph.graph import Graph
from ...graph.vocabulary import LATER_PHASES, REPLICA
from ..scene.labels import cut

SAME_WEIGHTS = "same weights"


class Shared(NamedTuple):
    """What is said of a layer with the weights of another call."""

    words: str
    """On a card: ``same weights as discriminator``."""
    short: str
    """Beside a box that says the layer's class: the same, without the name if this is the only object of that class."""


def shared_weights(graph: Graph) -> Dict[int, Shared]:
    """Group -> what is said of it, by the name of the first call of the same object.

    Only the outermost such call is told, since all in it is shared as well; and none in a stack, whose copies may share weights among
    themselves, or in a replica, which has weights of its own.
    """
    content = content_of(graph)
    groups, stacks = content.groups, content.view.stacks
    first: Dict[Tuple[object, ...], str] = {}
    silent: List[bool] = []
    found: Dict[int, Shared] = {}
    objects: Dict[object, Set[object]] = {}
    used = _used(graph)
    for group in groups:
        if group.is_call:
            objects.setdefault(group.cls, set()).add(group.object_path)
    for index, group in enumerate(groups):
        around = group.parent >= 0 and silent[group.parent]
        silent.append(around or index in stacks or group.kind == REPLICA or group.kind in LATER_PHASES)
        if not group.is_call or group.call is None or not group.variables or group.object_path is None:
            continue
        if index not in used:
            continue  # a recurrent layer calls its cell once to see what that gives: nothing comes of it
        which = (group.object_path, group.cls, group.variables)
        if which in first and not silent[index]:
            words = f"{SAME_WEIGHTS} as {cut(first[which])}"
            found[index] = Shared(words, SAME_WEIGHTS if len(objects[group.cls]) == 1 else words)
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
