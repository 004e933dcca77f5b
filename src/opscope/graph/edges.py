"""Edges as lists of rows, where the entry of a row holds the rows whose tensors it uses; and whose an edge of a table is."""

from __future__ import annotations

from bisect import bisect_right
from itertools import chain, compress, count, repeat
from operator import lt, sub
from typing import TYPE_CHECKING, Dict, Iterable, Iterator, List, Sequence, Tuple

from .types import CONTROL

if TYPE_CHECKING:
    from .table import NodeTable


def user_of(edge_start: Sequence[int], edge: int) -> int:
    """The row that takes an edge of a table: the last one whose edges start at or before it.

    >>> [user_of([0, 2, 2, 3], edge) for edge in range(3)]
    [0, 0, 2]
    """
    return bisect_right(edge_start, edge) - 1


def edge_users(edge_start: Sequence[int]) -> Iterator[int]:
    """As `user_of` for every edge of a table, in their order: quicker, where many are asked for.

    >>> list(edge_users([0, 2, 2, 3]))
    [0, 0, 2]
    """
    return chain.from_iterable(map(repeat, range(len(edge_start) - 1), map(sub, edge_start[1:], edge_start)))


def rises(edge_node: Sequence[int], users: Iterable[int]) -> bool:
    """Whether every row comes after those that it has an edge from, as in most files; `users` are the rows that take the edges.

    >>> rises([0], [1]), rises([1], [0])
    (True, False)
    """
    return all(map(lt, edge_node, users))


def other_outputs(edge_start: Sequence[int], edge_output: Sequence[int]) -> Dict[int, Tuple[int, ...]]:
    """For each row that takes more than first outputs: which output each of its edges is. Most rows are missing.

    >>> other_outputs([0, 1, 3], [0, 0, 1])
    {1: (0, 1)}
    """
    rows = {user_of(edge_start, edge) for edge in compress(count(), edge_output)}
    return {row: tuple(edge_output[edge_start[row] : edge_start[row + 1]]) for row in sorted(rows)}


def producers(table: NodeTable) -> List[List[int]]:
    """For each op the ops whose tensors it uses, in the order of its inputs."""
    # Parts of a list are quicker made than those of an array.
    start, node, output = table.edge_start, list(table.edge_node), table.edge_output
    found = [node[first:end] for first, end in zip(start, start[1:])]
    for row in {user_of(start, edge) for edge in compress(count(), map(CONTROL.__eq__, output))}:
        found[row] = [node[edge] for edge in range(start[row], start[row + 1]) if output[edge] != CONTROL]
    return found


def turned(edges: Sequence[Sequence[int]]) -> List[List[int]]:
    """The same edges in the other direction: the entry of a row holds the rows that use its tensors.

    A row that uses two tensors of the same producer is listed twice.

    >>> turned([[], [0], [0, 1]])
    [[1, 2], [2], []]
    """
    users: List[List[int]] = [[] for _ in edges]
    for user, producers in enumerate(edges):
        for producer in producers:
            users[producer].append(user)
    return users
