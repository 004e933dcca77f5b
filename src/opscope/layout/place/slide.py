"""Placing, step 3: ports slide along their box to where their wires run straight.

Before: every slot has its x, and ports have the offsets of step 1. After: some ports of boxes have better offsets. The
ports of open cards stay: the layout inside the card has placed them. Boxes stay where they are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Dict, List

from .spacing import LABEL_GAP, PORT_LEAST, PORT_MARGIN, STRAIGHT

if TYPE_CHECKING:
    from ..flat import Order, Ports, Sizes
    from .offsets import Offsets

Wanted = Dict[int, float]
"""Port -> the offset from the box's axis at which its wire would be straight."""


class Slide:
    """Changes the offsets in `tops` and `bottoms` in place, row by row from the top down."""

    def __init__(self, order: Order, sizes: Sizes, tops: Offsets, bottoms: Offsets, x: List[float]) -> None:
        self.order, self.sizes, self.tops, self.bottoms, self.x = order, sizes, tops, bottoms, x
        self.above: List[List[int]] = [[] for _ in x]
        """Slot -> the links that end at its top."""
        self.below: List[List[int]] = [[] for _ in x]
        for index in range(len(order.links)):
            if order.links[index].net >= 0:  # the others are not drawn
                self.above[order.links[index].lower].append(index)
                self.below[order.links[index].upper].append(index)

    def run(self, left: List[float], right: List[float]) -> None:
        """In each row slide the ports above the boxes, then those below.

        `left` and `right` are how far each slot reaches: labels stay within that, so that they touch no neighbour.
        """
        for row in self.order.rows:
            for slot in row:
                if slot < self.order.boxes and self.sizes.boxes[slot].tops is None:
                    _slide(self.order.tops[slot], self.tops[slot], self._wanted(slot, top=True))
            for slot in row:
                if slot < self.order.boxes and self.sizes.boxes[slot].bottoms is None:
                    wanted = self._wanted(slot, top=False)
                    self._keep_labels(slot, wanted, left[slot], right[slot])
                    _slide(self.order.bottoms[slot], self.bottoms[slot], wanted)

    def _wanted(self, slot: int, *, top: bool) -> Wanted:
        """Where each port on one side would have to be, if it has a single link and the body reaches that far."""
        misses: Dict[int, List[float]] = {}  # port -> where the other ends of its links are, from the box's axis
        for index in self.above[slot] if top else self.below[slot]:
            link = self.order.links[index]
            if top:
                misses.setdefault(link.into, []).append(self._bottom(link.upper, link.out) - self.x[slot])
            else:
                misses.setdefault(link.out, []).append(self._top(link.lower, link.into) - self.x[slot])
        room = self.sizes.boxes[slot].half - PORT_MARGIN
        return {port: ends[0] for port, ends in misses.items() if len(ends) == 1 and abs(ends[0]) <= room}

    def _keep_labels(self, slot: int, wanted: Wanted, left: float, right: float) -> None:
        """Take those ports out of `wanted` whose labels would then reach further than there is room for."""
        ports = self.order.bottoms[slot].order
        for index in range(len(ports)):
            port = ports[index]
            label = self.sizes.labels.get((slot, port), 0.0)
            if port in wanted and label > 0:
                on_left = index == 0 and len(ports) > 1  # as `offsets.label_sides`
                reach = label + LABEL_GAP + (-wanted[port] if on_left else wanted[port])
                if reach > (left if on_left else right):
                    del wanted[port]

    def _top(self, slot: int, port: int) -> float:
        return self.x[slot] + (self.tops[slot].get(port, 0.0) if slot < self.order.boxes else 0.0)

    def _bottom(self, slot: int, port: int) -> float:
        return self.x[slot] + (self.bottoms[slot].get(port, 0.0) if slot < self.order.boxes else 0.0)


def _slide(ports: Ports, offsets: Dict[int, float], wanted: Wanted) -> None:
    """Move each port to where it is wanted, unless that is too near to another. `ports` says who is beside whom.

    This is done twice, because one that moves may make room for one that could not.
    """
    count = len(ports.order)
    for _ in range(2):
        for index in range(count):
            port = ports.order[index]
            if port not in wanted or abs(wanted[port] - offsets[port]) < STRAIGHT:
                continue
            after_left = index == 0 or wanted[port] - offsets[ports.order[index - 1]] >= PORT_LEAST
            before_right = index == count - 1 or offsets[ports.order[index + 1]] - wanted[port] >= PORT_LEAST
            if after_left and before_right:
                offsets[port] = wanted[port]
