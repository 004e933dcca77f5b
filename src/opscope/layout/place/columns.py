"""Placing, step 2: the x of every slot. Lines are moved, never single slots, so what is straight stays straight.

Before: the lines of the group (`lines`). After: lines keep their distances, and stand where their wires are as straight
as that allows.

Source: the regions of Sander, A fast heuristic for hierarchical Manhattan layout, 1995. Each line is pulled towards the
mean of its neighbours. Lines that touch and press on each other form a region, which moves as one. No region moves
further than the gap beside it.
"""

from __future__ import annotations

from math import ceil, floor
from typing import TYPE_CHECKING, List, Tuple

from .lines import Lines
from .spacing import STRAIGHT

if TYPE_CHECKING:
    from ..flat import Order
    from .offsets import Offsets

ROUNDS = 8
"""Rounds in which each line is pulled by the lines above it, then by those below it, then by both."""
SETTLE = 4
"""Rounds at the end in which each line is pulled by both, so that it ends in the middle between them."""
SMALL = 14.0
"""If the ends of a wire miss each other by less than this, it is made straight where there is room.

A small bend looks like a mistake.
"""


class _Moving:
    """The x of the lines while they are moved."""

    def __init__(self, lines: Lines) -> None:
        self.count, self.pairs, self.up, self.down = lines.count, lines.pairs, lines.up, lines.down
        self.x = [0.0] * lines.count

    def pack(self) -> None:
        """Put every line as far left as the distances allow.

        This needs the order of `pairs`: when a line's own pairs come, all pairs that end on it have been seen.
        """
        for line, other, distance in self.pairs:
            self.x[other] = max(self.x[other], self.x[line] + distance)

    def balance(self, *, above: bool, below: bool) -> None:
        """Move every line towards the mean of those that pull at it, as far as there is room."""
        force = [0.0] * self.count
        weight = [0.0] * self.count
        for line in range(self.count):
            total, number = 0.0, 0
            if above:
                for other, shift in self.up[line]:
                    total, number = total + self.x[other] + shift - self.x[line], number + 1
            if below:
                for other, shift in self.down[line]:
                    total, number = total + self.x[other] + shift - self.x[line], number + 1
            # A line without wires weighs next to nothing: in a region it gives way to the others.
            weight[line] = float(number) if number > 0 else 0.01
            force[line] = total / number if number > 0 else 0.0
        self._move(self._regions(force, weight), force)

    def _regions(self, force: List[float], weight: List[float]) -> List[int]:
        """Join lines that touch and press on each other; return the region of each line, which is its first line.

        Lines press on each other if the left one is pulled further to the right than the right one. The force of a
        region is the mean of its lines' forces by weight; it stands in `force` at the region's first line.
        """
        region = list(range(self.count))
        joined = True
        while joined:  # a region that has grown may press on the next one
            joined = False
            for line, other, distance in self.pairs:
                first, second = _root(region, line), _root(region, other)
                touching = self.x[other] - self.x[line] - distance < STRAIGHT
                if first != second and touching and force[first] > force[second]:
                    if second < first:  # the first line names the region, whichever side it came from
                        first, second = second, first
                    both = weight[first] + weight[second]
                    force[first] = (force[first] * weight[first] + force[second] * weight[second]) / both
                    weight[first] = both
                    region[second] = first
                    joined = True
        return [_root(region, line) for line in range(self.count)]

    def _move(self, region: List[int], force: List[float]) -> None:
        """Move each region by its force, or as far as there is room.

        Those that go left move first, from the first to the last, so that each makes room for the next. Those that go
        right then move from the last to the first.
        """
        members: List[List[int]] = [[] for _ in range(self.count)]
        for line in range(self.count):
            members[region[line]].append(line)
        # Of each region, (line beside it, how near the region may come to that line's x, as it stands before moving).
        lefts: List[List[Tuple[int, float]]] = [[] for _ in range(self.count)]
        rights: List[List[Tuple[int, float]]] = [[] for _ in range(self.count)]
        for line, other, distance in self.pairs:
            if region[line] != region[other]:
                rights[region[line]].append((other, self.x[line] + distance))
                lefts[region[other]].append((line, self.x[other] - distance))
        # A line that is not the first of its region has no members here, and its own force no longer counts.
        for index in range(self.count):
            if force[index] < 0 and members[index]:
                step = force[index]
                for line, limit in lefts[index]:  # steps are negative, so the largest is the shortest
                    step = max(step, self.x[line] - limit)
                self._shift(members[index], min(0.0, step))
        for index in range(self.count - 1, -1, -1):
            if force[index] > 0 and members[index]:
                step = force[index]
                for line, limit in rights[index]:
                    step = min(step, self.x[line] - limit)
                self._shift(members[index], max(0.0, step))

    def _shift(self, moved: List[int], step: float) -> None:
        for line in moved:
            self.x[line] += step

    def gather(self) -> None:
        """Move each part of the group that no wire joins to the rest next to what stands left of it."""
        part = list(range(self.count))
        for line in range(self.count):
            for other, _ in self.up[line]:
                first, second = _root(part, line), _root(part, other)
                part[max(first, second)] = min(first, second)  # so parts are walked from left to right below
        members: List[List[int]] = [[] for _ in range(self.count)]
        room: List[List[Tuple[int, int, float]]] = [[] for _ in range(self.count)]
        for line in range(self.count):
            members[_root(part, line)].append(line)
        for line, other, distance in self.pairs:
            if _root(part, line) != _root(part, other):
                room[_root(part, other)].append((line, other, distance))
        # A part with nothing on its left, such as the first, stays.
        for index in range(self.count):
            if room[index]:
                step = min([self.x[other] - self.x[line] - distance for line, other, distance in room[index]])
                self._shift(members[index], -max(0.0, step))

    def snap(self) -> None:
        """Round to whole pixels, then straighten one wire of each line that has none straight, if it is nearly so."""
        for line in range(self.count):
            self.x[line] = float(floor(self.x[line] + 0.5))
        before: List[List[Tuple[int, float]]] = [[] for _ in range(self.count)]
        after: List[List[Tuple[int, float]]] = [[] for _ in range(self.count)]
        for line, other, distance in self.pairs:
            before[other].append((line, distance))
            after[line].append((other, distance))
        for line in range(self.count):
            self._straighten(line, before[line], after[line])

    def _straighten(self, line: int, before: List[Tuple[int, float]], after: List[Tuple[int, float]]) -> None:
        """Straighten the middle one of a line's nearly straight wires, if none is straight yet and there is room."""
        misses = [self.x[other] + shift - self.x[line] for other, shift in self.up[line]]
        misses.extend([self.x[other] + shift - self.x[line] for other, shift in self.down[line]])
        near = [miss for miss in misses if abs(miss) < SMALL]
        if not near or min([abs(miss) for miss in near]) < STRAIGHT:
            return
        near.sort()
        step = near[(len(near) - 1) // 2]  # of an even number, the left one of the two in the middle
        for other, distance in before:
            if self.x[other] + distance > self.x[line] + step:
                return
        for other, distance in after:
            if self.x[line] + step + distance > self.x[other]:
                return
        self.x[line] += step


def columns(
    order: Order, half: List[float], tops: Offsets, bottoms: Offsets, left: List[float], right: List[float]
) -> Tuple[List[float], float]:
    """The x of every slot's axis, in pixels from the group's left edge, and the group's width.

    Args:
        order: the group's order.
        half: half the width of each slot's body; 0 for a slot that is no box.
        tops: the offsets of the ports at the top of each box.
        bottoms: those of the ports at the bottom.
        left: how far each slot reaches to the left of its axis.
        right: how far it reaches to the right.
    """
    lines = Lines(order, half, tops, bottoms, left, right)
    moving = _Moving(lines)
    moving.pack()
    for _ in range(ROUNDS):
        moving.balance(above=True, below=False)
        moving.balance(above=False, below=True)
        moving.balance(above=True, below=True)
    for _ in range(SETTLE):
        moving.balance(above=True, below=True)
    moving.gather()
    moving.snap()
    moving.snap()  # again: a line that has moved leaves room for the one before it
    x = [moving.x[lines.owner[slot]] + lines.inner[slot] for slot in range(len(left))]
    start = min([x[slot] - left[slot] for slot in range(len(x))], default=0.0)
    end = max([x[slot] + right[slot] for slot in range(len(x))], default=0.0)
    start = float(floor(start))  # whole, so that lines stay on whole pixels
    return [value - start for value in x], float(ceil(end - start))


def _root(region: List[int], line: int) -> int:
    """The first line of a region.

    As in union-find, `region` leads from each line to an earlier one of its region, and from the first to itself.
    """
    while region[line] != line:
        line = region[line]
    return line
