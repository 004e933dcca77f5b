"""Which groups hold some ops together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Iterable, List

if TYPE_CHECKING:
    from ..graph.graph import Graph


def around_all(graph: Graph, groups: Iterable[int]) -> List[int]:
    """The groups that hold all of `groups`, the innermost first."""
    common: List[int] = []
    for index, group in enumerate(sorted(groups)):
        chain = _chain(graph, group)
        common = [each for each in common if each in chain] if index else chain
    return common


def _chain(graph: Graph, group: int) -> List[int]:
    """A group and all that hold it."""
    chain = []
    while group >= 0:
        chain.append(group)
        group = graph.groups[group].parent
    return chain
