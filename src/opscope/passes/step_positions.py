"""Where in a tensor or a list an op of a loop's body looks: at the loop's counter, which is "step t"."""

from __future__ import annotations

from typing import Callable, Dict, List, NamedTuple, Optional, Tuple

from ..graph.attrs import constant_of, whole_of
from ..graph.content import content_of
from ..graph.graph import Graph
from ..graph.vocabulary import CONSTANTS
from .flow import Flow

LISTED = frozenset({"TensorListGetItem", "TensorListSetItem"})
"""Ops that take or put one element of a list; the second input says which."""
KEEPING = frozenset({"TensorListSetItem", "TensorListPushBack"})
"""Ops that put a result of a step into a list, which is the first input."""
INDEXED: Dict[str, Tuple[int, ...]] = {
    **dict.fromkeys((*LISTED, "GatherV2", "Gather", "ResourceGather"), (1,)),
    "StridedSlice": (1, 2),
}
"""Op that takes one element of several -> those of its inputs that say which."""
_SUMS: Dict[str, int] = {"Add": 1, "AddV2": 1, "Sub": -1}
_SAME_NUMBER = frozenset({"Cast", "Reshape", "ExpandDims", "Squeeze", "Identity"})
_MOST_STEPS = 16
"""An index is worked out from the counter in so many steps at most."""


class Position(NamedTuple):
    """A whole number that follows from a loop's counter: the counter's argument in the body, and what is added to it."""

    counter: int
    offset: int


class StepTaken(NamedTuple):
    """Which element an op takes or puts: the one at a position, along an axis."""

    at: Position
    axis: int


class Positions:
    """Tells positions in a graph. `is_counter` says of a row whether it is the argument of a body in which the loop counts."""

    def __init__(self, graph: Graph, flow: Flow, is_counter: Callable[[int], bool]) -> None:
        self._table, self._flow, self._is_counter = content_of(graph).table, flow, is_counter

    def taken(self, node: int) -> Optional[StepTaken]:
        """Which element an op takes or puts by a loop's counter; ``None`` if it takes more than one element, or by something else."""
        op = self._table.ops[node]
        if op not in INDEXED:
            return None
        inputs = self._flow.taken(node)
        if len(inputs) <= INDEXED[op][-1]:
            return None
        if op == "StridedSlice":
            return self._sliced(node, inputs[1][0])
        if op.startswith("Gather"):
            return self._gathered(node, inputs[1][0])
        at = self.of(inputs[1][0])
        return StepTaken(at, 0) if at is not None else None

    def of(self, node: int) -> Optional[Position]:
        """The position that an op computes; ``None`` if it is none."""
        offset = 0
        for _ in range(_MOST_STEPS):
            if self._is_counter(node):
                return Position(node, offset)
            op, inputs = self._table.ops[node], [source for source, _ in self._flow.taken(node)]
            if (op in _SAME_NUMBER and inputs) or (op == "Pack" and len(inputs) == 1):
                node = inputs[0]
                continue
            if op not in _SUMS or len(inputs) != 2:
                return None
            first, second = map(self.number, inputs)
            if second is not None:
                node, offset = inputs[0], offset + _SUMS[op] * second
            elif first is not None and op != "Sub":
                node, offset = inputs[1], offset + first
            else:
                return None
        return None

    def number(self, node: int) -> Optional[int]:
        """The whole number that a constant is."""
        if self._table.ops[node] not in CONSTANTS:
            return None
        found = constant_of(self._table.attrs(node))
        if found is None or len(found.values) != 1 or found.shape not in {(), (1,)}:
            return None
        value = found.values[0]
        return (
            int(value) if not isinstance(value, (bool, str)) and value % 1 == 0 else None
        )  # an infinite one has no rest

    def _gathered(self, node: int, indices: int) -> Optional[StepTaken]:
        """A gather of one element: with a vector of indices it would keep the axis."""
        types = self._table.outputs[indices]
        at = self.of(indices) if types and types[0].shape == () else None
        inputs = self._flow.taken(node)
        axis = self.number(inputs[2][0]) if len(inputs) > 2 else 0
        return StepTaken(at, axis) if at is not None and axis is not None and axis >= 0 else None

    def _sliced(self, node: int, begin: int) -> Optional[StepTaken]:
        """A slice ``x[:, t]``: one element along one axis, and all along the others."""
        attrs = self._table.attrs(node)
        one = whole_of(attrs, "shrink_axis_mask")
        axis = one.bit_length() - 1
        if one <= 0 or one != 1 << axis or whole_of(attrs, "new_axis_mask"):
            return None
        before = (1 << axis) - 1
        if whole_of(attrs, "ellipsis_mask") & before:
            return None  # so many axes are before it that nobody knows which it is
        masks = whole_of(attrs, "begin_mask") & whole_of(attrs, "end_mask")
        if masks & before != before:
            return None
        inputs = [source for source, _ in self._flow.taken(begin)] if self._table.ops[begin] == "Pack" else [begin]
        if len(inputs) != axis + 1 and not self._are_whole(inputs, axis, masks | whole_of(attrs, "ellipsis_mask")):
            return None
        at = self.of(inputs[axis])
        return StepTaken(at, axis) if at is not None else None

    def _are_whole(self, inputs: List[int], axis: int, masks: int) -> bool:
        """Whether a slice takes all along the axes behind the one of which it takes one element."""
        return len(inputs) > axis and all(masks >> place & 1 for place in range(axis + 1, len(inputs)))
