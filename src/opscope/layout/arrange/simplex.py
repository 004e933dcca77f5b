"""Network simplex: integer ranks with the least total wire length.

Source: Gansner, Koutsofios, North, Vo, A technique for drawing directed graphs, 1993, section 2. The cut value of a
tree edge is written as a sum over the subtree below it (the weights that leave each node less those that enter), so that
one pass over the tree gives them all.
"""

from __future__ import annotations

from typing import Dict, List, NamedTuple, Tuple

SIMPLEX_WORK = 1_500_000
"""Node and edge visits after which the ranks are taken as they are: valid at every step, only not yet the shortest."""


class Arc(NamedTuple):
    """`head` stands at least one row below `tail`; each row between costs `weight`."""

    tail: int
    head: int
    weight: int


def shortest_ranks(count: int, arcs: List[Arc]) -> List[int]:
    """Ranks from 0 for a connected acyclic graph of `count` nodes, each arc spanning one row or more, total length least."""
    rank = longest_paths(count, arcs)
    if count > 1:
        tree = _tight_tree(count, arcs, rank)
        net = [0] * count
        for tail, head, weight in arcs:
            net[tail] += weight
            net[head] -= weight
        for _ in range(max(20, SIMPLEX_WORK // (count + len(arcs)))):
            if not _improve(arcs, rank, tree, net):
                break
    lowest = min(rank, default=0)
    return [value - lowest for value in rank]


def longest_paths(count: int, arcs: List[Arc]) -> List[int]:
    """The smallest rank of each node, sources at 0, then every source pulled down to its consumers."""
    outs: List[List[int]] = [[] for _ in range(count)]
    waiting = [0] * count
    for arc in arcs:
        outs[arc.tail].append(arc.head)
        waiting[arc.head] += 1
    rank = [0] * count
    ready = [node for node in range(count) if not waiting[node]]
    sources = list(ready)
    for node in ready:
        for head in outs[node]:
            rank[head] = max(rank[head], rank[node] + 1)
            waiting[head] -= 1
            if not waiting[head]:
                ready.append(head)
    for node in sources:
        if outs[node]:
            rank[node] = min(rank[head] for head in outs[node]) - 1
    return rank


Tree = Dict[int, List[Tuple[int, int]]]
"""For each node its tree neighbours, with the arc that joins them."""


def _tight_tree(count: int, arcs: List[Arc], rank: List[int]) -> Tree:
    """Shift ranks until arcs of length one span the graph; return such a spanning tree."""
    around: List[List[int]] = [[] for _ in range(count)]
    for index, arc in enumerate(arcs):
        around[arc.tail].append(index)
        around[arc.head].append(index)
    tree: Tree = {node: [] for node in range(count)}
    inside = [False] * count
    inside[0] = True
    reached = [0]
    grown = 0
    while True:
        while grown < len(reached):
            node = reached[grown]
            grown += 1
            for index in around[node]:
                other = arcs[index].tail + arcs[index].head - node
                if not inside[other] and abs(rank[other] - rank[node]) == 1:
                    inside[other] = True
                    reached.append(other)
                    tree[node].append((other, index))
                    tree[other].append((node, index))
        if len(reached) == count:
            return tree
        slack, index = min(
            (rank[arc.head] - rank[arc.tail] - 1, index)
            for index, arc in enumerate(arcs)
            if inside[arc.tail] != inside[arc.head]
        )
        shift = slack if inside[arcs[index].tail] else -slack
        for node in reached:
            rank[node] += shift
        grown = reached.index(arcs[index].tail if inside[arcs[index].tail] else arcs[index].head)


def _improve(arcs: List[Arc], rank: List[int], tree: Tree, net: List[int]) -> bool:
    """One exchange of a tree arc; whether one was found that shortens the total."""
    order, parent, via = _walk(tree)
    total = list(net)
    size = [1] * len(net)
    for node in reversed(order[1:]):
        total[parent[node]] += total[node]
        size[parent[node]] += size[node]
    best, chosen = 0, -1
    for node in order[1:]:
        cut = total[node] if arcs[via[node]].tail == node else -total[node]
        if cut < best:
            best, chosen = cut, node
    if chosen < 0:
        return False
    place = order.index(chosen)
    below = order[place : place + size[chosen]]
    return _exchange(arcs, rank, tree, below, via[chosen])


def _walk(tree: Tree) -> Tuple[List[int], List[int], List[int]]:
    """Nodes in preorder from node 0, each one's parent, and the arc to it."""
    count = len(tree)
    parent, via = [-1] * count, [-1] * count
    order = []
    stack = [0]
    while stack:
        node = stack.pop()
        order.append(node)
        for other, index in tree[node]:
            if index != via[node]:
                parent[other], via[other] = node, index
                stack.append(other)
    return order, parent, via


def _exchange(arcs: List[Arc], rank: List[int], tree: Tree, below: List[int], leaving: int) -> bool:
    """Move the nodes `below` the leaving arc until another arc is tight, which takes its place in the tree."""
    inside = set(below)
    upwards = arcs[leaving].tail in inside
    slack, entering = -1, -1
    for index, arc in enumerate(arcs):
        if (
            (arc.head in inside and arc.tail not in inside)
            if upwards
            else (arc.tail in inside and arc.head not in inside)
        ):
            room = rank[arc.head] - rank[arc.tail] - 1
            if slack < 0 or room < slack:
                slack, entering = room, index
    if entering < 0:
        return False
    for node in below:
        rank[node] += -slack if upwards else slack
    _link(tree, arcs[leaving], leaving, remove=True)
    _link(tree, arcs[entering], entering, remove=False)
    return True


def _link(tree: Tree, arc: Arc, index: int, *, remove: bool) -> None:
    for node, other in ((arc.tail, arc.head), (arc.head, arc.tail)):
        if remove:
            tree[node].remove((other, index))
        else:
            tree[node].append((other, index))
