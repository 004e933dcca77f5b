"""Tells which parts of a graph have the same structure, and numbers the structures.

A part is a group, or siblings that were put together. It is the sequence of its children, ops or parts, in the order in
which the graph was traced. Two parts have the same structure if their children have, one by one, and if the data edges
between their children and into them are the same. This is compared exactly, not by a hash.

An op's structure is its type, the dtypes of its outputs, and the attributes in `MATTER`; of two graphs in one also which of them it is in. Names, shapes, contents of
constants and control edges do not count, so layers of different width repeat too.
"""

from __future__ import annotations

from functools import cached_property
from itertools import repeat
from typing import TYPE_CHECKING, Any, Dict, Hashable, Iterable, List, Optional, Sequence, Tuple, Union, cast

from ..graph.content import content_of
from ..graph.types import CONTROL
from ..graph.view import BOX, PILL, TOLD_IN_WORDS
from .rewire import passing

if TYPE_CHECKING:
    from ..graph.graph import Graph
    from ..graph.types import TensorType

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
"""Op type -> attributes that must be equal for two ops to be the same thing to a reader. Those that may differ, and are
then told to the reader, are in `differ.ATTRIBUTES`."""


_DRAWN = frozenset({BOX, PILL})


Outer = Tuple[int, int, int, int]
"""A data edge into a part: the position in the part of the op that it goes to, which input of it, the producer (an op
outside the part), and which output of it. A large graph has millions of them, so they are plain tuples: named ones are
slower."""


class Part:
    """A group, or siblings that were put together (`group` is then -1), with its children in the order of the graph."""

    __slots__ = (
        "_copied", "_ops", "boxes", "children", "exact", "first", "group", "instead", "label", "outer", "place", "rows", "serial", "size", "token",
    )  # fmt: skip

    def __init__(self, group: int, serial: int, children: "List[Child]") -> None:
        self.group = group
        self.label: StructureKey = ()
        """What else must be equal for two parts to have the same structure, such as kind and class of a group."""
        self.serial = serial
        self.children = children
        self.first = 0
        """The row of its first op."""
        self.size = 0
        """How many ops it has, inner parts included."""
        self.boxes = 0
        """How many of them are drawn, as boxes or pills."""
        self.token = -1
        """The number of its structure."""
        self.exact = -1
        """The number of its structure and the shapes of all tensors in it."""
        self.outer: List[Outer] = []
        """The data edges into it."""
        self.rows: List[int] = []
        """Its ops, until it becomes a child of another part, which takes the list over."""
        self.instead: "Tuple[Tuple[int, int], ...]" = ()
        """Of a copy that lacks what others have: the tensors (op, output) that it hands on in the place of what these would give."""
        self.place = 0
        """Which copy of its stack it is, in the order of the data."""
        self._ops: Optional[List[int]] = None
        self._copied: Optional[Tuple[List[int], List[Optional[Part]]]] = None

    def correspond(self, ops: "List[int]", parts: "List[Optional[Part]]") -> None:
        """Say that the part is a copy of an unequal one: its ops and parts in the order of that, and then those that only it has.

        Where it lacks an op of the other one stands `view.LACKING`, where it lacks a part ``None``.
        """
        self._copied = (ops, parts)

    @property
    def is_aligned(self) -> bool:
        """Whether the part is a copy of an unequal one, and tells its ops in the order of that."""
        return self._copied is not None

    def ops(self) -> List[int]:
        """All ops of the part. In two parts of a stack, ops at the same position correspond to each other.

        If one is longer, it has the ops at its end more than the other. `LACKING` is no op: there the part has none.
        """
        if self._copied:
            return self._copied[0]
        return self.traced() if self._ops is None else self._ops

    def parts(self) -> "List[Optional[Part]]":
        """The part and the parts in it; in two parts of a stack those at the same position correspond, as with `ops`."""
        return self._copied[1] if self._copied else [*self.within()]

    def traced(self) -> List[int]:
        """All ops of the part in the order of its children: in parts of one structure those at the same position correspond."""
        if self._ops is not None:
            return self._ops
        found: List[int] = []
        stack: List[Child] = [self]
        while stack:
            child = stack.pop()
            if isinstance(child, int):
                found.append(child)
            else:
                stack.extend(reversed(child.children))
        self._ops = found  # only parts in stacks are asked, and these several times
        return found

    def within(self) -> "List[Part]":
        """The part and the parts in it, each before those in it, in the order of the graph."""
        found: List[Part] = []
        waiting = [self]
        while waiting:
            found.append(waiting.pop())
            waiting.extend([child for child in reversed(found[-1].children) if not isinstance(child, int)])
        return found


Child = Union[int, Part]
"""An op's row, or a part."""

StructureKey = Tuple[Any, ...]


class Structures:
    """Numbers structures: ops and parts of equal structure get the same token."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.table = content_of(graph).table
        self._tokens: Dict[StructureKey, int] = {}
        self._exact: Dict[StructureKey, int] = {}
        count = len(graph)
        self.holder = list(range(count))
        """For each op the serial number of the outermost part, so far, that holds it. Until there is one it is the op's
        own serial number, which is its row; parts are numbered from there on."""
        self._position = [0] * count  # for each op its position in that part
        self._serials = count
        self._roles = content_of(graph).view.roles or bytes(count)
        self._marks = content_of(graph).marks
        self._telling = _telling_roles(self._roles, selected=content_of(graph).view.counts.selected)
        self._drawn = bytes([role in _DRAWN for role in self._roles])
        self._ops: List[int] = []
        self._exact_ops: List[int] = []
        self._number_ops()

    @property
    def distinct(self) -> int:
        """How many distinct structures there are, ops included."""
        return len(self._tokens)

    @cached_property
    def passed(self) -> bytes:
        """For each op 1 if it is an identity that is drawn as a wire."""
        return passing(self.graph)

    def token(self, child: Child) -> int:
        """The number of a child's structure."""
        return self._ops[child] if isinstance(child, int) else child.token

    def exact(self, child: Child) -> int:
        """The number of a child's structure and the shapes of all tensors in it."""
        return self._exact_ops[child] if isinstance(child, int) else child.exact

    def boxes(self, child: Child) -> int:
        """How many ops of a child are drawn, as boxes or pills."""
        return self._drawn[child] if isinstance(child, int) else child.boxes

    def boxes_of(self, children: Sequence[Child]) -> List[int]:
        """As `boxes`, of each child."""
        drawn = self._drawn
        return [drawn[child] if isinstance(child, int) else child.boxes for child in children]

    def gives(self, child: Child) -> Tuple[TensorType, ...]:
        """The types of what the last op of a child gives. Before: the child is in no part yet."""
        last = child if isinstance(child, int) else child.rows[-1]
        return self.table.outputs[last]

    def serial(self, child: Child) -> int:
        """The serial number of the child itself: no other child has it."""
        return child if isinstance(child, int) else child.serial

    def name(self, child: Child) -> str:
        """The name of a child that is a group; empty for other children."""
        if isinstance(child, int) or child.group < 0:
            return ""
        return content_of(self.graph).groups[child.group].name

    def outer(self, child: Child) -> Sequence[Outer]:
        """The data edges into a child."""
        if not isinstance(child, int):
            return child.outer
        producers, outputs = self.table.edge_node, self.table.edge_output
        start, end = self.table.edge_start[child], self.table.edge_start[child + 1]
        return [
            (0, edge - start, producers[edge], outputs[edge]) for edge in range(start, end) if outputs[edge] != CONTROL
        ]

    def producers(self, child: Child) -> Sequence[int]:
        """The ops whose tensors a child takes from outside, each as often as it does."""
        if not isinstance(child, int):
            return [edge[2] for edge in child.outer]
        producers, outputs = self.table.edge_node, self.table.edge_output
        edges = range(self.table.edge_start[child], self.table.edge_start[child + 1])
        return [producers[edge] for edge in edges if outputs[edge] != CONTROL]

    def signature(self, children: Sequence[Child]) -> Tuple[StructureKey, List[Outer]]:
        """What makes up the structure of a part with these children; and the data edges into that part.

        The structure has three fields: the tokens of the children; the edges between them; the edges into them. The
        producers of the latter are numbered in the order in which they are met: it counts which inputs share a
        producer, not which op it is.
        """
        holder, position = self.holder, self._position
        tokens, base = self._tokens_and_places(children)
        # Four numbers for each edge, one after the other: a tuple for each of a million edges would take twice the
        # time. For the same reason the edges of an op, which most children are, do not come from `outer`.
        inner: List[int] = []
        outer: List[Outer] = []
        into: List[int] = []
        numbers: Dict[Tuple[int, int], int] = {}
        starts, producers, outputs = self.table.edge_start, self.table.edge_node, self.table.edge_output
        shift = 0
        for child in children:
            if isinstance(child, int):
                first = starts[child]
                for row in range(first, starts[child + 1]):
                    producer, output = producers[row], outputs[row]
                    if output == CONTROL:
                        continue
                    start = base.get(holder[producer])
                    if start is None:
                        outer.append((shift, row - first, producer, output))
                        into += (shift, row - first, numbers.setdefault((producer, output), len(numbers)))
                    else:
                        inner += (shift, row - first, start + position[producer], output)
                shift += 1
                continue
            for place, slot, producer, output in child.outer:
                start = base.get(holder[producer])
                if start is None:
                    outer.append((shift + place, slot, producer, output))
                    into += (shift + place, slot, numbers.setdefault((producer, output), len(numbers)))
                else:
                    inner += (shift + place, slot, start + position[producer], output)
            shift += child.size
        return (tuple(tokens), tuple(inner), tuple(into)), outer

    def _tokens_and_places(self, children: Sequence[Child]) -> Tuple[List[int], Dict[int, int]]:
        """The token of each child, and by its serial number the position of its first op in a part with these children."""
        if Part not in set(map(type, children)):  # as in most groups
            ops = cast("Sequence[int]", children)
            return list(map(self._ops.__getitem__, ops)), dict(zip(ops, range(len(ops))))
        tokens: List[int] = []
        places: Dict[int, int] = {}
        offset = 0
        for child in children:
            if isinstance(child, int):
                places[child] = offset
                tokens.append(self._ops[child])
                offset += 1
            else:
                places[child.serial] = offset
                tokens.append(child.token)
                offset += child.size
        return tokens, places

    def seal(
        self,
        group: int,
        label: StructureKey,
        children: List[Child],
        known: Optional[Tuple[StructureKey, List[Outer]]] = None,
    ) -> Part:
        """Make one part of some children. From now on `holder` names it for all their ops.

        Args:
            group: the group that the part is, or -1 for siblings put together.
            label: what else must be equal for two parts to have the same structure, such as kind and class of a group.
            children: the children, in the order of the graph.
            known: their `signature`, if it was computed before.
        """
        part = Part(group, self._serials, children)
        part.label = label
        self._serials += 1
        signature, part.outer = known or self.signature(children)
        part.token = self._tokens.setdefault((label, *signature), len(self._tokens))
        exact = self._exact_ops
        shapes = tuple([exact[child] if isinstance(child, int) else child.exact for child in children])
        part.exact = self._exact.setdefault((part.token, shapes), len(self._exact))
        part.first = first_row(children[0]) if children else 0
        holder, position, drawn, rows, serial = self.holder, self._position, self._drawn, part.rows, part.serial
        offset = boxes = 0
        for child in children:
            if isinstance(child, int):
                holder[child], position[child] = serial, offset
                rows.append(child)
                offset += 1
                boxes += drawn[child]
                continue
            for row in child.rows:
                holder[row] = serial
                position[row] += offset
            rows += child.rows
            child.rows = []  # no longer needed there: keeping it would cost memory for each level of nesting
            offset += child.size
            boxes += child.boxes
        part.size, part.boxes = offset, boxes
        return part

    def bare(self, group: int, children: List[Child]) -> Part:
        """A part that is compared with no other, so that its structure is not told. It is no child of a part that is sealed."""
        part = Part(group, self._serials, children)
        self._serials += 1
        part.first = min(map(first_row, children))
        return part

    def _number_ops(self) -> None:
        """Give every op its token, and the number of its structure with its shapes.

        Ops of one kind (`NodeTable.kinds`) are looked at once.
        """
        table, marks, telling = self.table, self._marks, self._telling
        known: Dict[Hashable, Tuple[int, int]] = {}
        tokens, exact = self._ops, self._exact_ops
        keys: Iterable[Hashable] = table.kinds()
        if telling or marks:
            keys = zip(keys, telling or repeat(-1), map(marks.get, range(len(table))))
        for row, key in enumerate(keys):
            numbers = known.get(key)
            if numbers is None:
                token = self._op_token(row, telling[row] if telling else -1)
                numbers = known[key] = (token, self._exact.setdefault((token, table.outputs[row]), len(self._exact)))
            tokens.append(numbers[0])
            exact.append(numbers[1])

    def _op_token(self, row: int, left_out: int) -> int:
        table = self.table
        op, dtypes = table.ops[row], tuple([kind.dtype for kind in table.outputs[row]])
        values: Optional[str] = None
        if op in MATTER:
            attrs = table.attrs(row)
            values = repr([attrs.get(name) for name in MATTER[op]])
        mark = self._marks.get(row, "")
        return self._tokens.setdefault((op, dtypes, values, left_out, mark), len(self._tokens))


def _telling_roles(roles: bytes, *, selected: bool) -> bytes:
    """What counts of each op's role as part of the structure; empty if nothing does.

    A selection may leave out an op in one copy and not in the other; and what only a shape is made of in one copy may reach an output
    in the other.
    """
    if selected:
        return roles
    told = [role in TOLD_IN_WORDS for role in roles]
    return bytes(told) if any(told) else b""


def first_row(child: Child) -> int:
    """The row of a child's first op. Sort by it to have children in the order in which the graph was traced."""
    return child if isinstance(child, int) else child.first
