"""Edges as lists of rows: for each row, the rows whose tensors it uses."""

from __future__ import annotations

from typing import List, Sequence


def turned(edges: Sequence[Sequence[int]]) -> List[List[int]]:
    """The same edges the other way: for each row the rows that use its tensors, as often as they do.

    >>> turned([[], [0], [0, 1]])
    [[1, 2], [2], []]
    """
    users: List[List[int]] = [[] for _ in edges]
    for user, producers in enumerate(edges):
        for producer in producers:
            users[producer].append(user)
    return users
