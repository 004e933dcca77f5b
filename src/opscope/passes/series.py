"""Finds runs in a sequence of siblings: equal blocks of siblings, one after the other, such as the blocks of a ResNet.

Siblings are numbers here (tokens): equal numbers are siblings of equal structure. In ``1 2 3 2 3 2 3 4`` there is a run
of three blocks of two siblings.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Callable, Dict, Iterator, List, NamedTuple, Sequence, Tuple

from .boundaries import LEAST_OF_IMAGES
from .levels import level_lengths, levels_in
from .numbered import Numbering
from .phase import best_cut

if TYPE_CHECKING:
    from ..graph.types import TensorType
    from .boundaries import Boundary

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


class Siblings(NamedTuple):
    """What is known of siblings, a column each."""

    tokens: Sequence[int]
    """The structure of each sibling."""
    sizes: Sequence[int]
    """How many boxes each sibling has."""
    exact: Sequence[int]
    """The structure of each sibling, with the shapes of its tensors."""
    names: Sequence[str]
    """What each sibling is called; empty for a loose op."""
    gives: "Sequence[Tuple[TensorType, ...]]"
    """The types of what each sibling gives."""
    boundaries: "Sequence[Boundary]"
    """What is known of the boundary just before each sibling."""


class Candidate(NamedTuple):
    """A run that may be taken. The first in order is taken first."""

    no_levels: bool
    """Whether its blocks are no levels of an encoder, which are taken before anything that lies in them or reaches from one to the next."""
    differs: bool
    """Whether the shapes that its blocks give differ. A run without any such difference beats a longer one with some."""
    unsaved: int
    """How many boxes it puts out of sight, as a negative number: the most first."""
    period: int
    """Of those that save as much, the one with the shortest blocks: longer ones may begin in one stage and end in the next."""
    run: Run


def best_runs(siblings: Siblings, *, least: int = 1) -> List[Run]:
    """Runs that do not overlap, in order of position.

    Taken first are runs whose blocks have equal shapes and that put at least `least` boxes out of sight. Among these, and
    then among the others, those that save most.
    """
    before = [0]  # how many boxes come before each sibling
    for size in siblings.sizes:
        before.append(before[-1] + size)
    found: List[Run] = []
    count = len(siblings.tokens)
    free = [(0, count)]  # the stretches that are not in a run yet
    for _ in range(PASSES):
        candidates: List[Candidate] = []
        for start, end in free:
            candidates.extend(_candidates(siblings, before, start, end, least))
        if not candidates:
            break
        candidates.sort()
        taken = bytearray(count)
        for run in found:
            taken[run.start : run.end] = b"\1" * (run.end - run.start)
        for candidate in candidates:
            run = candidate.run
            if not any(taken[run.start : run.end]):
                taken[run.start : run.end] = b"\1" * (run.end - run.start)
                found.append(run)
        free = _gaps(sorted(found), count)
    return sorted(found)


def _gaps(found: Sequence[Run], count: int) -> List[Tuple[int, int]]:
    """The stretches before, between and after runs."""
    gaps = []
    start = 0
    for run in found:
        gaps.append((start, run.start))
        start = run.end
    return [*gaps, (start, count)]


def _candidates(siblings: Siblings, before: Sequence[int], start: int, end: int, least: int) -> Iterator[Candidate]:
    """The runs in one stretch, of every period, each with how many boxes it puts out of sight."""
    boundaries = siblings.boundaries
    for period in sorted({*_periods(siblings.tokens, start, end), *level_lengths(boundaries, start, end)}):
        for first, length in _stretches(siblings.tokens, period, start, end):
            cut = _cut_well(siblings, first, period, length)
            for run in [levels for _, each in cut for levels in levels_in(boundaries, each)]:
                yield Candidate(False, False, before[run.start + period] - before[run.end], period, run)
            for differs, run in cut:
                saved = before[run.end] - before[run.start + period]  # all blocks but the first
                if saved:
                    yield Candidate(True, differs or saved < least, -saved, period, run)


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


def _cut_well(siblings: Siblings, first: int, period: int, length: int) -> List[Tuple[bool, Run]]:
    """The runs in a stretch that repeats with a period, each with whether the shapes of its blocks differ.

    ``a b a b a b a`` repeats with period 2, but from this alone the block may be ``a b`` or ``b a``. Names decide, if they tell
    anything: blocks of one series follow each other. Then the boundaries are where the cuts are least bad; at most one
    block may be lost by that.
    """
    numbering = Numbering(siblings.names, period, first, first + length + period)
    shifts: List[Tuple[int, List[Run]]] = []
    for shift in range(min(period, length - period + 1)):
        series = _series(numbering.corresponds, first + shift, period, first + length)
        shifts.append((sum(run.blocks for run in series), series))
    most = max(blocks for blocks, _ in shifts)
    if not most:
        return []
    kept = [series for blocks, series in shifts if blocks >= max(2, most - 1)]
    exact = siblings.exact

    def same_shapes(start: int) -> bool:
        """Blocks that give the same shape differ in settings at most, such as how many filters they have inside."""
        if all(exact[place] == exact[place + period] for place in range(start, start + period)):
            return True
        last = next((place for place in range(start + period - 1, start, -1) if siblings.sizes[place]), start)
        return _alike(siblings.gives[last], siblings.gives[last + period])

    found: List[Tuple[bool, Run]] = []
    for run in best_cut(siblings.boundaries, kept, named=numbering.tells):
        inner = _series(same_shapes, run.start, period, run.end - period)
        found.extend((False, each) for each in inner)
        if inner != [run]:
            found.append((True, run))
    return found


def _alike(first: "Sequence[TensorType]", second: "Sequence[TensorType]") -> bool:
    """Whether types are the same but for how many channels images have: of four dimensions or more, one may differ."""
    if first == second:
        return True
    one = first[0].shape if first else None
    other = second[0].shape if second else None
    if first[1:] != second[1:] or one is None or other is None:
        return False
    return len(one) == len(other) >= LEAST_OF_IMAGES and sum(dim != its for dim, its in zip(one, other)) == 1


def _series(follows: Callable[[int], bool], start: int, period: int, end: int) -> List[Run]:
    """The blocks from `start`, cut where the block behind one does not follow it. The last pair begins before `end`."""
    found: List[Run] = []
    here, blocks = start, 1
    for place in range(start, end - period + 1, period):
        if follows(place):
            blocks += 1
            continue
        if blocks > 1:
            found.append(Run(here, period, blocks))
        here, blocks = place + period, 1
    return [*found, Run(here, period, blocks)] if blocks > 1 else found
