"""Shows a `Body` to the rules for shapes: what the file says, and the shapes that `infer` has worked out so far."""

from __future__ import annotations

from typing import Any, List, Mapping, Optional, Sequence

from ..graph.types import CONTROL, Shape
from ..program.body import Body
from ..program.output_types import shape_of
from ..shapes.attributes import Attributes
from ..shapes.budget import MOST_ELEMENTS
from ..shapes.inference import At, InferenceSource
from ..shapes.value import Value, count

_INTEGERS = {3: (4, "int_val"), 9: (8, "int64_val")}
"""The integers that shapes are made of, by their number in the enum DataType (3 is int32, 9 is int64): how many bytes each
has, and the field of a TensorProto that holds them."""


class NodeAttributes(Attributes):
    """The attributes of a NodeDef."""

    def __init__(self, raw: Any) -> None:
        # An `_Arg` or `_Retval` has a plain dict instead of a NodeDef, with nothing in it that a rule asks for.
        self._attr = {} if isinstance(raw, Mapping) else raw.attr

    def flag(self, name: str) -> bool:
        return name in self._attr and bool(self._attr[name].b)

    def number(self, name: str, default: int = 0) -> int:
        return int(self._attr[name].i) if name in self._attr else default

    def text(self, name: str, default: str) -> str:
        value = self._attr[name].s if name in self._attr else b""
        return value.decode("utf-8", "replace") if value else default

    def numbers(self, name: str) -> List[int]:
        return list(self._attr[name].list.i[:MOST_ELEMENTS]) if name in self._attr else []

    def texts(self, name: str) -> List[str]:
        found = self._attr[name].list.s[:MOST_ELEMENTS] if name in self._attr else []
        return [text.decode("utf-8", "backslashreplace") for text in found]

    def attr_shape(self, name: str) -> Shape:
        has = name in self._attr and self._attr[name].HasField("shape")
        return shape_of(self._attr[name].shape) if has else None

    def tensor_shape(self, name: str) -> Shape:
        has = name in self._attr and self._attr[name].HasField("tensor")
        return shape_of(self._attr[name].tensor.tensor_shape) if has else None

    def tensor_value(self, name: str) -> Value:
        """The integers of a constant, as tensorflow/core/framework/tensor.proto says where they are.

        They are packed in `tensor_content`, or one by one in a field of their dtype. There the last one stands for all that
        are missing: ``int_val: 7`` in a tensor of three elements means 7, 7, 7.
        """
        # `count` raises `Unknown` for an unknown shape or more than 256 elements; whoever asks then takes it for unknown.
        size, tensor = count(self.tensor_shape(name)), self._attr[name].tensor
        if tensor.dtype not in _INTEGERS:
            return None
        each, field = _INTEGERS[tensor.dtype]
        raw = tensor.tensor_content
        if raw:
            if len(raw) != each * size:
                return None
            return tuple(int.from_bytes(raw[k : k + each], "little", signed=True) for k in range(0, len(raw), each))
        values = tuple(getattr(tensor, field)[:size])
        return values + (values[-1:] or (0,)) * (size - len(values))


class BodySource(InferenceSource):
    """A body and, in `shapes`, the shapes of ops that were worked out: row -> shape of each output.

    `infer` fills the dict while the rules look at it.
    """

    def __init__(self, body: Body, shapes: Mapping[int, Sequence[Shape]]) -> None:
        self._body = body
        self._shapes = shapes

    @property
    def ops(self) -> Sequence[str]:
        return self._body.ops

    def width(self, row: int) -> int:
        return self._body.edge_start[row + 1] - self._body.edge_start[row]

    def inputs(self, row: int) -> List[At]:
        body = self._body
        if row < body.args:
            return []
        producers, outputs = body.edge_node, body.edge_output
        edges = range(body.edge_start[row], body.edge_start[row + 1])
        return [(producers[edge], outputs[edge]) for edge in edges if outputs[edge] != CONTROL]

    def outputs(self, row: int) -> int:
        return len(self._body.outputs[row])

    def shape(self, row: int, output: int) -> Shape:
        shapes = self._shapes.get(row)
        if shapes is None:
            return self.own(row, output)
        return shapes[output] if output < len(shapes) else None

    def own(self, row: int, output: int) -> Shape:
        types = self._body.outputs[row]
        return types[output].shape if output < len(types) else None

    def dtype(self, row: int, output: int) -> str:
        types = self._body.outputs[row]
        return types[output].dtype if output < len(types) else "unknown"

    def attributes(self, row: int) -> Attributes:
        return NodeAttributes(self._body.raw_attrs[row])

    def item_shape(self, row: int) -> Shape:  # noqa: ARG002 - what is in a list only the expanded graph tells
        return None

    def list_length(self, row: int) -> Optional[At]:  # noqa: ARG002
        return None
