"""Placing, step 5: the tracks of one gap. A trunk that runs sideways there does so on a track, which is a y.

Before: the x of every trunk's ends above and below the gap. After: trunks on one track do not meet. The order of the
tracks keeps crossings few, and seldom lets a wire that comes from above lie on one that goes on below.

Source: pairs of trunks are compared as in Baburin, Some modifications of Sugiyama approach, 2002.
"""

from __future__ import annotations

from typing import Dict, List, Tuple

from .spacing import STRAIGHT

SAME = 3.0
"""Two vertical wires that are nearer than this, in pixels, would look like one."""
APART = 6.0
"""Between the ends of two trunks on one track, in pixels."""
OVERLAP = 50
"""The cost of two vertical wires that lie on each other; a crossing costs 1."""
COMPARED = 60
"""If a gap has more trunks than this, they are not compared in pairs: the first order is taken as it is."""


class Trunk:
    """One trunk in one gap: the x of its ends above (`tops`) and below (`bottoms`), and its track.

    `low` and `high` are the leftmost and the rightmost of these x.
    """

    def __init__(self, net: int) -> None:
        self.net = net
        self.tops: List[float] = []
        self.bottoms: List[float] = []
        self.low = 0.0
        self.high = 0.0
        self.track = -1

    def close(self) -> None:
        """Find `low` and `high`, once all ends are known."""
        self.low = min(self.tops + self.bottoms)
        self.high = max(self.tops + self.bottoms)

    def straight(self) -> bool:
        """Whether it never runs sideways."""
        return self.high - self.low < STRAIGHT


def assign(trunks: List[Trunk]) -> int:
    """Give each trunk that runs sideways its track, 0 being the uppermost; return the number of tracks."""
    sideways = [trunk for trunk in trunks if not trunk.straight()]
    sideways.sort(key=_first_key)
    if len(sideways) <= COMPARED:
        _improve(sideways)
    count = 0
    for index in range(len(sideways)):
        trunk = sideways[index]
        trunk.track = 0
        for other in sideways[:index]:  # below all earlier ones that it would meet
            if other.low < trunk.high + APART and trunk.low < other.high + APART and other.track >= trunk.track:
                trunk.track = other.track + 1
        count = max(count, trunk.track + 1)
    return count


def _first_key(trunk: Trunk) -> Tuple[float, int]:
    """The order to begin with: trunks that lead right, the rightmost first; then those that lead left, leftmost first.

    So trunks that lead the same way seldom cross: the one that is ahead runs above those that follow. As x counts from
    the group's left edge, no key of a trunk that leads right is above 0, and none of the others below it.
    """
    top = sum(trunk.tops) / len(trunk.tops) if trunk.tops else 0.0
    bottom = sum(trunk.bottoms) / len(trunk.bottoms) if trunk.bottoms else 0.0
    return (-top if bottom > top else top, trunk.net)


def _improve(trunks: List[Trunk]) -> None:
    """Swap neighbouring trunks while that lowers their cost: a bubble sort, so every pair may be compared."""
    cost: Dict[Tuple[int, int], int] = {}  # (net of the upper trunk, of the lower)
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
    """What it costs if `upper` runs sideways above `lower`: their crossings and, much dearer, their overlaps.

    The wires that come down to `lower` may cross the track of `upper`, and those that go down from `upper` the track of
    `lower`. Between the two tracks both kinds run vertically, and lie on each other if they have the same x.
    """
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
