"""Phase 6: put the ports of every box in order, so that its own wires do not cross just above or below it.

Before: rows in order and the straight links chosen. After: the ports of each box from left to right, and which of them its
axis runs through; ports of upward wires stand outermost on the side where these run; a fixed order is kept.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Dict, List, Tuple

from .align import places
from .flat import NO_PORTS, Ports

if TYPE_CHECKING:
    from .slots import Slotted

FAR = 1e9
"""The place of an upward wire, which turns beside the box: further than any other, to the left or to the right."""

Ends = Dict[int, List[float]]
"""For each port the places of its wires' other ends."""


def ports(slotted: Slotted, straight: List[int]) -> Tuple[Tuple[Ports, ...], Tuple[Ports, ...]]:
    """The ports at the top and at the bottom of each box."""
    count = slotted.flat.boxes
    place = places(slotted.rows)
    tops: List[Ends] = [{} for _ in range(count)]
    bottoms: List[Ends] = [{} for _ in range(count)]
    axes = {(slotted.links[index].upper, False): slotted.links[index].out for index in straight}
    axes.update({(slotted.links[index].lower, True): slotted.links[index].into for index in straight})
    for link in slotted.links:
        if link.net < 0:
            continue
        if link.upper < count:
            bottoms[link.upper].setdefault(link.out, []).append(place[link.lower])
        if link.lower < count:
            tops[link.lower].setdefault(link.into, []).append(place[link.upper])
    for wire, (source, *column, target) in slotted.returning():
        bottoms[source].setdefault(wire.out, []).append(FAR if place[source] < place[column[0]] else -FAR)
        tops[target].setdefault(wire.into, []).append(FAR if place[target] < place[column[-1]] else -FAR)
    fixed = slotted.flat.fixed
    return (
        tuple(_in_order(ends, axes.get((box, True), -1), fixed=box in fixed) for box, ends in enumerate(tops)),
        tuple(_in_order(ends, axes.get((box, False), -1), fixed=box in fixed) for box, ends in enumerate(bottoms)),
    )


def _in_order(ends: Ends, axis: int, *, fixed: bool) -> Ports:
    if not ends:
        return NO_PORTS
    order = sorted(ends) if fixed else sorted(ends, key=lambda port: (sum(ends[port]) / len(ends[port]), port))
    return Ports(tuple(order), order.index(axis) if axis in order else -1)
