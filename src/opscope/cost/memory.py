"""Activation memory: how many bytes of intermediate results are alive while each op runs, and what makes the peak.

Ops are taken to run in the order in which the graph was written: producers first, bodies where they are called. A tensor
is alive from the op that makes it to the last op that reads it. A view (a reshape, say) shares the buffer of the tensor that
it views. Inputs, constants and variables are no intermediate results.

Two things are not modelled: kernels also need scratch memory, and may write a result into the buffer of an input. So what
TensorFlow really needs may be more or less.
"""

from __future__ import annotations

from array import array
from collections import Counter
from dataclasses import dataclass
from typing import Dict, List, NamedTuple, Optional, Sequence, Tuple

from ..graph.buffer_views import VIEWS
from ..graph.content import content_of
from ..graph.graph import Graph
from ..graph.types import CONTROL
from ..graph.vocabulary import CONSTANTS, PLACEHOLDERS, READ, RESULT, VARIABLES, layer_class, loop_part
from ..shapes.budget import FAILURES
from ..shapes.loops import LoopCounts, Runs, loop_counts
from ..shapes.resolve import Shapes, resolve
from ..shapes.schedule import Schedule
from ..shapes.tensor import Tensor
from .op import tensor_bytes

_NOT_ACTIVATIONS = CONSTANTS | PLACEHOLDERS | VARIABLES | {READ}
_LIST_WRITES = {"TensorListSetItem": 2, "TensorListPushBack": 1}
"""Ops that put a tensor into a list -> the input that is the tensor. The list keeps the tensor alive, which counts as a buffer
that the op makes."""
Buffer = Tuple[int, int]
"""A buffer is named by the tensor that it was made for: the row of the op and the number of its output."""


class Alive(NamedTuple):
    """A tensor that is alive, named by the op and output that made it."""

    node: int
    output: int
    bytes: int


@dataclass(frozen=True)
class Memory:
    """Bytes of intermediate results alive along one step."""

    order: Sequence[int]
    """The rows of the ops in the order in which they run. The ops of a body come before the call that they belong to."""
    alive: Sequence[int]
    """Bytes alive while each op of `order` runs."""
    peak: int
    """The most bytes alive at once."""
    peak_node: Optional[int]
    """The first op that runs when the most is alive."""
    peak_tensors: Tuple[Alive, ...]
    """What is alive then, the largest first."""
    unknown: int
    """How many tensors have an unknown size. They are in none of the figures. Where an op is the call of a layer, what the layer makes
    inside counts as one."""

    @property
    def known_peak(self) -> Optional[int]:
        """The peak where it is certain: ``None`` if a tensor of unknown size may add to it."""
        return None if self.unknown else self.peak


def activation_memory(graph: Graph, *, batch: Optional[int] = None) -> Memory:
    """Bytes alive along one step; `batch` as in `estimate`.

    A tensor list of a loop keeps what every iteration puts into it, so such an item counts as often as the loop runs.
    """
    shapes = resolve(graph, batch)
    return memory_of(graph, shapes, loop_counts(graph, shapes.outputs))


def memory_of(graph: Graph, shapes: Shapes, counts: LoopCounts) -> Memory:
    """As `activation_memory`, of a graph whose shapes and loops are known already."""
    schedule = shapes.schedule or Schedule(graph)
    order = schedule.order()
    place = array("i", bytes(4 * len(graph)))  # row -> its position in `order`; zeros at first
    for position, row in enumerate(order):
        place[row] = position
    buffers = _Buffers(graph, schedule, shapes.outputs, counts.runs)
    return _sweep(graph, order, place, buffers)


class _Buffers:
    """Finds the buffer that a tensor lives in: through views, and through calls and loops to what their bodies return."""

    def __init__(self, graph: Graph, schedule: Schedule, known: Sequence[Sequence[Tensor]], times: List[Runs]) -> None:
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
        if op not in VIEWS or op in _LIST_WRITES:
            return row, output
        # A view's tensor is its first data input, and data inputs come before control inputs. The edges are looked up by
        # number, not listed: an IdentityN of a thousand inputs would list them all for each of its thousand outputs.
        edge = table.edge_start[row] + (output if op == "IdentityN" else 0)
        if edge >= table.edge_start[row + 1] or table.edge_output[edge] == CONTROL:
            return None
        return table.edge_node[edge], table.edge_output[edge]

    def size(self, buffer: Buffer) -> int:
        """Bytes of a buffer; raises `Unknown` where its shape is not known."""
        row, output = buffer
        tensor = self._known[row][output]
        keeps = _LIST_WRITES.get(self._table.ops[row])
        if keeps is None:
            return tensor_bytes(tensor)
        edge = self._table.data_inputs(row)[keeps]
        group = content_of(self._graph).node_group[row]
        return int(tensor_bytes(self._known[edge.node][edge.output]) * (self._times[group].times if group >= 0 else 1))


def _sweep(graph: Graph, order: List[int], place: "array[int]", buffers: _Buffers) -> Memory:
    """Find the last op that uses each buffer, then how much is alive from one op to the next."""
    table, dead = content_of(graph).table, content_of(graph).dead
    last: Dict[Buffer, int] = {}
    for position, row in enumerate(order):
        if dead and dead[row]:
            continue
        for output in range(len(table.outputs[row])):
            buffer = buffers.of(row, output)
            if buffer is not None:
                last[buffer] = position
        for edge in range(table.edge_start[row], table.edge_start[row + 1]):
            output = table.edge_output[edge]
            buffer = buffers.of(table.edge_node[edge], output) if output != CONTROL else None
            if buffer is not None:
                last[buffer] = position
    for port in content_of(graph).outputs:  # what the graph returns is alive to the end
        buffer = buffers.of(port.node, port.output)
        if buffer is not None:
            last[buffer] = len(order) - 1
    change = [0] * (len(order) + 1)  # by how many bytes more is alive than at the op before
    sizes, unknown = _sizes(buffers, last)
    for buffer, size in sizes.items():
        change[place[buffer[0]]] += size
        change[last[buffer] + 1] -= size
    inside = sum(count for op, count in Counter(table.ops).items() if layer_class(op))
    return _memory(order, place, change, sizes, last, unknown + inside)


def _sizes(buffers: _Buffers, last: Dict[Buffer, int]) -> Tuple[Dict[Buffer, int], int]:
    """The bytes of each buffer, and how many have an unknown size."""
    sizes: Dict[Buffer, int] = {}
    unknown = 0
    for buffer in last:
        try:
            sizes[buffer] = buffers.size(buffer)
        except FAILURES:
            unknown += 1
    return sizes, unknown


def _memory(
    order: List[int],
    place: "array[int]",
    change: List[int],
    sizes: Dict[Buffer, int],
    last: Dict[Buffer, int],
    unknown: int,
) -> Memory:
    alive: List[int] = []
    now = 0
    for difference in change[: len(order)]:
        now += difference
        alive.append(now)
    peak = max(alive, default=0)
    at = alive.index(peak) if alive else -1
    tensors = [
        Alive(*buffer, size) for buffer, size in sizes.items() if size and place[buffer[0]] <= at <= last[buffer]
    ]
    tensors.sort(key=lambda one: (-one.bytes, one.node, one.output))
    return Memory(order, alive, peak, order[at] if peak else None, tuple(tensors), unknown)
