"""What the JSON leaves unsaid of a graph that was written: its inputs, its outputs, the variable behind each handle."""

from __future__ import annotations

from dataclasses import replace
from typing import Dict, Tuple

from .absent import look_for
from .attrs import text_of
from .graph import Content
from .terminal import terminal
from .types import CONTROL, Port
from .vocabulary import HANDLES, PLACEHOLDERS, READ, chain, is_body


def imply(content: Content) -> Content:
    """Fill the columns `inputs`, `outputs` and `handles` as far as the ops tell them for certain, and what their attributes tell.

    Variables are numbered in the order of the handles that first stand for them, so handles that nothing feeds are the
    variables in order, where there are as many; an argument stands for what its input stands for. Where a read's type is
    not its variable's, no handle is believed.
    """
    inputs, outputs = _ends(content)
    handles = _handles(content)
    told = look_for(content.table)
    return replace(
        content, inputs=inputs, outputs=outputs, handles=handles if _fit(content, handles) else {},
        absent=told.absent, closed_calls=told.closed_calls,
    )  # fmt: skip


def _ends(content: Content) -> Tuple[Tuple[Port, ...], Tuple[Port, ...]]:
    """Placeholders of tensors, and what is terminal."""
    table, groups = content.table, content.groups
    inputs = [
        Port(text_of(table.attrs(node), "_user_specified_name") or table.names[node], node, 0)
        for node, (op, types) in enumerate(zip(table.ops, table.outputs))
        if op in PLACEHOLDERS and types and types[0].dtype != "resource"
    ]
    main = [
        node
        for node, group in enumerate(content.node_group)
        if not (content.dead and content.dead[node]) and not any(is_body(groups[k]) for k in chain(groups, group))
    ]
    outputs = terminal(table, main)
    if all(table.ops[node] == "Identity" for node in outputs):
        names = ["output"] if len(outputs) == 1 else [f"output_{number}" for number in range(len(outputs))]
    else:
        names = [table.names[node] for node in outputs]
    return tuple(inputs), tuple(Port(name, node, 0) for name, node in zip(names, outputs))


def _handles(content: Content) -> Dict[int, int]:
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


def _fit(content: Content, handles: Dict[int, int]) -> bool:
    """Whether all reads have the dtype of the variable that they are said to read."""
    table = content.table
    dtypes = {variable.id: variable.dtype for variable in content.variables}
    for node, op in enumerate(table.ops):
        if op == READ and table.edge_start[node] < table.edge_start[node + 1] and table.outputs[node]:
            number = handles.get(table.edge_node[table.edge_start[node]])
            if number is not None and dtypes.get(number) != table.outputs[node][0].dtype:
                return False
    return True
