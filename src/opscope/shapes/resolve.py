"""Shapes with the batch put in: what the formulas compute with, where the graph itself leaves dimensions open."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Dict, List, Optional, Sequence, Tuple, cast

from ..graph.graph import Graph
from ..graph.types import CONTROL, Edge, Shape
from . import lists
from .budget import FAILURES, shape_within, shapes_told
from .loops import Loops
from .more_rules import RULES, Place
from .place import Dim, Value
from .schedule import Schedule
from .tensor import Dims, Tensor, product
from .values import number

_ENDS = frozenset({"Placeholder", "PlaceholderV2", "PlaceholderWithDefault"})
_SAME_ELEMENTS = frozenset({"Reshape", "Squeeze", "ExpandDims"})
_LOOPS = frozenset({"While", "StatelessWhile"})
_ITEMS = frozenset({"TensorListGetItem", "TensorListPopBack"})
"""Ops whose result, where no rule tells it, has the batch in front: what recurrent layers put into lists."""
_DATA_DEPENDENT = frozenset(
    """Const BroadcastGradientArgs Where Unique UniqueV2 UniqueWithCounts UniqueWithCountsV2 DynamicPartition ListDiff
    NonMaxSuppression NonMaxSuppressionV2 NonMaxSuppressionV3 NonMaxSuppressionV4 NonMaxSuppressionV5 BooleanMask
    StringSplit StringSplitV2 SparseReshape BroadcastArgs DecodeRaw ReadFile""".split()
)
"""Ops whose open leading dimension has nothing to do with the batch."""


@dataclass(frozen=True)
class Shapes:
    """The tensors on every node's outputs, each with a known shape or ``None``."""

    outputs: Sequence[Sequence[Tensor]]
    open: bool
    """Whether some leading dimension was open and the batch was put in."""


def resolve(graph: Graph, batch: Optional[int] = None) -> Shapes:
    """Every output's shape, with `batch` (1: one sample) for leading dimensions that the graph leaves open.

    What the batch makes of the shapes behind it follows by the rules of `shape_rules`, through calls and loops. An open
    leading dimension of an op without a rule is that of its first input. Other open dimensions stay unknown.
    """
    whole: Dict[int, bool] = {}
    types = graph.table.outputs
    for outputs in types:  # equal output tuples are one object
        if id(outputs) not in whole:
            whole[id(outputs)] = all(_is_whole(shape_within(kind.shape)) for kind in outputs)
    if all(whole.values()):
        return Shapes(cast("Sequence[Sequence[Tensor]]", types), open=False)
    return _Resolver(graph, batch or 1, [whole[id(outputs)] for outputs in types]).run()


class _Resolver(Place):
    def __init__(self, graph: Graph, batch: int, whole: Sequence[bool]) -> None:
        self._table = graph.table
        self._batch = batch
        self._whole = whole
        self._outputs: List[Sequence[Tensor]] = [
            cast("Sequence[Tensor]", types) if known else [(kind.dtype, None) for kind in types]
            for types, known in zip(graph.table.outputs, whole)
        ]
        self._shared: Dict[Tuple[Tensor, ...], Tuple[Tensor, ...]] = {}
        """Equal outputs are one object here too."""
        self._schedule = Schedule(graph)
        self._loops = Loops(graph, self._outputs)
        self._values = self._loops.values()
        self._open = False
        self._row = 0
        self._inputs: List[Tuple[int, int]] = []
        self._attrs: Optional[Dict[str, Any]] = None

    def run(self) -> Shapes:
        for row in self._schedule.order():
            if not self._whole[row]:
                self._fill(row)
        return Shapes(self._outputs, self._open)

    def _fill(self, row: int) -> None:
        table, op = self._table, self._table.ops[row]
        types = table.outputs[row]
        edges = range(table.edge_start[row], table.edge_start[row + 1])
        self._row, self._attrs = row, None
        self._inputs = [
            (table.edge_node[edge], table.edge_output[edge]) for edge in edges if table.edge_output[edge] != CONTROL
        ]
        found = self._found(op, row)
        found = [*found, *[None] * (len(types) - len(found))]
        shapes = [_merged(shape_within(kind.shape), shape) for kind, shape in zip(types, found)]
        tensors = tuple([(kind.dtype, self._closed(op, shape)) for kind, shape in zip(types, shapes)])
        self._outputs[row] = self._shared.setdefault(tensors, tensors)

    def _found(self, op: str, row: int) -> List[Shape]:
        """The shapes as far as rules tell them."""
        if op == "_Arg" or op in _LOOPS:
            return [self.shape(index) for index in range(len(self._inputs))]
        if row in self._loops.bodies.functions:
            return self._returned(row)
        rule = RULES.get(op)
        found = shapes_told(rule, self) if rule is not None else []
        source = self.shape(0) if op in _SAME_ELEMENTS else None
        if source is not None and _is_whole(source) and not (found and _is_whole(found[0])):
            return [_from_elements(_merged(self.own(0), found[0] if found else None), cast("Dims", source))]
        return found

    def _returned(self, row: int) -> List[Shape]:
        results = [self._loops.bodies.result(row, output) for output in range(self.outputs)]
        return [None if result is None else self._tensor(*self._table.data_inputs(result)[0])[1] for result in results]

    def _closed(self, op: str, shape: Shape) -> Optional[Dims]:
        """The shape with the batch put in where that is what is missing; ``None`` where it stays open."""
        if shape is not None and shape[:1] == (None,) and op not in _DATA_DEPENDENT:
            lead = self._lead(op)
            if lead is not None:
                self._open = True
                shape = (lead, *shape[1:])
        shape = shape_within(shape)
        return cast("Dims", shape) if _is_whole(shape) else None

    def _lead(self, op: str) -> Dim:
        """The leading dimension where no rule tells it: that of the first input (its rows), or the batch."""
        if op in _ENDS or not self._inputs:
            return self._batch
        if op in RULES and op not in _ITEMS:
            return None
        first = self.shape(0)
        return first[0] if first else self._batch

    def _tensor(self, row: int, output: int) -> Tensor:
        known = self._outputs[row]
        return known[output] if output < len(known) else ("unknown", None)

    @property
    def count(self) -> int:
        return len(self._inputs)

    @property
    def outputs(self) -> int:
        return len(self._table.outputs[self._row])

    def shape(self, index: int) -> Shape:
        return self._tensor(*self._inputs[index])[1] if -self.count <= index < self.count else None

    def own(self, index: int) -> Shape:
        types = self._table.outputs[self._row]
        return shape_within(types[index].shape) if index < len(types) else None

    def item(self) -> Shape:
        held = lists.item(self._table, self._loops.bodies, Edge(*self._inputs[0]))
        shape = self._tensor(*held.edge)[1] if held is not None else None
        return shape[1:] if shape and held is not None and held.rows else shape

    def items(self) -> Dim:
        asked = lists.length(self._table, self._loops.bodies, Edge(*self._inputs[0]))
        try:
            return None if asked is None else int(number(self._values.of(*asked)))
        except FAILURES:
            return None

    def value(self, index: int) -> Value:
        try:
            value = self._values.of(*self._inputs[index])
        except FAILURES:
            return None
        return tuple(value) if isinstance(value, list) else (value,)

    def attr(self, name: str) -> Any:
        if self._attrs is None:
            self._attrs = self._table.attrs(self._row)
        return self._attrs.get(name)

    def attr_shape(self, name: str) -> Shape:
        shape = self.attr(name)
        return None if shape is None else tuple(shape)

    def tensor_shape(self, name: str) -> Shape:
        tensor = self.attr(name)
        return None if tensor is None or tensor["shape"] is None else tuple(tensor["shape"])

    def flag(self, name: str) -> bool:
        return bool(self.attr(name))

    def number(self, name: str, default: int = 0) -> int:
        value = self.attr(name)
        return default if value is None else int(value)

    def text(self, name: str, default: str) -> str:
        return str(self.attr(name) or default)

    def numbers(self, name: str) -> List[int]:
        return list(self.attr(name) or ())


def _is_whole(shape: Shape) -> bool:
    return shape is not None and None not in shape


def _merged(own: Shape, found: Shape) -> Shape:
    """What both say together; the graph's own shape where they do not fit."""
    if own is None or found is None or len(own) != len(found):
        return found if own is None else own
    return tuple(other if size is None else size for size, other in zip(own, found))


def _from_elements(shape: Shape, source: Dims) -> Shape:
    """The one open dimension of a tensor that has as many elements as `source`."""
    if shape is None or shape.count(None) != 1:
        return shape
    rest = product([size for size in shape if size is not None])
    if not rest or product(source) % rest:
        return shape
    return tuple(product(source) // rest if size is None else size for size in shape)
