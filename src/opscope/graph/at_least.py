"""Which estimates are only known to be at least so much, the sign that stands before them, and which of these bounds say anything.

A sum leaves out the ops of unknown shape or without a formula; and the ops of a loop whose number of iterations is not known count once.
"At least 0" is no figure, nor are the 5 FLOPs of some scalars beside matrix products of unknown size: such a sum is unknown.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, FrozenSet, List, Optional

from .content import content_of
from .quantities import BYTES_MOVED, FLOPS, MACS
from .types import Cost

if TYPE_CHECKING:
    from .graph import Graph

ESTIMATES = tuple(quantity.field for quantity in (FLOPS, MACS, BYTES_MOVED))
AT_LEAST = "≥ "
ALL = frozenset(ESTIMATES)


def at_least_text(figure: str) -> str:
    """A figure of which some is not counted; nothing where it is too small for its unit, since any figure is at least that.

    >>> at_least_text("3.2"), at_least_text("<0.01")
    ('≥ 3.2', '')
    """
    return "" if figure == "0" or figure.startswith("<") else f"{AT_LEAST}{figure}"


def lacking(cost: "Optional[Cost]") -> FrozenSet[str]:
    """The fields of a cost of which some is not counted. What is 0 in one iteration of a loop is 0 in any number of them.

    >>> from opscope.graph.types import Cost
    >>> sorted(lacking(Cost(None, 8.0, macs=None))), sorted(lacking(Cost(1.0, 8.0, macs=0.0)))
    (['flops', 'macs'], [])
    >>> sorted(lacking(Cost(1.0, 8.0, "iteration", macs=0.0)))
    ['bytes', 'flops']
    """
    if cost is None:
        return frozenset()
    once = cost.per == "iteration"
    return frozenset(field for field in ESTIMATES if (value := getattr(cost, field)) is None or (once and value))


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
