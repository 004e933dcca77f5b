"""Finds what the JSON of a graph does not hold: its inputs, the variable behind each handle, and most often its outputs."""

from __future__ import annotations

from dataclasses import replace
from typing import Dict, List, Tuple

from .absent import look_for
from .attrs import text_of
from .content import Content
from .table import NodeTable
from .terminal import terminal
from .types import CONTROL, Port
from .vocabulary import ARGUMENT, HANDLES, PLACEHOLDERS, READ, is_body

_USERS_NAME = "_user_specified_name"


def imply(content: Content) -> Content:
    """Fill the columns `inputs` and `handles` from the ops, `outputs` too where there are none yet, and what their attributes tell of absent functions.

    How handles are matched: variables are numbered in the order in which their handles first occur. So the first handle
    without an input is variable 0, the next one variable 1, and so on. The argument of a body stands for the same
    variable as its input. This is a guess, so it is checked: if the counts differ, or if a read has another dtype than
    its variable, no handle is filled in at all.
    """
    handles = _handles(content)
    told = look_for(content.table)
    return replace(
        content, inputs=_inputs(content), outputs=content.outputs or implied_outputs(content), handles=handles if _dtypes_agree(content, handles) else {},
        absent=told.absent, closed_calls=told.closed_calls,
    )  # fmt: skip


def _inputs(content: Content) -> Tuple[Port, ...]:
    """The inputs with their names: the placeholders of tensors, and the arguments of a function that is the main graph.

    TensorFlow notes how the user called an argument. Where it did, arguments without such a name are what the function captured.
    """
    table = content.table
    found = [
        Port(text_of(table.attrs(node), _USERS_NAME) or table.names[node], node, 0)
        for node, (op, types) in enumerate(zip(table.ops, table.outputs))
        if (op in PLACEHOLDERS or (op == ARGUMENT and _is_first(table, node)))
        and types
        and types[0].dtype != "resource"
    ]
    named = {port.node for port in found if text_of(table.attrs(port.node), _USERS_NAME)}
    return tuple([port for port in found if port.node in named or not named or table.ops[port.node] != ARGUMENT])


def _is_first(table: NodeTable, node: int) -> bool:
    """Whether nothing is handed to an argument: it is the main graph's, and no body's."""
    return table.edge_start[node] == table.edge_start[node + 1]


def implied_outputs(content: Content) -> Tuple[Port, ...]:
    """The outputs (as `terminal` finds them) with names, as far as the ops tell.

    If all outputs are ``Identity`` ops, as in a traced graph, their own names say nothing, so they are called ``output``, or
    ``output_0``, ``output_1``, ...
    """
    table, groups = content.table, content.groups
    # Ops outside of all bodies: only the main graph has outputs. Dead ops have none.
    inside: List[bool] = []
    for group in groups:  # parents come before their children
        inside.append(is_body(group) or (group.parent >= 0 and inside[group.parent]))
    inside.append(False)  # for -1, which is the group of a loose op
    dead = content.dead or bytes(len(table))
    main = [node for node, home in enumerate(content.node_group) if not dead[node] and not inside[home]]
    outputs = terminal(table, main)
    if all(table.ops[node] == "Identity" for node in outputs):
        names = ["output"] if len(outputs) == 1 else [f"output_{number}" for number in range(len(outputs))]
    else:
        names = [table.names[node] for node in outputs]
    return tuple(Port(name, node, 0) for name, node in zip(names, outputs))


def _handles(content: Content) -> Dict[int, int]:
    """Row of a handle -> number of its variable; empty if there are not as many handles as variables."""
    table = content.table
    handles: Dict[int, int] = {}
    count = 0
    for node, (op, types) in enumerate(zip(table.ops, table.outputs)):
        if op not in HANDLES or not types or types[0].dtype != "resource":
            continue
        start = table.edge_start[node]
        if start == table.edge_start[node + 1]:
            handles[node] = count
            count += 1
        elif table.edge_node[start] in handles and table.edge_output[start] != CONTROL:
            handles[node] = handles[table.edge_node[start]]
    return handles if count == len(content.variables) else {}


def _dtypes_agree(content: Content, handles: Dict[int, int]) -> bool:
    """Whether each read has the dtype of the variable that it would read."""
    table = content.table
    dtypes = {variable.id: variable.dtype for variable in content.variables}
    for node, op in enumerate(table.ops):
        if op == READ and table.edge_start[node] < table.edge_start[node + 1] and table.outputs[node]:
            number = handles.get(table.edge_node[table.edge_start[node]])
            if number is not None and dtypes.get(number) != table.outputs[node][0].dtype:
                return False
    return True
