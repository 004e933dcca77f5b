"""Lets high boxes stand side by side: two networks of a training step that do not feed each other take the height of one.

Before: rows with the shortest wires. After: no wire runs upwards that did not before; the rows are as many or fewer.
"""

from __future__ import annotations

from typing import Dict, List, Sequence

from ...graph.closure import all_reached
from .simplex import Arc


def side_by_side(rows: Sequence[int], arcs: Sequence[Arc], high: Sequence[int]) -> List[int]:
    """The rows, in which a high box stands as far up as another one where only what feeds it alone moves with it.

    Args:
        rows: the row of each box.
        arcs: from the upper to the lower of two boxes that a wire joins.
        high: the high boxes.

    >>> arcs = [Arc(0, 1, 2), Arc(1, 2, 2), Arc(2, 5, 2), Arc(3, 4, 2), Arc(4, 5, 2)]
    >>> side_by_side([0, 1, 2, 1, 2, 3], arcs, [1, 4])  # 3 feeds 4, which stands beside 2 at first
    [0, 1, 2, 0, 1, 3]
    """
    found = list(rows)
    feeding: Dict[int, List[int]] = {}
    for arc in arcs:
        feeding.setdefault(arc.head, []).append(arc.tail)
    for box in sorted(high, key=lambda each: -found[each]):
        beside = [found[other] for other in high if other != box]
        above = [row for row in beside if row < found[box]]
        if not above or found[box] in beside:  # beside another one it costs no height
            continue
        moved, up = all_reached([box], feeding), found[box] - max(above)
        leaves = {arc.tail for arc in arcs if arc.tail in moved and arc.head not in moved}
        if leaves <= {box} and min(found[each] for each in moved) >= up:
            for each in moved:
                found[each] -= up
    return found
