"""Matches the variables of two graphs: by object path and shape, then by the groups that hold them, then by what their paths end in."""

from __future__ import annotations

from typing import Any, Dict, Hashable, List, Sequence, Tuple

from ...graph.types import Variable
from ..columns import Side
from .equal_keys import equal_keys
from .pairs import Pairs


def match_variables(pairs: Pairs) -> Tuple[int, ...]:
    """Row of `a` -> row of `b`, from the surest kind of match to the least sure; -1 where there is none."""
    a, b = pairs.a.variables, pairs.b.variables
    homes = _homes(pairs.a), _homes(pairs.b)
    found = [-1] * len(a)
    free = [True] * len(b)

    def match(keys: Sequence[Hashable], other_keys: Sequence[Hashable]) -> None:
        left = [row for row, other in enumerate(found) if other < 0]
        other_left = [row for row, is_free in enumerate(free) if is_free]
        if left and other_left:
            match = equal_keys([keys[row] for row in left], [other_keys[row] for row in other_left])
            for place, other in enumerate(match):
                if other >= 0:
                    found[left[place]] = other_left[other]
                    free[other_left[other]] = False

    there: List[int] = [pairs.groups[home] if home >= 0 else -1 for home in homes[0]]
    match(
        [(one.object_path, one.shape, one.dtype) for one in a], [(one.object_path, one.shape, one.dtype) for one in b]
    )
    match(
        [_key(home, one, shape=True) for home, one in zip(there, a)],
        [_key(home, one, shape=True) for home, one in zip(homes[1], b)],
    )
    match(
        [_key(home, one, shape=False) for home, one in zip(there, a)],
        [_key(home, one, shape=False) for home, one in zip(homes[1], b)],
    )
    match([one.object_path or None for one in a], [one.object_path or None for one in b])
    return tuple(found)


def _key(home: int, variable: Variable, *, shape: bool) -> Any:
    """The group, the last part of the path, and the shape if it counts; ``None`` of a variable that no matched group holds."""
    last = variable.object_path.rpartition(".")[2]
    return None if home < 0 else (home, last, variable.shape if shape else None)


def _homes(side: Side) -> List[int]:
    """For each variable the innermost group that holds it; -1 if none does."""
    found: Dict[int, int] = {}
    for index, group in enumerate(side.groups):  # children come after their parents, so the innermost is the last
        for number in group.variables:
            found[number] = index
    return [found.get(number, -1) for number in range(len(side.variables))]
