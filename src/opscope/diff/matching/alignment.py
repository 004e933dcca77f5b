"""Aligns two sequences of siblings in their order, so that what corresponds is worth most together."""

from __future__ import annotations

from typing import Callable, Hashable, List, Sequence, Tuple

from ..increasing import longest_increasing
from .equal_keys import by_key, equal_keys, only_ones

_MOST_CELLS = 4_000
"""How many pairs of siblings are compared at most. Longer sequences are first cut at siblings that are alone with their key."""


def aligned(
    one: Sequence[int], two: Sequence[int], worth: Callable[[int, int], float], key: Callable[[int, int], Hashable]
) -> List[Tuple[int, int]]:
    """Pairs of siblings, in the order of both sides, whose worth is together the highest.

    Dynamic programming as for the longest common subsequence (Needleman and Wunsch 1970). Of equally good alignments it is the one
    that matches the earlier siblings.

    Args:
        one: the siblings of the one side.
        two: those of the other.
        worth: what a pair of siblings is worth; 0 if it must not be.
        key: the key of a sibling (second argument) of a side (first argument, 0 or 1).
    """
    if len(one) * len(two) <= _MOST_CELLS:
        places = _best(len(one), len(two), [[worth(each, other) for other in two] for each in one])
        return [(one[row], two[column]) for row, column in places]
    keys = [key(0, each) for each in one], [key(1, each) for each in two]
    found: List[Tuple[int, int]] = []
    row = column = 0
    anchors = _anchors(*keys)
    if not anchors:
        places = _in_order([(place, other) for place, other in enumerate(equal_keys(*keys)) if other >= 0])
        return [(one[place], two[other]) for place, other in places]
    for place, other in (*anchors, (len(one), len(two))):
        found += aligned(one[row:place], two[column:other], worth, key)
        if place < len(one):
            found.append((one[place], two[other]))
        row, column = place + 1, other + 1
    return found


def _anchors(one: Sequence[Hashable], two: Sequence[Hashable]) -> List[Tuple[int, int]]:
    """The places of keys that each side has once, of these as many as are in the same order: Cohen's patience diff."""
    keys = by_key(range(len(one)), one), by_key(range(len(two)), two)
    return _in_order(only_ones(*keys))


def _in_order(pairs: Sequence[Tuple[int, int]]) -> List[Tuple[int, int]]:
    return [pairs[position] for position in longest_increasing([other for _, other in pairs])]


def _best(count: int, other_count: int, values: Sequence[Sequence[float]]) -> List[Tuple[int, int]]:
    # best[i][j]: the most that what follows position i and position j is worth.
    best = [[0.0] * (other_count + 1) for _ in range(count + 1)]
    for row in range(count - 1, -1, -1):
        here, below, own = best[row], best[row + 1], values[row]
        for column in range(other_count - 1, -1, -1):
            value = max(below[column], here[column + 1])
            if own[column] > 0:
                value = max(value, own[column] + below[column + 1])
            here[column] = value
    return _way(best, values)


def _way(best: Sequence[Sequence[float]], values: Sequence[Sequence[float]]) -> List[Tuple[int, int]]:
    """The pairs along the best way through the table."""
    found, row, column = [], 0, 0
    while row < len(values) and column < len(values[row]):
        value = values[row][column]
        if value > 0 and best[row][column] == value + best[row + 1][column + 1]:
            found.append((row, column))
            row, column = row + 1, column + 1
        elif best[row + 1][column] >= best[row][column + 1]:
            row += 1
        else:
            column += 1
    return found
