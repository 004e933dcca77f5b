"""The shapes of tensors in terms of the dimensions that the model's inputs leave open: ``(b, t, 8, 64)``.

Open dimensions of an input get names: its first is ``b``, as cost estimates put one batch size in for all of them (`resolve`); its second
``t``, ``t2`` for the next input that has one; those of an image of open size ``h`` and ``w``. From there the rules of this room carry them on.
"""

from __future__ import annotations

from typing import Any, Dict, Iterable, List, Optional, Sequence, Set, Tuple

from ..graph.content import content_of
from ..graph.graph import Graph
from ..graph.types import MOST_RANK, Shape
from ..graph.vocabulary import ARGUMENT
from .bodies import Bodies
from .body_values import BodyValues
from .budget import FAILURES, MOST_ELEMENTS, Budget, shape_within
from .inference import InferenceContext
from .resolve import BATCHES, merged
from .rules import ALL_RULES
from .symbol import Symbol, named
from .table_source import TableSource
from .tensor import product
from .value import Value, single
from .value_rules import VALUES

Known = Tuple[str, Shape]
"""A dtype and a shape, whose dimensions may be `Symbol`s."""


class SymbolicShapes:
    """Works out the shapes of some ops, and of what they depend on. Each op is looked at once."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._table = content_of(graph).table
        self._known: Dict[int, Sequence[Known]] = {}
        self._bodies = Bodies(graph)
        self._source = _Source(graph, self._known, self._bodies)
        budget = Budget(len(self._table))
        self._values = BodyValues(self._source, budget, self._table, self._bodies, lambda _: {}, {}, {})
        self._budget = budget
        self._inputs = {port.node for port in content_of(graph).inputs}
        self._lengths: Dict[str, int] = {}
        """Name -> how many inputs have a dimension of that name."""
        self._name_inputs()

    def of(self, row: int, output: int = 0) -> Shape:
        """The shape of a tensor. A dimension is an integer, a `Symbol`, or ``None`` if neither is known."""
        self._work_out(row)
        return self._source.shape(row, output)

    def text(self, row: int) -> str:
        """What an op makes, in words; empty if not even the number of dimensions is known.

        A list of tensors is told by its length and what it holds: ``t × (b, 64)``.
        """
        kind = next(iter(self._table.outputs[row]), None)
        if kind is not None and kind.shape is not None and None not in kind.shape and kind.dtype != "variant":
            return shape_words(kind.shape)  # nothing is left to work out
        shape = self.of(row)
        if kind is not None and kind.dtype == "variant":
            return self._list_text(row)
        return "" if shape is None else shape_words(shape)

    def _list_text(self, row: int) -> str:
        if self._table.ops[row] != "TensorListReserve":
            return ""
        item, count = (self._value(edge) for edge in self._source.inputs(row)[:2])
        length = single(count)
        if item is None or length is None:
            return ""
        return f"{length} × {shape_words([None if dim == -1 else dim for dim in item])}"

    def _value(self, tensor: Tuple[int, int]) -> Value:
        return self._values.of(*tensor)

    # names

    def _name_inputs(self) -> None:
        """Name the open dimensions of the inputs, in the order of the table so that names do not depend on what is asked."""
        table = self._table
        for row, op in enumerate(table.ops):
            if op in BATCHES and not (op == ARGUMENT and table.edge_start[row] < table.edge_start[row + 1]):
                kinds = [(kind.dtype, shape_within(kind.shape)) for kind in table.outputs[row]]
                self._known[row] = [(dtype, self._named(shape)) for dtype, shape in kinds]

    def _named(self, shape: Shape) -> Shape:
        """The shape of an input with names for those of its open dimensions that have one."""
        if shape is None or None not in shape:
            return shape
        image = len(shape) == 4 and shape[1] is None and shape[2] is None
        names = ["b", "h", "w"] if image else ["b", "t"]
        dims: List[Any] = list(shape)
        for place, name in enumerate(names[: len(shape)]):
            if dims[place] is None:
                dims[place] = named(name if name == "b" else self._numbered(name))
        return tuple(dims)

    def _numbered(self, name: str) -> str:
        self._lengths[name] = count = self._lengths.get(name, 0) + 1
        return name if count == 1 else f"{name}{count}"

    # what is needed

    def _work_out(self, row: int) -> None:
        """Work out an op after what it depends on: a depth-first walk, not recursive since models are deep."""
        if row in self._known:
            return
        waiting: List[Tuple[int, bool]] = [(row, False)]
        begun: Set[int] = set()
        while waiting:
            here, ready = waiting.pop()
            if ready:
                self._known[here] = self._worked_out(here)
            elif here not in self._known and here not in begun:
                begun.add(here)  # what leads back to itself finds it unknown
                waiting.append((here, True))
                waiting.extend((other, False) for other in self._needed(here))

    def _needed(self, row: int) -> Iterable[int]:
        """The ops that tell of this one: none if its shape is complete and nobody computes a shape with its value."""
        types = self._table.outputs[row]
        complete = all(kind.shape is not None and None not in kind.shape for kind in types)
        if complete and not (
            self._table.ops[row] in VALUES and types and _may_be_shape(types[0].dtype, types[0].shape)
        ):
            return ()
        inner = self._bodies.functions.get(row)
        if inner is not None:
            return self._bodies.ends(inner).results.values()
        return (edge.node for edge in self._table.data_inputs(row))

    def _worked_out(self, row: int) -> List[Known]:
        types = self._table.outputs[row]
        own = [shape_within(kind.shape) for kind in types]
        try:
            self._budget.spend()
            found = self._found(row)
        except FAILURES:
            found = []
        found = [*found, *[None] * (len(types) - len(found))]
        return [(kind.dtype, merged(shape, _possible(more))) for kind, shape, more in zip(types, own, found)]

    def _found(self, row: int) -> Sequence[Shape]:
        """What follows of the outputs' shapes from the inputs."""
        at = InferenceContext(self._source, self._values, row, self._source.inputs(row))
        op = self._table.ops[row]
        if op == ARGUMENT:
            constant = self._bodies.given_whole(row) and self._bodies.handed_on(row)
            return [at.shape(0)] if constant else []
        inner = self._bodies.functions.get(row)
        if inner is not None:
            results = self._bodies.ends(inner).results
            edges = [self._table.data_inputs(results[output])[0] for output in range(at.outputs)]
            return [self._source.shape(*edge) for edge in edges]
        rule = ALL_RULES.get(op)
        return rule(at) if rule is not None else []


class _Source(TableSource):
    """The table with the shapes that are known so far; of an op that was not looked at, those that the table has."""

    def __init__(self, graph: Graph, known: Dict[int, Sequence[Known]], bodies: Bodies) -> None:
        super().__init__(content_of(graph).table, (), bodies)
        self._symbolic = known

    def shape(self, row: int, output: int) -> Shape:
        known = self._symbolic.get(row)
        if known is None:
            return self.own(row, output)
        return known[output][1] if output < len(known) else None


def _may_be_shape(dtype: str, shape: Optional[Sequence[Optional[int]]]) -> bool:
    """Whether a tensor of known shape may hold a shape, or a part of one."""
    return (
        dtype in {"int32", "int64", "bool"}
        and len(shape or ()) < 2
        and product([dim or 0 for dim in shape or ()]) <= MOST_ELEMENTS
    )


def _possible(shape: Shape) -> Shape:
    """The shape that a rule gave, or ``None`` if no tensor can have it, as in a damaged file."""
    dims = shape or ()
    fits = len(dims) <= MOST_RANK and all(
        dim is None or isinstance(dim, Symbol) or (type(dim) is int and dim >= 0) for dim in dims
    )
    return shape if fits else None


def shape_words(shape: Sequence[Optional[int]]) -> str:
    """A shape with names for dimensions.

    >>> shape_words((named("b") * 8, None, 64))
    '(b·8, ?, 64)'
    """
    return f"({', '.join('?' if dim is None else str(dim) for dim in shape)})"
