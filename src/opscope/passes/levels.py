"""Recognises the levels of an encoder in runs of blocks: each makes images smaller and gives a skip connection.

Where a level halves images by a convolution with stride 2, all its convolutions are equal but for that setting, and so are those of the
bottleneck: by structure alone all of them are one run of single convolutions.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Iterator, Sequence, Set

if TYPE_CHECKING:
    from .boundaries import Boundary
    from .series import Run


_LENGTHS = 4
"""So many lengths of levels are tried; an author's levels have one."""


def level_lengths(boundaries: "Sequence[Boundary]", start: int, end: int) -> Set[int]:
    """The commonest distances from one sibling that makes images smaller to the next."""
    smaller = [place for place in range(start, end) if boundaries[place].scale < 0]
    distances = Counter(later - place for place, later in zip(smaller, smaller[1:]))
    return {distance for distance, count in distances.most_common(_LENGTHS) if count > 1}


def levels_in(boundaries: "Sequence[Boundary]", run: "Run") -> "Iterator[Run]":
    """The run if its blocks are levels; without its last block if that is the bottleneck, which is as long as a level and equal but for a stride."""
    for blocks in (run.blocks, run.blocks - 1):
        levels = run._replace(blocks=blocks)
        if blocks > 1 and _are_levels(boundaries, levels):
            yield levels
            return


def _are_levels(boundaries: "Sequence[Boundary]", run: "Run") -> bool:
    """Whether one sibling of each block, always at the same place, makes images smaller, and another gives a skip connection."""
    first = [boundaries[place].scale for place in range(run.start, run.start + run.period)]
    if sorted(first) != [-1, *[0] * (run.period - 1)]:
        return False
    scales = [boundaries[place].scale for place in range(run.start, run.end)]
    # What leaves a block at its end goes on to the next one.
    return scales == first * run.blocks and any(
        _gives_skips(boundaries, run, offset) for offset in range(run.period - 1)
    )


def _gives_skips(boundaries: "Sequence[Boundary]", run: "Run", offset: int) -> bool:
    """Whether something past the next block uses what the siblings at one place of the blocks give; of the last block, something past that."""
    for block in range(run.blocks):
        users = boundaries[run.start + block * run.period + offset].users
        past = run.start + (block + 2) * run.period if block + 1 < run.blocks else run.end
        if not users or users[-1] < past:
            return False
    return True
