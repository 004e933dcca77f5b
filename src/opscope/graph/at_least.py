"""Which estimates are only known to be at least so much, and the sign that stands before them.

A sum leaves out the ops of unknown shape or without a formula; and the ops of a loop whose number of iterations is not known count once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, FrozenSet, List, Optional

from .content import content_of
from .quantities import BYTES_MOVED, FLOPS, MACS

if TYPE_CHECKING:
    from .graph import Graph
    from .types import Cost

ESTIMATES = tuple(quantity.field for quantity in (FLOPS, MACS, BYTES_MOVED))
AT_LEAST = "≥ "
ALL = frozenset(ESTIMATES)


def at_least_text(figure: str) -> str:
    """A figure of which some is not counted; one that is too small to be told may be more than that.

    >>> at_least_text("3.2"), at_least_text("<0.01")
    ('≥ 3.2', '≥ 0')
    """
    return f"{AT_LEAST}{'0' if figure.startswith('<') else figure}"


def lacking(cost: "Optional[Cost]") -> FrozenSet[str]:
    """The fields of a cost of which some is not counted.

    >>> from opscope.graph.types import Cost
    >>> sorted(lacking(Cost(None, 8.0, macs=None))), sorted(lacking(Cost(1.0, 8.0, macs=0.0)))
    (['flops', 'macs'], [])
    """
    if cost is None:
        return frozenset()
    return ALL if cost.per == "iteration" else frozenset(field for field in ESTIMATES if getattr(cost, field) is None)


def lacking_in_groups(graph: "Graph") -> List[FrozenSet[str]]:
    """For each group the fields of its cost of which some is not counted; at the end, for the whole graph."""
    content = content_of(graph)
    found = [lacking(group.cost) for group in content.groups] + [frozenset()]
    # Of a branch that counts for nothing, what it lacks is told of what is around it all the same: that has at least as much.
    for row, cost in content.costs.items():
        found[content.node_group[row]] |= lacking(cost)
    for index in range(len(content.groups) - 1, -1, -1):  # parents come before their children
        found[content.groups[index].parent] |= found[index]
    return found
