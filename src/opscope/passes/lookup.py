"""What a user's word names in a graph: a group, ops, or everything that a pattern matches; else the names that are close."""

from __future__ import annotations

from typing import TYPE_CHECKING, Set

from ..errors import NotFoundError
from ..graph.matches import find_group, fits, inside, names_close_to
from .input_names import input_names

if TYPE_CHECKING:
    from ..graph.graph import Graph


def ops(graph: Graph, name: str) -> Set[int]:
    """The op of this name, the op of the input or output of this name, or all ops of the group of this path.

    Raises:
        NotFoundError: nothing has this name.
    """
    table = graph.table
    if name in table.names:
        return {table.names.index(name)}
    ports = {port.node for port in (*graph.content.inputs, *graph.content.outputs) if port.name == name}
    ports |= {node for node, drawn in input_names(graph).items() if drawn == name}
    if ports:
        return ports
    if any(each.path == name or each.path.endswith(f"/{name}") for each in graph.groups):
        return members(graph, find_group(graph, name))
    names = (*table.names, *(each.path for each in graph.groups))
    raise NotFoundError(f"no op is called {name!r}; {names_close_to(name, names)}")


def members(graph: Graph, index: int) -> Set[int]:
    """All ops of a group and of the groups in it, and the op whose body it is."""
    within = inside(graph, [index])
    found = {node for node, home in enumerate(graph.content.node_group) if home >= 0 and within[home]}
    owner = graph.groups[index].owner
    return found | {owner} if owner >= 0 else found


def matching(graph: Graph, pattern: str) -> Set[int]:
    """The ops whose type or name matches a pattern as a shell's (``*``, ``?``, ``[ab]``), or that lie in a group whose class or path does.

    Raises:
        NotFoundError: nothing matches.
    """
    table, fit = graph.table, fits(pattern)
    types = {op for op in set(table.ops) if fit(op)}
    own = [op in types or fit(name) for op, name in zip(table.ops, table.names)]
    chosen = [
        index
        for index, each in enumerate(graph.groups)
        if (each.owner >= 0 and own[each.owner]) or fit(each.cls or "") or fit(each.path)
    ]
    within = inside(graph, chosen)
    found = {node for node, home in enumerate(graph.content.node_group) if own[node] or (home >= 0 and within[home])}
    if not found:
        known = (*sorted(set(table.ops)), *sorted({each.cls for each in graph.groups if each.cls}), *table.names)
        raise NotFoundError(f"no op type, op name or layer class matches {pattern!r}; {names_close_to(pattern, known)}")
    return found
