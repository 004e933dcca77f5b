"""Placing, step 2, first half: what `columns` moves. A line is a block, or a part of one, that is moved as a whole.

Slots are never moved singly, so what is straight stays straight.

Before: blocks from left to right, the offsets of the ports, how far each slot reaches. After: every slot belongs to one
line, and lines have the distances that they must keep and the pulls of their wires.
"""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING, Dict, List, Tuple

from .spacing import BOX_GAP, WIRE_GAP

if TYPE_CHECKING:
    from ..flat import Order
    from .offsets import Offsets

MOST_BENT = 40.0
"""How far a line may lead aside, in pixels, before a new line begins.

A straight wire enters a card at one port and may leave it at another, as the layout inside the card has put them. The
next box then stands aside by their distance. Without a limit, a chain of such cards would wander off like a staircase.
"""
MOST_WIDER = 60.0
"""If the wire between two boxes ran straight, the boxes might stand far aside from each other. Their middles are aligned
instead if the two together would be wider than the wider one by more than this, in pixels.

Such are wide cards that are wired from corner to corner.
"""

Pull = Tuple[int, float]
"""What pulls at a line: another line, and a shift. It pulls to the x of that other line plus the shift."""


class Lines:
    """The lines of a group, numbered from left to right: a line's number is greater than those of all lines left of it.

    - `count`: how many there are.
    - `owner`, `inner`: for each slot its line, and the offset of the slot's axis from the line's x.
    - `pairs`: (left line, right line, least distance of their x) for lines side by side, sorted.
    - `up`, `down`: for each line what pulls at it from above and from below.

    Of the arguments, `half` is half the width of each slot's body; `left` and `right` are how far each slot reaches.
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
        """Cut blocks into lines, and give each slot its offset there, so that joined ports stand above each other.

        `bent` adds up how far the boxes have led the line aside. Each does so by the distance from the port where the
        line enters it to the port where the line leaves it.
        """
        for block in order.blocks:
            entry = bent = 0.0
            for index in range(len(block.slots)):
                slot, shift = block.slots[index], 0.0
                if index > 0:
                    link = order.links[block.links[index - 1]]
                    out = _offset(bottoms, link.upper, link.out)
                    bent += out - entry if index > 1 else 0.0  # the first box of a block is entered nowhere
                    entry = _offset(tops, link.lower, link.into)
                    shift = out - entry  # from the axis of the box above to this one's
                # The x of a line is that of its first slot, whose offset therefore stays 0.
                if index == 0 or abs(bent) > MOST_BENT:
                    self.count += 1
                    bent = 0.0
                else:
                    self.inner[slot] = self.inner[block.slots[index - 1]] + shift
                self.owner[slot] = self.count - 1

    def _distances(self, order: Order, left: List[float], right: List[float]) -> List[Tuple[int, int, float]]:
        """See `pairs`. Distances are whole, so that lines can stand on whole pixels."""
        least: Dict[Tuple[int, int], float] = {}
        for row in order.rows:
            for index in range(len(row) - 1):
                slot, other = row[index], row[index + 1]
                key = (self.owner[slot], self.owner[other])
                distance = right[slot] + _gap(order, slot, other) + left[other]
                # From the slots' axes to the x of their lines. Two lines may be side by side in several rows: the row
                # that needs most decides.
                distance = float(ceil(distance + self.inner[slot] - self.inner[other]))
                if key not in least or least[key] < distance:
                    least[key] = distance
        return [(key[0], key[1], least[key]) for key in sorted(least)]

    def _pull(self, order: Order, tops: Offsets, bottoms: Offsets) -> None:
        """A link between two lines pulls at both until its ends stand above each other.

        Instead of the ends it may be the middles of the two boxes, see `MOST_WIDER`.
        """
        for link in order.links:
            upper, lower = self.owner[link.upper], self.owner[link.lower]
            if upper != lower:
                shift = _offset(bottoms, link.upper, link.out) - _offset(tops, link.lower, link.into)
                if self._wider(link.upper, link.lower, shift) > MOST_WIDER:
                    shift = 0.0
                shift += self.inner[link.upper] - self.inner[link.lower]  # from axes to the x of lines
                self.up[lower].append((upper, shift))
                self.down[upper].append((lower, -shift))

    def _wider(self, upper: int, lower: int, shift: float) -> float:
        """How much more width two boxes take together than the wider of them, if their middles stand `shift` apart."""
        low = min(-self.half[upper], shift - self.half[lower])
        high = max(self.half[upper], shift + self.half[lower])
        return high - low - 2 * max(self.half[upper], self.half[lower])

    def _pull_back(self, order: Order, left: List[float], right: List[float]) -> None:
        """A wire that runs upwards and its boxes pull at each other until they stand side by side.

        They are in the same row, so neither is above the other. That is why each pull stands in both `up` and `down`.
        """
        place = _places(order, len(left))
        for wire in sorted(order.back):
            route = order.routes[wire]
            # A route is the source, the column from the lowest slot to the highest, the target.
            for slot, box in ((route[1], route[0]), (route[-2], route[-1])):
                shift = self.inner[box] - self.inner[slot]
                if place[box] < place[slot]:  # the column stands right of the box
                    shift = shift + right[box] + WIRE_GAP + left[slot]
                else:
                    shift = shift - left[box] - WIRE_GAP - right[slot]
                one, other = self.owner[slot], self.owner[box]
                self.up[one].append((other, shift))
                self.down[one].append((other, shift))
                self.up[other].append((one, -shift))
                self.down[other].append((one, -shift))


def _offset(offsets: Offsets, slot: int, port: int) -> float:
    """A port's offset from its slot's axis; 0 where the slot is no box."""
    if slot < len(offsets) and port in offsets[slot]:
        return offsets[slot][port]
    return 0.0


def _gap(order: Order, slot: int, other: int) -> float:
    """What stays free between two neighbours in a row, beyond how far each of them reaches.

    A wire reaches to the sides of its channel (`spacing.WIRE_ROOM`), so two wires need nothing more between them.
    """
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
