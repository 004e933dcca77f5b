"""Where every op stands in a drawing: which cards are drawn, which are open, and what item shows an op."""

from __future__ import annotations

from typing import Dict, FrozenSet, Iterator, List

from ...graph.attrs import function_of
from ...graph.graph import Graph
from ...graph.view import BOX, PILL
from ...passes.ends import drawn_inputs
from ...passes.flow import Flow
from ...passes.fold import box_counts
from ...passes.input_names import input_names

WRAPPERS = ("__inference_signature_wrapper", "__inference__wrapped_model")
"""How the functions' names begin that `tf.saved_model.save` and Keras put around a model for its signatures."""
NOWHERE = -1
"""The item of an op that is not drawn by itself."""


class Stage:
    """A graph with the decisions of its passes, asked for places.

    Items are numbered: an op's box or pill by its row, a group's card by `first_card` + its index, further items after
    these. `home` of an item is the open group that holds it, -1 for the drawing itself.
    """

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.roles = graph.content.view.roles or bytes(len(graph))
        self._groups = graph.content.node_group
        self._targets: Dict[int, int] = {}
        self.flow = Flow(graph, self.roles)
        self.first_card = len(graph)
        self.first_extra = self.first_card + len(graph.groups)
        self.inputs: FrozenSet[int] = drawn_inputs(graph)
        self._input_names = input_names(graph)
        self.owned: Dict[int, int] = {}
        """Call, loop or branch op -> the outermost group that it owns."""
        for index in range(len(graph.groups) - 1, -1, -1):
            if graph.groups[index].owner >= 0:
                self.owned[graph.groups[index].owner] = index
        self._extra_homes: List[int] = []
        self._open_groups()

    def _open_groups(self) -> None:
        graph, closed = self.graph, self.graph.content.view.closed
        direct, below = box_counts(graph)
        self.parents: List[int] = []
        """Group -> the group whose card holds its card; -1: the drawing."""
        bare = self._bare(direct)
        self.folded_in: List[int] = []
        """Group -> the folded card it lies in or is; -1 when it is open or not drawn."""
        self.stands_in: List[int] = []
        """Group -> the innermost open card around it, itself included; -1: the drawing."""
        self.depth: List[int] = []
        for index, group in enumerate(graph.groups):
            parent = group.parent
            while parent >= 0 and bare[parent] and self.folded_in[parent] < 0:
                parent = self.parents[parent]
            self.parents.append(parent)
            self.depth.append(self.depth[parent] + 1 if parent >= 0 else 0)
            around = self.stands_in[parent] if parent >= 0 else -1
            if parent >= 0 and self.folded_in[parent] >= 0:
                self.folded_in.append(self.folded_in[parent])
                self.stands_in.append(around)
            elif not below[index] or (bare[index] and (index not in closed or below[index] == 1)):
                self.folded_in.append(-1)
                self.stands_in.append(around)
            else:
                self.folded_in.append(index if index in closed else -1)
                self.stands_in.append(around if index in closed else index)

    def _bare(self, direct: List[int]) -> List[bool]:
        """Scopes that hold nothing but one box or one card: open, they are a frame too many and are not drawn.

        So are the functions that a SavedModel wraps around its model. A single box is not folded either: the fold would
        take more room than what it hides. A stack is drawn, or nothing would tell of its other copies.
        """
        stacks = self.graph.content.view.stacks
        return [
            count == 1
            and index not in stacks
            and (group.kind == "scope" or (group.kind == "function" and _wraps(self.graph, group.owner)))
            for index, (count, group) in enumerate(zip(direct, self.graph.groups))
        ]

    def input_name(self, node: int) -> str:
        """What an input of the graph is called."""
        return self._input_names.get(node) or self.graph.table.names[node]

    def is_open(self, group: int) -> bool:
        """Whether the group is drawn as an open card."""
        return self.stands_in[group] == group

    def is_folded(self, group: int) -> bool:
        """Whether the group is drawn as a folded card."""
        return self.folded_in[group] == group

    def card(self, group: int) -> int:
        """The item of a group's card."""
        return self.first_card + group

    def group_of(self, item: int) -> int:
        """The group whose card an item is; -1 for another item."""
        return item - self.first_card if self.first_card <= item < self.first_extra else -1

    def is_box(self, item: int) -> bool:
        """Whether chips can be docked on the item: a box or a pill, not a card."""
        return self.group_of(item) < 0

    def new_item(self, home: int) -> int:
        """Number an item that stands for no op of its own."""
        self._extra_homes.append(home)
        return self.first_extra + len(self._extra_homes) - 1

    def home(self, item: int) -> int:
        """The open group that holds an item; -1: the drawing."""
        if item >= self.first_extra:
            return self._extra_homes[item - self.first_extra]
        if item >= self.first_card:
            return self.parents[item - self.first_card]
        if item in self.inputs:
            return -1
        group = self.owned[item] if item in self.owned else self._groups[item]
        return self.stands_in[group] if group >= 0 else -1

    def around(self, group: int) -> Iterator[int]:
        """A group and those whose cards its card lies in, the innermost first; none for the drawing itself."""
        while group >= 0:
            yield group
            group = self.parents[group]

    def fold_of(self, node: int) -> int:
        """The folded card an op lies in, or is the owner of; -1 when there is none."""
        if node in self.inputs:
            return -1
        group = self.owned.get(node, self._groups[node])
        return self.folded_in[group] if group >= 0 else -1

    def target(self, node: int) -> int:
        """The item on which wires into an op end; the box of a branch op stands inside its card."""
        known = self._targets.get(node)
        if known is None:
            known = self._targets[node] = self._target(node)
        return known

    def _target(self, node: int) -> int:
        fold = self.fold_of(node)
        if fold >= 0:
            return self.card(fold)
        if self.roles[node] not in (BOX, PILL):
            return NOWHERE
        owned = self.owned.get(node, -1)
        if owned < 0:
            return node
        if not self.is_open(owned):
            return NOWHERE
        return node if self.graph.groups[owned].kind == "if" else self.card(owned)

    def origin(self, node: int) -> int:
        """The item from which an op's outputs leave: of an open loop or branch its card."""
        item = self.target(node)
        return self.card(self.owned[node]) if item == node and node in self.owned else item


def _wraps(graph: Graph, call: int) -> bool:
    """Whether an op calls a function that only wraps a model's signature."""
    return call >= 0 and function_of(graph.table.attrs(call), "f").startswith(WRAPPERS)
