"""Puts the layers of a squeeze and excitation into a group of their own, so that a cell of a row can say it: ``squeeze-excite to 8``.

Its wires, a pooled tensor that comes back as a factor of itself, take as much room as the rest of a block, and tell a reader nothing new.
"""

from __future__ import annotations

from typing import Dict, FrozenSet, List, Optional, Sequence, Set, Tuple

from ...graph.content import content_of
from ...graph.graph import Graph
from ...graph.view import BOX, UNWIRED
from ...graph.vocabulary import chain
from ...passes.flow import TensorRef
from ...passes.naming import is_made_up
from ...passes.rewire import origin, passing
from ...passes.stages import NewGroup, regrouped
from ..scene.group_ops import GroupOps
from ..scene.layer_words import card_text
from .row_titles import stem_of
from .squeeze_excite import squeeze_excite

_PLACE = "squeeze-excite"
"""In the path of such a group, between that of the group which holds it and its name."""
_NAME = "squeeze_excite"
"""What it is called if Keras made up the names of its layers."""
_MOST_LAYERS = 7
"""So many layers make the factor at most."""


def with_squeeze_excite(graph: Graph) -> Graph:
    """The graph with groups around each squeeze and excitation whose layers lie beside others. They are in `view.made`, of kind ``scope``.

    Before: the roles are decided, and repeats are stacks. After: nothing else is changed; groups have other indices.
    """
    found = _Finder(graph).found()
    return regrouped(graph, found) if found else graph


def squeeze_excite_groups(graph: Graph) -> FrozenSet[int]:
    """The groups that `with_squeeze_excite` has made."""
    content = content_of(graph)
    return frozenset(index for index in content.view.made if content.groups[index].path.split("/")[-2:-1] == [_PLACE])


def squeeze_excite_words(graph: Graph, index: int, ops: GroupOps) -> str:
    """What is said of such a group: ``squeeze-excite to 8``."""
    inside = [child for child, group in enumerate(content_of(graph).groups) if group.parent == index]
    return squeeze_excite([card_text(graph, child, ops) for child in inside[:-1]]) or ""


class _Finder:
    """Looks for products of a tensor with what layers make of that same tensor."""

    def __init__(self, graph: Graph) -> None:
        self._graph, self._content, self._ops = graph, content_of(graph), GroupOps(graph)
        self._passed = passing(graph)
        self._users: Dict[TensorRef, Set[int]] = {}
        """Tensor -> the boxes that take it."""
        view, table = self._content.view, self._content.table
        for node in range(len(table)):
            if view.role(node) == BOX:
                for tensor in self._taken(node):
                    self._users.setdefault(tensor, set()).add(node)

    def found(self) -> List[Tuple[int, NewGroup]]:
        """The groups to be made, each with the group that is to hold it."""
        content, found = self._content, []
        names: Dict[int, int] = {}
        children = content.children()
        for node, op in enumerate(content.table.ops):
            if op != "Mul" or content.view.role(node) != BOX:
                continue
            layer = self._layer(node)
            members = self._members(node, layer) if layer >= 0 else None
            if members is None:
                continue
            parent = content.groups[layer].parent
            if len(members) == len(children[parent]):  # a layer that is nothing else says so itself
                continue
            names[parent] = names.get(parent, 0) + 1
            name = self._name(members) or (f"{_NAME}_{names[parent]}" if names[parent] > 1 else _NAME)
            found.append((parent, NewGroup(name, members, _PLACE)))
        return found

    def _name(self, members: Sequence[int]) -> str:
        groups = [self._content.groups[member] for member in members]
        if any(is_made_up(group.name, group.cls or "") for group in groups):
            return ""
        return stem_of([group.name for group in groups])

    def _members(self, product: int, layer: int) -> Optional[List[int]]:
        """The layers of the squeeze and excitation that ends with a product; ``None`` if it is none."""
        tensors = self._taken(product)
        if len(tensors) != 2 or self._ops.inside(layer) != [product]:
            return None
        for entering, factor in (tensors, tensors[::-1]):
            gate = self._between(entering, factor, self._content.groups[layer].parent)
            if gate and squeeze_excite([card_text(self._graph, each, self._ops) for each in gate]):
                return [*gate, layer]
        return None

    def _between(self, entering: TensorRef, factor: TensorRef, parent: int) -> List[int]:
        """The layers that make one tensor of another and of nothing else, all beside each other in a group; none if there is another way."""
        found: List[int] = []
        tensor = factor
        while tensor != entering:
            layer = self._layer(tensor[0])
            rows = set(self._ops.inside(layer)) if layer >= 0 else set()
            boxes = [row for row in rows if self._content.view.role(row) == BOX]
            taken = {each for row in boxes for each in self._taken(row) if each[0] not in rows}
            users = self._users.get(tensor, set())
            alone = len(taken) == 1 and len({self._layer(user) for user in users}) == 1
            if len(found) == _MOST_LAYERS or not alone or self._content.groups[layer].parent != parent:
                return []
            found.append(layer)
            tensor = taken.pop()
        return found[::-1]

    def _layer(self, node: int) -> int:
        """The innermost layer that holds an op; -1 if it is in none."""
        groups = self._content.groups
        return next((each for each in chain(groups, self._content.node_group[node]) if groups[each].is_call), -1)

    def _taken(self, node: int) -> List[TensorRef]:
        """The tensors that an op takes, but for weights and constants."""
        table, view = self._content.table, self._content.view
        found = [origin(table, *edge, self._passed) for edge in table.data_inputs(node)]
        return [tensor for tensor in found if view.role(tensor[0]) not in UNWIRED]
