"""Placing, step 1: where the ports of each box are, and how far each slot reaches left and right of its axis.

Before: an order and sizes. After: each port of each box has an offset from the box's axis; the straight one stands on
the axis, unless the layout inside the box has put it elsewhere.
"""

from __future__ import annotations

from math import floor
from typing import TYPE_CHECKING, Dict, List, Tuple

from .spacing import LABEL_GAP, PORT_MARGIN, PORT_PITCH, WIRE_ROOM

if TYPE_CHECKING:
    from ..flat import Order, Ports, Size, Sizes

Offsets = List[Dict[int, float]]
"""For each box, port number -> offset of the port from the box's axis, in pixels to the right."""


def port_offsets(order: Order, sizes: Sizes) -> Tuple[Offsets, Offsets]:
    """The offsets of the ports at the top and at the bottom of every box."""
    tops: Offsets = []
    bottoms: Offsets = []
    for box in range(order.boxes):
        size = sizes.boxes[box]
        tops.append(_given(order.tops[box], size.tops) if size.tops is not None else _spread(order.tops[box], size))
        bottoms.append(
            _given(order.bottoms[box], size.bottoms) if size.bottoms is not None else _spread(order.bottoms[box], size)
        )
    return tops, bottoms


def _given(ports: Ports, places: Tuple[float, ...]) -> Dict[int, float]:
    return {port: places[port] for port in ports.order}


def _spread(ports: Ports, size: Size) -> Dict[int, float]:
    """Ports side by side with the straight one on the axis, or else centred on it.

    They stand `PORT_PITCH` apart. If the body is too narrow for that, they stand as far apart as it has room for, in
    quarters of a pixel.
    """
    count = len(ports.order)
    room = size.half - PORT_MARGIN
    # `side`: how many ports stand on the fuller side of the axis. `middle`: which position stands on the axis.
    if ports.axis >= 0:
        side = float(max(ports.axis, count - 1 - ports.axis))
        middle = float(ports.axis)
    else:
        side = (count - 1) / 2
        middle = (count - 1) / 2
    pitch = PORT_PITCH
    if side > 0 and room / side < pitch:
        pitch = floor(4 * room / side) / 4
    result: Dict[int, float] = {}
    for index in range(count):
        # floor(x + 0.5), because Python's round and JavaScript's differ at halves
        result[ports.order[index]] = floor((index - middle) * pitch + 0.5)
    return result


def label_sides(order: Order) -> List[Dict[int, bool]]:
    """For each box, port at its bottom -> whether its label stands left of the trunk.

    It does at the first of several ports; all other labels stand on the right.
    """
    result: List[Dict[int, bool]] = []
    for box in range(order.boxes):
        sides: Dict[int, bool] = {}
        count = len(order.bottoms[box].order)
        for index in range(count):
            sides[order.bottoms[box].order[index]] = index == 0 and count > 1
        result.append(sides)
    return result


def reaches(order: Order, sizes: Sizes, bottoms: Offsets, slots: int) -> Tuple[List[float], List[float]]:
    """How far each slot reaches to the left and to the right of its axis, with the labels below it."""
    left = [WIRE_ROOM] * slots
    right = [WIRE_ROOM] * slots
    sides = label_sides(order)
    for box in range(order.boxes):
        left[box] = sizes.boxes[box].left
        right[box] = sizes.boxes[box].right
        for port in order.bottoms[box].order:
            label = sizes.labels.get((box, port), 0.0)
            if label > 0:
                if sides[box][port]:
                    left[box] = max(left[box], label + LABEL_GAP - bottoms[box][port])
                else:
                    right[box] = max(right[box], label + LABEL_GAP + bottoms[box][port])
    for port in range(order.inputs):
        label = sizes.labels.get((-1, port), 0.0)
        if label > 0:
            right[order.boxes + port] = label + LABEL_GAP
    return left, right
