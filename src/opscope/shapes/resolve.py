"""Fills in the dimensions that a graph leaves open, given a batch size: cost formulas need complete shapes."""

from __future__ import annotations

from array import array
from dataclasses import dataclass
from itertools import compress, count
from typing import Any, Dict, Hashable, List, NamedTuple, Optional, Sequence, Tuple, cast

from ..graph.content import content_of
from ..graph.graph import Graph
from ..graph.lite_ops import lite_too
from ..graph.table import NodeTable
from ..graph.types import Edge, Shape
from ..graph.vocabulary import ARGUMENT, INPUTS, ITERATED, LOOPS, MERGES
from .body_values import branch_taken
from .budget import or_unknown, shape_within, shapes_told
from .inference import InferenceContext
from .loops import Loops
from .rules import ALL_RULES
from .schedule import Schedule
from .tensor import Dims, Tensor, product
from .value import single

_SAME_ELEMENTS = lite_too({"Reshape", "Squeeze", "ExpandDims"})
"""Ops that keep the number of elements. With all of the input's dimensions and all but one of the output's, the last
follows."""
_BY_PLACE = frozenset({ARGUMENT, "ParseExample"}) | LOOPS | MERGES
"""Ops whose outputs depend on where they are in the graph, on more than their inputs and attributes."""
_MOST_ROUNDS = 4
"""So often the ops of a loop are filled in again, each time with less of the variables that turned out to change. Then with
nothing of any."""
_REFILLS = 20
"""All loops together may fill in this many times as many ops as the graph has."""
BATCHES = INPUTS | frozenset(
    """IteratorGetNext IteratorGetNextSync IteratorGetNextAsOptional OptionalGetValue QueueDequeueV2 QueueDequeueManyV2
    QueueDequeueUpToV2""".split()
)
"""Where the batch enters: what a caller feeds, and what an input pipeline hands over."""
_ASKED_THEMSELVES = _BY_PLACE | BATCHES
"""Ops of which equal ones may have unequal outputs."""


@dataclass(frozen=True)
class Shapes:
    """The shapes of all tensors of a graph."""

    outputs: Sequence[Sequence[Tensor]]
    """For each op the dtype and shape of each output. A shape is fully known, or it is ``None``."""
    open: bool
    """Whether the batch size (or a dimension that follows from it) was put in for an open leading dimension."""
    alike: Sequence[int]
    """For each op a number: ops that have the same one are of one kind (`NodeTable.kinds`), take equal tensors and give equal ones."""
    schedule: Optional[Schedule] = None
    """In which order the ops were looked at; ``None`` if the graph itself has all shapes."""


def resolve(graph: Graph, batch: Optional[int] = None) -> Shapes:
    """The shape of every output, for a given batch size (one sample when `batch` is ``None``).

    A placeholder (or what an input pipeline hands over) whose leading dimension is open gets the batch size. From there
    on the shape rules (`rules.ALL_RULES`) work out what follows, op by op, through calls, branches and loops. Any other open
    dimension, such as the length of a text or the number of values that a mask leaves, stays unknown, and so does what
    follows from it. Nothing is guessed for an op without a rule.
    """
    whole: Dict[int, bool] = {}
    table = content_of(graph).table
    types = table.outputs
    for outputs in types:  # ops with equal outputs share one tuple, so each distinct one is looked at once
        if id(outputs) not in whole:
            whole[id(outputs)] = all(_is_whole(shape_within(kind.shape)) for kind in outputs)
    if all(whole.values()):
        numbers = array("i", [-1]) * len(table)
        return Shapes(cast("Sequence[Sequence[Tensor]]", types), open=False, alike=_all_numbered(table, types, numbers))
    return _Resolver(graph, batch or 1, [whole[id(outputs)] for outputs in types]).run()


_Known = Tuple[str, Shape]
"""A dtype, and a shape as far as it is known: a dimension may be open."""
_Variable = Tuple[int, int]
"""A variable of a loop: the row of the loop's op and its number, or in TensorFlow 1 the row of its Merge and 0."""


class _Turn(NamedTuple):
    """How a variable of a loop gets from one iteration to the next."""

    variable: _Variable
    row: int
    """The op inside the loop that has it at the beginning of an iteration."""
    returned: Edge
    """The tensor that it is in the next iteration."""


class _Resolver:
    """Goes over all ops once, producers first, and works out the shapes that are not complete."""

    def __init__(self, graph: Graph, batch: int, whole: Sequence[bool]) -> None:
        self._graph = graph
        self._table = content_of(graph).table
        self._batch = batch
        self._whole = whole
        distinct = dict(zip(map(id, self._table.outputs), self._table.outputs))
        self._unknown: Dict[int, Tuple[_Known, ...]] = {
            key: tuple([(kind.dtype, None) for kind in types]) for key, types in distinct.items()
        }
        """The identity of an op's output types -> the same dtypes, without shapes: what is known before an op is filled in."""
        unknown = map(self._unknown.__getitem__, map(id, self._table.outputs))
        self._outputs: List[Sequence[_Known]] = [
            types if known else bare for types, bare, known in zip(self._table.outputs, unknown, whole)
        ]
        self._shared: Dict[Tuple[_Known, ...], Tuple[_Known, ...]] = {}
        """Tensors -> the same tensors: ops with equal outputs share one tuple here too."""
        self._told: Dict[Hashable, int] = {}
        """`_likeness` of an op -> its number: a deep model has few distinct ops."""
        self._numbered: List[Tuple[_Known, ...]] = []
        """The outputs of the ops with each number."""
        self._numbers = array("i", [-1]) * len(self._table)
        """The number of each op, -1 for one that was asked itself."""
        self._kinds = self._table.kinds()
        self._schedule = Schedule(graph)
        self._loops = Loops(graph, self._outputs)
        self._source = self._loops.source
        self._values = self._loops.values()
        self._calling = self._loops.bodies.functions.keys() | self._loops.bodies.branches.keys()
        """The ops that return what a body does."""
        self._open = False
        self._kept: Dict[_Variable, Shape] = {}
        """For a loop's variable whose shape the loop changes: what of the shape holds in all iterations."""
        self._frames = _frame_turns(self._table)
        self._sizes: Dict[int, int] = {}
        self._refills = _REFILLS * len(self._table)
        """How many ops may still be filled in again."""

    def run(self) -> Shapes:
        order = self._schedule.order()
        self._fill_all(order)
        self._until_kept(list(self._frames.values()), order)
        numbers = self._numbers if self._schedule.is_table_order else array("i", [-1]) * len(self._table)
        alike = _all_numbered(self._table, self._outputs, numbers)
        outputs = cast("List[Sequence[Tensor]]", list(self._table.outputs))
        known: Dict[int, Sequence[Tensor]] = {}  # ops with equal outputs share one tuple here too
        for row in [row for row, whole in enumerate(self._whole) if not whole]:
            types = self._outputs[row]
            if id(types) not in known:
                known[id(types)] = tuple([(dtype, _whole(shape)) for dtype, shape in types])
            outputs[row] = known[id(types)]
        return Shapes(outputs, self._open, alike, self._schedule)

    def _fill_all(self, order: Sequence[int]) -> None:
        loops = self._loops.bodies.loops
        for place, row in enumerate(order):
            if loops and row in loops:
                self._until_kept(self._turns(row), order[place - self._size(row) : place])
            if not self._whole[row]:
                self._fill(row)

    def _until_kept(self, turns: List[_Turn], rows: Sequence[int]) -> None:
        """Check what a loop was filled in with: that each iteration hands on tensors of the shapes that it got.

        Where that is not so (a sequence that grows, as in decoding), only those dimensions are kept that are the same. The ops
        of the loop, which are `rows`, are then filled in once more.
        """
        for _ in range(_MOST_ROUNDS):
            if not self._loosened(turns):
                return
            self._again(rows)
        self._kept.update((turn.variable, None) for turn in turns)
        self._again(rows)

    def _turns(self, loop: int) -> List[_Turn]:
        """The variables of a loop."""
        parts = self._loops.bodies.loops.get(loop, {})
        if "body" not in parts:
            return []
        arguments, results = self._loops.bodies.ends(parts["body"])
        return [
            _Turn((loop, index), row, edge)
            for row, index in arguments.items()
            for edge in self._table.data_inputs(results.get(index, row))[:1]
            if not self._whole[row]
        ]

    def _loosened(self, turns: List[_Turn]) -> bool:
        """Whether a variable comes out of an iteration in another shape than it went in with; what is the same is kept."""
        before = len(self._kept), list(self._kept.values())
        for turn in turns:
            given = self._source.shape(turn.row, 0)
            kept = _common(given, self._source.shape(*turn.returned))
            if kept != given:
                self._kept[turn.variable] = kept
        return before != (len(self._kept), list(self._kept.values()))

    def _again(self, rows: Sequence[int]) -> None:
        """Fill in these ops once more; what was worked out from their shapes is forgotten."""
        self._refills -= len(rows)
        for row in rows:
            if not self._whole[row]:
                self._outputs[row] = self._unknown[id(self._table.outputs[row])]
                self._numbers[row] = -1
        self._loops.forget()
        self._values = self._loops.values()
        if self._refills >= 0:  # else, for loops in loops in loops in a damaged file, they stay unknown
            self._fill_all(rows)

    def _size(self, loop: int) -> int:
        """How many ops lie in the condition and body of a loop: those that come just before it in the order."""
        if loop not in self._sizes:
            rows = [row for body in self._schedule.bodies.get(loop, ()) for row in self._schedule.rows.get(body, ())]
            self._sizes[loop] = len(rows) + sum(self._size(row) for row in rows if row in self._schedule.bodies)
        return self._sizes[loop]

    def _fill(self, row: int) -> None:
        """Work out the shapes of one op's outputs. Those of its producers are known by now, loops aside."""
        op, types = self._table.ops[row], self._table.outputs[row]
        key = self._likeness(op, row)
        number = self._numbers[row] = self._told.get(key, -1) if key is not None else -1
        if number >= 0:
            self._outputs[row] = self._numbered[number]
            return
        at = InferenceContext(self._source, self._values, row, self._source.inputs(row))
        found = self._found(op, at) or ()
        found = [*found, *[None] * (len(types) - len(found))]
        shapes = [merged(shape_within(kind.shape), shape) for kind, shape in zip(types, found)]
        tensors = tuple([(kind.dtype, self._closed(op, at, shape)) for kind, shape in zip(types, shapes)])
        self._outputs[row] = tensors = self._shared.setdefault(tensors, tensors)
        if key is not None and not at.looked:
            self._numbers[row] = self._told[key] = len(self._numbered)
            self._numbered.append(tensors)

    def _likeness(self, op: str, row: int) -> Optional[Hashable]:
        """A key: ops that have the same one have equal outputs, unless a rule looked at values. ``None`` for an op that has to be asked itself.

        Equal tensors are mostly one tuple, and all such tuples stay as long as this object, so that they are compared by identity.
        """
        if op in _ASKED_THEMSELVES or row in self._calling:
            return None
        starts, known = self._table.edge_start, self._outputs
        given = map(known.__getitem__, self._table.edge_node[starts[row] : starts[row + 1]])
        return (self._kinds[row], *map(id, given))

    @or_unknown
    def _found(self, op: str, at: InferenceContext) -> Optional[List[Shape]]:
        """The outputs' shapes as far as they follow from the inputs; there may be fewer shapes than outputs."""
        # An expanded `_Arg` has what the call passes as its input. A loop is taken to return tensors of the shapes that
        # it was given, unless `_until_kept` found that its body does not. What is one element or a batch of something has another
        # shape than that.
        if op == ARGUMENT and not self._loops.bodies.given_whole(at.row):
            return [self._element(at)]
        if op == ARGUMENT:
            variable = self._variable(at.row)
            return [self._kept[variable] if variable in self._kept else at.shape(0)]
        if op in LOOPS:
            return [self._kept.get((at.row, index), at.shape(index)) for index in range(at.count)]
        if op in MERGES:
            return [self._merged(at), ()]
        if at.row in self._loops.bodies.functions:
            return self._returned(at, self._loops.bodies.functions[at.row])
        if at.row in self._loops.bodies.branches:
            return self._chosen(at)
        rule = ALL_RULES.get(op)
        found = shapes_told(rule, at) if rule is not None else []
        # A Reshape to a shape that is not known, from a tensor that is: one open dimension follows from the elements.
        source = at.shape(0) if op in _SAME_ELEMENTS else None
        if source is not None and _is_whole(source) and not (found and _is_whole(found[0])):
            return [_from_elements(merged(at.own(0), found[0] if found else None), cast("Dims", source))]
        return found

    def _element(self, at: InferenceContext) -> Shape:
        """The shape of one component of a dataset's elements, as the op that makes the dataset tells it."""
        component = self._table.elements.get(at.row, -1)
        told = self._table.attrs(at.inputs[0][0]).get("output_shapes") if at.inputs and component >= 0 else None
        shape = told[component] if isinstance(told, list) and component < len(told) else None
        return tuple(shape) if isinstance(shape, list) else None

    def _variable(self, argument: int) -> Optional[_Variable]:
        """The loop's variable that an `_Arg` is, if it is one that the loop changes."""
        home = self._loops.bodies.argument(argument) if self._kept else None
        return (content_of(self._graph).groups[home[0]].owner, home[1]) if home is not None else None

    def _merged(self, at: InferenceContext) -> Shape:
        """What a Merge of TensorFlow 1 hands on: the variable of a loop, or what both branches of a condition agree on."""
        if at.row in self._frames:
            return self._kept.get((at.row, 0), at.shape(0))
        found = at.shape(0)
        for index in range(1, at.count):
            found = _common(found, at.shape(index))
        return found

    def _returned(self, at: InferenceContext, body: int) -> List[Shape]:
        """The shapes that the body of a call or branch returns."""
        results = [self._loops.bodies.ends(body).results.get(output) for output in range(at.outputs)]
        edges = [None if result is None else self._table.data_inputs(result)[0] for result in results]
        return [None if edge is None else self._source.shape(*edge) for edge in edges]

    def _chosen(self, at: InferenceContext) -> List[Shape]:
        """The shapes that an ``if`` returns: those of the branch that runs, else those that all branches agree on."""
        branches = self._loops.bodies.branches[at.row]
        taken = single(at.value(0))
        if type(taken) in {bool, int}:
            runs = branch_taken(taken, branches, self._table.ops[at.row])
            return [None] * at.outputs if runs is None else self._returned(at, runs)
        first, *others = [self._returned(at, body) for body in branches]
        for other in others:
            first = [_common(one, another) for one, another in zip(first, other)]
        return first

    def _closed(self, op: str, at: InferenceContext, shape: Shape) -> Shape:
        """The shape, with the batch put in if this is where it enters."""
        if shape is not None and shape[:1] == (None,) and self._brings_batch(op, at):
            self._open = True
            shape = (self._batch, *shape[1:])
        return shape_within(shape)

    @or_unknown
    def _brings_batch(self, op: str, at: InferenceContext) -> Optional[bool]:
        """Whether the open leading dimension of an op's outputs is the batch. An argument's is what the caller's tensor has.

        Records to be parsed are often fed without a word on their shape; they are a vector.
        """
        if op == ARGUMENT and at.count:  # an element of a dataset, which a batch may be
            return not self._loops.bodies.given_whole(at.row) and self._source.dtype(*at.inputs[0]) == "variant"
        if op == "ParseExample":
            return at.shape(0) is None and not at.number("Nsparse")
        return op in BATCHES


def _all_numbered(table: NodeTable, known: Sequence[Sequence[Any]], numbers: "array[int]") -> Sequence[int]:
    """The numbers of ops (`Shapes.alike`), those too that have none yet, which is -1; `known` has what is known of the outputs of each op."""
    starts, identity = table.edge_start, list(map(id, known))
    given = list(map(identity.__getitem__, table.edge_node))
    found: Dict[Hashable, int] = {}
    kinds, more = table.kinds(), max(numbers, default=-1) + 1
    for row in compress(count(), map((-1).__eq__, numbers)):
        likeness = (kinds[row], identity[row], *given[starts[row] : starts[row + 1]])
        numbers[row] = found.setdefault(likeness, more + len(found))
    return numbers


def _frame_turns(table: NodeTable) -> Dict[int, _Turn]:
    """The variables of TensorFlow 1's loops: a Merge hands on what enters, later what NextIteration got in the iteration before."""
    found: Dict[int, _Turn] = {}
    if MERGES.isdisjoint(table.ops):
        return found
    for row, op in enumerate(table.ops):
        if op in MERGES:
            backs = [edge.node for edge in table.data_inputs(row) if table.ops[edge.node] in ITERATED]
            edges = [edge for back in backs for edge in table.data_inputs(back)[:1]]
            if edges:
                found[row] = _Turn((row, 0), row, edges[0])
    return found


def _common(left: Shape, right: Shape) -> Shape:
    """The dimensions that two shapes agree on; the others are open."""
    if left is None or right is None or len(left) != len(right):
        return None
    return tuple(one if one == other else None for one, other in zip(left, right))


def _whole(shape: Shape) -> Optional[Dims]:
    """The shape if all of it is known."""
    return cast("Dims", shape) if _is_whole(shape) else None


def _is_whole(shape: Shape) -> bool:
    return shape is not None and None not in shape


def merged(own: Shape, found: Shape) -> Shape:
    """The graph's own shape, its open dimensions taken from what was found; the own shape alone if the ranks differ."""
    if own is None or found is None or len(own) != len(found):
        return found if own is None else own
    return tuple(other if size is None else size for size, other in zip(own, found))


def _from_elements(shape: Shape, source: Dims) -> Shape:
    """`shape` with its one open dimension computed, given that it has as many elements as `source`; else as it is."""
    if shape is None or shape.count(None) != 1:
        return shape
    rest = product([size for size in shape if size is not None])
    if not rest or product(source) % rest:
        return shape
    return tuple(product(source) // rest if size is None else size for size in shape)
