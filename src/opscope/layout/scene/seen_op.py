"""An op as the rules for its words see it: attributes, shapes and constants, each only if it is what it ought to be."""

from __future__ import annotations

from typing import Any, List, Mapping, Optional, Tuple

from ...graph.attrs import constant_of, text_of
from ...graph.content import content_of
from ...graph.graph import Graph
from ...graph.lite_ops import SAME_OP, as_tensorflow, lite_too
from ...graph.table import NodeTable
from ...graph.types import Shape
from ...graph.vocabulary import CONSTANTS, INPUTS, READ, REF_VARIABLES, VARIABLES
from ...shapes.lite_rules import weights_as_tensorflow

PASSING_ON = lite_too({"Identity", "Cast", "Enter", "RefEnter", READ, "StopGradient", "DEQUANTIZE", "DENSIFY"})
"""Ops between a variable or constant and the op that uses it."""
SHAPED = lite_too({"Reshape", "ExpandDims", "Squeeze"})
"""How a bias gets the rank of what it is added to."""
WEIGHTS = CONSTANTS | REF_VARIABLES | VARIABLES


class SeenOp:
    """One op, as the rules see it."""

    def __init__(self, graph: Graph, row: int) -> None:
        self._graph, self.row = graph, row
        self.table = content_of(graph).table
        self._op = self.table.ops[row]
        attrs = self.table.attrs(row)
        self.attrs: Mapping[str, Any] = as_tensorflow(self._op, attrs) if self._op in SAME_OP else attrs
        self._inputs = self.table.data_inputs(row)

    def shape(self, place: int) -> Shape:
        """The shape of one of its inputs."""
        if place >= len(self._inputs):
            return None
        kind = self.table.input_type(self._inputs[place])
        if kind is None or kind.dtype == "resource":
            return None
        shape = weights_as_tensorflow(self._op, place, kind.shape)
        return self._of_depthwise(shape) if self._op == "DEPTHWISE_CONV_2D" and place == 1 else shape

    def _of_depthwise(self, shape: Shape) -> Shape:
        """The weights of TensorFlow Lite's depthwise convolution, which has channels and multiplier in one dimension."""
        taken = self.shape(0)
        channels, made = taken[-1] if taken else None, shape[2] if shape is not None and len(shape) == 4 else None
        if shape is None or not channels or made is None or made % channels:
            return None
        return (*shape[:2], channels, made // channels)

    def weight(self, place: int) -> Optional[Tuple[int, ...]]:
        """The shape of one of its inputs, if it is a variable or a constant and known."""
        shape = self.shape(place)
        if (
            shape is None
            or not all(dim is not None for dim in shape)
            or not is_weight(self.table, self._inputs[place].node)
        ):
            return None
        return tuple(dim for dim in shape if dim is not None)

    def variable(self, place: int) -> Optional[Tuple[int, ...]]:
        """The shape of the variable whose handle one of its inputs is, if it is known."""
        if place >= len(self._inputs):
            return None
        content, node = content_of(self._graph), _origin(self.table, self._inputs[place].node)
        number = content.handles.get(node, -1)
        shape = content.variables[number].shape if number >= 0 else None
        return None if shape is None or None in shape else tuple(dim for dim in shape if dim is not None)

    def constant(self, place: int) -> Optional[List[Any]]:
        """The values of one of its inputs, if it is a constant whose values are all known."""
        if not -len(self._inputs) <= place < len(self._inputs):
            return None
        node = self._inputs[place].node
        found = constant_of(self.table.attrs(node)) if self.table.ops[node] in CONSTANTS else None
        if found is None or found.shape is None:
            return None
        count = 1
        for dim in found.shape:
            count *= dim or 0
        return list(found.values) if count == len(found.values) else None

    def spatial(self, name: str, dims: int) -> Optional[List[Any]]:
        """An attribute with a number for each dimension, without those of the batch and the channels."""
        value = self.attrs.get(name)
        if not isinstance(value, (list, tuple)) or len(value) != dims + 2:
            return None
        layout = text_of(self.attrs, "data_format")
        return list(value[2:] if layout.startswith("NC") else value[1:-1])


def _origin(table: NodeTable, node: int) -> int:
    """The op whose tensor this one hands on, unchanged but for its dtype and shape."""
    for _ in range(8):
        before = table.data_inputs(node) if table.ops[node] in PASSING_ON or table.ops[node] in SHAPED else ()
        if not before:
            break
        node = before[0].node
    return node


def is_weight(table: NodeTable, node: int) -> bool:
    """Whether a tensor comes from a variable or constant. What a function or the graph is given is data, unless it is a handle."""
    node = _origin(table, node)
    op = table.ops[node]
    return op in WEIGHTS or (op in INPUTS and bool(table.outputs[node]) and table.outputs[node][0].dtype == "resource")
