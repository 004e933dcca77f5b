"""Of several ways to cut a row of siblings into equal blocks, finds the one that an author would write.

``a b a b a b a`` repeats with period 2, but from this alone the block may be ``a b`` or ``b a``.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING, Iterator, List, NamedTuple, Sequence, Set, Tuple

from .boundaries import spanned

if TYPE_CHECKING:
    from .boundaries import Boundary
    from .series import Run


class _Merit(NamedTuple):
    """How bad a way to cut is, the weightiest first. Where several boundaries count, it is their mean."""

    torn: float
    """Boundaries between a layer and its normalization or activation."""
    crossing: float
    """Tensors that cross a boundary, from the block before it to the block behind it."""
    uneven: int
    """Siblings whose results go elsewhere in some blocks and not in others: the bottleneck of a U-Net gives no skip connection."""
    within: float
    """Boundaries at which no stage begins."""


class _Lesser(NamedTuple):
    """How bad one of several equally good ways is, the weightiest first."""

    fewer: int
    """The number of blocks, below 0."""
    alike: float
    """How alike the names on both sides of a boundary are."""
    entering: int
    """How many use what enters the blocks, below 0."""
    start: int


def best_cut(boundaries: "Sequence[Boundary]", ways: "Sequence[List[Run]]", *, named: bool) -> "List[Run]":
    """The best of several ways; each is a list of runs, and all of their blocks are equally long.

    If blocks are `named`, all ways begin at blocks of the author's, and where stages begin by their ops does not count.
    """
    period, start = ways[0][0].period, min(runs[0].start for runs in ways)
    end = max(runs[-1].end for runs in ways)
    crossing = _crossing(boundaries, period, start, end)
    far = {
        place % period
        for place in range(start, end)
        if boundaries[place].users and boundaries[place].users[-1] > place + period
    }

    def merit(runs: "Sequence[Run]") -> _Merit:
        places = [place for run in runs for place in range(run.start + period, run.end, period)]
        torn = sum([boundaries[place].tears for place in places])
        within = 0 if named else sum([not boundaries[place].turns for place in places])
        crossed = sum([crossing[place - start] for place in places])
        uneven = sum([_is_uneven(boundaries, run, first) for run in runs for first in _firsts(run, far)])
        return _Merit(torn / len(places), crossed / len(places), uneven, within / len(places))

    merits = [merit(runs) for runs in ways]
    least = min(merits)
    good = [runs for runs, its in zip(ways, merits) if its == least]
    if len(good) == 1:
        return good[0]

    def lesser(runs: "Sequence[Run]") -> _Lesser:
        names = [boundaries[place].likeness for run in runs for place in range(run.start + period, run.end, period)]
        return _Lesser(
            -sum([run.blocks for run in runs]),
            sum(names) / len(names),
            -sum([boundaries[run.start + period].entering for run in runs]),
            runs[0].start,
        )

    return min(good, key=lesser)


def _crossing(boundaries: "Sequence[Boundary]", period: int, start: int, end: int) -> List[int]:
    """For each place how many tensors of the block before it are used in the block behind it, if a block begins there.

    Skip connections reach further. They say nothing of where a block of a U-Net begins: they cross all boundaries alike, and
    one less behind what takes one.
    """
    links: List[Tuple[int, int]] = []
    for place in range(start, end):
        users, middle = boundaries[place].users, place + period
        after = bisect_right(users, middle)
        # The boundaries up to the last user that is near ...
        reached = users[after - 1] if after else place
        # ... and those from which on the next user is near.
        next_user = users[after] if after < len(users) else middle + period
        links += [(place, reached), (max(next_user - period, reached), middle)]
    return spanned([(one - start, min(other, end) - start) for one, other in links], end - start)


def _firsts(run: "Run", far: "Set[int]") -> "Iterator[int]":
    """The siblings of the first block of which one of the counterparts gives something to what is not near."""
    return (place for place in range(run.start, run.start + run.period) if place % run.period in far)


def _is_uneven(boundaries: "Sequence[Boundary]", run: "Run", first: int) -> bool:
    """Whether a sibling's result goes elsewhere, past the next block, in some blocks and not in others."""
    period, elsewhere, onward = run.period, set(), False
    for block in range(run.blocks - 1):
        users, next_end = boundaries[first + block * period].users, run.start + (block + 2) * period
        after = bisect_left(users, next_end)
        elsewhere.add(len(users) - after)
        onward = onward or after > bisect_left(users, next_end - period)
    last = boundaries[first + (run.blocks - 1) * period].users
    beyond = len(last) - bisect_left(last, run.end)
    # Of what goes from block to block, something uses what the last gives; if nothing does, what uses it may stand in another group.
    return len(elsewhere) > 1 or 0 < beyond < max(elsewhere) + onward
