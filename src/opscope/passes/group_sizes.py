"""How many ops lie in each group, and how many layers there are, with those that copies of a stack hold."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, List

from ..graph.content import content_of

if TYPE_CHECKING:
    from ..graph.graph import Graph


def group_sizes(graph: Graph) -> List[int]:
    """For each group how many ops lie in it, at any depth.

    Of a graph whose repeats are folded it is the number that the group has in the whole graph: what lies in other copies
    inside it counts, and a weight that lies elsewhere and was only kept for an op of the group does not.
    """
    direct = Counter(content_of(graph).node_group)
    counts = [direct[index] for index in range(len(content_of(graph).groups))]
    for index in range(len(counts) - 1, -1, -1):
        parent = content_of(graph).groups[index].parent
        if parent >= 0:
            counts[parent] += counts[index]
    for index, count in content_of(graph).view.sizes.items():
        counts[index] = count
    return counts


def layer_count(graph: Graph) -> int:
    """How many layers a graph has; one that is called twice counts once."""
    known = content_of(graph).view.layers
    if known is not None:
        return known
    return len({group.object_path or group.path for group in content_of(graph).groups if group.kind == "layer"})
