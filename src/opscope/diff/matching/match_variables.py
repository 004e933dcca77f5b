"""Matches the variables of two graphs: by object path and shape, then by the groups that hold them, then by what their paths end in."""

from __future__ import annotations

from typing import Any, Dict, Hashable, List, Sequence, Tuple

from ...graph.types import Variable
from ..sides import GraphSide
from .equal_keys import equal_keys
from .pairs import Pairs


def match_variables(pairs: Pairs) -> Tuple[int, ...]:
    """Row of `a` -> row of `b`, from the surest kind of match to the least sure; -1 where there is none.

    A path such as ``layers[2].kernel`` is the surest only where it does not contradict the groups: an inserted layer shifts its numbers.
    """
    homes = _homes(pairs.a), _homes(pairs.b)
    there = [pairs.groups[home] if home >= 0 else -1 for home in homes[0]]
    # Of a variable whose group corresponds to none, and of one in no group, the path alone counts.
    free = [home < 0 or group < 0 for home, group in zip(homes[0], there)]
    other_free = [home < 0 or pairs.groups_back[home] < 0 for home in homes[1]]
    search = _Search(pairs.a.variables, pairs.b.variables)
    for shape in (True, False):
        search.match(
            [_key(home, one, shape=shape) for home, one in zip(there, search.a)],
            [_key(home, one, shape=shape) for home, one in zip(homes[1], search.b)],
        )
    for shape in (True, False):
        search.match(
            [_path(one, shape=shape) if is_free else None for is_free, one in zip(free, search.a)],
            [_path(one, shape=shape) if is_free else None for is_free, one in zip(other_free, search.b)],
        )
    # Where only one graph tells which group has a variable, its whole path has to do.
    every, other_every = [True] * len(free), [True] * len(other_free)
    for here, there_too in ((free, other_every), (every, other_free)):
        search.match(
            [_path(one, shape=True) if is_asked else None for is_asked, one in zip(here, search.a)],
            [_path(one, shape=True) if is_asked else None for is_asked, one in zip(there_too, search.b)],
        )
    return tuple(search.found)


class _Search:
    """Matches variables by one key after another."""

    def __init__(self, a: Sequence[Variable], b: Sequence[Variable]) -> None:
        self.a = a
        self.b = b
        self.found = [-1] * len(a)
        self.free = [True] * len(b)

    def match(self, keys: Sequence[Hashable], other_keys: Sequence[Hashable]) -> None:
        """Match what has one key, of what has no counterpart yet."""
        left = [row for row, other in enumerate(self.found) if other < 0]
        other_left = [row for row, is_free in enumerate(self.free) if is_free]
        match = equal_keys([keys[row] for row in left], [other_keys[row] for row in other_left])
        for place, other in enumerate(match):
            if other >= 0:
                self.found[left[place]] = other_left[other]
                self.free[other_left[other]] = False


def _path(variable: Variable, *, shape: bool) -> Any:
    return (variable.object_path, variable.dtype, variable.shape) if shape else variable.object_path or None


def _key(home: int, variable: Variable, *, shape: bool) -> Any:
    """The group, the last part of the path without its number, and the shape if it counts; ``None`` of a variable in no matched group."""
    last = variable.object_path.rpartition(".")[2].partition("[")[0]
    return None if home < 0 else (home, last, variable.shape if shape else None)


def _homes(side: GraphSide) -> List[int]:
    """For each variable the innermost group that holds it, or else the one whose ops use it first; -1 if there is none."""
    found: Dict[int, int] = {}
    for row, number in side.content.handles.items():
        if number not in found:
            users = side.users[row]
            found[number] = side.group_of[users[0]] if len(users) else -1
    held: Dict[int, int] = {}
    for index, group in enumerate(side.groups):  # children come after their parents, so the innermost is the last
        for number in group.variables:
            if number not in held or (group.call or 1) == 1:  # of the calls of a shared layer the first one has it
                held[number] = index
    found.update(held)
    return [found.get(number, -1) for number in range(len(side.variables))]
