"""Finds what a user means by a name or a pattern: a group, an op, all ops of some kind.

If there is nothing, suggests names.
"""

from __future__ import annotations

from difflib import get_close_matches
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Iterable, List, Set

from ..errors import InputError

if TYPE_CHECKING:
    from ..graph.graph import Graph

MOST_CLOSE = 3
"""An error suggests at most this many names."""
MOST_COMPARED = 20_000
"""A name that is not found is compared with at most this many others: with a million, the message would take too
long."""


def find_group(graph: Graph, path: str) -> int:
    """The group with this path, with this object path, or whose path ends so (``block_3`` for ``net/encoder/block_3``).

    Raises:
        InputError: there is no such group, or several paths end so.
    """
    # Whole paths first: one may also be the end of another.
    for names in ([each.path for each in graph.groups], [each.object_path for each in graph.groups]):
        if path in names:
            return names.index(path)
    found = [index for index, each in enumerate(graph.groups) if each.path.endswith(f"/{path}")]
    if len(found) == 1:
        return found[0]
    if found:
        shown = ", ".join(graph.groups[index].path for index in found[:MOST_CLOSE])
        raise InputError(f"{len(found)} groups end in {path!r} ({shown}); give a whole path")
    raise InputError(f"no group is called {path!r}; {_close(path, (each.path for each in graph.groups))}")


def ops(graph: Graph, name: str) -> Set[int]:
    """The op with this name; else the op of the input or output with this name; else the ops of the group.

    Raises:
        InputError: nothing has this name.
    """
    table = graph.table
    if name in table.names:
        return {table.names.index(name)}
    ports = {port.node for port in (*graph.content.inputs, *graph.content.outputs) if port.name == name}
    if ports:
        return ports
    if any(each.path == name or each.path.endswith(f"/{name}") for each in graph.groups):
        return members(graph, find_group(graph, name))
    names = (*table.names, *(each.path for each in graph.groups))
    raise InputError(f"no op is called {name!r}; {_close(name, names)}")


def members(graph: Graph, index: int) -> Set[int]:
    """All ops of a group and of the groups in it. If the group is the body of an op, that op too."""
    inside = [False] * len(graph.groups)
    for number, each in enumerate(graph.groups):
        inside[number] = number == index or (each.parent >= 0 and inside[each.parent])
    found = {node for node, home in enumerate(graph.content.node_group) if home >= 0 and inside[home]}
    owner = graph.groups[index].owner
    return found | {owner} if owner >= 0 else found


def matching(graph: Graph, pattern: str) -> Set[int]:
    """The ops that match a shell pattern (``*``, ``?``, ``[ab]``) by type or name, or lie in a group that matches.

    A group matches by its class or path, or if the op whose body it is matches.

    Raises:
        InputError: nothing matches.
    """
    table = graph.table
    types = {op for op in set(table.ops) if fnmatchcase(op, pattern)}
    own = [op in types or fnmatchcase(name, pattern) for op, name in zip(table.ops, table.names)]
    inside: List[bool] = []
    for each in graph.groups:
        above = (each.parent >= 0 and inside[each.parent]) or (each.owner >= 0 and own[each.owner])
        inside.append(above or fnmatchcase(each.cls or "", pattern) or fnmatchcase(each.path, pattern))
    found = {node for node, home in enumerate(graph.content.node_group) if own[node] or (home >= 0 and inside[home])}
    if not found:
        known = (*sorted(set(table.ops)), *sorted({each.cls for each in graph.groups if each.cls}), *table.names)
        raise InputError(f"no op type, op name or layer class matches {pattern!r}; {_close(pattern, known)}")
    return found


def _close(word: str, names: Iterable[str]) -> str:
    """The end of an error message: names that look like the word, as a whole or in what follows the last ``/``."""
    known = [name for name, _ in zip(dict.fromkeys(names), range(MOST_COMPARED))]
    # Reversed, so that of names with equal ends the first one is suggested.
    by_end = {name.rpartition("/")[2].lower(): name for name in reversed(known)}
    ends = [by_end[end] for end in get_close_matches(word.rpartition("/")[2].lower(), by_end, MOST_CLOSE)]
    near = list(dict.fromkeys([*get_close_matches(word, known, MOST_CLOSE), *ends]))[:MOST_CLOSE]
    if near:
        return f"did you mean {' or '.join(near)}?"
    return f"there are {', '.join(known[:MOST_CLOSE])}, …" if known else "the graph has none"
