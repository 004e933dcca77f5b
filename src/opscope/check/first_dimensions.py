"""Where the first dimension of a tensor comes from: the batch of an input, or a constant."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, Any, Dict, List, Mapping, Optional, Tuple

from ..shapes.inference import At

if TYPE_CHECKING:
    from .inspected import Inspected

BROADCASTING_OPS = frozenset(
    "Add AddV2 Sub Mul RealDiv Div DivNoNan SquaredDifference Maximum Minimum Pow Equal NotEqual Less LessEqual Greater"
    " GreaterEqual LogicalAnd LogicalOr FloorMod FloorDiv".split()
)
"""Ops that broadcast two tensors."""
_OF_FIRST_INPUT = frozenset(
    "Cast BiasAdd BiasAddV1 Relu Relu6 Elu Selu LeakyRelu Sigmoid Tanh Softplus Softsign Softmax LogSoftmax Exp Log Log1p"
    " Neg Abs Sqrt Rsqrt Square Sign Round Floor Erf Conv1D Conv2D Conv3D DepthwiseConv2dNative MaxPool AvgPool FusedBatchNormV3"
    " FusedBatchNorm MirrorPad GatherV2 ResizeBilinear ResizeNearestNeighbor".split()
)
"""Ops whose result has, in each format and mode, the batch of their first input. Of GatherV2 see `_gathered`."""
_REDUCTIONS = frozenset({"Mean", "Sum", "Max", "Min", "Prod", "All", "Any", "ArgMax", "ArgMin"})
_MADE = ("Const", "Fill", "BroadcastTo", "Tile")
_RANDOM = "Random"
"""Part of the names of all ops that make random numbers."""
_MOST_STEPS = 200
_Sizes = Tuple[Optional[int], ...]


class FirstDimensions:
    """Follows first dimensions backwards. An answer is kept for all tensors that were passed."""

    def __init__(self, inspected: "Inspected") -> None:
        self._inspected = inspected
        self._known: Dict[At, At] = {}
        self._batches = {(port.node, port.output) for port in inspected.content.inputs}

    @property
    def any_batch(self) -> bool:
        """Whether the graph is for any batch: the first dimension of an input is open."""
        return any(map(self.is_open, self._batches))

    def is_open(self, tensor: At) -> bool:
        """Whether a tensor's first dimension may have any size."""
        dims = self.dims(tensor)
        return dims is not None and dims[0] is None

    def is_batch(self, tensor: At) -> bool:
        """Whether a tensor has as many rows as an input whose first dimension is open."""
        return self.is_open(tensor) and self.origin(tensor) in self._batches

    def origin(self, tensor: At) -> At:
        """The tensor that this one has its first dimension of, as far back as that is sure."""
        passed: List[At] = []
        tensor = self._inspected.origins.same(tensor)
        while tensor not in self._known and len(passed) < _MOST_STEPS:
            passed.append(tensor)
            before = self._before(*tensor)
            if before is None:
                break
            tensor = self._inspected.origins.same(before)
        end = self._known.get(tensor, tensor)
        for each in passed:
            self._known[each] = end
        return end

    def dims(self, tensor: At) -> Optional[_Sizes]:
        """The sizes of a tensor, ``None`` for those that are open; ``None`` for a scalar, or if not even the rank is known."""
        kind = self._inspected.type_of(*tensor)
        return tuple(kind.shape) if kind is not None and kind.shape else None

    def is_made(self, tensor: At) -> bool:
        """Whether an op makes the tensor in a size of its own, and not of another tensor."""
        op = self._inspected.table.ops[self._inspected.origins.same(tensor)[0]]
        return op in _MADE or _RANDOM in op

    def _before(self, row: int, output: int) -> Optional[At]:
        """The input of an op that gives its result the first dimension."""
        op, inputs = self._inspected.table.ops[row], self._inspected.inputs(row)
        dims = self.dims((row, output))
        if dims is None or not inputs:
            return None
        if op in BROADCASTING_OPS:
            alike = [each for each in inputs if _like(self.dims(each), dims)]
            data = [
                each for each in alike if not self.is_made(each)
            ]  # what is given counts before what is made to fit it
            return next(iter(data or alike), None)
        if op in _OF_FIRST_INPUT:
            return inputs[0] if op != "GatherV2" else self._gathered(row)
        if op in ("MatMul", "BatchMatMul", "BatchMatMulV2"):
            return inputs[0] if len(dims) > 2 or not self._inspected.table.attrs(row).get("transpose_a") else None
        if op in _REDUCTIONS:
            reduced = self._inspected.ranges.reduced(row)
            return inputs[0] if reduced is not None and 0 not in reduced[0] else None
        if op == "StridedSlice":
            steps = self._inspected.ranges.integers(inputs[3])
            is_whole = _takes_all_rows(self._inspected.table.attrs(row)) and bool(steps) and steps[0] == 1  # type: ignore[index]
            return inputs[0] if is_whole else None
        if op in ("Reshape", "ExpandDims", "Squeeze"):
            return inputs[0] if _same_rows(self.dims(inputs[0]), dims) else None
        return None

    def _gathered(self, row: int) -> Optional[At]:
        """What gives the first dimension of gathered rows: the indices, if they choose among the first axis."""
        inputs = self._inspected.inputs(row)
        axis = self._inspected.ranges.integers(inputs[2])
        return None if axis is None else inputs[1] if axis == (0,) else inputs[0]


def _like(dims: Optional[_Sizes], result: _Sizes) -> bool:
    """Whether an operand has the rank and the first dimension of the result."""
    return dims is not None and len(dims) == len(result) and dims[0] == result[0]


def _takes_all_rows(attrs: Mapping[str, Any]) -> bool:
    """Whether a slice leaves the first axis as it is, as ``x[:, 3]`` and ``x[..., 0]`` do."""
    begin, end, ellipsis = (int(attrs.get(name) or 0) & 1 for name in ("begin_mask", "end_mask", "ellipsis_mask"))
    changed = any(int(attrs.get(name) or 0) & 1 for name in ("shrink_axis_mask", "new_axis_mask"))
    return bool((begin and end) or ellipsis) and not changed


def _same_rows(before: Optional[_Sizes], after: _Sizes) -> bool:
    """Whether a change of the shape leaves the first dimension as it is: all that is in one row fills one row."""
    if before is None or before[0] != after[0] or None in before[1:] or None in after[1:]:
        return False
    return prod(before[1:]) == prod(after[1:])  # type: ignore[arg-type]
