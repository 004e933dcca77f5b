"""Several things that are handed to a worker at once: as many as it can do in a moment, whatever each of them takes."""

from __future__ import annotations

import time
from typing import Any, Callable, List, Optional, Sequence

from .mapped import Ending, Thing, attempt

MOST_IN_PARCEL = 64
_SHARES = 2
"""A parcel is at most so small a part of what each worker has still to do: towards the end parcels get smaller, and all workers end at about the same time."""
_SECONDS = 0.5
"""After so long a worker gives back what it has not begun. What a thing takes is not known before, and between files it differs a thousandfold."""


def parcel_size(left: int, room: int) -> int:
    """How many of the things that are left make a parcel, if there is room for so many parcels.

    >>> [parcel_size(left, room=4) for left in (10_000, 100, 9, 8, 1)]
    [64, 13, 2, 1, 1]
    """
    return max(1, min(MOST_IN_PARCEL, -(-left // (_SHARES * room))))


def done_parcel(
    work: Callable[[Thing], Any], parcel: Sequence[Thing], seconds: Optional[float], grace: Optional[float]
) -> "List[Ending[Thing]]":
    """How the work for the first things of the parcel ended, of one at least. This is what a worker does."""
    end = time.monotonic() + _SECONDS
    endings: "List[Ending[Thing]]" = []
    for thing in parcel:
        endings.append(attempt(work, thing, seconds, grace))
        if time.monotonic() > end:
            break
    return endings
