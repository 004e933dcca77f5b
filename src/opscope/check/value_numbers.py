"""Which tensors of a graph are sure to be equal, by value numbering, as compilers find common subexpressions.

Two ops with the same type, the same attributes and equal inputs give equal tensors, unless they have state. Reads of a variable are
equal if nothing can have been written in between: they then wait for the same ops, by control edges. An argument of a called function is
what the call hands to it; those of loops, of branches and of functions of datasets are equal to nothing else.
"""

from __future__ import annotations

from math import prod
from typing import Any, Dict, FrozenSet, Hashable, List, NamedTuple, Optional, Tuple

from ..graph.attrs import constant_of
from ..graph.content import Content
from ..graph.table import NodeTable
from ..graph.types import CONTROL
from ..graph.vocabulary import ARGUMENT, CONSTANTS, READ, RESULT, is_body, is_called
from ..program.opdefs import OpSignatures
from ..shapes.bodies import Bodies

VARIABLE_READS = frozenset({READ, "ResourceGather", "ResourceGatherNd"})
"""Ops that read a variable and change nothing."""
_HANDED_ON = frozenset({"Identity", RESULT, "StopGradient", "PreventGradient"})
_Tensor = Tuple[int, int]


class _Around(NamedTuple):
    """Where an op is: in which body that does not run just once, and what the calls around it wait for."""

    body: int
    waits_for: FrozenSet[int]


class PureOps:
    """The op types that give equal tensors for equal inputs and attributes, as far as TensorFlow's declaration tells."""

    def __init__(self) -> None:
        self._signatures = OpSignatures()
        self._known: Dict[str, bool] = {}

    def __contains__(self, op: str) -> bool:
        known = self._known.get(op)
        if known is None:
            signature = self._signatures.get(op)
            known = self._known[op] = signature is not None and not signature.stateful and not signature.functions
        return known


class _Attributes:
    """A number for the attributes of an op: the same for equal ones, which need not be one object in the table."""

    def __init__(self, table: NodeTable) -> None:
        self._table = table
        self._of_object: Dict[int, int] = {}
        self._of_contents: Dict[Hashable, int] = {}

    def number(self, row: int) -> int:
        """The number of the op's attributes."""
        key = self._table.attrs_key(row)
        known = self._of_object.get(key)
        if known is None:
            known = self._of_object[key] = self._of_contents.setdefault(self._contents(row), key)
        return known

    def _contents(self, row: int) -> Hashable:
        """What equal attributes have in common."""
        raw = self._table.raw_attrs[row]
        if isinstance(raw, dict):
            whole = self._table.ops[row] not in CONSTANTS or _tells_all(raw.get("value"))
            return repr(sorted(raw.items())) if whole else id(raw)
        attr = getattr(getattr(raw, "node", raw), "attr", None)
        if attr is None:  # a table with attributes of another form, which only the object itself tells apart
            return id(raw)
        return tuple([(name, attr[name].SerializeToString()) for name in sorted(attr) if name != "_output_shapes"])


def _tells_all(value: Any) -> bool:
    """Whether the summary of a constant has all of its values."""
    known = constant_of({"value": value})
    if known is None or known.shape is None:
        return False
    return len(known.values) == prod(size or 0 for size in known.shape)


class ValueNumbers:
    """The number of each op: ops with one number give equal tensors."""

    def __init__(self, content: Content, bodies: Bodies) -> None:
        self._content = content
        self._table = content.table
        self._bodies = bodies
        self._pure = PureOps()
        self._attributes = _Attributes(content.table)
        self._around = _surroundings(content)
        self._known: Dict[Hashable, int] = {}
        self._tensors: Dict[_Tensor, _Tensor] = {}
        self.numbers: List[int] = [-1] * len(self._table)
        """For each row its number, which is the first row of those that are equal."""
        self.reads = bytearray(len(self._table))
        """For each row 1 if its value depends on a variable's."""
        for row in range(len(self._table)):
            self._number_all(row)

    def _number_all(self, row: int) -> None:
        """Number an op and, before it, all that it needs. A circle is cut where it is met again."""
        waiting = [row]
        while waiting:
            here = waiting[-1]
            if self.numbers[here] >= 0:
                waiting.pop()
                continue
            needed = [each for each in self._needs(here) if self.numbers[each] == -1]
            if needed and self.numbers[here] == -1:
                self.numbers[here] = -2  # what it needs is being numbered
                waiting.extend(needed)
                continue
            waiting.pop()
            self._number(here)

    def _needs(self, row: int) -> List[int]:
        table, group = self._table, self._bodies.functions.get(row)
        start, end = table.edge_start[row], table.edge_start[row + 1]
        needed = list(table.edge_node[start:end])
        return needed if group is None else [*needed, *self._bodies.ends(group).results.values()]

    def _number(self, row: int) -> None:
        table, op = self._table, self._table.ops[row]
        edges = range(table.edge_start[row], table.edge_start[row + 1])
        inputs = [
            self.tensor(table.edge_node[at], table.edge_output[at]) for at in edges if table.edge_output[at] != CONTROL
        ]
        if inputs and (op in _HANDED_ON or (op == ARGUMENT and self._is_of_call(row))):
            self._tensors[row, 0] = inputs[0]
            self.numbers[row], self.reads[row] = row, self.reads[inputs[0][0]]
            return
        key = self._key(row, op, tuple(inputs))
        self.numbers[row] = row if key is None else self._known.setdefault(key, row)
        self.reads[row] = op in VARIABLE_READS or any(self.reads[node] for node, _ in inputs)

    def tensor(self, row: int, output: int) -> _Tensor:
        """The first tensor of the graph that is equal to this one."""
        group = self._bodies.functions.get(row)
        if group is not None:
            result = self._bodies.ends(group).results.get(output)
            if result is not None and self.numbers[result] >= 0:
                return self._tensors.get((result, 0), (result, 0))
        known = self._tensors.get((row, output))
        if known is not None:
            return known
        number = self.numbers[row]
        return (number if number >= 0 else row, output)

    def _key(self, row: int, op: str, inputs: Tuple[_Tensor, ...]) -> Optional[Hashable]:
        """What equal ops have in common; ``None`` for an op that is equal to no other."""
        attrs = self._attributes.number(row)
        if op in VARIABLE_READS:
            around = self._around[self._content.node_group[row]]
            return op, attrs, inputs, around.body, around.waits_for | _waited_for(self._content, row)
        if op in CONSTANTS or (inputs and op in self._pure):
            return op, attrs, inputs
        return None

    def _is_of_call(self, row: int) -> bool:
        home = self._bodies.argument(row)
        return home is not None and is_called(self._content.groups[home[0]])


def _surroundings(content: Content) -> List[_Around]:
    """`_Around` for each group, and at the end for loose ops."""
    outside = _Around(-1, frozenset())
    found: List[_Around] = []
    for index, group in enumerate(content.groups):
        here = found[group.parent] if group.parent >= 0 else outside
        if is_body(group):
            waits_for = here.waits_for | _waited_for(content, group.owner)
            here = _Around(here.body if is_called(group) else index, waits_for)
        found.append(here)
    return [*found, outside]


def _waited_for(content: Content, row: int) -> FrozenSet[int]:
    """The rows that an op waits for by control edges."""
    table = content.table
    edges = range(table.edge_start[row], table.edge_start[row + 1])
    return frozenset(table.edge_node[at] for at in edges if table.edge_output[at] == CONTROL)
