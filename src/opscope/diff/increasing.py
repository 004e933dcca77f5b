"""The longest increasing subsequence: what can stay where it is, so that as little as possible has to move."""

from __future__ import annotations

from bisect import bisect_left
from typing import List, Sequence


def longest_increasing(values: Sequence[int]) -> List[int]:
    """The positions of a longest increasing subsequence (Schensted 1961; in n log n steps: Fredman 1975).

    >>> longest_increasing([3, 0, 1, 2])
    [1, 2, 3]
    """
    ends: List[int] = []
    last: List[int] = []
    before: List[int] = []
    for position, value in enumerate(values):
        place = bisect_left(ends, value)
        ends[place : place + 1] = [value]
        last[place : place + 1] = [position]
        before.append(last[place - 1] if place else -1)
    found: List[int] = []
    position = last[-1] if last else -1
    while position >= 0:
        found.append(position)
        position = before[position]
    return found[::-1]
