"""What repeats in a sequence of siblings: runs of equal blocks, one after the other."""

from __future__ import annotations

from collections import Counter
from typing import Dict, List, NamedTuple, Sequence, Tuple

PERIODS = 24
"""Block lengths that are tried: the most frequent distances between equal siblings."""


class Run(NamedTuple):
    """`blocks` blocks of `period` siblings each, the first at `start`."""

    start: int
    period: int
    blocks: int

    @property
    def end(self) -> int:
        """The position after the run."""
        return self.start + self.period * self.blocks


def runs(tokens: Sequence[int], cuts: Sequence[float], sizes: Sequence[int]) -> List[Run]:
    """The runs that save most, one after the other, from left to right.

    Args:
        tokens: the structure of each sibling.
        cuts: what speaks against a boundary before each sibling: tensors that pass it, and like names on both sides.
        sizes: the ops of each sibling.
    """
    found: List[Run] = []
    waiting = [(0, len(tokens))]
    while waiting:
        start, end = waiting.pop()
        run = _best(tokens, cuts, sizes, start, end)
        if run is not None:
            found.append(run)
            waiting.extend(((start, run.start), (run.end, end)))
    return sorted(found)


def _best(tokens: Sequence[int], cuts: Sequence[float], sizes: Sequence[int], start: int, end: int) -> "Run | None":
    best, most = None, 0
    for period in _periods(tokens, start, end):
        for first, length in _stretches(tokens, period, start, end):
            count = (length + period) // period
            saved = sum(sizes[first + period : first + period * count])
            if saved > most:
                best, most = _cut_well(Run(first, period, count), length, cuts), saved
    return best


def _periods(tokens: Sequence[int], start: int, end: int) -> List[int]:
    """Distances between equal siblings, the frequent first."""
    distances: Counter = Counter()  # type: ignore[type-arg]
    last: Dict[int, Tuple[int, int]] = {}
    for place in range(start, end):
        token = tokens[place]
        before, earlier = last.get(token, (-1, -1))
        if before >= 0:
            distances[place - before] += 1
        if earlier >= 0:
            distances[place - earlier] += 1
        last[token] = (place, before)
    common = sorted(distances.items(), key=lambda pair: (-pair[1], pair[0]))
    return sorted(distance for distance, _ in common[:PERIODS])


def _stretches(tokens: Sequence[int], period: int, start: int, end: int) -> List[Tuple[int, int]]:
    """Where siblings equal those one period later: the first and how many in a row."""
    found = []
    length = 0
    for place in range(start, end - period + 1):
        if place < end - period and tokens[place] == tokens[place + period]:
            length += 1
            continue
        if length >= period:
            found.append((place - length, length))
        length = 0
    return found


def _cut_well(run: Run, length: int, cuts: Sequence[float]) -> Run:
    """Shift the blocks so that few tensors pass their boundaries, giving up at most one block."""

    def merit(shift: int) -> Tuple[float, int, int]:
        count = (length + run.period - shift) // run.period
        bounds = [cuts[run.start + shift + index * run.period] for index in range(1, count)]
        return (sum(bounds) / max(1, len(bounds)), -count, shift)

    fewest = max(2, run.blocks - 1)
    shifts = [shift for shift in range(run.period) if (length + run.period - shift) // run.period >= fewest]
    shift = min(shifts, key=merit)
    return Run(run.start + shift, run.period, (length + run.period - shift) // run.period)
