"""Finds causal masks among the ops of an attention: tensors of which row i hides all columns behind i from a softmax.

What an op gives is followed from attributes and constants alone. A mask of which anything is unknown, its size included, is none.
"""

from __future__ import annotations

from math import inf
from typing import Dict, List, Optional, Set, Tuple

from ...graph.content import content_of
from ...graph.edges import producers, turned
from ...graph.graph import Graph
from ...graph.view import LACKING
from ..scene.labels import shape_text
from ..scene.seen_op import SeenOp
from .mask_values import EXACT, MASK_FLOATS, MASK_WHOLE, RULES, SELECTED, MaskKnown, MaskOp, MaskValues

_LARGE = 1e4
"""What is added to a score hides it if it is below minus this."""
_MOST_DEEP = 16
"""So many ops are followed from a mask up."""
_BEGIN = frozenset({"MatrixBandPart", "BatchMatrixBandPart", "GreaterEqual", "LessEqual", "Less", "Greater"})
"""One of these is in every mask that is found."""


class CausalMasks:
    """The causal masks of a whole graph, of which other graphs draw a part."""

    def __init__(self, graph: Graph) -> None:
        self._graph, self._table = graph, content_of(graph).table
        self._any = not _BEGIN.isdisjoint(self._table.ops)
        self._found: Dict[int, MaskKnown] = {}
        self._users: Optional[List[List[int]]] = None
        self._rows: Optional[Dict[str, int]] = None

    def words(self, drawn: Graph, node: int) -> str:
        """``causal mask (128, 128)``; empty for an op that gives anything else, in any of the copies that it is drawn for."""
        table = content_of(drawn).table
        if not self._any or table.ops[node] not in RULES:
            return ""
        if self._rows is None:
            self._rows = {name: row for row, name in enumerate(self._table.names)}
        row = self._rows.get(table.names[node])
        said = {self._told(each) for each in _in_copies(drawn, row)} if row is not None else set()
        return said.pop() if len(said) == 1 else ""

    def _told(self, node: int) -> str:
        told = self._known(node, 0)
        if (
            not isinstance(told, MaskValues)
            or told.even
            or not any(self._hides(user, node, told) for user in self._used(node))
        ):
            return ""
        return f"causal mask {shape_text(self._table.outputs[node][0].shape)}"

    # what an op gives

    def _known(self, node: int, deep: int) -> MaskKnown:
        if node not in self._found:
            size, rule = self._size(node), RULES.get(self._table.ops[node])
            self._found[node] = None
            if rule is not None and deep < _MOST_DEEP and size is not None:
                before = [
                    self._known(edge.node, deep + 1) if edge.output == 0 else None
                    for edge in self._table.data_inputs(node)
                ]
                self._found[node] = self._checked(node, rule(MaskOp(SeenOp(self._graph, node), size, before)))
        return self._found[node]

    def _checked(self, node: int, told: MaskKnown) -> MaskKnown:
        """What a rule says, if it may be so: a mask is square, and its values are numbers."""
        if not isinstance(told, MaskValues):
            return told
        size, dtype = self._size(node) or (), self._table.outputs[node][0].dtype
        square = len(size) > 1 and size[-1] == size[-2] > 1
        most = inf if dtype in MASK_FLOATS else EXACT if dtype in MASK_WHOLE else 1.0 if dtype == "bool" else -1.0
        return told if (told.even or square) and all(abs(value) <= most for value in told) else None

    def _size(self, node: int) -> Optional[Tuple[int, ...]]:
        """The shape of what an op gives; ``None`` if any of it is unknown."""
        types = self._table.outputs[node]
        shape = types[0].shape if types else None
        if shape is None or any(dim is None for dim in shape):
            return None
        return tuple([dim for dim in shape if dim is not None])

    # how a mask is used

    def _used(self, node: int) -> List[int]:
        if self._users is None:
            self._users = turned(producers(self._table))
        return self._users[node]

    def _hides(self, user: int, node: int, told: MaskValues) -> bool:
        """Whether an op hides from a softmax over the columns what the mask hides."""
        types, mask = self._table.outputs[user], self._size(node)
        if not types or types[0].shape is None or mask is None or tuple(types[0].shape[-2:]) != mask[-2:]:
            return False
        if not any(self._table.ops[after] == "Softmax" for after in self._used(user)):
            return False
        op, taken = self._table.ops[user], [edge.node for edge in self._table.data_inputs(user)]
        if op in {"Add", "AddV2"}:
            return told.seen == 0 and told.hidden <= -_LARGE
        if op == "Sub":
            return taken[-1] == node != taken[0] and told.seen == 0 and told.hidden >= _LARGE
        if op == "SelectV2" and len(taken) == len(SELECTED):
            return taken[0] == node and self._is_low(taken[2 if told.seen else 1])
        return False

    def _is_low(self, node: int) -> bool:
        told = self._known(node, 0)
        return isinstance(told, MaskValues) and told.even and told.seen <= -_LARGE


def _in_copies(drawn: Graph, row: int) -> Set[int]:
    """The ops for which one is drawn, as rows of the whole graph: constants may differ from copy to copy."""
    found, before = {row}, 0
    while len(found) > before:  # stacks lie in stacks
        before = len(found)
        for stack in content_of(drawn).view.stacks.values():
            places = {place for copy in stack.copies for place, each in enumerate(copy) if each in found}
            found |= {copy[place] for copy in stack.copies for place in places if place < len(copy)}
    return found - {LACKING}
