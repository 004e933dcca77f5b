"""Fills in the dimensions that a graph leaves open, given a batch size: cost formulas need complete shapes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Dict, List, Optional, Sequence, Tuple, cast

from ..graph.content import content_of
from ..graph.graph import Graph
from ..graph.types import Shape
from ..graph.vocabulary import ARGUMENT, LOOPS, PLACEHOLDERS
from .budget import shape_within, shapes_told
from .inference import Dim, InferenceContext
from .loops import Loops
from .rules import ALL_RULES
from .schedule import Schedule
from .tensor import Dims, Tensor, product

_SAME_ELEMENTS = frozenset({"Reshape", "Squeeze", "ExpandDims"})
"""Ops that keep the number of elements. With all of the input's dimensions and all but one of the output's, the last
follows."""
_ITEMS = frozenset({"TensorListGetItem", "TensorListPopBack"})
"""Ops that take an item out of a list. If the rule cannot tell its shape, an open leading dimension is taken to be the
batch: what recurrent layers put into lists has the batch in front."""
_DATA_DEPENDENT = frozenset(
    """Const BroadcastGradientArgs Where Unique UniqueV2 UniqueWithCounts UniqueWithCountsV2 DynamicPartition ListDiff
    NonMaxSuppression NonMaxSuppressionV2 NonMaxSuppressionV3 NonMaxSuppressionV4 NonMaxSuppressionV5 BooleanMask
    StringSplit StringSplitV2 SparseReshape BroadcastArgs DecodeRaw ReadFile""".split()
)
"""Ops whose leading dimension is open because it depends on data or on a file's content. It is not the batch and stays
open."""


@dataclass(frozen=True)
class Shapes:
    """The shapes of all tensors of a graph."""

    outputs: Sequence[Sequence[Tensor]]
    """For each op the dtype and shape of each output. A shape is fully known, or it is ``None``."""
    open: bool
    """Whether the batch size (or a dimension that follows from it) was put in for an open leading dimension."""


def resolve(graph: Graph, batch: Optional[int] = None) -> Shapes:
    """The shape of every output, for a given batch size (one sample when `batch` is ``None``).

    A placeholder (or another op without inputs) whose leading dimension is open gets the batch size. From there on the
    shape rules (`rules.ALL_RULES`) work out what follows, op by op, through calls and loops. For an op without a rule,
    an open leading dimension is taken from the op's first input. Any other open dimension, such as the length of a
    text, stays unknown.
    """
    whole: Dict[int, bool] = {}
    types = content_of(graph).table.outputs
    for outputs in types:  # ops with equal outputs share one tuple, so each distinct one is looked at once
        if id(outputs) not in whole:
            whole[id(outputs)] = all(_is_whole(shape_within(kind.shape)) for kind in outputs)
    if all(whole.values()):
        return Shapes(cast("Sequence[Sequence[Tensor]]", types), open=False)
    return _Resolver(graph, batch or 1, [whole[id(outputs)] for outputs in types]).run()


class _Resolver:
    """Goes over all ops once, producers first, and works out the shapes that are not complete."""

    def __init__(self, graph: Graph, batch: int, whole: Sequence[bool]) -> None:
        self._table = content_of(graph).table
        self._batch = batch
        self._whole = whole
        self._outputs: List[Sequence[Tensor]] = [
            cast("Sequence[Tensor]", types) if known else [(kind.dtype, None) for kind in types]
            for types, known in zip(content_of(graph).table.outputs, whole)
        ]
        self._shared: Dict[Tuple[Tensor, ...], Tuple[Tensor, ...]] = {}
        """Tensors -> the same tensors: ops with equal outputs share one tuple here too."""
        self._schedule = Schedule(graph)
        self._loops = Loops(graph, self._outputs)
        self._source = self._loops.source
        self._values = self._loops.values()
        self._open = False

    def run(self) -> Shapes:
        for row in self._schedule.order():
            if not self._whole[row]:
                self._fill(row)
        return Shapes(self._outputs, self._open)

    def _fill(self, row: int) -> None:
        """Work out the shapes of one op's outputs. Those of its producers are known by now, loops aside."""
        op, types = self._table.ops[row], self._table.outputs[row]
        at = InferenceContext(self._source, self._values, row, self._source.inputs(row))
        found = self._found(op, at)
        found = [*found, *[None] * (len(types) - len(found))]
        shapes = [_merged(shape_within(kind.shape), shape) for kind, shape in zip(types, found)]
        tensors = tuple([(kind.dtype, self._closed(op, at, shape)) for kind, shape in zip(types, shapes)])
        self._outputs[row] = self._shared.setdefault(tensors, tensors)

    def _found(self, op: str, at: InferenceContext) -> List[Shape]:
        """The outputs' shapes as far as they follow from the inputs; there may be fewer shapes than outputs."""
        # An expanded `_Arg` has what the call passes as its input. A loop is taken to return tensors of the shapes that
        # it was given; where a shape changes from iteration to iteration, TensorFlow has left that dimension open.
        # What is one element or a batch of something has another shape than that.
        if op == ARGUMENT and not self._loops.bodies.given_whole(at.row):
            return [self._element(at)]
        if op == ARGUMENT or op in LOOPS:
            return [at.shape(index) for index in range(at.count)]
        if at.row in self._loops.bodies.functions:
            return self._returned(at)
        rule = ALL_RULES.get(op)
        found = shapes_told(rule, at) if rule is not None else []
        # A Reshape to a shape that is not known, from a tensor that is: one open dimension follows from the elements.
        source = at.shape(0) if op in _SAME_ELEMENTS else None
        if source is not None and not (found and _is_whole(found[0])):  # in `_outputs`, what is known is known whole
            return [_from_elements(_merged(at.own(0), found[0] if found else None), cast("Dims", source))]
        return found

    def _element(self, at: InferenceContext) -> Shape:
        """The shape of one component of a dataset's elements, as the op that makes the dataset tells it."""
        component = self._table.elements.get(at.row, -1)
        told = self._table.attrs(at.inputs[0][0]).get("output_shapes") if at.inputs and component >= 0 else None
        shape = told[component] if isinstance(told, list) and component < len(told) else None
        return tuple(shape) if isinstance(shape, list) else None

    def _returned(self, at: InferenceContext) -> List[Shape]:
        """The shapes that the body of a call returns."""
        results = [self._loops.bodies.result(at.row, output) for output in range(at.outputs)]
        edges = [None if result is None else self._table.data_inputs(result)[0] for result in results]
        return [None if edge is None else self._source.shape(*edge) for edge in edges]

    def _closed(self, op: str, at: InferenceContext, shape: Shape) -> Optional[Dims]:
        """The shape, with its leading dimension filled in if that is open; ``None`` if any dimension stays open."""
        if shape is not None and shape[:1] == (None,) and op not in _DATA_DEPENDENT:
            lead = self._lead(op, at)
            if lead is not None:
                self._open = True
                shape = (lead, *shape[1:])
        shape = shape_within(shape)
        return cast("Dims", shape) if _is_whole(shape) else None

    def _lead(self, op: str, at: InferenceContext) -> Dim:
        """What to put in for an open leading dimension: the batch, or the leading dimension of the first input."""
        if op in PLACEHOLDERS or not at.count:
            return self._batch
        if op == ARGUMENT and not self._loops.bodies.given_whole(at.row):
            return self._batch if self._source.dtype(*at.inputs[0]) == "variant" else None
        if op in ALL_RULES and op not in _ITEMS:
            return None  # its rule was asked and does not know: a guess would contradict it
        first = at.shape(0)
        return first[0] if first else self._batch


def _is_whole(shape: Shape) -> bool:
    return shape is not None and None not in shape


def _merged(own: Shape, found: Shape) -> Shape:
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
