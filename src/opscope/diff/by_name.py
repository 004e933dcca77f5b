"""Matches by identity alone: ops of one name, groups of one path, variables of one object path and shape."""

from __future__ import annotations

from typing import Any, Dict, Hashable, List, Sequence, Tuple

from .columns import Side
from .model import Matches


def by_name(a: Side, b: Side) -> Matches:
    """What has the same name on both sides; of several the first with the first, and so on."""
    return Matches(
        equal_keys(a.table.names, b.table.names),
        equal_keys([group.path for group in a.groups], [group.path for group in b.groups]),
        equal_keys(_keys(a), _keys(b)),
    )


def _keys(side: Side) -> List[Tuple[Any, ...]]:
    return [(variable.object_path, variable.shape) for variable in side.variables]


def equal_keys(one: Sequence[Hashable], two: Sequence[Hashable]) -> Tuple[int, ...]:
    """Row -> row of an equal key; -1 where none is left.

    >>> equal_keys(["a", "b", "a"], ["a", "c", "a", "a"])
    (0, -1, 2)
    """
    rows: Dict[Hashable, List[int]] = {}
    for row in range(len(two) - 1, -1, -1):
        rows.setdefault(two[row], []).append(row)
    return tuple([rows[key].pop() if rows.get(key) else -1 for key in one])
