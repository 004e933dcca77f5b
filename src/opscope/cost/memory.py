"""Activation memory: how many bytes of intermediate results are alive while each op runs, and what makes the peak.

Ops are taken to run in the order in which the graph was written: producers first, bodies where they are called, but updates of variables
beside the backward pass (`update_order`). A tensor is alive from the op that makes it to the last op that reads it. A view (a reshape, say) shares the buffer of the tensor that
it views, and many ops write into the buffer of an input that nobody needs any more (`buffer_reuse`). Inputs, constants and variables are no
intermediate results.

Not modelled are the scratch memory of most kernels (`scratch`), ops that run at once or in another order, and iterations of a loop that run ahead of others. So what
TensorFlow really needs may be more or less; docs/profiling.md compares.
"""

from __future__ import annotations

from array import array
from collections import Counter
from dataclasses import dataclass
from typing import Dict, List, NamedTuple, Optional, Sequence, Tuple

from ..graph.content import content_of
from ..graph.graph import Graph
from ..graph.types import CONTROL
from ..graph.vocabulary import layer_class
from ..shapes.budget import FAILURES
from ..shapes.loops import LoopCounts, loop_counts
from ..shapes.resolve import Shapes, resolve
from ..shapes.schedule import Schedule
from .buffer_reuse import taken_over
from .buffers import HANDS_ON, Buffer, Buffers
from .scratch import NEED_SCRATCH
from .update_order import assigned_while_read, with_updates_beside


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
    buffers = Buffers(graph, schedule, shapes.outputs, counts.runs)
    order, times = with_updates_beside(
        graph, schedule.order(), schedule.bodies, lambda row: buffers.of(row, 0) == (row, 0)
    )
    place = array("i", bytes(4 * len(graph)))  # row -> its position in `order`; zeros at first
    for position, row in enumerate(order):
        place[row] = position
    return _sweep(graph, order, times, place, buffers)


def _sweep(graph: Graph, order: List[int], times: List[int], place: "array[int]", buffers: Buffers) -> Memory:
    """Find the last op that uses each buffer, then how much is alive from one op to the next."""
    table, dead = content_of(graph).table, content_of(graph).dead
    last: Dict[Buffer, int] = {}
    for position, row in enumerate(order):
        if (dead and dead[row]) or table.ops[row] == HANDS_ON:
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
    buffers.in_lists(place, last)
    returned = [buffers.of(port.node, port.output) for port in content_of(graph).outputs]
    kept = {buffer for buffer in [*returned, *buffers.assigned()] if buffer is not None}
    last.update(dict.fromkeys(kept, len(order) - 1))  # what the graph returns is alive to the end
    for buffer in taken_over(graph, order, last, kept, buffers.of, buffers.kind):
        del last[buffer]
    change = [0] * (len(order) + 1)  # by how many bytes more is alive than at the op before
    sizes, unknown = _sizes(buffers, last)
    for row in assigned_while_read(graph, order, times):
        size = buffers.new_value(row)
        if size:
            sizes[(row, 0)], last[(row, 0)] = size, len(order) - 1  # it outlives the step
    for buffer, size in sizes.items():
        change[place[buffer[0]]] += size
        change[last[buffer] + 1] -= size
    for position, row in enumerate(order):
        if table.ops[row] in NEED_SCRATCH and not (dead and dead[row]):
            scratch = buffers.scratch(row)
            change[position] += scratch
            change[position + 1] -= scratch
    inside = sum(count for op, count in Counter(table.ops).items() if layer_class(op))
    return _memory(order, place, change, sizes, last, unknown + inside)


def _sizes(buffers: Buffers, last: Dict[Buffer, int]) -> Tuple[Dict[Buffer, int], int]:
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
