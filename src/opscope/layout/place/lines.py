"""Placing, step 2, first half: the blocks as lines, the distances they keep, and what pulls at them.

A line is a run of slots that stand above each other; placing moves lines, never single slots, so what is straight stays so.
"""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING, Dict, List, Tuple

from .spacing import BOX_GAP, WIRE_GAP

if TYPE_CHECKING:
    from ..flat import Order
    from .offsets import Offsets

MOST_BENT = 40.0
"""Where cards lead a line further aside than this, from port to port, it begins anew."""
MOST_WIDER = 60.0
"""Two boxes that would take this much more room than the wider one with a straight wire are pulled middle to middle."""

Pull = Tuple[int, float]
"""A line that pulls at another, and how far right of its own x it wants the other's x to be."""


class Lines:
    """The lines of a group: each slot's line and its offset there, the distances between lines side by side, what pulls at each.

    `half` is half the width of each slot's body; `left` and `right` are how far each slot reaches from its axis.
    """

    def __init__(
        self,
        order: Order,
        half: List[float],
        tops: Offsets,
        bottoms: Offsets,
        left: List[float],
        right: List[float],
    ) -> None:
        self.count = 0
        self.half = half
        self.owner = [0] * len(left)
        self.inner = [0.0] * len(left)
        self._join(order, tops, bottoms)
        self.pairs = self._distances(order, left, right)
        self.up: List[List[Pull]] = [[] for _ in range(self.count)]
        self.down: List[List[Pull]] = [[] for _ in range(self.count)]
        self._pull(order, tops, bottoms)
        self._pull_back(order, left, right)

    def _join(self, order: Order, tops: Offsets, bottoms: Offsets) -> None:
        """Each slot's offset in its line: joined ports stand above each other, until cards have led the line too far aside."""
        for block in order.blocks:
            entry = bent = 0.0
            for index in range(len(block.slots)):
                slot, shift = block.slots[index], 0.0
                if index > 0:
                    link = order.links[block.links[index - 1]]
                    out = _offset(bottoms, link.upper, link.out)
                    bent += out - entry if index > 1 else 0.0
                    entry = _offset(tops, link.lower, link.into)
                    shift = out - entry
                if index == 0 or abs(bent) > MOST_BENT:
                    self.count += 1
                    bent = 0.0
                else:
                    self.inner[slot] = self.inner[block.slots[index - 1]] + shift
                self.owner[slot] = self.count - 1

    def _distances(self, order: Order, left: List[float], right: List[float]) -> List[Tuple[int, int, float]]:
        """Triples (left block, right block, distance of their x), sorted."""
        least: Dict[Tuple[int, int], float] = {}
        for row in order.rows:
            for index in range(len(row) - 1):
                slot, other = row[index], row[index + 1]
                key = (self.owner[slot], self.owner[other])
                distance = right[slot] + _gap(order, slot, other) + left[other]
                distance = float(ceil(distance + self.inner[slot] - self.inner[other]))
                if key not in least or least[key] < distance:
                    least[key] = distance
        return [(key[0], key[1], least[key]) for key in sorted(least)]

    def _pull(self, order: Order, tops: Offsets, bottoms: Offsets) -> None:
        """Who pulls at whom: the ends of every link; the middles of boxes that would stand too far apart."""
        for link in order.links:
            upper, lower = self.owner[link.upper], self.owner[link.lower]
            if upper != lower:
                shift = _offset(bottoms, link.upper, link.out) - _offset(tops, link.lower, link.into)
                if self._wider(link.upper, link.lower, shift) > MOST_WIDER:
                    shift = 0.0
                shift += self.inner[link.upper] - self.inner[link.lower]
                self.up[lower].append((upper, shift))
                self.down[upper].append((lower, -shift))

    def _wider(self, upper: int, lower: int, shift: float) -> float:
        """How much more room two boxes take than the wider of them when their middles stand `shift` apart."""
        low = min(-self.half[upper], shift - self.half[lower])
        high = max(self.half[upper], shift + self.half[lower])
        return high - low - 2 * max(self.half[upper], self.half[lower])

    def _pull_back(self, order: Order, left: List[float], right: List[float]) -> None:
        """A wire that runs upwards and its boxes pull at each other until they stand side by side."""
        place = _places(order, len(left))
        for wire in sorted(order.back):
            route = order.routes[wire]
            for slot, box in ((route[1], route[0]), (route[-2], route[-1])):
                shift = self.inner[box] - self.inner[slot]
                if place[box] < place[slot]:
                    shift = shift + right[box] + WIRE_GAP + left[slot]
                else:
                    shift = shift - left[box] - WIRE_GAP - right[slot]
                one, other = self.owner[slot], self.owner[box]
                self.up[one].append((other, shift))
                self.down[one].append((other, shift))
                self.up[other].append((one, -shift))
                self.down[other].append((one, -shift))


def _offset(offsets: Offsets, slot: int, port: int) -> float:
    """A port's offset from its slot's axis; only boxes have any."""
    if slot < len(offsets) and port in offsets[slot]:
        return offsets[slot][port]
    return 0.0


def _gap(order: Order, slot: int, other: int) -> float:
    """What stays free between two neighbours in a row."""
    if slot < order.boxes and other < order.boxes:
        return BOX_GAP
    if slot < order.boxes or other < order.boxes:
        return WIRE_GAP
    return 0.0


def _places(order: Order, slots: int) -> List[int]:
    """The place of each slot in its row."""
    place = [0] * slots
    for row in order.rows:
        for index in range(len(row)):
            place[row[index]] = index
    return place
