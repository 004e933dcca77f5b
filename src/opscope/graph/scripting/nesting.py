"""`Nesting`: which layer and phase things lie in, and what lies in them. Objects that came out of one call share one."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, List, Optional

from ..vocabulary import PHASES, chain

if TYPE_CHECKING:
    from ..graph import Graph


class Nesting:
    """The groups of a graph as a tree to walk: upwards at once, downwards over lists that are made at the first step."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph

    def layer_around(self, group: int) -> int:
        """The innermost call of a layer, module or model that the group is or lies in; -1 for none."""
        groups = self.graph.groups
        return next((index for index in chain(groups, group) if groups[index].is_call), -1)

    def phase_around(self, group: int) -> Optional[str]:
        """The innermost phase of a training step that the group is or lies in."""
        groups = self.graph.groups
        return next((groups[index].kind for index in chain(groups, group) if groups[index].kind in PHASES), None)

    def layers_in(self, group: int) -> List[int]:
        """The calls directly in a group: groups of other kinds in between (loops, functions, scopes) are looked through."""
        groups = self.graph.groups
        found: List[int] = []
        waiting = [group]
        while waiting:
            for child in self._children[waiting.pop()]:
                (found if groups[child].is_call else waiting).append(child)
        return sorted(found)

    def ops_in(self, group: int) -> List[int]:
        """The ops in a group, however deep, in the order of the table."""
        found: List[int] = []
        waiting = [group]
        while waiting:
            here = waiting.pop()
            found += self._members[here]
            waiting += self._children[here]
        return sorted(found)

    @cached_property
    def _children(self) -> List[List[int]]:
        return self.graph.children()

    @cached_property
    def _members(self) -> List[List[int]]:
        return self.graph.members()
