"""Matches rows by keys that are equal on both sides."""

from __future__ import annotations

from typing import Dict, Hashable, List, Sequence, Tuple


def equal_keys(one: Sequence[Hashable], two: Sequence[Hashable]) -> Tuple[int, ...]:
    """Row -> row of an equal key, of several the first with the first; -1 where none is left. ``None`` is no key.

    >>> equal_keys(["a", "b", "a"], ["a", "c", "a", "a"])
    (0, -1, 2)
    """
    rows: Dict[Hashable, List[int]] = {}
    for row in range(len(two) - 1, -1, -1):
        rows.setdefault(two[row], []).append(row)
    return tuple([rows[key].pop() if key is not None and rows.get(key) else -1 for key in one])


def only_ones(one: Dict[Hashable, List[int]], two: Dict[Hashable, List[int]]) -> List[Tuple[int, int]]:
    """The pairs of rows whose key no other row of either side has."""
    return [(rows[0], two[key][0]) for key, rows in one.items() if len(rows) == 1 and len(two.get(key, ())) == 1]


def by_key(rows: Sequence[int], keys: Sequence[Hashable]) -> Dict[Hashable, List[int]]:
    """Key -> the rows that have it, in their order."""
    found: Dict[Hashable, List[int]] = {}
    for row, key in zip(rows, keys):
        found.setdefault(key, []).append(row)
    return found
