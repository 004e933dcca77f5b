"""An expanded graph as shape and value rules see it: its node table, and the shapes that are known by now."""

from __future__ import annotations

from typing import Any, Dict, List, Optional, Sequence

from ..graph.table import NodeTable
from ..graph.types import CONTROL, Edge, Shape
from . import lists
from .attributes import Attributes, PlainAttributes
from .bodies import Bodies
from .budget import shape_within
from .inference import At, InferenceSource


class TableSource(InferenceSource):
    """Answers what rules ask, from a node table.

    `known` has the dtype and shape of each output of each op. `resolve` fills it op by op while it asks the rules, so
    `shape` tells what is known by then. `own` tells what the table itself says.
    """

    def __init__(self, table: NodeTable, known: Sequence[Sequence[Any]], bodies: Bodies) -> None:
        self._table = table
        self._known = known
        self._bodies = bodies
        self._constants: Dict[int, Attributes] = {}
        """Row of a Const -> its attributes, kept since a loop that is followed asks for them in every iteration."""

    @property
    def ops(self) -> Sequence[str]:
        return self._table.ops

    def width(self, row: int) -> int:
        return self._table.edge_start[row + 1] - self._table.edge_start[row]

    def inputs(self, row: int) -> List[At]:
        table = self._table
        producers, outputs = table.edge_node, table.edge_output
        edges = range(table.edge_start[row], table.edge_start[row + 1])
        # Plain tuples, not `Edge`s: this is asked for every op.
        return [(producers[edge], outputs[edge]) for edge in edges if outputs[edge] != CONTROL]

    def outputs(self, row: int) -> int:
        return len(self._table.outputs[row])

    def shape(self, row: int, output: int) -> Shape:
        known = self._known[row]
        return known[output][1] if output < len(known) else None

    def own(self, row: int, output: int) -> Shape:
        types = self._table.outputs[row]
        return shape_within(types[output].shape) if output < len(types) else None

    def dtype(self, row: int, output: int) -> str:
        types = self._table.outputs[row]
        return types[output].dtype if output < len(types) else "unknown"

    def attributes(self, row: int) -> Attributes:
        if self._table.ops[row] != "Const":
            return PlainAttributes(self._table.attrs(row))
        if row not in self._constants:
            self._constants[row] = PlainAttributes(self._table.attrs(row))
        return self._constants[row]

    def item_shape(self, row: int) -> Shape:
        # An op on a TensorArray has the array's flow as its input 2.
        place = 2 if self.ops[row].startswith("TensorArray") else 0
        held = lists.item(self._table, self._bodies, Edge(*self.inputs(row)[place]))
        shape = self.shape(*held.edge) if held is not None else None
        # A list that was made of a tensor's rows has items without the leading dimension.
        return shape[1:] if shape and held is not None and held.rows else shape

    def list_length(self, row: int) -> Optional[At]:
        return lists.length(self._table, self._bodies, Edge(*self.inputs(row)[0]))
