"""Which parts of a graph have the same structure: same ops, attributes that matter and data wiring; names and weights aside.

Groups are read from the inside out. A part is the sequence of its children in the order in which the graph was
traced, each an op or a part; two parts are the same when their sequences and the data edges between and into their
children are, compared exactly. Shapes, constants' contents and control edges do not count, so layers of different width
repeat too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Dict, List, Optional, Sequence, Tuple, Union

from ..graph.types import CONTROL
from ..graph.view import BOX, PILL

if TYPE_CHECKING:
    from ..graph.graph import Graph

MATTER: Dict[str, Tuple[str, ...]] = {
    "MatMul": ("transpose_a", "transpose_b"),
    "BatchMatMulV2": ("adj_x", "adj_y"),
    "BatchMatMulV3": ("adj_x", "adj_y"),
    "Conv2D": ("padding", "data_format"),
    "Conv3D": ("padding", "data_format"),
    "DepthwiseConv2dNative": ("padding", "data_format"),
    "Einsum": ("equation",),
    "MaxPool": ("padding", "data_format"),
    "AvgPool": ("padding", "data_format"),
    "LeakyRelu": ("alpha",),
}
"""The attributes that make two ops of one type different things to a reader; all others show in the outputs' types or in values."""


_DRAWN = frozenset({BOX, PILL})


Outer = Tuple[int, int, int, int]
"""A data edge into a part: the op by its position in the part, the input, the producer outside and its output."""


class Part:
    """A group, or a run of siblings that a pass has put together (`group` -1), with its children in traced order."""

    __slots__ = ("boxes", "children", "first", "group", "outer", "rows", "serial", "size", "token")

    def __init__(self, group: int, serial: int, children: "List[Child]") -> None:
        self.group = group
        self.serial = serial
        self.children = children
        self.first = 0
        self.size = 0
        self.boxes = 0
        self.token = -1
        self.outer: List[Outer] = []
        self.rows: List[int] = []

    def ops(self) -> List[int]:
        """All ops of the part; in parts of one structure the same position holds the same op."""
        found: List[int] = []
        stack: List[Child] = [self]
        while stack:
            child = stack.pop()
            if isinstance(child, int):
                found.append(child)
            else:
                stack.extend(reversed(child.children))
        return found

    def groups(self) -> "List[int]":
        """The groups of the part, itself first, -1 for one that a pass has made; equal parts have equal places."""
        found: List[int] = []
        waiting: List[Child] = [self]
        while waiting:
            child = waiting.pop()
            if not isinstance(child, int):
                found.append(child.group)
                waiting.extend(reversed(child.children))
        return found


Child = Union[int, Part]
"""An op's row, or a part."""

StructureKey = Tuple[Any, ...]


class Structures:
    """Numbers structures: equal parts get equal tokens."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self._table = graph.table
        self._tokens: Dict[StructureKey, int] = {}
        count = len(graph)
        self.holder = list(range(count))
        """For each op the serial of the outermost part so far that holds it; an op's own serial is its row."""
        self._position = [0] * count
        self._serials = count
        self._roles = graph.content.view.roles or bytes(count)
        self._selected = graph.content.view.counts.selected
        self._drawn = bytes([role in _DRAWN for role in self._roles])
        self._ops = self._op_tokens()

    @property
    def distinct(self) -> int:
        """How many distinct structures there are, ops included."""
        return len(self._tokens)

    def token(self, child: Child) -> int:
        """The number of a child's structure."""
        return self._ops[child] if isinstance(child, int) else child.token

    def boxes(self, child: Child) -> int:
        """How many ops of a child are drawn as boxes."""
        return self._drawn[child] if isinstance(child, int) else child.boxes

    def serial(self, child: Child) -> int:
        """The number of the child itself."""
        return child if isinstance(child, int) else child.serial

    def outer(self, child: Child) -> Sequence[Outer]:
        """The data edges into a child."""
        if not isinstance(child, int):
            return child.outer
        table = self._table
        start, end = table.edge_start[child], table.edge_start[child + 1]
        if end - start == 1:
            output = table.edge_output[start]
            return [] if output == CONTROL else [(0, 0, table.edge_node[start], output)]
        ends = zip(range(end - start), table.edge_node[start:end], table.edge_output[start:end])
        return [(0, slot, producer, output) for slot, producer, output in ends if output != CONTROL]

    def signature(self, children: Sequence[Child]) -> Tuple[StructureKey, List[Outer]]:
        """What makes a part of these children what it is; and the data edges into it."""
        holder, position = self.holder, self._position
        base: Dict[int, int] = {}
        tokens: List[int] = []
        offset = 0
        for child in children:
            if isinstance(child, int):
                base[child] = offset
                tokens.append(self._ops[child])
                offset += 1
            else:
                base[child.serial] = offset
                tokens.append(child.token)
                offset += child.size
        inner: List[int] = []  # four numbers an edge: of a million edges a tuple each is half of the time
        outer: List[Outer] = []
        shift = 0
        for child in children:
            for edge in self.outer(child):
                place, slot, producer, output = edge
                start = base.get(holder[producer])
                if start is not None:
                    inner += (shift + place, slot, start + position[producer], output)
                elif shift:
                    outer.append((shift + place, slot, producer, output))
                else:
                    outer.append(edge)
            shift += 1 if isinstance(child, int) else child.size
        numbers: Dict[Tuple[int, int], int] = {}
        into: List[int] = []
        for place, slot, producer, output in outer:
            into += (place, slot, numbers.setdefault((producer, output), len(numbers)))
        return (tuple(tokens), tuple(inner), tuple(into)), outer

    def seal(
        self,
        group: int,
        label: StructureKey,
        children: List[Child],
        known: Optional[Tuple[StructureKey, List[Outer]]] = None,
    ) -> Part:
        """Make children one part: from now on it stands for all of them. `known` is their `signature`, where it is known."""
        part = Part(group, self._serials, children)
        self._serials += 1
        signature, part.outer = known or self.signature(children)
        part.token = self._tokens.setdefault((label, *signature), len(self._tokens))
        part.first = _first(children[0]) if children else 0
        holder, position, rows, serial = self.holder, self._position, part.rows, part.serial
        offset = 0
        for child in children:
            if isinstance(child, int):
                holder[child], position[child] = serial, offset
                rows.append(child)
                offset += 1
                part.boxes += self._drawn[child]
                continue
            for row in child.rows:
                holder[row] = serial
                position[row] += offset
            rows += child.rows
            child.rows = []
            offset += child.size
            part.boxes += child.boxes
        part.size = offset
        return part

    def _op_tokens(self) -> List[int]:
        """The token of every op; ops of one type with the same outputs and attributes are looked at once."""
        table = self._table
        known: Dict[Tuple[str, int, int, int], int] = {}
        found: List[int] = []
        for row, op in enumerate(table.ops):
            attrs = table.attrs_key(row) if op in MATTER else 0
            left_out = self._roles[row] if self._selected else -1  # a selection may take one copy and not the other
            key = (op, id(table.outputs[row]), attrs, left_out)
            token = known.get(key)
            if token is None:
                token = known[key] = self._op_token(row, left_out)
            found.append(token)
        return found

    def _op_token(self, row: int, left_out: int) -> int:
        table = self._table
        op, dtypes = table.ops[row], tuple([kind.dtype for kind in table.outputs[row]])
        values: Optional[str] = None
        if op in MATTER:
            attrs = table.attrs(row)
            values = repr([attrs.get(name) for name in MATTER[op]])
        return self._tokens.setdefault((op, dtypes, values, left_out), len(self._tokens))


def _first(child: Child) -> int:
    return child if isinstance(child, int) else child.first


def first_row(child: Child) -> int:
    """The row at which a child begins: the key of the traced order."""
    return _first(child)
