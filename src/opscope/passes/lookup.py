"""Finds what a user means by a name or a pattern: a group, an op, all ops of some kind.

If there is nothing, suggests names.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Set

from ..errors import NotFoundError
from ..graph.content import content_of
from ..graph.matches import find_group, fits, inside, names_close_to
from .input_names import input_names

if TYPE_CHECKING:
    from ..graph.graph import Graph


def ops(graph: Graph, name: str) -> Set[int]:
    """The op with this name; else the op of the input or output with this name; else the ops of the group.

    A group goes by its path, its object path, or the end of its path.

    Raises:
        NotFoundError: nothing has this name.
    """
    table = content_of(graph).table
    if name in table.names:
        return {table.names.index(name)}
    ports = {port.node for port in (*content_of(graph).inputs, *content_of(graph).outputs) if port.name == name}
    ports |= {node for node, drawn in input_names(graph).items() if drawn == name}
    if ports:
        return ports
    groups = content_of(graph).groups
    if any(name in (each.path, each.object_path) or each.path.endswith(f"/{name}") for each in groups):
        return members(graph, find_group(graph, name))
    drawn = (each for each, op in zip(table.names, table.ops) if op != "VarHandleOp" and not each.endswith("/resource"))
    objects = (each.object_path for each in groups if each.is_call and each.object_path)
    known = (*objects, *(each.path for each in groups), *drawn)
    raise NotFoundError(f"no op, layer or input is called {name!r}; {names_close_to(name, known)}")


def members(graph: Graph, index: int) -> Set[int]:
    """All ops of a group and of the groups in it. If the group is the body of an op, that op too."""
    within = inside(graph, [index])
    found = {node for node, home in enumerate(content_of(graph).node_group) if home >= 0 and within[home]}
    owner = content_of(graph).groups[index].owner
    return found | {owner} if owner >= 0 else found


def matching(graph: Graph, pattern: str) -> Set[int]:
    """The ops that match a shell pattern (``*``, ``?``, ``[ab]``) by type or name, or lie in a group that matches.

    A group matches by its class or path, or if the op whose body it is matches.

    Raises:
        NotFoundError: nothing matches.
    """
    table, fit = content_of(graph).table, fits(pattern)
    types = {op for op in set(table.ops) if fit(op)}
    own = [op in types or fit(name) for op, name in zip(table.ops, table.names)]
    chosen = [
        index
        for index, each in enumerate(content_of(graph).groups)
        if (each.owner >= 0 and own[each.owner]) or fit(each.cls or "") or fit(each.path)
    ]
    within = inside(graph, chosen)
    found = {
        node for node, home in enumerate(content_of(graph).node_group) if own[node] or (home >= 0 and within[home])
    }
    if not found:
        known = (
            *sorted(set(table.ops)),
            *sorted({each.cls for each in content_of(graph).groups if each.cls}),
            *table.names,
        )
        raise NotFoundError(f"no op type, op name or layer class matches {pattern!r}; {names_close_to(pattern, known)}")
    return found
