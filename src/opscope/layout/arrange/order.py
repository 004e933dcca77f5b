"""Phase 4: put the slots of each row in an order in which few wires cross.

Before: slots and links. After: each row of `Slotted.rows` is in its final order; ports of the group's own border by
number, so that inside and outside agree whichever is laid out first.
Source: the row by row sweeps of Sugiyama, Tagawa, Toda 1981 with barycentres, and transposition as in Gansner et
al. 1993, section 3; a port counts as a place inside its box.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from typing import TYPE_CHECKING, Dict, List, Set, Tuple

if TYPE_CHECKING:
    from .slots import Slotted

SWEEPS = 16
"""Sweeps over all rows; large groups get fewer."""
ORDER_WORK = 300_000
"""Link visits after which the best order so far is taken."""
IDLE = 4
"""Sweeps without a gain after which the search ends."""

Near = List[List[Tuple[int, float]]]
"""For each slot its neighbours in the next row up or down, with the place of the port inside the neighbour."""


def order(slotted: Slotted, flow: List[int]) -> None:
    """Order every row of `slotted` in place."""
    sweeps = _Sweeps(slotted, flow)
    best, fewest, idle = [list(row) for row in sweeps.rows], sweeps.crossings(), 0
    rounds = max(2, min(SWEEPS, ORDER_WORK // (len(slotted.links) + 1)))
    for turn in range(rounds):
        if not fewest or idle == IDLE:
            break
        sweeps.run(turn)
        now = sweeps.crossings()
        idle += 1
        if now < fewest:
            best, fewest, idle = [list(row) for row in sweeps.rows], now, 0
    slots = len(slotted.row)
    slotted.rows[:] = [[slot for slot in row if slot < slots] for row in best]


class _Sweeps:
    """The rows while they are sorted, each slot's place in its row, and its neighbours above and below.

    A wire that runs upwards turns below its source and above its target: each turn is a slot of its own here, joined to
    the box and to the column of the wire, so that what lies between the two counts as crossed.
    """

    def __init__(self, slotted: Slotted, flow: List[int]) -> None:
        self.row = list(slotted.row)
        self.up: Near = [[] for _ in self.row]
        self.down: Near = [[] for _ in self.row]
        self.ports = range(slotted.flat.boxes, slotted.flat.boxes + slotted.flat.inputs + slotted.flat.outputs)
        inside = _port_places(slotted)
        by_flow = sorted(range(len(slotted.links)), key=lambda index: (-flow[index], index))
        for link in (slotted.links[index] for index in by_flow):
            self._join(
                link.upper, inside.get((link.upper, link.out, False), 0.0),
                link.lower, inside.get((link.lower, link.into, True), 0.0),
            )  # fmt: skip
        for wire, (source, *column, target) in slotted.returning():
            below, above = self._turn(self.row[source] + 1), self._turn(self.row[target] - 1)
            self._join(source, inside.get((source, wire.out, False), 0.0), below, 0.0)
            self._join(column[0], 0.0, below, 0.0)
            self._join(above, 0.0, column[-1], 0.0)
            self._join(above, 0.0, target, inside.get((target, wire.into, True), 0.0))
        self.place = [0] * len(self.row)
        self.rows = self._first_rows(len(slotted.rows))

    def _turn(self, row: int) -> int:
        self.row.append(row)
        self.up.append([])
        self.down.append([])
        return len(self.row) - 1

    def _join(self, upper: int, out: float, lower: int, into: float) -> None:
        self.down[upper].append((lower, into))
        self.up[lower].append((upper, out))

    def _first_rows(self, count: int) -> List[List[int]]:
        """Walk each component depth first, the main flow first, and put every slot down where it is met."""
        rows: List[List[int]] = [[] for _ in range(count)]
        seen: Set[int] = set()
        starts = sorted((self.row[slot], slot) for slot in range(len(self.row)) if not self.up[slot])
        for _, start in starts:
            stack = [start]
            while stack:
                slot = stack.pop()
                if slot in seen:
                    continue
                seen.add(slot)
                rows[self.row[slot]].append(slot)
                stack.extend(other for other, _ in reversed(self.up[slot]) if other not in seen)
                stack.extend(other for other, _ in reversed(self.down[slot]) if other not in seen)
        for row in (rows[0], rows[-1]):
            self._ports_by_number(row)
        for row in rows:
            self._number(row)
        return rows

    def _ports_by_number(self, row: List[int]) -> None:
        """Put the border's ports in a row in order, in the places that they take."""
        ports = iter(sorted(slot for slot in row if slot in self.ports))
        row[:] = [next(ports) if slot in self.ports else slot for slot in row]

    def _number(self, row: List[int]) -> None:
        for place, slot in enumerate(row):
            self.place[slot] = place

    def run(self, turn: int) -> None:
        """One sweep, down on even turns and up on odd ones, then transposition."""
        down = turn % 2 == 0
        near = self.up if down else self.down
        for row in self.rows if down else reversed(self.rows):
            self._sort(row, near, turn)
        for _ in range(4):
            if not sum(self._transpose(row) for row in self.rows):
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
        self._ports_by_number(row)
        self._number(row)

    def _transpose(self, row: List[int]) -> bool:
        """Swap neighbours where that saves crossings; whether any were swapped."""
        changed = False
        for index in range(len(row) - 1):
            left, right = row[index], row[index + 1]
            if left in self.ports and right in self.ports:
                continue
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
    for wire, (source, *_, target) in slotted.returning():
        if source in fixed:
            ports.add((source, wire.out, False))
        if target in fixed:
            ports.add((target, wire.into, True))
    count: Dict[Tuple[int, bool], int] = {}
    for box, port, top in ports:
        count[box, top] = max(count.get((box, top), 0), port + 1)
    return {(box, port, top): (port + 0.5) / count[box, top] - 0.5 for box, port, top in ports}
