"""Says in words how data flows between the copies of a stack, usually "each feeds the next". No wire can show it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Dict, Iterable, Sequence, Set

from .rewire import origin

if TYPE_CHECKING:
    from ..graph.table import NodeTable
    from .structure import Part

FEEDS_NEXT = "each feeds the next"
"""Said of copies of which each uses what the one before gives."""


def succession(table: NodeTable, stack: Sequence[Part], passing: bytes) -> str:
    """How data flows between the copies of a stack, in words; an empty text if it does not.

    What an identity in a copy hands on from outside counts for the copy.

    Args:
        table: the whole table.
        stack: the copies, in the order of the data.
        passing: for each op 1 if it is an identity that is drawn as a wire.
    """
    copy_of = copies_of_ops(part.traced() for part in stack)
    onward: Set[int] = set()  # the copies that use a tensor of the one before
    backward: Set[int] = set()  # the copies that use a tensor of the one after, as in a backward pass
    elsewhere = False
    for number, part in enumerate(stack):
        for _, _, producer, output in part.outer:
            source = origin(table, producer, output, passing)[0]
            found = copy_of.get(source, number)
            if found == number - 1:
                onward.add(number)
            elif found == number + 1:
                backward.add(number)
            elif found != number:
                elsewhere = True
    if len(onward) == len(stack) - 1:
        return FEEDS_NEXT
    if len(backward) == len(stack) - 1:
        return "each feeds the one before"
    return "some feed others" if onward or backward or elsewhere else ""


def copies_of_ops(copies: Iterable[Sequence[int]]) -> Dict[int, int]:
    """Op -> the number of the copy that it is in.

    >>> copies_of_ops([[3, 4], [5]])
    {3: 0, 4: 0, 5: 1}
    """
    found: Dict[int, int] = {}
    for number, ops in enumerate(copies):
        found.update(dict.fromkeys(ops, number))
    return found
