"""Edges as lists of rows: the entry of a row holds the rows whose tensors it uses."""

from __future__ import annotations

from typing import List, Sequence


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
