"""Which ops an op's value is computed from, and which are computed from it. Control edges do not count."""

from __future__ import annotations

from itertools import compress
from typing import TYPE_CHECKING, Dict, Iterable, List, Sequence, Set

from ..graph.content import content_of
from ..graph.types import CONTROL
from ..graph.view import WIRE
from ..graph.vocabulary import GIVING_PARTS
from .flow import Flow

if TYPE_CHECKING:
    from ..graph.graph import Graph
    from ..graph.table import NodeTable


def sources(graph: Graph, flow: Flow, roles: Sequence[int]) -> List[List[int]]:
    """For each op the ops whose tensors it uses; for an op that is drawn as a wire an empty list.

    Three kinds of op also use what a body returns: a loop op its body's results, an op that branches those of its
    branches, and a loop variable (an `_Arg` of the body) the value that the body returns for it, for the next
    iteration.
    """
    table = content_of(graph).table
    found: List[List[int]] = []
    for node in range(len(table)):
        found.append([source for source, _ in flow.taken(node)] if roles[node] != WIRE else [])
    for index, group in enumerate(content_of(graph).groups):
        results = flow.results.get(index, ())
        if group.kind in GIVING_PARTS and group.owner >= 0:
            found[group.owner].extend(flow.source(result, 0)[0] for result in results)
        # An argument and a result of a loop's body with the same number are one variable.
        if group.kind == "body":
            for arg, result in zip(flow.args.get(index, ()), results):
                found[arg].append(flow.source(result, 0)[0])
    return found


def reachable(edges: Sequence[Sequence[int]], starts: Iterable[int]) -> Set[int]:
    """The starts and everything that can be reached from them."""
    found = set(starts)
    waiting = list(found)
    while waiting:
        for node in edges[waiting.pop()]:
            if node not in found:
                found.add(node)
                waiting.append(node)
    return found


def users_of(table: NodeTable, wanted: Set[int]) -> Dict[int, List[int]]:
    """For each wanted op the ops that use its outputs, in the order of the table. Ops without users are missing."""
    users: Dict[int, List[int]] = {}
    if not wanted:
        return users
    is_wanted = bytearray(len(table))
    for node in wanted:
        is_wanted[node] = 1
    # Few edges are of wanted ops, so most are passed over without a step in Python.
    edges = zip(table.edge_node, table.edge_output, table.edge_users())
    for producer, output, user in compress(edges, map(is_wanted.__getitem__, table.edge_node)):
        if output != CONTROL:
            users.setdefault(producer, []).append(user)
    return users
