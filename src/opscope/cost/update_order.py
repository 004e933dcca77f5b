"""Where in a step the updates of variables run: beside the backward pass, each as soon as its gradient is there.

A graph has them at its end, since Python traced them last. TensorFlow's executor starts every op whose inputs are there (`ScheduleReady` in
core/common_runtime/executor.cc of TensorFlow 2.21): a gradient is used up, and its optimizer needs memory, while the gradients of the layers before it are still to be
made. Here one thread runs the other ops in their order, and all updates that are ready run beside it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Callable, Container, Dict, Iterator, List, Sequence, Set, Tuple

from ..graph.content import content_of
from ..graph.model_variables import ADDS
from ..graph.types import CONTROL
from ..graph.vocabulary import READ, phases
from .buffers import HANDS_ON, MOST_VIEWS

if TYPE_CHECKING:
    from ..graph.graph import Graph
    from ..graph.table import NodeTable

_CHANGES = ("Assign", *ADDS)
"""How the names of ops begin that change a variable."""
_IN_PLACE = ("AssignAddVariableOp", "AssignSubVariableOp", "ResourceApply")
"""How the names of ops begin that write into a variable's buffer, if nobody holds what was read from it; else they copy it into a new one first
(`PrepareToUpdateVariable` in core/kernels/training_op_helpers.h)."""
_PRODUCTS = ("MatMul", "BatchMatMul", "Einsum", "Conv", "DepthwiseConv")
"""How the names of ops begin that go over each element many times."""
_PRODUCT_TIME = 4
"""How long one of these takes, where another op takes 1: chosen so that peaks of steps with Adam come near measured ones."""
_LONGEST = 100
"""An op that ran so much earlier has ended."""


def with_updates_beside(
    graph: "Graph", order: Sequence[int], owners: Container[int], makes_tensor: Callable[[int], bool]
) -> Tuple[List[int], List[int]]:
    """The rows in `order` with the updates moved forward to where they can run, producers still first; and for each row when it ends.

    No row has a time if the graph updates nothing.

    Args:
        graph: the graph.
        order: its rows, producers first.
        owners: the rows of calls, loops and branches, which stay behind their bodies.
        makes_tensor: whether an op makes a tensor with a buffer of its own. Others, such as constants, reshapes and assignments, take no time.
    """
    table = content_of(graph).table
    updates = _updates(graph, order, owners)
    if not updates:
        return list(order), []
    times = [0] * len(table)
    now = 0  # when the last op ended that is no update
    for row in order:
        edges = range(table.edge_start[row], table.edge_start[row + 1])
        ready = max([times[_source(table, edge)] for edge in edges], default=0)
        works = bool(table.outputs[row]) and makes_tensor(row)
        takes = _PRODUCT_TIME if works and table.ops[row].startswith(_PRODUCTS) else int(works)
        if row in updates:
            times[row] = ready + takes
        else:
            times[row] = now = max(ready, now + takes)
    return sorted(order, key=times.__getitem__), times  # of the same time the one comes first that was first


def _updates(graph: "Graph", order: Sequence[int], owners: Container[int]) -> Set[int]:
    """The ops that change variables, and the optimizer's whose results only these use: so are those of the backward pass, which sets the pace."""
    table, phase, group_of = content_of(graph).table, phases(content_of(graph).groups), content_of(graph).node_group
    returned = {port.node for port in content_of(graph).outputs}
    used, elsewhere = bytearray(len(table)), bytearray(len(table))  # whether an update, and any other op, uses a result
    found: Set[int] = set()
    for row in reversed(order):
        of_optimizer = bool(group_of) and group_of[row] >= 0 and phase[group_of[row]] == "optimizer"
        helps = of_optimizer and used[row] and not elsewhere[row] and row not in returned
        mine = (table.ops[row].startswith(_CHANGES) or bool(helps)) and row not in owners
        if mine:
            found.add(row)
        for edge in range(table.edge_start[row], table.edge_start[row + 1]):
            if table.edge_output[edge] != CONTROL:
                (used if mine else elsewhere)[table.edge_node[edge]] = 1
    return found


def assigned_while_read(graph: "Graph", order: Sequence[int], times: Sequence[int]) -> Iterator[int]:
    """The updates that may find their variable's buffer in use, and so make a new one: no edge makes them wait for an op that reads it.

    The kernel of a layer is read by the gradient of the layer's input, which runs at the same time as that of the kernel.
    """
    if not times:
        return
    table, handles = content_of(graph).table, content_of(graph).handles
    readers = _readers(graph, order)
    place = {row: position for position, row in enumerate(order)}
    for row in order:
        if not table.ops[row].startswith(_IN_PLACE) or table.edge_start[row] == table.edge_start[row + 1]:
            continue
        variable = handles.get(table.edge_node[table.edge_start[row]])
        for read, user in readers.get(variable, ()) if variable is not None else ():
            before = place[read] < place[row]
            if before and times[user] + _LONGEST >= times[row] and not _waits_for(table, times, row, user):
                yield row
                break


def _readers(graph: "Graph", order: Sequence[int]) -> Dict[int, List[Tuple[int, int]]]:
    """Variable -> each op that reads it, with each op that uses what was read."""
    table, handles = content_of(graph).table, content_of(graph).handles
    found: Dict[int, List[Tuple[int, int]]] = {}
    for row in order:
        for edge in range(table.edge_start[row], table.edge_start[row + 1]):
            read = _source(table, edge)
            if table.edge_output[edge] == CONTROL or table.ops[read] != READ:
                continue
            handle = table.edge_node[table.edge_start[read]] if len(table.inputs(read)) else -1
            if handle in handles:
                found.setdefault(handles[handle], []).append((read, row))
    return found


def _waits_for(table: "NodeTable", times: Sequence[int], row: int, other: int) -> bool:
    """Whether edges make an op wait for another one."""
    seen, waiting = {row}, [row]
    while waiting:
        here = waiting.pop()
        if here == other:
            return True
        for edge in range(table.edge_start[here], table.edge_start[here + 1]):
            source = _source(table, edge)
            if source not in seen and times[source] >= times[other]:
                seen.add(source)
                waiting.append(source)
    return False


def _source(table: "NodeTable", edge: int) -> int:
    """The row that an op waits for; past an IdentityN that which makes the one tensor."""
    for _ in range(MOST_VIEWS):
        row, output = table.edge_node[edge], table.edge_output[edge]
        if table.ops[row] != HANDS_ON or not 0 <= output < table.edge_start[row + 1] - table.edge_start[row]:
            break
        edge = table.edge_start[row] + output
    return table.edge_node[edge]
