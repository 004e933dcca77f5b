"""Phase 6: put the ports of every box in order, so that few of its own wires cross just above or below it.

Before: the rows are in order and the straight links are chosen. After: the ports of each box are sorted by the mean
place of the slots that their wires lead to, and the port of the straight link stands on the box's axis. A port with a
wire that runs upwards stands outermost, on the side where that wire passes the box.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Dict, List, Tuple

from ..flat import NO_PORTS, Ports
from .align import slot_places

if TYPE_CHECKING:
    from .slots import Slotted

FAR = 1_000_000_000
"""Stands for the place of a wire that runs upwards, which turns beside its box: further right than any slot.

Negative, it is further left.
"""

PortEnds = Dict[int, List[Tuple[int, int]]]
"""For each port the other ends of its wires: the slot's place in its row, and which port of that slot it is.

The second number decides between ports whose wires lead to the same slot.
"""


def ports(slotted: Slotted, straight: List[int]) -> Tuple[Tuple[Ports, ...], Tuple[Ports, ...]]:
    """The ports at the top and at the bottom of each box."""
    count = slotted.flat.boxes
    place = slot_places(slotted.rows)
    links = [link for link in slotted.links if link.net >= 0]
    # (box, whether at its top) -> the port whose link runs straight.
    axes = {(slotted.links[index].upper, False): slotted.links[index].out for index in straight}
    axes.update({(slotted.links[index].lower, True): slotted.links[index].into for index in straight})
    tops: List[PortEnds] = [{} for _ in range(count)]
    bottoms: List[PortEnds] = [{} for _ in range(count)]
    # The column of an upward wire stands right or left of its box, in the same row; it has no place in the next row.
    for wire, (source, *column, target) in slotted.returning():
        bottoms[source].setdefault(wire.out, []).append((FAR if place[source] < place[column[0]] else -FAR, 0))
        tops[target].setdefault(wire.into, []).append((FAR if place[target] < place[column[-1]] else -FAR, 0))
    for link in links:
        if link.upper < count:
            bottoms[link.upper].setdefault(link.out, []).append((place[link.lower], link.into))
    # The bottoms are sorted first, with the ports of the next row by number; the tops then follow the order found.
    below = [_in_order(ends, axes.get((box, False), -1)) for box, ends in enumerate(bottoms)]
    leaving = [{port: index for index, port in enumerate(each.order)} for each in below]
    for link in links:
        if link.lower < count:
            within = leaving[link.upper][link.out] if link.upper < count else 0
            tops[link.lower].setdefault(link.into, []).append((place[link.upper], within))
    above = [_in_order(ends, axes.get((box, True), -1)) for box, ends in enumerate(tops)]
    return tuple(above), tuple(below)


def _in_order(ends: PortEnds, axis: int) -> Ports:
    """Sort ports by the mean of their wires' ends; `axis` is the number of the straight port, -1 for none."""
    if not ends:
        return NO_PORTS
    order = sorted(ends, key=lambda port: (*_mean(ends[port]), port))
    return Ports(tuple(order), order.index(axis) if axis in order else -1)


def _mean(ends: List[Tuple[int, int]]) -> Tuple[float, float]:
    return sum([end[0] for end in ends]) / len(ends), sum([end[1] for end in ends]) / len(ends)
