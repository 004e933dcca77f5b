"""What a user's word names in a graph: a group, ops, or everything that a pattern matches; else the names that are close."""

from __future__ import annotations

from difflib import get_close_matches
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Iterable, List, Set

from ..errors import InputError
from .input_names import input_names

if TYPE_CHECKING:
    from ..graph.graph import Graph

MOST_CLOSE = 3
"""Close names that an error gives."""
MOST_COMPARED = 20_000
"""Names that are compared with an unknown one; more would take longer than reading the message is worth."""


def find_group(graph: Graph, path: str) -> int:
    """The group with this path, object path, or end of a path (``block_3`` for ``net/encoder/block_3``).

    Raises:
        InputError: there is no such group, or the end fits several.
    """
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
    """The op of this name, the op of the input or output of this name, or all ops of the group of this path.

    Raises:
        InputError: nothing has this name.
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
    raise InputError(f"no op is called {name!r}; {_close(name, names)}")


def members(graph: Graph, index: int) -> Set[int]:
    """All ops of a group and of the groups in it, and the op whose body it is."""
    inside = [False] * len(graph.groups)
    for number, each in enumerate(graph.groups):
        inside[number] = number == index or (each.parent >= 0 and inside[each.parent])
    found = {node for node, home in enumerate(graph.content.node_group) if home >= 0 and inside[home]}
    owner = graph.groups[index].owner
    return found | {owner} if owner >= 0 else found


def matching(graph: Graph, pattern: str) -> Set[int]:
    """The ops whose type or name matches a pattern as a shell's (``*``, ``?``, ``[ab]``), or that lie in a group whose class or path does.

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
    """The end of an error: names that look like the word, by their whole or by their last part."""
    known = [name for name, _ in zip(dict.fromkeys(names), range(MOST_COMPARED))]
    by_end = {name.rpartition("/")[2].lower(): name for name in reversed(known)}
    ends = [by_end[end] for end in get_close_matches(word.rpartition("/")[2].lower(), by_end, MOST_CLOSE)]
    near = list(dict.fromkeys([*get_close_matches(word, known, MOST_CLOSE), *ends]))[:MOST_CLOSE]
    if near:
        return f"did you mean {' or '.join(near)}?"
    return f"there are {', '.join(known[:MOST_CLOSE])}, …" if known else "the graph has none"
