"""What an op's value is computed from, and what is computed from it: data only, through calls, loops and branches."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING, Dict, Iterable, List, Sequence, Set

from ..graph.types import CONTROL
from ..graph.view import WIRE
from ..graph.vocabulary import GIVING_PARTS
from .flow import Flow

if TYPE_CHECKING:
    from ..graph.graph import Graph
    from ..graph.table import NodeTable


def sources(graph: Graph, flow: Flow, roles: Sequence[int]) -> List[List[int]]:
    """For each op that no wire runs through, the ops whose tensors it uses.

    A loop also uses what its body computes, a loop's variable what the next iteration gives it, a branch what its branches give.
    """
    table = graph.table
    found: List[List[int]] = []
    for node in range(len(table)):
        rows = range(table.edge_start[node], table.edge_start[node + 1]) if roles[node] != WIRE else ()
        edges = ((table.edge_node[row], table.edge_output[row]) for row in rows)
        found.append([flow.source(*edge)[0] for edge in edges if edge[1] != CONTROL])
    for index, group in enumerate(graph.groups):
        results = flow.results.get(index, ())
        if group.kind in GIVING_PARTS and group.owner >= 0:
            found[group.owner].extend(flow.source(result, 0)[0] for result in results)
        if group.kind == "body":
            for arg, result in zip(flow.args.get(index, ()), results):
                found[arg].append(flow.source(result, 0)[0])
    return found


def reachable(edges: Sequence[Sequence[int]], starts: Iterable[int]) -> Set[int]:
    """The starts and all that can be reached from them."""
    found = set(starts)
    waiting = list(found)
    while waiting:
        for node in edges[waiting.pop()]:
            if node not in found:
                found.add(node)
                waiting.append(node)
    return found


def users_of(table: NodeTable, wanted: Set[int]) -> Dict[int, List[int]]:
    """The ops that take what each of the wanted ops computes, in the table's order; without those that nothing takes."""
    users: Dict[int, List[int]] = {}
    for row, producer in enumerate(table.edge_node):
        if producer in wanted and table.edge_output[row] != CONTROL:
            users.setdefault(producer, []).append(bisect_right(table.edge_start, row) - 1)
    return users
