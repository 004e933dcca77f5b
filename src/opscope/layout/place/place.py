"""Placing one group: coordinates from its order and the sizes of its boxes.

Opening a card changes sizes but no order, so in the page placing runs again at each click. It therefore exists twice,
here and in `viewer/src/place/`. It is written in simple loops that read the same in both languages, and each sum is
added up in a given order, so that both find the same doubles. `docs/layout.md` specifies it step by step; golden files
pin both.
"""

from __future__ import annotations

from typing import Dict, List, Optional, Tuple

from ..flat import Link, Order, Placed, Point, Sizes
from .columns import columns
from .offsets import Offsets, label_sides, port_offsets, reaches
from .route import Trunk, assign
from .slide import Slide
from .spacing import LABEL_GAP, STRAIGHT, WIRE_ROOM

SIDE_LEAST = 14.0
"""A wire that enters a sign from its side comes down at least so far from it: there is room for a corner and the arrow head."""


def place(order: Order, sizes: Sizes) -> Placed:
    """The coordinates of the boxes, border ports and wires of one group.

    Before: `order` is what `layered.arrange` found for the group, and `sizes` has a size for each of its boxes. After:
    boxes of a row do not overlap, nor do they touch the channels of passing wires. Where a wire runs sideways, it does
    so on a track in the gap between two rows.
    """
    tops, bottoms = port_offsets(order, sizes)
    slots = sum([len(row) for row in order.rows])
    left, right = reaches(order, sizes, bottoms, slots)
    half = [size.half for size in sizes.boxes] + [0.0] * (slots - order.boxes)
    x, width = columns(order, half, tops, bottoms, left, right)
    Slide(order, sizes, tops, bottoms, x).run(left, right)  # changes `tops` and `bottoms`
    return _Rows(order, sizes, tops, bottoms, x).placed(width)


class _Rows:
    """Steps 4 to 6: the y of the rows, and the wires in the gaps between them. Gap `i` is the one below row `i`.

    The constructor finds everything; `placed` gives it out.
    """

    def __init__(self, order: Order, sizes: Sizes, tops: Offsets, bottoms: Offsets, x: List[float]) -> None:
        self.order, self.sizes, self.tops, self.bottoms, self.x = order, sizes, tops, bottoms, x
        self.heights = sizes.heights
        self.row = [0] * len(x)
        for index in range(len(order.rows)):
            for slot in order.rows[index]:
                self.row[slot] = index
        self.aside = self._entered_aside()
        self.gaps = self._trunks()
        self.gap_top = [0.0] * (len(order.rows) - 1)
        self.feet = [0.0] * len(order.rows)
        self.y = [0.0] * len(x)
        self.height = self._stack()

    def _top_x(self, slot: int, port: int) -> float:
        return self.x[slot] + (self.tops[slot].get(port, 0.0) if slot < self.order.boxes else 0.0)

    def _bottom_x(self, slot: int, port: int) -> float:
        return self.x[slot] + (self.bottoms[slot].get(port, 0.0) if slot < self.order.boxes else 0.0)

    def _entered_aside(self) -> Dict[Link, float]:
        """The links that enter a sign from its side -> the x of that side.

        Such a link comes straight down beside the sign, nearer to it than all else in the row. If it is too near for that, it enters from above
        as others do. The page has no signs.
        """
        found: Dict[Link, float] = {}
        for index in sorted(self.order.aside):
            link = self.order.links[index]
            x, sign = self._bottom_x(link.upper, link.out), self.x[link.lower]
            size = self.sizes.boxes[link.lower]
            side = sign - size.left if x < sign else sign + size.right
            away = (
                side - x if x < sign else x - side
            )  # negative where the wire comes down onto the sign or onto what stands behind it
            if away >= SIDE_LEAST and self._is_free(link.lower, -1 if x < sign else 1, x):
                found[link] = side
        return found

    def _is_free(self, sign: int, side: int, x: float) -> bool:
        """Whether nothing stands between a sign and an x on one side of it."""
        row = self.order.rows[self.row[sign]]
        place = row.index(sign)
        for slot in row[:place] if side < 0 else row[place + 1 :]:
            size = self.sizes.boxes[slot] if slot < self.order.boxes else None
            if side < 0 and self.x[slot] + (size.right if size else 0.0) > x - WIRE_ROOM:
                return False
            if side > 0 and self.x[slot] - (size.left if size else 0.0) < x + WIRE_ROOM:
                return False
        return True

    def _trunks(self) -> List[Dict[int, Trunk]]:
        """For each gap the trunks in it, by net, with the x of their ends above and below. They have no tracks yet."""
        order = self.order
        gaps: List[Dict[int, Trunk]] = [{} for _ in range(len(order.rows) - 1)]
        for link in order.links:
            if link.net >= 0 and link not in self.aside:
                trunk = _trunk(gaps[self.row[link.upper]], link.net)
                trunk.tops.append(self._bottom_x(link.upper, link.out))
                trunk.bottoms.append(self._top_x(link.lower, link.into))
        # A wire that runs upwards turns in the gap below its source and in the gap above its target. No link stands for
        # a turn, and both its ends are on the same side of the gap.
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
        """Find the y of every slot and gap, from the top down; return the height of it all."""
        order = self.order
        y = 0.0
        for index in range(len(order.rows)):
            height = 0.0
            for slot in order.rows[index]:
                if slot < order.boxes:
                    height = max(height, self.sizes.boxes[slot].height)
            for slot in order.rows[index]:
                own = self.sizes.boxes[slot].height if slot < order.boxes else height
                # In the middle of the row; a box less than half as high as the row at its top.
                self.y[slot] = y + ((height - own) / 2 if 2 * own >= height else 0.0)
            y += height
            if index < len(order.rows) - 1:
                trunks = self.gaps[index]
                tracks = assign([trunks[net] for net in sorted(trunks)]) if trunks else 0  # gives trunks their tracks
                label = self._label_room(index, tracks)
                self.feet[index] = self._foot(index, straight=tracks == 0 and label == 0)
                self.gap_top[index] = y + self.feet[index] + label
                y = self.gap_top[index] + self._gap_height(index, tracks, label)
        return y

    def _foot(self, row: int, *, straight: bool) -> float:
        """The room right below a row in which wires run aside to where they go down."""
        feet = [self.sizes.boxes[slot].foot for slot in self.order.rows[row] if slot < self.order.boxes]
        low = max(feet, default=0.0) * (1.0 + self.heights.foot_more)
        return low * min(self.heights.foot_more, 1.0) if straight else low

    def _label_room(self, row: int, tracks: int) -> float:
        """The height that the labels below a row need; for the first row, those at the group's inputs."""
        if self.sizes.spans:  # a drawing from left to right, which the page does not have
            return self._longest(row)
        need = self.heights.label_height if tracks > 0 else self.heights.label_aside
        for slot in self.order.rows[row]:
            if slot < self.order.boxes:
                for port in self.order.bottoms[slot].order:
                    if self.sizes.labels.get((slot, port), 0.0) > 0:
                        return need
            elif row == 0 and self.sizes.labels.get((-1, slot - self.order.boxes), 0.0) > 0:
                return need
        return 0.0

    def _longest(self, row: int) -> float:
        """How far the labels of a row reach towards the next one."""
        slots = self.order.rows[row]
        keys = [(slot, port) for slot in slots if slot < self.order.boxes for port in self.order.bottoms[slot].order]
        keys += [(-1, slot - self.order.boxes) for slot in slots if row == 0 and slot >= self.order.boxes]
        return max([self.sizes.spans.get(key, 0.0) for key in keys], default=0.0)

    def _gap_height(self, row: int, tracks: int, label: float) -> float:
        """The height of the gap below a row without its labels, which need `label`."""
        heights = self.heights
        if not self.gaps[row]:
            border = row == 0 or row == len(self.order.rows) - 2
            return 0.0 if border else heights.row_gap
        if tracks > 0:  # there is one pitch less than there are tracks
            return heights.track_margin + (tracks - 1) * heights.track_pitch + heights.arrow_room
        # All wires run straight: the gap is fixed, but for a little that labels above it change.
        if row == len(self.order.rows) - 2:
            return heights.border_gap / 2 + label / 4
        return heights.border_gap if row == 0 and self.order.inputs > 0 else heights.row_gap - (4.0 if label else 0.0)

    def placed(self, width: float) -> Placed:
        """The coordinates that were found."""
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
        """The corners of one wire, from its source to its target.

        A stop is an x that the wire has when it enters a gap, and the number of that gap: at its source, then at each
        slot of its route. A wire that runs upwards comes from below, so that it enters the gap above the slot's row.
        """
        order, route, net = self.order, self.order.routes[wire], self.order.nets[wire]
        out, into = order.ends[wire]
        start, end = self._bottom_x(route[0], out), self._top_x(route[-1], into)
        back = wire in order.back
        stops = [(start, self.row[route[0]])]
        stops.extend([(self.x[slot], self.row[slot] - (1 if back else 0)) for slot in route[1:-1]])
        points = [(start, self.y[route[0]] + self._own_height(route[0]))]
        side = self._side(wire)
        last = stops.pop() if side is not None else (0.0, 0)
        for index in range(len(stops)):
            x, gap = stops[index]
            following = stops[index + 1][0] if index + 1 < len(stops) else end if side is None else last[0]
            if abs(x - following) >= STRAIGHT:  # sideways, on the trunk's track
                y = self.gap_top[gap] + self.heights.track_margin + self.gaps[gap][net].track * self.heights.track_pitch
                points.append((x, y))
                points.append((following, y))
        if side is not None:
            middle = self.y[route[-1]] + self._own_height(route[-1]) / 2
            return (*points, (last[0], middle), (side, middle))
        points.append((end, self.y[route[-1]]))
        return tuple(points)

    def _side(self, wire: int) -> Optional[float]:
        """The x of the side where a wire enters a sign, ``None`` for one that enters its target from above.

        Of two wires between the same two slots one may enter from the side and the other from above: they end on two ports.
        """
        if wire in self.order.back or not self.aside:
            return None
        upper, lower = self.order.routes[wire][-2:]
        out = self.order.ends[wire][0] if len(self.order.routes[wire]) == 2 and upper < self.order.boxes else 0
        return self.aside.get(Link(upper, out, lower, self.order.ends[wire][1], self.order.nets[wire]))

    def _own_height(self, slot: int) -> float:
        return self.sizes.boxes[slot].height if slot < self.order.boxes else 0.0

    def _labels(self) -> Dict[Tuple[int, int], Tuple[float, float, bool]]:
        """Each label stands just below its box, right of its wire; at the first of several ports, left of it."""
        sides = label_sides(self.order)
        result: Dict[Tuple[int, int], Tuple[float, float, bool]] = {}
        for key in sorted(self.sizes.labels):
            box, port = key
            slot = self.order.boxes + port if box < 0 else box
            if self.sizes.labels[key] > 0 and (box < 0 or port in self.bottoms[box]):
                left = box >= 0 and sides[box][port]
                x = self._bottom_x(slot, port) + (-LABEL_GAP if left else LABEL_GAP)
                base = self.y[slot] + self._own_height(slot) + self.feet[self.row[slot]] + self.heights.label_base
                result[key] = (x, base, left)
        return result


def _trunk(gap: Dict[int, Trunk], net: int) -> Trunk:
    """The trunk of `net` in a gap, made when it is new there."""
    if net not in gap:
        gap[net] = Trunk(net)
    return gap[net]
