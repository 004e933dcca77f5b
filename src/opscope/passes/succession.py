"""Says in words how data flows between the copies of a stack, usually "each feeds the next". No wire can show it."""

from __future__ import annotations

from typing import Dict, Iterable, List, Sequence, Set

from ..graph.table import NodeTable
from ..graph.types import CONTROL
from .rewire import origin

FEEDS_NEXT = "each feeds the next"
"""Said of copies of which each uses what the one before gives."""


def succession(table: NodeTable, copies: Sequence[Sequence[int]], passing: bytes) -> str:
    """How data flows between the copies, in words; an empty text if it does not.

    Args:
        table: the whole table.
        copies: the ops of each copy, in the order of the stack.
        passing: for each op 1 if it is an identity that is drawn as a wire.
    """
    copy_of = copies_of_ops(copies)
    onward: Set[int] = set()  # the copies that use a tensor of the one before
    backward: Set[int] = set()  # the copies that use a tensor of the one after, as in a backward pass
    elsewhere = False
    for number, ops in enumerate(copies):
        for source in _sources(table, ops, passing):
            found = copy_of.get(source, number)
            if found == number - 1:
                onward.add(number)
            elif found == number + 1:
                backward.add(number)
            elif found != number:
                elsewhere = True
    if len(onward) == len(copies) - 1:
        return FEEDS_NEXT
    if len(backward) == len(copies) - 1:
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


def _sources(table: NodeTable, ops: Sequence[int], passing: bytes) -> List[int]:
    """The ops outside of a copy whose tensors its ops use, behind identities that are drawn as wires.

    What an identity in the copy hands on from outside is found where the identity takes it.
    """
    starts, producers, outputs, own = table.edge_start, table.edge_node, table.edge_output, set(ops)
    return [
        origin(table, producers[edge], outputs[edge], passing)[0]
        for node in ops
        for edge in range(starts[node], starts[node + 1])
        if producers[edge] not in own and outputs[edge] != CONTROL
    ]
