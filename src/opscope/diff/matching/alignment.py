"""Aligns two sequences of siblings in their order, so that what corresponds is worth most together."""

from __future__ import annotations

from difflib import SequenceMatcher
from typing import Callable, Hashable, List, Sequence, Tuple

MOST_CELLS = 160_000
"""How many pairs of siblings are compared at most, some 0.2 s. Longer sequences are aligned by equal keys alone."""


def aligned(
    one: Sequence[int], two: Sequence[int], worth: Callable[[int, int], float], key: Callable[[int, int], Hashable]
) -> List[Tuple[int, int]]:
    """Pairs of siblings, in the order of both sides, whose worth is together the highest.

    Dynamic programming as for the longest common subsequence (Needleman and Wunsch 1970). Of equally good alignments it is the one
    that matches the earlier siblings. Where there are too many for that, the blocks of equal keys.

    Args:
        one: the siblings of the one side.
        two: those of the other.
        worth: what a pair of siblings is worth; 0 if it must not be.
        key: the key of a sibling (second argument) of a side (first argument, 0 or 1).
    """
    if len(one) * len(two) > MOST_CELLS:
        keys = [key(0, each) for each in one], [key(1, each) for each in two]
        places = _by_keys(*keys)
    else:
        places = _best(len(one), len(two), [[worth(each, other) for other in two] for each in one])
    return [(one[row], two[column]) for row, column in places]


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


def _by_keys(one: Sequence[Hashable], two: Sequence[Hashable]) -> List[Tuple[int, int]]:
    blocks = SequenceMatcher(None, one, two, autojunk=False).get_matching_blocks()
    return [(block.a + step, block.b + step) for block in blocks for step in range(block.size)]
