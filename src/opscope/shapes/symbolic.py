"""The shapes of tensors in terms of the dimensions that the model's inputs leave open: ``(b, t, 8, 64)``.

Open dimensions of an input get names: its first is ``b``, as cost estimates put one batch size in for all of them (`resolve`); its second
``t``, ``t2`` for the next input that has one; those of an image of open size ``h`` and ``w``. From there the rules of this room carry them on.
"""

from __future__ import annotations

from typing import Any, Dict, Iterable, Iterator, List, NamedTuple, Optional, Sequence, Set, Tuple

from ..graph.content import content_of
from ..graph.graph import Graph
from ..graph.types import MOST_RANK, Shape
from ..graph.vocabulary import ARGUMENT, LOOPS
from . import lists
from .bodies import Bodies
from .body_values import BodyValues
from .budget import MOST_ELEMENTS, Budget, or_unknown, shape_within
from .inference import InferenceContext
from .resolve import BATCHES, merged
from .rule import same_dim
from .rules import ALL_RULES
from .symbol import Symbol, dimension
from .table_source import TableSource
from .tensor import product
from .value import single
from .value_rules import VALUES

_Known = Tuple[str, Shape]
"""A dtype and a shape, whose dimensions may be `Symbol`s."""
_MOST_ROUNDS = 4
"""So often ops are looked at again because a loop changes a shape. Then nothing is taken for granted of loops."""


class _Variable(NamedTuple):
    """A variable of a loop."""

    loop: int
    """The row of the loop's op."""
    number: int


class SymbolicShapes:
    """Works out the shapes of some ops, and of what they depend on. Each op is looked at once, or a few times for loops."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._table = content_of(graph).table
        self._bodies = Bodies(graph)
        self._budget = Budget(len(self._table))
        self._lengths: Dict[str, int] = {}
        """Name -> how many inputs have a dimension of that name."""
        self._fed = dict(self._named_inputs())
        """Input -> its outputs with names."""
        self._kept: Dict[_Variable, Shape] = {}
        """For a variable whose shape its loop changes: what of the shape holds in all iterations."""
        self._guessing = True
        """Whether a loop is taken to hand on tensors of the shapes that it got, until it turns out that it does not."""
        self._start()

    def _start(self) -> None:
        """Begin with the inputs alone."""
        self._known: Dict[int, Sequence[_Known]] = dict(self._fed)
        self._guessed: Dict[_Variable, Shape] = {}
        """_Variable -> the shape that its loop was taken to keep."""
        self._checked: Set[_Variable] = set()
        self._source = _Source(self._graph, self._known, self._bodies)
        self._values = BodyValues(self._source, self._budget, self._table, self._bodies, lambda _: {}, {}, {})

    def of(self, row: int, output: int = 0) -> Shape:
        """The shape of a tensor. A dimension is an integer, a `Symbol`, or ``None`` if neither is known."""
        for _ in range(_MOST_ROUNDS):
            self._work_out(row)
            if not self._wrong_guesses():
                return self._source.shape(row, output)
            self._start()
        self._guessing = False  # loops in loops that go on changing: nothing is taken for granted any more
        self._start()
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
            return (self._list_text(row) or "") if self._table.ops[row] == "TensorListReserve" else ""
        return "" if shape is None else shape_words(shape)

    @or_unknown
    def _list_text(self, row: int) -> Optional[str]:
        item, count = self._source.inputs(row)
        asked, dims, length = self._source.shape(*item), self._values.of(*item), single(self._values.of(*count))
        if (
            dims is None or length is None or asked is None or len(asked) != 1
        ):  # a scalar, -1, is an unknown number of dimensions
            return None
        return f"{length} × {shape_words([None if isinstance(dim, int) and dim < 0 else dim for dim in dims])}"

    # names

    def _named_inputs(self) -> Iterator[Tuple[int, List[_Known]]]:
        """The inputs with names for their open dimensions, in the order of the table so that names do not depend on what is asked."""
        table = self._table
        for row, op in enumerate(table.ops):
            if op in BATCHES and not (op == ARGUMENT and table.edge_start[row] < table.edge_start[row + 1]):
                kinds = [(kind.dtype, shape_within(kind.shape)) for kind in table.outputs[row]]
                yield row, [(dtype, self._named(shape)) for dtype, shape in kinds]

    def _named(self, shape: Shape) -> Shape:
        """The shape of an input with names for those of its open dimensions that have one."""
        if shape is None or None not in shape:
            return shape
        image = len(shape) == 4 and shape[1] is None and shape[2] is None
        names = ["b", "h", "w"] if image else ["b", "t"]
        dims: List[Any] = list(shape)
        for place, name in enumerate(names[: len(shape)]):
            if dims[place] is None:
                dims[place] = dimension(name if name == "b" else self._numbered(name))
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
        inputs = [edge.node for edge in self._table.data_inputs(row)]
        return (
            [*inputs, *self._listed(row)] if self._table.ops[row].startswith(("TensorList", "TensorArray")) else inputs
        )

    def _listed(self, row: int) -> Iterator[int]:
        """What tells of the list that an op takes: an item that was put in, and the length."""
        for edge in self._table.data_inputs(row):
            held = lists.item(self._table, self._bodies, edge)
            length = lists.length(self._table, self._bodies, edge)
            yield from (found.node for found in (held and held.edge, length) if found)

    def _worked_out(self, row: int) -> List[_Known]:
        types = self._table.outputs[row]
        own = [shape_within(kind.shape) for kind in types]
        found = self._found(row) or ()
        found = [*found, *[None] * (len(types) - len(found))]
        return [(kind.dtype, merged(shape, _possible(more))) for kind, shape, more in zip(types, own, found)]

    @or_unknown
    def _found(self, row: int) -> Optional[Sequence[Shape]]:
        """What follows of the outputs' shapes from the inputs."""
        self._budget.spend()
        at = InferenceContext(self._source, self._values, row, self._source.inputs(row))
        op = self._table.ops[row]
        if op == ARGUMENT:
            return [self._argument(at)]
        if op in LOOPS:
            return [self._variable(_Variable(row, index), at.shape(index)) for index in range(at.count)]
        inner = self._bodies.functions.get(row)
        if inner is not None:
            results = self._bodies.ends(inner).results
            edges = [self._table.data_inputs(results[output])[0] for output in range(at.outputs)]
            return [self._source.shape(*edge) for edge in edges]
        rule = ALL_RULES.get(op)
        return rule(at) if rule is not None else []

    # loops

    def _argument(self, at: InferenceContext) -> Shape:
        """The shape of an argument: what the call passes, or, of a loop's variable, what holds in all iterations."""
        if not self._bodies.given_whole(at.row):
            return None
        if self._bodies.handed_on(at.row):
            return at.shape(0)
        group, index = self._bodies.argument(at.row) or (-1, -1)
        owner = content_of(self._graph).groups[group].owner
        return self._variable(_Variable(owner, index), at.shape(0)) if owner in self._bodies.loops else None

    def _variable(self, variable: _Variable, given: Shape) -> Shape:
        """The shape of a loop's variable, given that before the first iteration."""
        if variable in self._kept or not self._guessing:
            return self._kept.get(variable)
        self._guessed[variable] = given
        return given

    def _wrong_guesses(self) -> bool:
        """Whether some loop hands on another shape than it was taken to; what is the same is kept for the next round."""
        while len(self._checked) < len(self._guessed):  # looking at what a body returns may lead to further loops
            for variable in [one for one in self._guessed if one not in self._checked]:
                self._checked.add(variable)
                given = self._guessed[variable]
                returned = self._returned(variable)
                kept = _common(given, returned)
                if given is not None and (
                    kept is None or any(one is None and other is not None for one, other in zip(kept, given))
                ):
                    self._kept[variable] = kept
        return any(variable in self._kept for variable in self._guessed)

    @or_unknown
    def _returned(self, variable: _Variable) -> Shape:
        """What the body of a loop returns for a variable."""
        result = self._bodies.ends(self._bodies.loops[variable.loop]["body"]).results[variable.number]
        edge = self._table.data_inputs(result)[0]
        self._work_out(edge.node)
        return self._source.shape(*edge)


class _Source(TableSource):
    """The table with the shapes that are known so far; of an op that was not looked at, those that the table has."""

    def __init__(self, graph: Graph, known: Dict[int, Sequence[_Known]], bodies: Bodies) -> None:
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


def _common(left: Shape, right: Shape) -> Shape:
    """The dimensions that two shapes have in common; the others are open."""
    if left is None or right is None or len(left) != len(right):
        return None
    return tuple(one if same_dim(one, other) else None for one, other in zip(left, right))


def _possible(shape: Shape) -> Shape:
    """The shape that a rule gave, or ``None`` if no tensor can have it, as in a damaged file."""
    dims = shape or ()
    fits = len(dims) <= MOST_RANK and all(
        dim is None or isinstance(dim, Symbol) or (type(dim) is int and dim >= 0) for dim in dims
    )
    return shape if fits else None


def shape_words(shape: Sequence[Optional[int]]) -> str:
    """A shape with names for dimensions.

    >>> shape_words((dimension("b") * 8, None, 64))
    '(b·8, None, 64)'
    """
    return f"({', '.join(str(dim) for dim in shape)})"
