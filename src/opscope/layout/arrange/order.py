"""Phase 4: put the slots of each row in an order in which few wires cross.

Before: slots and links. After: each row of `Slotted.rows` is in its final order. The ports of the group's own border
stand by number: the layout around the group has decided their order.

Source: sweeps over the rows with barycentres, as in Sugiyama, Tagawa and Toda 1981. Each sweep is followed by
transposition, as in Gansner et al. 1993, section 3 (which sorts by medians instead). A wire to a card counts as ending
at its port's place inside the card, so that two wires to one card can cross.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from typing import TYPE_CHECKING, Dict, List, Set, Tuple

if TYPE_CHECKING:
    from .slots import Slotted

SWEEPS = 16
"""At most so many sweeps over all rows. Groups with many links get fewer, see `ORDER_WORK`."""
ORDER_WORK = 300_000
"""How many visits of links all sweeps together may take; at least two sweeps are made."""
IDLE = 4
"""The search ends after so many sweeps in a row that found no better order."""

Near = List[List[Tuple[int, float]]]
"""For each slot its neighbours in the row above (or below), each with the place of the port, see `_port_places`."""


def order(slotted: Slotted, flow: List[int]) -> None:
    """Sort every row of `slotted` in place. `flow` says how much flow runs through each link (`spine`)."""
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
    slots = len(slotted.row)  # the turns, numbered from here on, were only for sorting
    slotted.rows[:] = [[slot for slot in row if slot < slots] for row in best]


class _Sweeps:
    """The rows while they are sorted, each slot's place in its row, and its neighbours above and below.

    A wire that runs upwards leaves its source at the bottom, turns, and passes the source in its column of slots; above
    its target it turns again. While rows are sorted each turn is a slot of its own, in the row below the source and in
    the row above the target. It is joined to the box and to the wire's column. So wires that lie between the two count
    as crossed, and the column is pulled towards its boxes.
    """

    def __init__(self, slotted: Slotted, flow: List[int]) -> None:
        self.row = list(slotted.row)
        self.up: Near = [[] for _ in self.row]
        self.down: Near = [[] for _ in self.row]
        # The slots of the border's ports: they follow those of the boxes.
        self.ports = range(slotted.flat.boxes, slotted.flat.boxes + slotted.flat.inputs + slotted.flat.outputs)
        inside = _port_places(slotted)
        # Each slot's neighbours are listed with the most flow first: `_first_rows` follows them in this order.
        by_flow = sorted(range(len(slotted.links)), key=lambda index: (-flow[index], index))
        for link in (slotted.links[index] for index in by_flow):
            self._join(
                link.upper, inside.get((link.upper, link.out, False), 0.0),
                link.lower, inside.get((link.lower, link.into, True), 0.0),
            )  # fmt: skip
        for wire, (source, *column, target) in slotted.returning():
            # source -> turn below it <- lower end of the column ... upper end of the column <- turn above -> target
            below, above = self._turn(self.row[source] + 1), self._turn(self.row[target] - 1)
            self._join(source, inside.get((source, wire.out, False), 0.0), below, 0.0)
            self._join(column[0], 0.0, below, 0.0)
            self._join(above, 0.0, column[-1], 0.0)
            self._join(above, 0.0, target, inside.get((target, wire.into, True), 0.0))
        self.place = [0] * len(self.row)
        self.rows = self._first_rows(len(slotted.rows))

    def _turn(self, row: int) -> int:
        """A new slot in `row`, for sorting only."""
        self.row.append(row)
        self.up.append([])
        self.down.append([])
        return len(self.row) - 1

    def _join(self, upper: int, out: float, lower: int, into: float) -> None:
        """Make two slots neighbours; `out` and `into` are the places of the ports inside them."""
        self.down[upper].append((lower, into))
        self.up[lower].append((upper, out))

    def _first_rows(self, count: int) -> List[List[int]]:
        """The order to begin with: walk each component depth first and append each slot to its row when it is met.

        The walk goes down before it goes up, and along the most flow first. So the main line of a component comes first
        in each of its rows, and its side branches stand to the right.
        """
        rows: List[List[int]] = [[] for _ in range(count)]
        seen: Set[int] = set()
        # Each component has a slot without upper neighbours, so every slot is reached from one of these.
        starts = sorted((self.row[slot], slot) for slot in range(len(self.row)) if not self.up[slot])
        for _, start in starts:
            stack = [start]
            while stack:
                slot = stack.pop()
                if slot in seen:
                    continue
                seen.add(slot)
                rows[self.row[slot]].append(slot)
                # The last one in is visited next: so first the lower neighbours, the first of them before all others.
                stack.extend(other for other, _ in reversed(self.up[slot]) if other not in seen)
                stack.extend(other for other, _ in reversed(self.down[slot]) if other not in seen)
        for row in (rows[0], rows[-1]):
            self._ports_by_number(row)
        for row in rows:
            self._number(row)
        return rows

    def _ports_by_number(self, row: List[int]) -> None:
        """Sort the border's ports of a row by number, within the places that they hold; turns in the same row stay."""
        ports = iter(sorted(slot for slot in row if slot in self.ports))
        row[:] = [next(ports) if slot in self.ports else slot for slot in row]

    def _number(self, row: List[int]) -> None:
        for place, slot in enumerate(row):
            self.place[slot] = place

    def run(self, turn: int) -> None:
        """One sweep, downwards on even turns and upwards on odd ones, then transposition.

        Rows are transposed until nothing is gained, four times at most: a swap in one row may allow one in the next.
        """
        down = turn % 2 == 0
        near = self.up if down else self.down
        for row in self.rows if down else reversed(self.rows):
            self._sort(row, near, turn)
        for _ in range(4):
            if not sum(self._transpose(row) for row in self.rows):
                break

    def _sort(self, row: List[int], near: Near, turn: int) -> None:
        """Sort the slots by their barycentre, the mean place of their neighbours. Those without neighbours stay."""
        centre: Dict[int, float] = {}
        for slot in row:
            others = near[slot]
            if others:
                centre[slot] = sum([self.place[other] + inside for other, inside in others]) / len(others)
        moving = [slot for slot in row if slot in centre]
        if turn & 2:  # two turns of four: the sort is stable, so slots with equal barycentres change places
            moving.reverse()
        moving.sort(key=centre.__getitem__)
        following = iter(moving)
        row[:] = [next(following) if slot in centre else slot for slot in row]
        self._ports_by_number(row)
        self._number(row)

    def _transpose(self, row: List[int]) -> bool:
        """Swap slots that stand side by side where that saves crossings; whether any were swapped."""
        changed = False
        for index in range(len(row) - 1):
            left, right = row[index], row[index + 1]
            if left in self.ports and right in self.ports:  # their order is given
                continue
            gain = self._gain(self.up[left], self.up[right]) + self._gain(self.down[left], self.down[right])
            if gain > 0:
                row[index], row[index + 1] = right, left
                self.place[left], self.place[right] = index + 1, index
                changed = True
        return changed

    def _gain(self, left: List[Tuple[int, float]], right: List[Tuple[int, float]]) -> int:
        """How many crossings it saves to swap two slots side by side, given the neighbours of each in one other row.

        A pair of their wires crosses now if the left slot's ends further right, and after the swap if it ends further
        left.
        """
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
        """How many pairs of links cross, over all rows, the turns of upward wires included."""
        return sum([self._crossings_below(row) for row in self.rows])

    def _crossings_below(self, row: List[int]) -> int:
        """How many pairs of links between a row and the next cross: those whose lower ends are in opposite order."""
        seen: List[float] = []  # the lower ends of the links seen so far, sorted
        crossings = 0
        for slot in row:
            ends = [self.place[other] + inside for other, inside in self.down[slot]]
            for end in ends:
                crossings += len(seen) - bisect_right(seen, end)  # those that begin further left and end further right
            for end in ends:  # only now, as links of one slot do not cross each other
                insort(seen, end)
        return crossings


def _port_places(slotted: Slotted) -> Dict[Tuple[int, int, bool], float]:
    """The place of each port inside its card, from -1/2 (left end) to 1/2, by (box, port, whether it is at the top).

    Added to the card's place in its row, it gives the port's place. The ports stand by number here, spread evenly. Only
    cards (`Flat.cards`) are in it; all other ports count as the middle of their box.
    """
    cards = slotted.flat.cards
    ports: Set[Tuple[int, int, bool]] = set()
    for link in slotted.links:
        if link.net < 0:
            continue
        if link.upper in cards:
            ports.add((link.upper, link.out, False))
        if link.lower in cards:
            ports.add((link.lower, link.into, True))
    for wire, (source, *_, target) in slotted.returning():
        if source in cards:
            ports.add((source, wire.out, False))
        if target in cards:
            ports.add((target, wire.into, True))
    # A port without a wire has no place here, but those with higher numbers leave room for it.
    count: Dict[Tuple[int, bool], int] = {}
    for box, port, top in ports:
        count[box, top] = max(count.get((box, top), 0), port + 1)
    return {(box, port, top): (port + 0.5) / count[box, top] - 0.5 for box, port, top in ports}
