"""`Nesting`: finds the layer and phase that an op or group lies in, and what lies in a group.

All objects that come from one call, such as `Graph.ops`, share one `Nesting`.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, List, Optional

from ...graph.content import content_of
from ..vocabulary import PHASES, chain

if TYPE_CHECKING:
    from ..graph import Graph


class Nesting:
    """The tree of a graph's groups. Going up needs no preparation; the lists for going down are made when needed."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph

    def layer_around(self, group: int) -> int:
        """The innermost call of a layer, module or model that the group is or lies in; -1 if there is none."""
        groups = content_of(self.graph).groups
        return next((index for index in chain(groups, group) if groups[index].is_call), -1)

    def phase_around(self, group: int) -> Optional[str]:
        """The innermost phase of a training step that the group is or lies in; ``None`` if there is none."""
        groups = content_of(self.graph).groups
        return next((groups[index].kind for index in chain(groups, group) if groups[index].kind in PHASES), None)

    def layers_in(self, group: int) -> List[int]:
        """The layer calls in a group that are in no other call inside it. Loops, functions and scopes do not count."""
        groups = content_of(self.graph).groups
        found: List[int] = []
        waiting = [group]
        while waiting:
            for child in self._children[waiting.pop()]:
                # A call is what was looked for. Any other group may have calls in it.
                (found if groups[child].is_call else waiting).append(child)
        return sorted(found)

    def ops_in(self, group: int) -> List[int]:
        """The ops in a group at any depth, in the order of the table."""
        found: List[int] = []
        waiting = [group]
        while waiting:
            here = waiting.pop()
            found += self._members[here]
            waiting += self._children[here]
        return sorted(found)

    @cached_property
    def _children(self) -> List[List[int]]:
        return content_of(self.graph).children()

    @cached_property
    def _members(self) -> List[List[int]]:
        return content_of(self.graph).members()
