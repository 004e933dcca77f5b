"""How many elements a dataset has, and so how often a function of tf.data runs each time that the dataset is gone through.

A dataset says it by how it is made: of the rows of a tensor, in batches of four, twice. One that a filter, a file or Python code
makes may have any number of elements. The rules are those of TensorFlow's `DatasetBase::Cardinality`
(tensorflow/core/kernels/data/*_dataset_op.cc).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Dict, List, Optional

from ..graph.attrs import whole_of
from ..graph.content import content_of
from ..graph.table import Consumers
from ..graph.types import CONTROL, Edge
from ..graph.vocabulary import ARGUMENT, PLACEHOLDERS, RESULT
from ..program.data_functions import CARDINALITY
from .budget import or_unknown
from .value import single

if TYPE_CHECKING:
    from ..graph.graph import Graph
    from ..graph.groups import Group
    from .loops import Loops

_AS_MANY = frozenset(
    "Identity MapDataset ParallelMapDataset ParallelMapDatasetV2 ScanDataset PrefetchDataset CacheDataset CacheDatasetV2 "
    "ShuffleDataset ShuffleDatasetV2 ShuffleDatasetV3 ModelDataset OptimizeDataset OptimizeDatasetV2 OptionsDataset FinalizeDataset "
    "PrivateThreadPoolDataset MaxIntraOpParallelismDataset AssertNextDataset ExperimentalMapDataset ExperimentalScanDataset".split()
)
"""Ops whose dataset has as many elements as that of their first input."""
_BATCHES: Dict[str, Optional[int]] = {
    "BatchDataset": None, "BatchDatasetV2": 2, "ParallelBatchDataset": 3, "PaddedBatchDataset": None, "PaddedBatchDatasetV2": -1,
}  # fmt: skip
"""Ops that batch -> the input that says whether an incomplete batch is dropped (-1 is the last one); ``None`` if none ever is. Input 1
is the size."""
_TO_THE_END = (
    _AS_MANY
    | frozenset(_BATCHES)
    | frozenset(
        "FilterDataset ParallelFilterDataset UnbatchDataset FlatMapDataset InterleaveDataset ParallelInterleaveDatasetV2 "
        "ParallelInterleaveDatasetV3 ParallelInterleaveDatasetV4 LegacyParallelInterleaveDatasetV2 MapAndBatchDataset "
        "ExperimentalMapAndBatchDataset GroupByWindowDataset GroupByReducerDataset ExperimentalGroupByWindowDataset "
        "ExperimentalGroupByReducerDataset".split()
    )
)
"""Ops that go through their whole input if somebody goes through theirs."""
_WHOLE = frozenset({"ReduceDataset"})
"""Ops that go through their whole input, once each time they run."""
_PER_ELEMENT = frozenset({"f", "predicate", "key_func", "map_func", "shard_func"})
"""The attributes of functions that run once for each element of the op's dataset. `reduce_func` does only of GroupByReducer."""
_ONCE = frozenset({"dataset_factory", "reader_func"})
"""The attributes of functions that make a dataset, and so run once."""
_ROWS = "MapDefun"
_MOST_DEEP = 100
"""A chain of so many ops is followed, no longer one."""


class Cardinality:
    """Counts the elements of a graph's datasets, by the shapes and values that `loops` knows."""

    def __init__(self, graph: Graph, loops: Loops) -> None:
        self._graph, self._loops, self._table = graph, loops, content_of(graph).table
        self._consumers: Optional[Consumers] = None
        self._memo: Dict[int, Optional[int]] = {}

    def calls(self, body: Group) -> Optional[int]:
        """How often a function runs each time that its op runs; ``None`` if that is not known."""
        if body.name in _ONCE:
            return 1
        if body.owner not in self._memo:
            self._memo[body.owner] = self._gone_through(body.owner)
        return self._memo[body.owner] if body.name in _PER_ELEMENT else None

    @or_unknown
    def _gone_through(self, row: int) -> Optional[int]:
        """How many elements or rows an op of tf.data goes through each time that it runs."""
        inputs = self._table.data_inputs(row)
        return self._rows(inputs) if self._table.ops[row] == _ROWS else self._elements(row, inputs)

    def _rows(self, inputs: List[Edge]) -> Optional[int]:
        """How many rows the tensors of a MapDefun have."""
        shape = self._loops.source.shape(*inputs[0]) if inputs else None
        return shape[0] if shape else None

    def _elements(self, row: int, inputs: List[Edge]) -> Optional[int]:
        """How many elements the input of an op of tf.data has, if somebody goes through all of them exactly once."""
        return self.of(inputs[0].node) if inputs and self._is_gone_through(row) else None

    def _is_gone_through(self, row: int) -> bool:
        """Whether an op goes through its whole input: by itself, or since the one op that uses its dataset does."""
        if self._consumers is None:
            self._consumers = Consumers.of(self._table)
        for _ in range(_MOST_DEEP):
            if self._table.ops[row] in _WHOLE:
                return True
            users = {
                user
                for user in self._consumers[row]
                if any(edge.node == row and edge.output != CONTROL for edge in self._table.inputs(user))
            }
            # As an element or window, the dataset goes into the function of the op that uses it: that is the same use.
            users = {user for user in users if self._table.ops[user] != ARGUMENT or user not in self._table.elements}
            if self._table.ops[row] not in _TO_THE_END or len(users) != 1:
                return False
            row = users.pop()
            if self._table.ops[row] in {ARGUMENT, RESULT}:
                return False
        return False

    def of(self, row: int, deep: int = 0) -> Optional[int]:
        """How many elements the dataset has that an op makes; ``None`` if that is not known, or if it never ends."""
        op, inputs = self._table.ops[row], self._table.data_inputs(row)
        if op in PLACEHOLDERS:
            count = whole_of(self._table.attrs(row), CARDINALITY, -1)
            return count if count >= 0 else None
        if op == "TensorDataset":
            return 1
        if deep > _MOST_DEEP or not inputs:
            return None
        if op == "TensorSliceDataset":
            shape = self._loops.source.shape(*inputs[0])
            return shape[0] if shape else None
        if op == "RangeDataset":
            start, stop, step = (self._number(edge) for edge in inputs[:3])
            return None if start is None or stop is None or not step else len(range(start, stop, step))
        if op == ARGUMENT and (row in self._table.elements or not self._loops.bodies.handed_on(row)):
            return None
        if op in _AS_MANY or op == ARGUMENT:
            return self.of(inputs[0].node, deep + 1)
        return self._of_some(op, inputs, deep)

    def _of_some(self, op: str, inputs: List[Edge], deep: int) -> Optional[int]:
        """The rules for ops that take some elements, or more than those of one dataset."""
        if op in {"ZipDataset", "ConcatenateDataset"}:
            counts = [self.of(edge.node, deep + 1) for edge in inputs]
            known = [count for count in counts if count is not None]
            if len(known) < len(counts):
                return None
            return min(known) if op == "ZipDataset" else sum(known)
        count, number = self.of(inputs[0].node, deep + 1), self._number(inputs[1]) if len(inputs) > 1 else None
        if count is None or number is None:
            return None
        if op == "RepeatDataset":
            return count * number if number >= 0 else None
        if op == "TakeDataset":
            return min(count, number) if number >= 0 else count
        if op == "SkipDataset":
            return max(0, count - number) if number >= 0 else 0
        return self._batches(op, inputs, count, number)

    def _batches(self, op: str, inputs: List[Edge], count: int, size: int) -> Optional[int]:
        """How many batches of a size so many elements make."""
        if op not in _BATCHES or size <= 0:
            return None
        at = _BATCHES[op]
        drops = 0 if at is None else self._number(inputs[at])
        if drops is None:
            return None
        return count // size if drops else -(-count // size)

    def _number(self, edge: Edge) -> Optional[int]:
        """The value of an input, an integer or a bool."""
        found = single(self._loops.values().of(*edge))
        return int(found) if isinstance(found, (int, bool)) else None
