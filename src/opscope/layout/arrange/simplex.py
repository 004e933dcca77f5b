"""Network simplex: integer ranks with the least total length of the arcs, each weighted.

Source: Gansner, Koutsofios, North and Vo, A technique for drawing directed graphs, 1993, section 2. A spanning tree of
arcs of length 1 fixes the ranks. As long as some tree arc has a negative cut value, it is exchanged for another arc,
which shortens the total. Two things differ from the paper. All cut values are computed anew in each step, by one pass
over the tree: that of an arc is a sum over the nodes below it (weights of arcs that leave them, less weights of arcs
that enter them). And of all negative cut values the most negative is taken. The paper's final balancing is left out.
"""

from __future__ import annotations

from typing import Dict, List, NamedTuple, Tuple

SIMPLEX_WORK = 1_500_000
"""How many visits of nodes and arcs are spent.

The ranks are valid after every step, so the search may end at any time; they may only not be the shortest yet.
"""


class Arc(NamedTuple):
    """`head` stands at least one row below `tail`; each row from one to the other costs `weight`."""

    tail: int
    head: int
    weight: int


def shortest_ranks(count: int, arcs: List[Arc]) -> List[int]:
    """The rank of each node, from 0, so that the weighted length of all arcs is least.

    Before: the `count` nodes are connected by the arcs, which form no cycle. After: each arc spans one row or more.
    """
    rank = longest_paths(count, arcs)
    if count > 1:
        tree = _tight_tree(count, arcs, rank)
        net = [0] * count  # of each node: weights of the arcs that leave it less those of the arcs that enter it
        for tail, head, weight in arcs:
            net[tail] += weight
            net[head] -= weight
        for _ in range(max(20, SIMPLEX_WORK // (count + len(arcs)))):
            if not _improve(arcs, rank, tree, net):
                break
    lowest = min(rank, default=0)
    return [value - lowest for value in rank]


def longest_paths(count: int, arcs: List[Arc]) -> List[int]:
    """Ranks to begin with: longest-path layering, then each source moved down to just above its nearest consumer.

    The rank of a node is the length of the longest path to it, so sources would all have rank 0.
    """
    outs: List[List[int]] = [[] for _ in range(count)]
    waiting = [0] * count
    for arc in arcs:
        outs[arc.tail].append(arc.head)
        waiting[arc.head] += 1
    rank = [0] * count
    ready = [node for node in range(count) if not waiting[node]]
    sources = list(ready)
    for node in ready:  # grows while it is walked: a node is ready when all that feeds it has its rank
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
    """Shift ranks until arcs of length 1 connect all nodes; return a spanning tree of such arcs.

    The tree grows from node 0. When no arc of length 1 leads out of it, the whole tree is shifted by the least slack of
    any arc that leads out, which makes that arc fit.
    """
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
                other = arcs[index].tail + arcs[index].head - node  # the arc's other end
                if not inside[other] and abs(rank[other] - rank[node]) == 1:
                    inside[other] = True
                    reached.append(other)
                    tree[node].append((other, index))
                    tree[other].append((node, index))
        if len(reached) == count:
            return tree
        # The least slack of all arcs that lead out of the tree, with that arc.
        slack, index = min(
            (rank[arc.head] - rank[arc.tail] - 1, index)
            for index, arc in enumerate(arcs)
            if inside[arc.tail] != inside[arc.head]
        )
        shift = slack if inside[arcs[index].tail] else -slack
        for node in reached:
            rank[node] += shift
        # Search on from the arc's end in the tree. Nodes before it may have arcs that fit by now: these have slack 0
        # and are found the next time round.
        grown = reached.index(arcs[index].tail if inside[arcs[index].tail] else arcs[index].head)


def _improve(arcs: List[Arc], rank: List[int], tree: Tree, net: List[int]) -> bool:
    """Exchange the tree arc with the most negative cut value; whether there was one."""
    order, parent, via = _walk(tree)
    # Sum `net` over each node's subtree, from the leaves up: that is the weight that leaves the subtree less the
    # weight that enters it.
    total = list(net)
    size = [1] * len(net)
    for node in reversed(order[1:]):
        total[parent[node]] += total[node]
        size[parent[node]] += size[node]
    best, chosen = 0, -1
    for node in order[1:]:
        # A cut value is the weight from the side of the arc's tail to the side of its head, less the weight back.
        cut = total[node] if arcs[via[node]].tail == node else -total[node]
        if cut < best:
            best, chosen = cut, node
    if chosen < 0:
        return False
    place = order.index(chosen)  # in preorder, a subtree is one contiguous piece
    below = order[place : place + size[chosen]]
    return _exchange(arcs, rank, tree, below, via[chosen])


def _walk(tree: Tree) -> Tuple[List[int], List[int], List[int]]:
    """The nodes in preorder from node 0; each node's parent; and the index of the arc to its parent (-1 for node 0)."""
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
    """Move the nodes `below` the tree arc `leaving` until another arc has length 1, which takes its place in the tree.

    If they contain the tail of `leaving` they move up, else down; either way that arc grows. They stop at the arc of
    least slack among those that lead between the two sides in the other direction.
    """
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
    if entering < 0:  # cannot be: a negative cut value comes from arcs that point the other way
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
