"""The node table: the ops of a graph as columns. Attributes are decoded only when someone reads them."""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field
from typing import Any, Callable, Dict, Iterator, List, Mapping, Optional, Sequence, Tuple

from .edges import edge_users
from .op_kinds import fed_kinds, op_kinds
from .types import CONTROL, Edge, TensorType

Decode = Callable[[Any], Dict[str, Any]]


_MOST_DECODED = 4096
"""So many decoded attributes are kept, of which a deep model has few; so a graph with a million constants takes no more memory."""


def plain(raw: Mapping[str, Any]) -> Dict[str, Any]:
    """The `decode` of a table whose attributes are plain values already, such as one read from JSON."""
    return dict(raw)


@dataclass(frozen=True)
class NodeTable:
    """Columns of equal length, with one row for each op. Passes share the columns and never change one in place.

    The three edge columns are compressed rows, as in a CSR matrix: the inputs of op ``i`` are at ``edge_start[i]`` up
    to, but not including, ``edge_start[i + 1]`` of `edge_node` and `edge_output`.
    """

    names: List[str]
    ops: List[str]
    """The op types, such as ``MatMul``."""
    edge_start: "array[int]"
    """Where the inputs of each op begin; one entry more than there are ops, for the end of the last."""
    edge_node: "array[int]"
    """The producer of each input, as a row. Inputs are in the order of the NodeDef, control inputs last."""
    edge_output: "array[int]"
    """Which output of the producer each input is; `CONTROL` (-1) if it is a control input."""
    outputs: List[Tuple[TensorType, ...]]
    """The types of each op's outputs. The tuples are interned: ops with equal types usually share one tuple object."""
    raw_attrs: List[Any]
    """The attributes in the form that `decode` takes. Ops with equal attributes usually share one object."""
    devices: List[str]
    decode: Decode = plain
    """Makes plain values of an entry of `raw_attrs` (unless the entry is a dict, which is plain already)."""
    elements: Mapping[int, int] = field(default_factory=dict)
    """Row of an `_Arg` that gets not all of what its input brings, but one element of it at a time: of a dataset, or of the rows
    of a tensor. The number says which component of the element it is."""
    _index: Dict[str, int] = field(default_factory=dict, repr=False, compare=False)
    """Name -> row; filled when `index` is first called."""
    _users: "array[int]" = field(default_factory=lambda: array("i"), init=False, repr=False, compare=False)
    """For each edge the row that takes it; filled when `edge_users` is first called. A table with other edges begins without it."""
    _decoded: Dict[int, Dict[str, Any]] = field(default_factory=dict, init=False, repr=False, compare=False)
    """The identity of attributes -> what `decode` made of them: a drawing asks for those of one op again and again."""
    _kinds: List[int] = field(default_factory=list, init=False, repr=False, compare=False)
    """For each op the number of its kind; filled when `kinds` is first called."""
    _fed_kinds: "array[int]" = field(default_factory=lambda: array("i"), init=False, repr=False, compare=False)
    """The same with what its inputs are; filled when `fed_kinds` is first called."""

    def __len__(self) -> int:
        return len(self.names)

    def attrs(self, node: int) -> Dict[str, Any]:
        """The op's attributes as plain values; a constant is only summarised: dtype, shape, first values."""
        raw = self.raw_attrs[node]
        # A copy, so that callers cannot change the table.
        if isinstance(raw, dict):
            return dict(raw)
        found = self._decoded.get(id(raw))
        if found is None:
            if len(self._decoded) >= _MOST_DECODED:
                self._decoded.clear()
            found = self._decoded[id(raw)] = self.decode(raw)
        return dict(found)

    def attrs_key(self, node: int) -> int:
        """A number for the node's attributes: nodes with one number have equal ones. What looks alike may have two."""
        return id(self.raw_attrs[node])

    def inputs(self, node: int) -> List[Edge]:
        """The node's inputs, data and control, in NodeDef order."""
        rows = range(self.edge_start[node], self.edge_start[node + 1])
        return [Edge(self.edge_node[row], self.edge_output[row]) for row in rows]

    def data_inputs(self, node: int) -> List[Edge]:
        """The node's data inputs only."""
        producers, outputs = self.edge_node, self.edge_output
        # Row by row: parts of an array, of which each would be another array, take three times as long.
        rows = range(self.edge_start[node], self.edge_start[node + 1])
        return [Edge(producers[row], outputs[row]) for row in rows if outputs[row] != CONTROL]

    def input_type(self, edge: Edge) -> Optional[TensorType]:
        """The type of the tensor on `edge`; ``None`` for a control edge or an output nothing is known of."""
        types = self.outputs[edge.node]
        return types[edge.output] if 0 <= edge.output < len(types) else None

    def index(self, name: str) -> int:
        """The row of the op called `name`; `KeyError` when there is none."""
        # Filled at the first call, as most graphs are never searched by name.
        if len(self._index) != len(self.names):
            self._index.update((key, row) for row, key in enumerate(self.names))
        return self._index[name]

    def edge_users(self) -> "array[int]":
        """For each edge the row that takes it: most questions about all edges of a large graph ask for that."""
        if len(self._users) != len(self.edge_node):
            self._users.extend(edge_users(self.edge_start))
        return self._users

    def kinds(self) -> List[int]:
        """For each op the number of its kind, see `op_kinds`."""
        if len(self._kinds) != len(self.names):
            self._kinds.extend(op_kinds(self.ops, self.outputs, self.raw_attrs, self.edge_start, self.edge_output))
        return self._kinds

    def fed_kinds(self) -> "array[int]":
        """For each op a number: ops that have the same one are of one kind and take tensors of the same types, see `op_kinds.fed_kinds`."""
        if len(self._fed_kinds) != len(self.names):
            numbers = array("i", [-1]) * len(self.names)
            self._fed_kinds.extend(fed_kinds(self.kinds(), self.outputs, self.edge_start, self.edge_node, numbers))
        return self._fed_kinds

    def consumers(self) -> "Consumers":
        """The edges turned round: who uses each node."""
        return Consumers.of(self)


@dataclass(frozen=True)
class Consumers:
    """For each node the nodes that name it as an input: rows ``start[i]`` to ``start[i + 1]`` of `node` and `edge`."""

    start: "array[int]"
    node: "array[int]"
    edge: "array[int]"
    """The row of the edge in the table's edge columns."""

    @classmethod
    def of(cls, table: NodeTable) -> "Consumers":
        """Turn the table's edges round, in time linear in their number; consumers keep table order."""
        # A counting sort by producer, in two passes. First, `start` gets the number of users of each producer, summed
        # up.
        count = len(table)
        start = array("q", bytes(8 * (count + 1)))
        for producer in table.edge_node:
            start[producer + 1] += 1
        for row in range(count):
            start[row + 1] += start[row]
        # Second, each edge goes to the next free place of its producer.
        place = array("q", start)
        node = array("i", bytes(4 * len(table.edge_node)))
        edge = array("q", bytes(8 * len(table.edge_node)))
        for consumer in range(count):
            for row in range(table.edge_start[consumer], table.edge_start[consumer + 1]):
                producer = table.edge_node[row]
                node[place[producer]] = consumer
                edge[place[producer]] = row
                place[producer] += 1
        return cls(start, node, edge)

    def __getitem__(self, producer: int) -> Sequence[int]:
        return self.node[self.start[producer] : self.start[producer + 1]]

    def rows(self, producer: int) -> Iterator[Tuple[int, int]]:
        """Pairs (consumer, edge row) of one producer."""
        for place in range(self.start[producer], self.start[producer + 1]):
            yield self.node[place], self.edge[place]
