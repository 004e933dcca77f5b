"""Placing: coordinates for one opening state, from an order and the sizes of the boxes. Exists here and in the page.

Cheap, deterministic and written in simple loops, so that it can be read into another language line by line; golden
coordinates pin both. `docs/layout.md` specifies it step by step.
"""

from __future__ import annotations

from typing import Dict, List, Tuple

from ..flat import Order, Placed, Point, Sizes
from .columns import columns
from .offsets import Offsets, label_sides, port_offsets, reaches
from .route import Trunk, assign
from .slide import Slide
from .spacing import (
    ARROW_ROOM,
    BORDER_GAP,
    LABEL_GAP,
    LABEL_HEIGHT,
    ROW_GAP,
    STRAIGHT,
    TRACK_MARGIN,
    TRACK_PITCH,
)


def place(order: Order, sizes: Sizes) -> Placed:
    """The coordinates of the boxes, border ports and wires of one group."""
    tops, bottoms = port_offsets(order, sizes)
    slots = sum([len(row) for row in order.rows])
    left, right = reaches(order, sizes, bottoms, slots)
    half = [size.half for size in sizes.boxes] + [0.0] * (slots - order.boxes)
    x, width = columns(order, half, tops, bottoms, left, right)
    Slide(order, sizes, tops, bottoms, x).run(left, right)
    return _Rows(order, sizes, tops, bottoms, x).placed(width)


class _Rows:
    """The rows from the top down, and the wires in the gaps between them."""

    def __init__(self, order: Order, sizes: Sizes, tops: Offsets, bottoms: Offsets, x: List[float]) -> None:
        self.order, self.sizes, self.tops, self.bottoms, self.x = order, sizes, tops, bottoms, x
        self.row = [0] * len(x)
        for index in range(len(order.rows)):
            for slot in order.rows[index]:
                self.row[slot] = index
        self.gaps = self._trunks()
        self.gap_top = [0.0] * (len(order.rows) - 1)
        self.y = [0.0] * len(x)
        self.height = self._stack()

    def _top_x(self, slot: int, port: int) -> float:
        return self.x[slot] + (self.tops[slot].get(port, 0.0) if slot < self.order.boxes else 0.0)

    def _bottom_x(self, slot: int, port: int) -> float:
        return self.x[slot] + (self.bottoms[slot].get(port, 0.0) if slot < self.order.boxes else 0.0)

    def _trunks(self) -> List[Dict[int, Trunk]]:
        """For each gap below a row the trunks that pass it, by net, with their tracks."""
        order = self.order
        gaps: List[Dict[int, Trunk]] = [{} for _ in range(len(order.rows) - 1)]
        for link in order.links:
            if link.net >= 0:
                trunk = _trunk(gaps[self.row[link.upper]], link.net)
                trunk.tops.append(self._bottom_x(link.upper, link.out))
                trunk.bottoms.append(self._top_x(link.lower, link.into))
        for wire in sorted(order.back):
            route, net = order.routes[wire], order.nets[wire]
            out, into = self.order.ends[wire]
            below = _trunk(gaps[self.row[route[0]]], net)
            below.tops.extend([self._bottom_x(route[0], out), self.x[route[1]]])
            above = _trunk(gaps[self.row[route[-1]] - 1], net)
            above.bottoms.extend([self._top_x(route[-1], into), self.x[route[-2]]])
        for gap in gaps:
            for net in gap:
                gap[net].close()
        return gaps

    def _stack(self) -> float:
        """The y of every row and gap; return the height of it all."""
        order = self.order
        y = 0.0
        for index in range(len(order.rows)):
            height = 0.0
            for slot in order.rows[index]:
                if slot < order.boxes:
                    height = max(height, self.sizes.boxes[slot].height)
            for slot in order.rows[index]:
                own = self.sizes.boxes[slot].height if slot < order.boxes else height
                self.y[slot] = y + ((height - own) / 2 if 2 * own >= height else 0.0)
            y += height
            if index < len(order.rows) - 1:
                self.gap_top[index] = y + self._label_room(index)
                y = self.gap_top[index] + self._gap_height(index)
        return y

    def _label_room(self, row: int) -> float:
        """What the labels below the boxes of a row need."""
        for slot in self.order.rows[row]:
            if slot < self.order.boxes:
                for port in self.order.bottoms[slot].order:
                    if self.sizes.labels.get((slot, port), 0.0) > 0:
                        return LABEL_HEIGHT
            elif row == 0 and self.sizes.labels.get((-1, slot - self.order.boxes), 0.0) > 0:
                return LABEL_HEIGHT
        return 0.0

    def _gap_height(self, row: int) -> float:
        trunks = self.gaps[row]
        if not trunks:
            border = row == 0 or row == len(self.order.rows) - 2
            return 0.0 if border else ROW_GAP
        tracks = assign([trunks[net] for net in sorted(trunks)])
        if tracks > 0:
            return TRACK_MARGIN + (tracks - 1) * TRACK_PITCH + ARROW_ROOM
        if row == len(self.order.rows) - 2:
            return BORDER_GAP / 2 + self._label_room(row) / 4
        return BORDER_GAP if row == 0 and self.order.inputs > 0 else ROW_GAP - (4.0 if self._label_room(row) else 0.0)

    def placed(self, width: float) -> Placed:
        """Everything found, as one value."""
        order = self.order
        first, last = order.boxes, order.boxes + order.inputs
        return Placed(
            width=width,
            height=self.height,
            boxes=tuple([(self.x[box], self.y[box]) for box in range(order.boxes)]),
            inputs=tuple([self.x[slot] for slot in range(first, last)]),
            outputs=tuple([self.x[slot] for slot in range(last, last + order.outputs)]),
            wires=tuple([self._points(wire) for wire in range(len(order.routes))]),
            labels=self._labels(),
        )

    def _points(self, wire: int) -> Tuple[Point, ...]:
        """The corners of one wire."""
        order, route, net = self.order, self.order.routes[wire], self.order.nets[wire]
        out, into = order.ends[wire]
        start, end = self._bottom_x(route[0], out), self._top_x(route[-1], into)
        back = wire in order.back
        stops = [(start, self.row[route[0]])]
        stops.extend([(self.x[slot], self.row[slot] - (1 if back else 0)) for slot in route[1:-1]])
        points = [(start, self.y[route[0]] + self._own_height(route[0]))]
        for index in range(len(stops)):
            x, gap = stops[index]
            following = stops[index + 1][0] if index + 1 < len(stops) else end
            if abs(x - following) >= STRAIGHT:
                y = self.gap_top[gap] + TRACK_MARGIN + self.gaps[gap][net].track * TRACK_PITCH
                points.append((x, y))
                points.append((following, y))
        points.append((end, self.y[route[-1]]))
        return tuple(points)

    def _own_height(self, slot: int) -> float:
        return self.sizes.boxes[slot].height if slot < self.order.boxes else 0.0

    def _labels(self) -> Dict[Tuple[int, int], Tuple[float, float, bool]]:
        """Each label beside its wire just below its box, on the right; that of a box's first of several ports on the left."""
        sides = label_sides(self.order)
        result: Dict[Tuple[int, int], Tuple[float, float, bool]] = {}
        for key in sorted(self.sizes.labels):
            box, port = key
            slot = self.order.boxes + port if box < 0 else box
            if self.sizes.labels[key] > 0 and (box < 0 or port in self.bottoms[box]):
                left = box >= 0 and sides[box][port]
                x = self._bottom_x(slot, port) + (-LABEL_GAP if left else LABEL_GAP)
                result[key] = (x, self.y[slot] + self._own_height(slot) + LABEL_HEIGHT - 4.0, left)
        return result


def _trunk(gap: Dict[int, Trunk], net: int) -> Trunk:
    """The trunk of `net` in a gap, made when it is new there."""
    if net not in gap:
        gap[net] = Trunk(net)
    return gap[net]
