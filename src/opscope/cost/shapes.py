"""Shapes with the batch put in: what the formulas compute with, where the graph itself leaves dimensions open."""

from __future__ import annotations

from dataclasses import dataclass
from typing import List, Optional, Sequence, Set, cast

from ..graph.graph import Graph
from ..graph.table import NodeTable
from ..graph.types import CONTROL, Shape, TensorType
from .elementwise import FORMULAS as ELEMENTWISE
from .op import Dims, Tensor, product

_SAME_ELEMENTS = frozenset({"Reshape", "Transpose", "Squeeze", "ExpandDims", "Identity", "StopGradient", "_Arg"})
_SAME_SHAPE = frozenset(ELEMENTWISE) | {
    "Identity", "StopGradient", "Cast", "ZerosLike", "OnesLike", "Select", "SelectV2", "FusedBatchNormV3", "_Arg",
    "AddN", "BiasAdd", "Softmax",
}  # fmt: skip
_ENDS = frozenset({"Placeholder", "PlaceholderV2", "PlaceholderWithDefault"})
_DATA_DEPENDENT = frozenset(
    """BroadcastGradientArgs Where Unique UniqueV2 UniqueWithCounts UniqueWithCountsV2 DynamicPartition ListDiff Range
    NonMaxSuppression NonMaxSuppressionV2 NonMaxSuppressionV3 NonMaxSuppressionV4 NonMaxSuppressionV5 BooleanMask
    StringSplit StringSplitV2 SparseReshape BroadcastArgs DecodeRaw ReadFile""".split()
)
"""Ops whose open leading dimension has nothing to do with the batch."""


@dataclass(frozen=True)
class Shapes:
    """The tensors on every node's outputs, each with a known shape or ``None``."""

    outputs: List[Sequence[Tensor]]
    open: bool
    """Whether some leading dimension was open and the batch was put in."""


def resolve(graph: Graph, batch: Optional[int] = None) -> Shapes:
    """Every output's shape, with `batch` (1: one sample) for leading dimensions that the graph leaves open.

    An open dimension follows its tensor through reshapes, transposes and elementwise ops; any other open leading
    dimension is taken for the batch. A shape with other open dimensions stays unknown.
    """
    return _Resolver(graph.table, batch or 1).run()


class _Resolver:
    def __init__(self, table: NodeTable, batch: int) -> None:
        self._table = table
        self._batch = batch
        self._outputs: List[Sequence[Tensor]] = []
        self._whole: Set[int] = set()
        """Identities of output tuples (they are interned) that are fully known."""
        self._open = False

    def run(self) -> Shapes:
        whole, outputs = self._whole, self._outputs
        for row, types in enumerate(self._table.outputs):
            if id(types) in whole or all(_is_whole(kind.shape) for kind in types):
                whole.add(id(types))
                outputs.append(cast("Sequence[Tensor]", types))
            else:
                outputs.append([self._filled(row, kind) for kind in types])
        return Shapes(outputs, self._open)

    def _inputs(self, row: int) -> List[Optional[Dims]]:
        table, done = self._table, len(self._outputs)
        shapes = []
        for edge in range(table.edge_start[row], table.edge_start[row + 1]):
            producer, output = table.edge_node[edge], table.edge_output[edge]
            if output == CONTROL:
                continue
            known = self._outputs[producer] if producer < done else ()
            shapes.append(known[output][1] if output < len(known) else None)
        return shapes

    def _filled(self, row: int, kind: TensorType) -> Tensor:
        op = self._table.ops[row]
        inputs = [] if op in _ENDS else self._inputs(row)
        shape = kind.shape
        if inputs and inputs[0] is not None and op in _SAME_ELEMENTS:
            shape = _from_elements(shape, inputs[0], same=op == "_Arg")
        if shape is not None and None in shape and op in _SAME_SHAPE:
            shape = _from_inputs(shape, inputs)
        if shape is not None and shape[:1] == (None,) and op not in _DATA_DEPENDENT:
            self._open = True
            shape = (self._lead(inputs), *shape[1:])
        return kind.dtype, shape if _is_whole(shape) else None  # type: ignore[return-value]

    def _lead(self, inputs: List[Optional[Dims]]) -> int:
        """The leading dimension: that of the first input (its rows), or the batch."""
        return inputs[0][0] if inputs and inputs[0] else self._batch


def _is_whole(shape: Shape) -> bool:
    return shape is not None and None not in shape


def _from_elements(shape: Shape, source: Dims, *, same: bool) -> Shape:
    """The one open dimension of a tensor that has as many elements as `source`."""
    if shape is None:
        return source if same else None
    if shape.count(None) != 1:
        return shape
    rest = product([size for size in shape if size is not None])
    if not rest or product(source) % rest:
        return shape
    return tuple(product(source) // rest if size is None else size for size in shape)


def _from_inputs(shape: Shape, inputs: List[Optional[Dims]]) -> Shape:
    """Open dimensions of a broadcast result from the inputs, aligned at the right."""
    assert shape is not None
    sizes: List[Optional[int]] = list(shape)
    for place, size in enumerate(shape):
        if size is None:
            back = len(shape) - place
            found = [source[-back] for source in inputs if source is not None and len(source) >= back]
            sizes[place] = max(found) if found else None
    return tuple(sizes)
