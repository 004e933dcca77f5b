"""Which buffer a tensor lives in, and how large that is: through views, calls, loops and lists."""

from __future__ import annotations

from typing import TYPE_CHECKING, Dict, List, Optional, Sequence, Tuple

from ..graph.buffer_views import VIEWS
from ..graph.content import content_of
from ..graph.types import CONTROL
from ..graph.vocabulary import ARGUMENT, CONSTANTS, PLACEHOLDERS, READ, RESULT, VARIABLES, loop_part
from ..shapes.budget import FAILURES, Unknown
from .op import Op, tensor_bytes
from .scratch import scratch_bytes

if TYPE_CHECKING:
    from ..graph.graph import Graph
    from ..graph.types import Edge
    from ..shapes.loops import Runs
    from ..shapes.schedule import Schedule
    from ..shapes.tensor import Tensor

Buffer = Tuple[int, int]
"""A buffer is named by the tensor that it was made for: the row of the op and the number of its output."""
_NOT_ACTIVATIONS = CONSTANTS | PLACEHOLDERS | VARIABLES | {READ}
_PUT_IN_LIST = {"TensorListSetItem": 2, "TensorListPushBack": 1}
"""Ops that put a tensor into a list -> the input that is the tensor. The list keeps the tensor alive, which counts as a buffer
that the op makes."""
_TO_LIST = "TensorListFromTensor"
"""Makes a list of the rows of a tensor, each of which it copies (core/kernels/list_kernels.h)."""
_MADE_FULL = frozenset({_TO_LIST, "ZerosLike"})
"""Ops that make a list with its items."""
MOST_VIEWS = 1000
"""So many views of each other are followed: those of a damaged graph may go round in a circle."""
_ASSIGN = "AssignVariableOp"
HANDS_ON = "IdentityN"
"""Hands on many tensors, each by itself. Grappler splits it (`SplitIdentityNInputs` in core/grappler/optimizers/model_pruner.cc), so that nobody waits for all of them."""
_LIST = "variant"
"""The dtype of a list."""


class Buffers:
    """Finds the buffer that a tensor lives in: through views, and through calls and loops to what their bodies return."""

    def __init__(
        self, graph: "Graph", schedule: "Schedule", known: "Sequence[Sequence[Tensor]]", times: "List[Runs]"
    ) -> None:
        self._graph = graph
        self._table = content_of(graph).table
        self._known = known
        self._times = times
        self._memo: Dict[Buffer, Optional[Buffer]] = {}
        self._results: Dict[int, Dict[int, int]] = {}  # row of a call or loop -> its output -> row of the body's result
        for owner, bodies in schedule.bodies.items():
            ends = [row for row in schedule.rows.get(bodies[-1], ()) if content_of(graph).table.ops[row] == RESULT]
            # The last group of a loop is its body. Its results stand in the order of the loop's outputs. Of an ``if``
            # either branch may make the result, so that the ``if`` keeps a buffer of its own.
            # A dataset's functions give its elements, one at a time, and not what the op gives.
            if len(bodies) == 1 or loop_part(content_of(graph).groups, bodies[-1]):
                self._results[owner] = dict(enumerate(ends))

    def of(self, row: int, output: int) -> Optional[Buffer]:
        """The buffer of one tensor; ``None`` for a tensor that is no intermediate result."""
        here: Optional[Buffer] = (row, output)
        if here in self._memo:
            return self._memo[here]
        path: List[Buffer] = []
        while here is not None and here not in self._memo:
            self._memo[here] = None  # if the views of a damaged graph go round in a circle, this ends the walk
            path.append(here)
            further = self._viewed(*here)
            if further == here:
                break
            here = further
        # The walk ended at a buffer of its own, at no buffer, or at a tensor whose buffer is known from before.
        found = here if here is None or (path and here == path[-1]) else self._memo[here]
        for step in path:
            self._memo[step] = found
        return found

    def _viewed(self, row: int, output: int) -> Optional[Buffer]:
        """The tensor that this one is a view of; the tensor itself if it has a buffer of its own."""
        op, table = self._table.ops[row], self._table
        if op in _NOT_ACTIVATIONS:
            return None
        if row in self._results and output in self._results[row]:
            row, output = self._results[row][output], 0
            op = RESULT
        if op not in VIEWS or op in _PUT_IN_LIST:
            return row, output
        # A view's tensor is its first data input, and data inputs come before control inputs. The edges are looked up by
        # number, not listed: an IdentityN of a thousand inputs would list them all for each of its thousand outputs.
        edge = table.edge_start[row] + (output if op == HANDS_ON else 0)
        if edge >= table.edge_start[row + 1] or table.edge_output[edge] == CONTROL:
            return None
        return table.edge_node[edge], table.edge_output[edge]

    def kind(self, buffer: Buffer) -> Optional[Tuple[str, int]]:
        """Dtype and bytes of the tensor that a buffer was made for; ``None`` if they are not known, or it is a list."""
        try:
            tensor = self._known[buffer[0]][buffer[1]]
            return None if tensor[0] == _LIST else (tensor[0], tensor_bytes(tensor))
        except FAILURES:
            return None

    def size(self, buffer: Buffer) -> int:
        """Bytes of a buffer; raises `Unknown` where its shape is not known."""
        row, output = buffer
        op, tensor = self._table.ops[row], self._known[row][output]
        if op == "ZerosLike" and tensor[0] == _LIST:
            listed = self.of(*self._input(row, 0))
            return self.size(listed) if listed is not None and self._table.ops[listed[0]] != op else 0
        if op == _TO_LIST:
            return self._bytes(self._input(row, 0))
        if op not in _PUT_IN_LIST:
            return tensor_bytes(tensor)
        if self._filled(row) is not None:
            return 0  # it takes the place of an item
        item = self._input(row, _PUT_IN_LIST[op])
        held = self.of(*item)
        if self._is_given(*item) or (held is not None and self._table.ops[held[0]] == _TO_LIST):
            return 0  # it is there already: a variable, say, or an item of another list
        group = content_of(self._graph).node_group[row]
        return int(self._bytes(item) * (self._times[group].times if group >= 0 else 1))

    def scratch(self, row: int) -> int:
        """Bytes that an op needs beside its results while it runs, as far as they are known."""
        try:
            return scratch_bytes(Op(self._table, self._known, row))
        except FAILURES:
            return 0

    def assigned(self) -> "List[Optional[Buffer]]":
        """The buffers that variables take over with their new values (AssignVariableOp of core/kernels/resource_variable_ops.cc): they outlive the step."""
        table = self._table
        values = [table.data_inputs(row) for row, op in enumerate(table.ops) if op == _ASSIGN]
        return [self.of(*inputs[1]) for inputs in values if len(inputs) > 1]

    def new_value(self, row: int) -> int:
        """Bytes of the buffer that a variable gets where its old one is still read, as far as they are known."""
        try:
            return max(self._bytes(edge) for edge in self._table.data_inputs(row)[1:])
        except (ValueError, *FAILURES):
            return 0

    def _filled(self, row: int) -> Optional[Buffer]:
        """The list that an op puts an item into, if it was made with all of its items."""
        listed = self.of(*self._input(row, 0))
        return listed if listed is not None and self._table.ops[listed[0]] in _MADE_FULL else None

    def _is_given(self, row: int, output: int) -> bool:
        """Whether a tensor is a constant, a variable or what the caller feeds, seen through views; what one iteration hands to the next is not."""
        ops = self._table.ops
        for _ in range(MOST_VIEWS):
            further = (
                (row, output) if ops[row] == ARGUMENT or ops[row] in _NOT_ACTIVATIONS else self._viewed(row, output)
            )
            if further is None or further == (row, output):
                break
            row, output = further
        return ops[row] in _NOT_ACTIVATIONS

    def _bytes(self, edge: "Edge") -> int:
        return tensor_bytes(self._known[edge.node][edge.output])

    def _input(self, row: int, place: int) -> "Edge":
        """A data input; `Unknown` if a damaged graph does not have it."""
        found = self._table.data_inputs(row)
        if place >= len(found):
            raise Unknown
        return found[place]

    def in_lists(self, place: Sequence[int], last: Dict[Buffer, int]) -> None:
        """What lists do to `last`, the place of the last op that uses a buffer.

        An item of a list that is put into another list lives as long as that, and so does a list of which an item was replaced. A list that a loop empties, item by item, is counted until it begins to:
        it is fullest then.
        """
        for row, op in enumerate(self._table.ops):
            if op not in _PUT_IN_LIST and op != "TensorListPopBack":
                continue
            listed = self.of(row, 0)
            if listed is None or listed not in last:
                continue
            if op == "TensorListPopBack":
                if self._table.ops[listed[0]] == "TensorListPushBack" and place[listed[0]] < place[row]:
                    last[listed] = place[row]
                continue
            inputs = self._table.data_inputs(row)
            if len(inputs) <= _PUT_IN_LIST[op]:
                continue
            item = self.of(*inputs[_PUT_IN_LIST[op]])
            if item is not None and self._table.ops[item[0]] != _TO_LIST:
                item = None
            for held in (self._filled(row), item):
                if held is not None and held in last:
                    last[held] = max(last[held], last[listed])
