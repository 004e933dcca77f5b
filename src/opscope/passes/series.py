"""What repeats in a sequence of siblings: runs of equal blocks, one after the other."""

from __future__ import annotations

from collections import Counter
from typing import Dict, List, NamedTuple, Sequence, Tuple

PERIODS = 24
"""Block lengths that are tried: the most frequent distances between equal siblings."""
PASSES = 3
"""How often the gaps between runs are searched again."""


class Run(NamedTuple):
    """`blocks` blocks of `period` siblings each, the first at `start`."""

    start: int
    period: int
    blocks: int

    @property
    def end(self) -> int:
        """The position after the run."""
        return self.start + self.period * self.blocks


def best_runs(tokens: Sequence[int], cuts: Sequence[float], sizes: Sequence[int]) -> List[Run]:
    """The runs that save most, one after the other, from left to right.

    Args:
        tokens: the structure of each sibling.
        cuts: what speaks against a boundary before each sibling: tensors that pass it, and like names on both sides.
        sizes: the ops of each sibling.
    """
    before = [0]
    for size in sizes:
        before.append(before[-1] + size)
    found: List[Run] = []
    free = [(0, len(tokens))]
    for _ in range(PASSES):
        candidates: List[Tuple[int, Run]] = []
        for start, end in free:
            candidates.extend(_candidates(tokens, cuts, before, start, end))
        if not candidates:
            break
        candidates.sort(key=lambda candidate: (-candidate[0], candidate[1]))
        taken = bytearray(len(tokens))
        for run in found:
            taken[run.start : run.end] = b"\1" * (run.end - run.start)
        for _, run in candidates:
            if not any(taken[run.start : run.end]):
                taken[run.start : run.end] = b"\1" * (run.end - run.start)
                found.append(run)
        free = _gaps(sorted(found), len(tokens))
    return sorted(found)


def _gaps(found: Sequence[Run], count: int) -> List[Tuple[int, int]]:
    """The stretches between runs."""
    gaps = []
    start = 0
    for run in found:
        gaps.append((start, run.start))
        start = run.end
    return [*gaps, (start, count)]


def _candidates(
    tokens: Sequence[int], cuts: Sequence[float], before: Sequence[int], start: int, end: int
) -> List[Tuple[int, Run]]:
    """The runs of every period that would put an op out of sight, with how many."""
    found = []
    for period in _periods(tokens, start, end):
        for first, length in _stretches(tokens, period, start, end):
            run = _cut_well(Run(first, period, (length + period) // period), length, cuts)
            saved = before[run.end] - before[run.start + period]
            if saved:
                found.append((saved, run))
    return found


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
