"""Where a tensor comes from, through the ops that only hand it on and the ends of bodies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Dict, List, Optional

from ..graph.types import Edge
from ..graph.vocabulary import ARGUMENT, RESULT
from ..shapes import lists
from ..shapes.inference import At

if TYPE_CHECKING:
    from .inspected import Inspected


_SAME = frozenset("Identity Snapshot StopGradient PreventGradient CheckNumerics EnsureShape DeepCopy".split())
"""Ops whose result is their first input, value for value."""
_RESHAPING = frozenset({"Reshape", "ExpandDims", "Squeeze"})
_MOST_STEPS = 200
"""A walk ends after this many ops: in a damaged file, ops may form a circle."""


class TensorOrigins:
    """Answers where tensors come from. A walk's answer is kept for all tensors that it passed."""

    def __init__(self, inspected: "Inspected") -> None:
        self._inspected = inspected
        self._bodies = inspected.bodies
        self._same: Dict[At, At] = {}

    def same(self, tensor: At) -> At:
        """The tensor that this one is, value for value: before identities, and outside of (or inside) calls that pass it on.

        What a loop keeps for its gradient is followed back to where the loop computed it.
        """
        passed: List[At] = []
        while tensor not in self._same and len(passed) < _MOST_STEPS:
            passed.append(tensor)
            further = self._before(tensor)
            if further is None:
                break
            tensor = further
        end = self._same.get(tensor, tensor)
        for each in passed:
            self._same[each] = end
        return end

    def elements(self, tensor: At) -> At:
        """The tensor that this one has its elements of, all of them in their order, perhaps in another shape."""
        tensor = self.same(tensor)
        for _ in range(_MOST_STEPS):
            row = tensor[0]
            op = self._inspected.table.ops[row]
            inputs = self._inspected.inputs(row)
            if not inputs or not (op in _RESHAPING or (op == "StridedSlice" and self._takes_all(row))):
                break
            tensor = self.same(inputs[0])
        return tensor

    def op(self, tensor: At) -> str:
        """The type of the op that made the tensor, before it was handed on."""
        return self._inspected.table.ops[self.same(tensor)[0]]

    def _before(self, tensor: At) -> Optional[At]:
        """One step back: the tensor that this op hands on; ``None`` if it makes its own."""
        row, output = tensor
        op = self._inspected.table.ops[row]
        if op in _SAME or op == RESULT:
            return next(iter(self._inspected.inputs(row)), None)
        if op == "IdentityN":
            inputs = self._inspected.inputs(row)
            return inputs[output] if output < len(inputs) else None
        if op == ARGUMENT:
            whole = self._bodies.handed_on(row) and self._bodies.given_whole(row)
            return next(iter(self._inspected.inputs(row)), None) if whole else None
        if op == "TensorListPopBack" and output == 1:
            held = lists.item(self._inspected.table, self._bodies, Edge(*self._inspected.inputs(row)[0]))
            return None if held is None or held.rows else tuple(held.edge)  # type: ignore[return-value]
        returned = self._bodies.result(row, output)
        return None if returned is None else (returned, 0)

    def _takes_all(self, row: int) -> bool:
        """Whether a slice takes all of a tensor and only adds axes, as ``x[:, None]`` does."""
        attrs = self._inspected.table.attrs(row)
        spec = self._inspected.type_of(self._inspected.inputs(row)[1][0], self._inspected.inputs(row)[1][1])
        if spec is None or not spec.shape or spec.shape[0] is None or attrs.get("shrink_axis_mask"):
            return False
        kept = [int(attrs.get(name) or 0) for name in ("begin_mask", "end_mask")]
        free = int(attrs.get("new_axis_mask") or 0) | int(attrs.get("ellipsis_mask") or 0)
        return all((kept[0] & kept[1] | free) >> axis & 1 for axis in range(spec.shape[0]))
