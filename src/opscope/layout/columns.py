"""Placing, step 2: the x of every slot. Blocks are moved, never single slots, so what is straight stays straight.

Source: the regions of Sander, A fast heuristic for hierarchical Manhattan layout, 1995: each block is drawn towards its
neighbours; blocks that touch and push each other move as one; nothing moves further than the gap beside it.
"""

from __future__ import annotations

from math import ceil, floor
from typing import TYPE_CHECKING, Dict, List, Tuple

from .spacing import BOX_GAP, STRAIGHT, WIRE_GAP

if TYPE_CHECKING:
    from .flat import Order
    from .offsets import Offsets

ROUNDS = 8
"""Rounds in which the blocks are drawn upwards, then downwards, then both ways."""
SETTLE = 4
"""Rounds in which they are only drawn both ways, to end in balance."""
SMALL = 14.0
"""A wire that misses the straight by less than this is straightened when there is room."""

MOST_BENT = 40.0
"""Where cards lead a line further aside than this, from port to port, it begins anew."""
MOST_WIDER = 60.0
"""Two boxes that would take this much more room than the wider one with a straight wire are drawn middle to middle."""

Pull = Tuple[int, float]
"""A block that draws another, and how far right of its own x it wants the other's x to be."""


class Lines:
    """The blocks as lines: their x, the distances to keep between those side by side, and what draws each."""

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
        self.x = [0.0] * self.count
        self.pairs = self._distances(order, left, right)
        self.up: List[List[Pull]] = [[] for _ in range(self.count)]
        self.down: List[List[Pull]] = [[] for _ in range(self.count)]
        self._draw(order, tops, bottoms)
        self._draw_back(order, left, right)

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

    def _draw(self, order: Order, tops: Offsets, bottoms: Offsets) -> None:
        """Who draws whom: the ends of every link; the middles of boxes that would stand too far apart."""
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

    def _draw_back(self, order: Order, left: List[float], right: List[float]) -> None:
        """A wire that runs upwards and its boxes draw each other until they stand side by side."""
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

    def pack(self) -> None:
        """Every block as far left as the distances allow."""
        for block, other, distance in self.pairs:
            self.x[other] = max(self.x[other], self.x[block] + distance)

    def balance(self, *, above: bool, below: bool) -> None:
        """Move every block towards the mean of those that draw it, as far as there is room."""
        force = [0.0] * self.count
        weight = [0.0] * self.count
        for block in range(self.count):
            total, number = 0.0, 0
            if above:
                for other, shift in self.up[block]:
                    total, number = total + self.x[other] + shift - self.x[block], number + 1
            if below:
                for other, shift in self.down[block]:
                    total, number = total + self.x[other] + shift - self.x[block], number + 1
            weight[block] = float(number) if number > 0 else 0.01
            force[block] = total / number if number > 0 else 0.0
        self._move(self._regions(force, weight), force)

    def _regions(self, force: List[float], weight: List[float]) -> List[int]:
        """Join blocks that touch and press on each other; `force` becomes that of the region, kept at its first block."""
        region = list(range(self.count))
        joined = True
        while joined:
            joined = False
            for block, other, distance in self.pairs:
                first, second = _root(region, block), _root(region, other)
                touching = self.x[other] - self.x[block] - distance < STRAIGHT
                if first != second and touching and force[first] > force[second]:
                    if second < first:
                        first, second = second, first
                    both = weight[first] + weight[second]
                    force[first] = (force[first] * weight[first] + force[second] * weight[second]) / both
                    weight[first] = both
                    region[second] = first
                    joined = True
        return [_root(region, block) for block in range(self.count)]

    def _move(self, region: List[int], force: List[float]) -> None:
        """Move the regions by their force or until they touch another: leftwards from the left, then rightwards from the right."""
        members: List[List[int]] = [[] for _ in range(self.count)]
        for block in range(self.count):
            members[region[block]].append(block)
        lefts: List[List[Tuple[int, float]]] = [[] for _ in range(self.count)]
        rights: List[List[Tuple[int, float]]] = [[] for _ in range(self.count)]
        for block, other, distance in self.pairs:
            if region[block] != region[other]:
                rights[region[block]].append((other, self.x[block] + distance))
                lefts[region[other]].append((block, self.x[other] - distance))
        for index in range(self.count):
            if force[index] < 0 and members[index]:
                step = force[index]
                for block, limit in lefts[index]:
                    step = max(step, self.x[block] - limit)
                self._shift(members[index], min(0.0, step))
        for index in range(self.count - 1, -1, -1):
            if force[index] > 0 and members[index]:
                step = force[index]
                for block, limit in rights[index]:
                    step = min(step, self.x[block] - limit)
                self._shift(members[index], max(0.0, step))

    def _shift(self, blocks: List[int], step: float) -> None:
        for block in blocks:
            self.x[block] += step

    def gather(self) -> None:
        """Move what nothing joins to the rest next to what stands left of it."""
        part = list(range(self.count))
        for block in range(self.count):
            for other, _ in self.up[block]:
                first, second = _root(part, block), _root(part, other)
                part[max(first, second)] = min(first, second)
        members: List[List[int]] = [[] for _ in range(self.count)]
        room: List[List[Tuple[int, int, float]]] = [[] for _ in range(self.count)]
        for block in range(self.count):
            members[_root(part, block)].append(block)
        for block, other, distance in self.pairs:
            if _root(part, block) != _root(part, other):
                room[_root(part, other)].append((block, other, distance))
        for index in range(self.count):
            if room[index]:
                step = min([self.x[other] - self.x[block] - distance for block, other, distance in room[index]])
                self._shift(members[index], -max(0.0, step))

    def snap(self) -> None:
        """Whole pixels; then each block none of whose wires is straight takes the place of its middle one, if near and free."""
        for block in range(self.count):
            self.x[block] = float(floor(self.x[block] + 0.5))
        before: List[List[Tuple[int, float]]] = [[] for _ in range(self.count)]
        after: List[List[Tuple[int, float]]] = [[] for _ in range(self.count)]
        for block, other, distance in self.pairs:
            before[other].append((block, distance))
            after[block].append((other, distance))
        for block in range(self.count):
            self._straighten(block, before[block], after[block])

    def _straighten(self, block: int, before: List[Tuple[int, float]], after: List[Tuple[int, float]]) -> None:
        misses = [self.x[other] + shift - self.x[block] for other, shift in self.up[block]]
        misses.extend([self.x[other] + shift - self.x[block] for other, shift in self.down[block]])
        near = [miss for miss in misses if abs(miss) < SMALL]
        if not near or min([abs(miss) for miss in near]) < STRAIGHT:
            return
        near.sort()
        step = near[(len(near) - 1) // 2]
        for other, distance in before:
            if self.x[other] + distance > self.x[block] + step:
                return
        for other, distance in after:
            if self.x[block] + step + distance > self.x[other]:
                return
        self.x[block] += step


def columns(
    order: Order, half: List[float], tops: Offsets, bottoms: Offsets, left: List[float], right: List[float]
) -> Tuple[List[float], float]:
    """The x of every slot's axis, in whole pixels from the group's left edge, and the group's width.

    Args:
        order: the group's order.
        half: half the width of each slot's body; a wire has none.
        tops: the ports at the top of each box.
        bottoms: those at the bottom.
        left: how far each slot reaches to the left of its axis.
        right: how far it reaches to the right.
    """
    lines = Lines(order, half, tops, bottoms, left, right)
    lines.pack()
    for _ in range(ROUNDS):
        lines.balance(above=True, below=False)
        lines.balance(above=False, below=True)
        lines.balance(above=True, below=True)
    for _ in range(SETTLE):
        lines.balance(above=True, below=True)
    lines.gather()
    lines.snap()
    lines.snap()
    x = [lines.x[lines.owner[slot]] + lines.inner[slot] for slot in range(len(left))]
    start = min([x[slot] - left[slot] for slot in range(len(x))], default=0.0)
    end = max([x[slot] + right[slot] for slot in range(len(x))], default=0.0)
    start = float(floor(start))
    return [value - start for value in x], float(ceil(end - start))


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


def _root(region: List[int], block: int) -> int:
    while region[block] != block:
        block = region[block]
    return block
