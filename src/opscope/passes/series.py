"""Finds runs in a sequence of siblings: equal blocks of siblings, one after the other, such as the blocks of a ResNet.

Siblings are numbers here (tokens): equal numbers are siblings of equal structure. In ``1 2 3 2 3 2 3 4`` there is a run
of three blocks of two siblings.
"""

from __future__ import annotations

from collections import Counter
from typing import Dict, List, NamedTuple, Sequence, Tuple

PERIODS = 24
"""So many block lengths are tried: the most frequent distances between equal siblings. More would be slow."""
PASSES = 3
"""The sequence is searched this often; from the second time on, only the gaps between the runs found so far."""


class Run(NamedTuple):
    """`blocks` blocks of `period` siblings each, the first at `start`."""

    start: int
    period: int
    blocks: int

    @property
    def end(self) -> int:
        """The position just after the run."""
        return self.start + self.period * self.blocks


def best_runs(tokens: Sequence[int], cuts: Sequence[float], sizes: Sequence[int]) -> List[Run]:
    """Runs that do not overlap, in order of position. Those that put most boxes out of sight are taken first.

    Args:
        tokens: the structure of each sibling.
        cuts: for each sibling how bad it would be to cut just before it: how many tensors cross, how alike the names
            are.
        sizes: how many boxes each sibling has.
    """
    before = [0]  # how many boxes come before each sibling
    for size in sizes:
        before.append(before[-1] + size)
    found: List[Run] = []
    free = [(0, len(tokens))]  # the stretches that are not in a run yet
    for _ in range(PASSES):
        candidates: List[Tuple[int, Run]] = []
        for start, end in free:
            candidates.extend(_candidates(tokens, cuts, before, start, end))
        if not candidates:
            break
        # Greedy: the run that saves most is taken, then each one that does not overlap with what is taken already.
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
    """The stretches before, between and after runs."""
    gaps = []
    start = 0
    for run in found:
        gaps.append((start, run.start))
        start = run.end
    return [*gaps, (start, count)]


def _candidates(
    tokens: Sequence[int], cuts: Sequence[float], before: Sequence[int], start: int, end: int
) -> List[Tuple[int, Run]]:
    """The runs in one stretch, of every period, each with how many boxes it puts out of sight."""
    found = []
    for period in _periods(tokens, start, end):
        for first, length in _stretches(tokens, period, start, end):
            run = _cut_well(Run(first, period, (length + period) // period), length, cuts)
            saved = before[run.end] - before[run.start + period]  # all blocks but the first
            if saved:
                found.append((saved, run))
    return found


def _periods(tokens: Sequence[int], start: int, end: int) -> List[int]:
    """The `PERIODS` most frequent distances from a sibling to the last two before it that equal it, ascending."""
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
    """Where siblings equal those one period later, for at least a period: the first position, how many in a row."""
    found = []
    length = 0
    for place in range(start, end - period + 1):  # the last place is only there to end a stretch
        if place < end - period and tokens[place] == tokens[place + period]:
            length += 1
            continue
        if length >= period:
            found.append((place - length, length))
        length = 0
    return found


def _cut_well(run: Run, length: int, cuts: Sequence[float]) -> Run:
    """Move the boundaries of the blocks to where the cuts are least bad. At most one block may be lost by it.

    ``a b a b a b a`` repeats with period 2, but from this alone the block may be ``a b`` or ``b a``.
    """

    def merit(shift: int) -> Tuple[float, int, int]:
        """How bad a shift is: the mean of its cuts. Of equal ones, more blocks are better, then a smaller shift."""
        count = (length + run.period - shift) // run.period
        bounds = [cuts[run.start + shift + index * run.period] for index in range(1, count)]
        return (sum(bounds) / max(1, len(bounds)), -count, shift)

    # With a shift of k, the blocks begin k siblings later, so fewer may fit.
    fewest = max(2, run.blocks - 1)
    shifts = [shift for shift in range(run.period) if (length + run.period - shift) // run.period >= fewest]
    shift = min(shifts, key=merit)
    return Run(run.start + shift, run.period, (length + run.period - shift) // run.period)
