"""Answers where things are in a drawing: which groups have cards, which of these are open, which item shows an op.

An item is what is drawn: a box, a pill or a card. Items are plain numbers here; `compose` makes the objects.
"""

from __future__ import annotations

from typing import Dict, FrozenSet, Iterator, List, Optional, Tuple

from ...graph.attrs import function_of
from ...graph.content import content_of
from ...graph.graph import Graph
from ...graph.view import BOX, PILL, TOLD_IN_WORDS
from ...passes.flow import TensorRef
from .settled import Settled

WRAPPERS = ("__inference_signature_wrapper", "__inference__wrapped_model")
"""How the names of functions begin that `tf.saved_model.save` and Keras put around a model for its signatures."""
NOWHERE = -1
"""The item of an op that is drawn nowhere by itself, such as a chip or an op that a wire runs through."""


class Stage:
    """A graph and what its passes decided about drawing it.

    Items are numbered: an op's box or pill has the op's row; a group's card has `first_card` + the group's index; items
    without an op of their own come after these. Group -1 stands for the drawing itself.
    """

    def __init__(self, graph: Graph, settled: Optional[Settled] = None) -> None:
        """`settled` is what is known of the graph whichever groups are open, if it was drawn before."""
        self.graph, self.settled = graph, settled or Settled(graph)
        self.roles, self.flow = self.settled.roles, self.settled.flow
        self._groups = content_of(graph).node_group
        self._targets: Dict[int, int] = {}
        self.first_card = len(graph)
        self.first_extra = self.first_card + len(content_of(graph).groups)
        self.inputs: FrozenSet[int] = self.settled.inputs
        self.owned: Dict[int, int] = self.settled.owned
        """Call, loop or branch op -> the outermost group that it owns."""
        self._extra_homes: List[int] = []
        self._open_groups()

    def _open_groups(self) -> None:
        """Decide for each group, parents first, whether it has a card and whether that is open."""
        graph, closed = self.graph, content_of(self.graph).view.closed
        direct, below = self.settled.boxes
        self.parents: List[int] = []
        """Group -> the group whose card holds its card; -1: the drawing."""
        bare = self._bare(direct)
        self.folded_in: List[int] = []
        """Group -> the group of the folded card that it is, or that it lies in; -1: no folded card is around it."""
        self.stands_in: List[int] = []
        """Group -> the innermost group with an open card around it, itself included; -1: the drawing."""
        self.depth: List[int] = []  # how many groups are around it, by `parents`
        for index, group in enumerate(content_of(graph).groups):
            parent = group.parent
            while parent >= 0 and bare[parent] and self.folded_in[parent] < 0:  # bare groups have no card
                parent = self.parents[parent]
            self.parents.append(parent)
            self.depth.append(self.depth[parent] + 1 if parent >= 0 else 0)
            around = self.stands_in[parent] if parent >= 0 else -1
            if parent >= 0 and self.folded_in[parent] >= 0:
                self.folded_in.append(self.folded_in[parent])
                self.stands_in.append(around)
            # No card: there is nothing to draw in it, or it is bare and would be open, or folded around a single box.
            elif not below[index] or (bare[index] and (index not in closed or below[index] == 1)):
                self.folded_in.append(-1)
                self.stands_in.append(around)
            else:
                self.folded_in.append(index if index in closed else -1)
                self.stands_in.append(around if index in closed else index)

    def _bare(self, direct: List[int]) -> List[bool]:
        """For each group whether it is bare: a scope with only one box or one card in it.

        An open card around that would be one frame too many. The functions that a SavedModel wraps around its model are
        bare too, but a stack is not: without its card, nothing would tell of the other copies.
        """
        stacks = content_of(self.graph).view.stacks
        return [
            count == 1
            and index not in stacks
            and (group.kind == "scope" or (group.kind == "function" and _wraps(self.graph, group.owner)))
            for index, (count, group) in enumerate(zip(direct, content_of(self.graph).groups))
        ]

    def input_name(self, node: int) -> str:
        """What an input of the graph is called in drawings."""
        return self.settled.input_names.get(node) or content_of(self.graph).table.names[node]

    def cards(self) -> Tuple[Tuple[int, ...], Tuple[int, ...]]:
        """Which groups have cards, and which of these are open: where it is the same, the drawing is the same.

        What is open in a folded card is not seen, and a scope around a single box has no card either way.
        """
        return tuple(self.folded_in), tuple(self.stands_in)

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
        """The group whose card an item is; -1 for a box or a pill."""
        return item - self.first_card if self.first_card <= item < self.first_extra else -1

    def is_box(self, item: int) -> bool:
        """Whether the item is a box or a pill, and no card."""
        return self.group_of(item) < 0

    def new_item(self, home: int) -> int:
        """Add an item that stands for no op, inside the open card of the group `home`."""
        self._extra_homes.append(home)
        return self.first_extra + len(self._extra_homes) - 1

    def home(self, item: int) -> int:
        """The group whose open card holds an item; -1: the drawing."""
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
        """The group of the folded card that an op lies in or whose body it runs; -1 if there is none."""
        if node in self.inputs:
            return -1
        group = self.owned.get(node, self._groups[node])
        return self.folded_in[group] if group >= 0 else -1

    def target(self, node: int) -> int:
        """The item on which wires into an op end.

        It is the op's box; its card, if it runs a body that is open; or the folded card that it lies in.
        """
        known = self._targets.get(node)
        if known is None:
            known = self._targets[node] = self._target(node)
        return known

    def _target(self, node: int) -> int:
        """As `target`, worked out anew."""
        if self.roles[node] in TOLD_IN_WORDS:  # not even a folded card has a wire for it
            return NOWHERE
        fold = self.fold_of(node)
        if fold >= 0:
            return self.card(fold)
        if self.roles[node] not in (BOX, PILL):
            return NOWHERE
        owned = self.owned.get(node, -1)
        if owned < 0:
            return content_of(self.graph).view.gathered_inputs.get(node, node)
        if not self.is_open(owned):
            return NOWHERE
        # A branch op is a box inside its own card: it is what chooses between the branches.
        return node if content_of(self.graph).groups[owned].kind == "if" else self.card(owned)

    def taken(self, node: int) -> List[TensorRef]:
        """As `Flow.taken`, remembered: the words of chips, boxes and wires, and of all copies of these, ask for each op several times."""
        known = self.settled.taken.get(node)
        if known is None:
            known = self.settled.taken[node] = self.flow.taken(node)
        return known

    def origin(self, node: int) -> int:
        """The item where wires out of an op begin: as `target`, except that a branch op's results leave its card."""
        item = self.target(node)
        return self.card(self.owned[node]) if item == node and node in self.owned else item


def _wraps(graph: Graph, call: int) -> bool:
    """Whether an op calls a function that only wraps a model for a signature."""
    return call >= 0 and function_of(content_of(graph).table.attrs(call), "f").startswith(WRAPPERS)
