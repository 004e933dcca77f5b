"""The groups that several groups have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING, Iterable, List

from ..graph.content import content_of
from ..graph.vocabulary import chain

if TYPE_CHECKING:
    from ..graph.graph import Graph


def common_groups(graph: Graph, groups: Iterable[int]) -> List[int]:
    """The groups that hold all of `groups`, the innermost first.

    A group counts as holding itself; -1 (no group) is in none.
    """
    common: List[int] = []
    for index, group in enumerate(sorted(groups)):
        around = list(chain(content_of(graph).groups, group))
        common = [each for each in common if each in around] if index else around
    return common
