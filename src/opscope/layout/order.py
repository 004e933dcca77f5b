"""Phase 4: put the slots of each row in an order in which few wires cross.

Before: slots and links. After: each row of `Slotted.rows` is in its final order: ports of the group's own border by
number, so that inside and outside agree whichever is laid out first; wires that run upwards at the right end.
Source: the row by row sweeps of Sugiyama, Tagawa, Toda 1981 with barycentres, and transposition as in Gansner et
al. 1993, section 3; a port counts as a place inside its box.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from typing import TYPE_CHECKING, Dict, List, Set, Tuple

if TYPE_CHECKING:
    from .slots import Slotted

ROUNDS = 16
"""Sweeps over all rows; large groups get fewer."""
WORK = 300_000
"""Link visits after which the best order so far is taken."""
IDLE = 4
"""Sweeps without a gain after which the search ends."""

Near = List[List[Tuple[int, float]]]
"""For each slot its neighbours in the next row up or down, with the place of the port inside the neighbour."""


def order(slotted: Slotted, flow: List[int]) -> None:
    """Order every row of `slotted` in place."""
    sweeps = _Sweeps(slotted, flow)
    best, fewest, idle = sweeps.rows, sweeps.crossings(), 0
    rounds = max(2, min(ROUNDS, WORK // (len(slotted.links) + 1)))
    for turn in range(rounds):
        if not fewest or idle == IDLE:
            break
        sweeps.run(turn)
        now = sweeps.crossings()
        idle += 1
        if now < fewest:
            best, fewest, idle = [list(row) for row in sweeps.rows], now, 0
    slotted.rows[:] = best
    _append_returning(slotted)


def _append_returning(slotted: Slotted) -> None:
    """Stand the columns of upward wires at the right end of their rows, the short ones inside."""
    length = {slot: len(route) for route in slotted.routes for slot in route[1:-1]}
    for slot in sorted(slotted.returning, key=lambda slot: (length[slot], slot)):
        slotted.rows[slotted.row[slot]].append(slot)


class _Sweeps:
    """The rows while they are sorted, each slot's place in its row, and its neighbours above and below."""

    def __init__(self, slotted: Slotted, flow: List[int]) -> None:
        count = len(slotted.row)
        self.up: Near = [[] for _ in range(count)]
        self.down: Near = [[] for _ in range(count)]
        returning = set(slotted.returning)
        inside = _port_places(slotted)
        by_flow = sorted(range(len(slotted.links)), key=lambda index: (-flow[index], index))
        for link in (slotted.links[index] for index in by_flow):
            if link.upper not in returning:
                self.down[link.upper].append((link.lower, inside.get((link.lower, link.into, True), 0.0)))
                self.up[link.lower].append((link.upper, inside.get((link.upper, link.out, False), 0.0)))
        self.place = [0] * count
        self.rows = self._first_rows(slotted, returning)

    def _first_rows(self, slotted: Slotted, returning: Set[int]) -> List[List[int]]:
        """Walk each component depth first, the main flow first, and put every slot down where it is met."""
        rows: List[List[int]] = [[] for _ in slotted.rows]
        seen = set(returning)
        starts = sorted((slotted.row[slot], slot) for slot in range(len(slotted.row)) if not self.up[slot])
        for _, start in starts:
            stack = [start]
            while stack:
                slot = stack.pop()
                if slot in seen:
                    continue
                seen.add(slot)
                rows[slotted.row[slot]].append(slot)
                stack.extend(other for other, _ in reversed(self.up[slot]) if other not in seen)
                stack.extend(other for other, _ in reversed(self.down[slot]) if other not in seen)
        rows[0].sort()
        rows[-1].sort()
        for row in rows:
            self._number(row)
        return rows

    def _number(self, row: List[int]) -> None:
        for place, slot in enumerate(row):
            self.place[slot] = place

    def run(self, turn: int) -> None:
        """One sweep, down on even turns and up on odd ones, then transposition."""
        down = turn % 2 == 0
        near = self.up if down else self.down
        for row in self.rows[1:-1] if down else self.rows[-2:0:-1]:
            self._sort(row, near, turn)
        for _ in range(4):
            if not sum(self._transpose(row) for row in self.rows[1:-1]):
                break

    def _sort(self, row: List[int], near: Near, turn: int) -> None:
        """Sort the slots that have neighbours by their barycentre; the others keep their places."""
        centre: Dict[int, float] = {}
        for slot in row:
            others = near[slot]
            if others:
                centre[slot] = sum([self.place[other] + inside for other, inside in others]) / len(others)
        moving = [slot for slot in row if slot in centre]
        if turn & 2:
            moving.reverse()
        moving.sort(key=centre.__getitem__)
        following = iter(moving)
        row[:] = [next(following) if slot in centre else slot for slot in row]
        self._number(row)

    def _transpose(self, row: List[int]) -> bool:
        """Swap neighbours where that saves crossings; whether any were swapped."""
        changed = False
        for index in range(len(row) - 1):
            left, right = row[index], row[index + 1]
            gain = self._gain(self.up[left], self.up[right]) + self._gain(self.down[left], self.down[right])
            if gain > 0:
                row[index], row[index + 1] = right, left
                self.place[left], self.place[right] = index + 1, index
                changed = True
        return changed

    def _gain(self, left: List[Tuple[int, float]], right: List[Tuple[int, float]]) -> int:
        """Crossings of the wires of two neighbours as they stand, less those when they are swapped."""
        if not left or not right:
            return 0
        place = self.place
        ends = [place[other] + inside for other, inside in right]
        gain = 0
        for other, inside in left:
            end = place[other] + inside
            for opposite in ends:
                gain += (end > opposite) - (end < opposite)
        return gain

    def crossings(self) -> int:
        """How many pairs of links cross, over all rows."""
        return sum([self._crossings_below(row) for row in self.rows])

    def _crossings_below(self, row: List[int]) -> int:
        seen: List[float] = []
        crossings = 0
        for slot in row:
            ends = [self.place[other] + inside for other, inside in self.down[slot]]
            for end in ends:
                crossings += len(seen) - bisect_right(seen, end)
            for end in ends:
                insort(seen, end)
        return crossings


def _port_places(slotted: Slotted) -> Dict[Tuple[int, int, bool], float]:
    """Where inside its box, from -1/2 to 1/2, each port of a box with a fixed port order lies; true: a port at the top."""
    fixed = slotted.flat.fixed
    ports: Set[Tuple[int, int, bool]] = set()
    for link in slotted.links:
        if link.net < 0:
            continue
        if link.upper in fixed:
            ports.add((link.upper, link.out, False))
        if link.lower in fixed:
            ports.add((link.lower, link.into, True))
    count: Dict[Tuple[int, bool], int] = {}
    for box, port, top in ports:
        count[box, top] = max(count.get((box, top), 0), port + 1)
    return {(box, port, top): (port + 0.5) / count[box, top] - 0.5 for box, port, top in ports}
