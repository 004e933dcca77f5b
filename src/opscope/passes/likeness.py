"""Says which groups have the structure of an earlier one: the later stages of a network, of which a reader needs to see only the first.

ResNet50 has four stages, each a stack of equal blocks. A block of the second stage is wired as one of the first, with other
settings and sizes. The stages are too far from equal to be one stack of stages, since they have 3, 4, 6 and 3 blocks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Dict, List, Tuple

from ..graph.content import content_of
from .structure import Child, Part, Structures, first_row

if TYPE_CHECKING:
    from ..graph.graph import Graph


def alike(graph: Graph) -> Dict[int, int]:
    """Group -> the earliest group beside it, in the same parent, that has the same structure. Groups that equal no earlier one are no keys.

    Groups are alike if they are of one kind and class, and all that is drawn in them is, one by one, of the same type and wired alike.
    What does not count is what `structure` leaves out: names, shapes, and with them the sizes of weights, and attributes that are
    no part of `structure.MATTER`, such as strides. Of a stack only the drawn copy is compared. So it does not count how many copies there
    are either, nor what is peculiar to single ones: what a reader is told of these (`Stack.differences`) still has to be told.

    Before: the roles are decided, and where stacks are wanted, `repeat` has put them together.
    """
    parts = _parts(graph)
    found: Dict[int, int] = {}
    for siblings in content_of(graph).children():
        earliest: Dict[Tuple[int, int], int] = {}
        for part in sorted((parts[group] for group in siblings if group in parts), key=first_row):
            if part.boxes:
                # A part of which more is drawn than of another, since less of it is dead or docked, looks otherwise.
                first = earliest.setdefault((part.token, part.boxes), part.group)
                if first != part.group:
                    found[part.group] = first
    return found


def _parts(graph: Graph) -> Dict[int, Part]:
    """The groups that hold ops, as parts whose tokens say which are alike."""
    content, structures = content_of(graph), Structures(graph)
    members, subgroups = content.members(), content.children()
    parts: Dict[int, Part] = {}
    for index in range(len(content.groups) - 1, -1, -1):  # inner groups first: a group comes after its parent
        children: List[Child] = [*members[index], *(parts[child] for child in subgroups[index] if child in parts)]
        if children:
            group = content.groups[index]
            parts[index] = structures.seal(index, (group.kind, group.cls), sorted(children, key=first_row))
    return parts
