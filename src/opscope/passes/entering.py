"""What enters a chain of copies, where the drawn copy is not the first: the first copy's tensors, in the places of the drawn one's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Dict, Iterable, Iterator, List, Mapping, Sequence, Tuple

from ..graph.content import content_of
from ..graph.types import CONTROL, Edge
from ..graph.view import CHIP, LACKING
from .rewire import origin

if TYPE_CHECKING:
    from ..graph.graph import Graph
    from ..graph.table import NodeTable
    from .flow import TensorRef
    from .structure import Part


def entering(graph: Graph, stack: Sequence[Part], passed: bytes) -> Dict[int, int]:
    """Of each edge that the drawn copy takes from another copy: the edge by which the first copy takes what stands for it.

    A tensor may go to several ops of a copy. The first copy may have put something of its own in front of some of them, as a
    projection, or lack some of them; what enters is then what it takes in the other places of that tensor.

    Where an identity of the drawn copy hands the tensor on, the edges are those of the ops in the copy that take it from there. The
    identity itself keeps what it really hands on: an op outside, or an output of the model, may take that from it too.
    """
    first = min(stack, key=lambda part: part.place)
    if first is stack[0]:
        return {}
    table, ops, its_ops = content_of(graph).table, stack[0].ops(), first.ops()
    own, held = set(first.traced()), {op for part in stack for op in part.traced()}
    edges: Dict[Tuple[int, int], List[int]] = {}  # a tensor of another copy -> the edges that take it
    taken: Dict[Tuple[int, int], int] = {}
    for place, slot, source in _taken(table, stack[0], passed):
        if source[0] not in held or content_of(graph).view.role(source[0]) == CHIP:  # weights are each copy's own
            continue
        edges.setdefault(source, []).append(table.edge_start[ops[place]] + slot)
        if its_ops[place] == LACKING:
            continue
        edge = table.edge_start[its_ops[place]] + slot
        if origin(table, table.edge_node[edge], table.edge_output[edge], passed)[0] not in own:
            taken.setdefault(source, edge)
    return {edge: taken[source] for source, numbers in edges.items() for edge in numbers if source in taken}


def _taken(table: NodeTable, part: Part, passed: bytes) -> Iterator[Tuple[int, int, TensorRef]]:
    """What the ops of a copy take from outside of it: the place of the op, which input of it, and what that is behind all identities."""
    ops, handed_on = part.ops(), False
    for place, slot, producer, output in part.outer:
        if passed[ops[place]]:
            handed_on = True
        else:
            yield place, slot, origin(table, producer, output, passed)
    if not handed_on:  # as in most copies
        return
    own = set(ops)
    for place, op in enumerate(ops):
        start = table.edge_start[op]
        for edge in () if passed[op] else range(start, table.edge_start[op + 1]):
            producer, output = table.edge_node[edge], table.edge_output[edge]
            if output != CONTROL and producer in own and passed[producer]:
                source = origin(table, producer, output, passed)
                if source[0] not in own:
                    yield place, edge - start, source


def entering_tensors(graph: Graph, stacks: Iterable[Mapping[int, int]], passed: bytes) -> Dict[int, Edge]:
    """The tensor that enters at each edge that `entering` tells of `stacks`, behind all identities: the first copy may have one more.

    A first copy may lie in a copy of an outer stack that is not the first one there.
    """
    table = content_of(graph).table
    edges = {edge: first for stack in stacks for edge, first in stack.items()}
    found: Dict[int, Edge] = {}
    for edge in edges:
        first = edge
        while first in edges:
            first = edges[first]
        found[edge] = Edge(*origin(table, table.edge_node[first], table.edge_output[first], passed))
    return found
