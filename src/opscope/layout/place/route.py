"""Placing, step 3: the wires between two rows, each trunk on a track of its own where it runs sideways.

The order of the tracks keeps crossings few, and keeps a wire that comes down from above off one that goes down at the same x.
Source of the pairwise comparison: Baburin, Some modifications of Sugiyama approach, 2002.
"""

from __future__ import annotations

from typing import Dict, List, Tuple

from .spacing import STRAIGHT

SAME = 3.0
"""Two vertical wires nearer than this would read as one."""
APART = 6.0
"""Two sideways wires on one track keep this distance."""
OVERLAP = 50
"""How many crossings are better than two wires drawn on top of each other."""
COMPARED = 60
"""Beyond this number of trunks in one gap the first order of the tracks is taken as it is."""


class Trunk:
    """One trunk between two rows: the x where it comes down from above and those where it goes on below."""

    def __init__(self, net: int) -> None:
        self.net = net
        self.tops: List[float] = []
        self.bottoms: List[float] = []
        self.low = 0.0
        self.high = 0.0
        self.track = -1

    def close(self) -> None:
        """Fix the extent once all ends are known."""
        self.low = min(self.tops + self.bottoms)
        self.high = max(self.tops + self.bottoms)

    def straight(self) -> bool:
        """Whether it never runs sideways."""
        return self.high - self.low < STRAIGHT


def assign(trunks: List[Trunk]) -> int:
    """Give each trunk that runs sideways its track, 0 uppermost; return the number of tracks."""
    sideways = [trunk for trunk in trunks if not trunk.straight()]
    sideways.sort(key=_first_key)
    if len(sideways) <= COMPARED:
        _improve(sideways)
    count = 0
    for index in range(len(sideways)):
        trunk = sideways[index]
        trunk.track = 0
        for other in sideways[:index]:
            if other.low < trunk.high + APART and trunk.low < other.high + APART and other.track >= trunk.track:
                trunk.track = other.track + 1
        count = max(count, trunk.track + 1)
    return count


def _first_key(trunk: Trunk) -> Tuple[float, int]:
    """Trunks that lead right: the rightmost first; trunks that lead left: the leftmost first."""
    top = sum(trunk.tops) / len(trunk.tops) if trunk.tops else 0.0
    bottom = sum(trunk.bottoms) / len(trunk.bottoms) if trunk.bottoms else 0.0
    return (-top if bottom > top else top, trunk.net)


def _improve(trunks: List[Trunk]) -> None:
    """Swap neighbouring trunks while that lessens what they cost each other."""
    cost: Dict[Tuple[int, int], int] = {}
    count = len(trunks)
    for upper in range(count):
        for lower in range(count):
            if upper != lower:
                cost[trunks[upper].net, trunks[lower].net] = _cost(trunks[upper], trunks[lower])
    for _ in range(count):
        swapped = False
        for index in range(count - 1):
            first, second = trunks[index], trunks[index + 1]
            if cost[first.net, second.net] > cost[second.net, first.net]:
                trunks[index], trunks[index + 1] = second, first
                swapped = True
        if not swapped:
            break


def _cost(upper: Trunk, lower: Trunk) -> int:
    """Crossings, and overlaps far above them, when `upper` runs sideways above `lower`."""
    cost = 0
    for x in lower.tops:
        if upper.low < x < upper.high:
            cost += 1
    for x in upper.bottoms:
        if lower.low < x < lower.high:
            cost += 1
        for other in lower.tops:
            if abs(x - other) < SAME:
                cost += OVERLAP
    return cost
