"""Of several ways to cut a row of siblings into equal blocks, finds the one that an author would write.

``a b a b a b a`` repeats with period 2, but from this alone the block may be ``a b`` or ``b a``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, List, NamedTuple, Sequence

if TYPE_CHECKING:
    from .boundaries import Boundary
    from .series import Run


class _Merit(NamedTuple):
    """How bad a way to cut is, the weightiest first. Where several boundaries count, it is their mean."""

    torn: float
    """Boundaries between a layer and its normalization or activation."""
    crossing: float
    """Tensors that cross a boundary."""
    within: float
    """Boundaries at which no stage begins."""
    uneven: int
    """Siblings of a block whose results have more users in one block than in another: the bottleneck of a U-Net gives no skip."""
    fewer: int
    """The number of blocks, below 0."""
    alike: float
    """How alike the names on both sides of a boundary are."""
    entering: int
    """How many use what enters the blocks, below 0."""
    start: int


def best_cut(boundaries: "Sequence[Boundary]", ways: "Sequence[List[Run]]", *, named: bool) -> "List[Run]":
    """The best of several ways; each is a list of runs, and all of their blocks are equally long.

    A way with fewer blocks cuts fewer times. What crosses is compared at as many boundaries of each: fewer skip connections are
    open at the ends of a U-Net than in its middle, and no way is better for that. If blocks are `named`, all ways begin at
    blocks of the author's: what else would tell where one begins does not count.
    """
    least = min(sum(run.blocks - 1 for run in runs) for runs in ways)

    def merit(runs: "Sequence[Run]") -> _Merit:
        bounds = [boundaries[run.start + run.period * block] for run in runs for block in range(1, run.blocks)]
        return _Merit(
            torn=sum(bound.tears for bound in bounds) / len(bounds),
            crossing=sum(bound.crossing for bound in bounds[:least]) / least,
            within=0.0 if named else sum(not bound.turns for bound in bounds) / len(bounds),
            uneven=sum(_uneven(boundaries, run) for run in runs),
            fewer=-sum(run.blocks for run in runs),
            alike=sum(bound.likeness for bound in bounds) / len(bounds),
            entering=-sum(boundaries[run.start + run.period].entering for run in runs),
            start=runs[0].start,
        )

    return min(ways, key=merit)


def _uneven(boundaries: "Sequence[Boundary]", run: "Run") -> int:
    """Of how many siblings of a block the results go elsewhere, past the next block, in some blocks and not in others."""
    count = 0
    for first in range(run.start, run.start + run.period):
        *others, last = (boundaries[place].users for place in range(first, run.end, run.period))
        ends = range(run.start + 2 * run.period, run.end + run.period, run.period)
        elsewhere = {sum(user >= end for user in users) for users, end in zip(others, ends)}
        # Of what goes from block to block, something behind the last uses what that gives; who uses nothing of it may stand in another group.
        onward = any(end - run.period <= user < end for users, end in zip(others, ends) for user in users)
        beyond = sum(user >= run.end for user in last)
        count += len(elsewhere) > 1 or 0 < beyond < max(elsewhere) + onward
    return count
