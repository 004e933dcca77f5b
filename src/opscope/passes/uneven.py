"""Stacks in which some copies have more than the others: which copy is drawn, and which may be in the stack at all.

What a copy has more than the drawn one has no place in the drawing: it is counted in the fold and told in words. So nothing
that is drawn may take a tensor from it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, List, Mapping, Sequence, Set

from ..graph.content import content_of
from .reach import users_of

if TYPE_CHECKING:
    from ..graph.graph import Graph
    from .structure import Part


def in_order(stack: Sequence[Part]) -> List[Part]:
    """The copies of a stack as the data run through them."""
    return sorted(stack, key=lambda part: part.place)


def common(stack: Sequence[Part]) -> int:
    """How many ops all copies of a stack have: the first of each, in corresponding order. Behind them is what one has more."""
    return min([len(part.ops()) for part in stack])


def without_used_extras(graph: Graph, stacks: Sequence[List[Part]]) -> List[List[Part]]:
    """The stacks without the copies whose own ops are used outside of the copy, where a wire would have to come from them."""
    found = [list(stack) for stack in stacks]
    while True:
        extras = {
            op: part for stack in found if _is_uneven(stack) for part in stack for op in part.ops()[common(stack) :]
        }
        bad = _used(graph, extras)
        if not bad:
            return [stack for stack in found if stack]
        found = [[part for part in stack if part.serial not in bad] for stack in found]


def _is_uneven(stack: Sequence[Part]) -> bool:
    return any(part.is_aligned for part in stack)


def _used(graph: Graph, extras: Mapping[int, Part]) -> Set[int]:
    """The serial numbers of copies with an own op that something outside of the copy uses.

    `extras` has the copy of each such op.
    """
    if not extras:
        return set()
    bad = {extras[port.node].serial for port in content_of(graph).outputs if port.node in extras}
    inside = {part.serial: set(part.ops()) for part in extras.values()}
    for op, users in users_of(content_of(graph).table, set(extras)).items():
        serial = extras[op].serial
        if not inside[serial].issuperset(users):
            bad.add(serial)
    return bad
