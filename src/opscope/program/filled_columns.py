"""The columns of a body while ops are put into them one by one, by readers of formats that have no NodeDefs (see `body_columns` for those)."""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, List, Mapping, Sequence, Tuple

if TYPE_CHECKING:
    from ..graph.types import TensorType

MadeAt = Tuple[int, int]
"""A row, and which of its outputs."""


@dataclass
class FilledColumns:
    """As `Body` has them."""

    names: List[str] = field(default_factory=list)
    ops: List[str] = field(default_factory=list)
    edge_start: "array[int]" = field(default_factory=lambda: array("q", [0]))
    edge_node: "array[int]" = field(default_factory=lambda: array("i"))
    edge_output: "array[int]" = field(default_factory=lambda: array("i"))
    outputs: "List[Tuple[TensorType, ...]]" = field(default_factory=list)
    attrs: List[Mapping[str, Any]] = field(default_factory=list)

    def add(
        self, name: str, op: str, inputs: Sequence[MadeAt], outputs: "Tuple[TensorType, ...]", attrs: Mapping[str, Any]
    ) -> int:
        """Append an op; its row."""
        self.names.append(name)
        self.ops.append(op)
        self.edge_node.extend([row for row, _ in inputs])
        self.edge_output.extend([output for _, output in inputs])
        self.edge_start.append(len(self.edge_node))
        self.outputs.append(outputs)
        self.attrs.append(attrs)
        return len(self.names) - 1
