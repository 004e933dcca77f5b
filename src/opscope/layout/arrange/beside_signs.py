"""Between phases 4 and 5: skip connections pass on the left of what they skip, and enter the sign where they end from its side.

All rows of an overview begin at one place, and reach to the right as far as what they say: left of them a skip connection is short, however long they
are, and nothing stands between it and the sign, which comes first in its row.

Before: the rows are in order. After: no wires cross that did not before.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from typing import TYPE_CHECKING, Dict, FrozenSet, List, Sequence, Tuple

from .align import slot_places

if TYPE_CHECKING:
    from .slots import Slotted


def skips_on_the_left(slotted: Slotted) -> None:
    """Put the channels of wires that pass rows on their way to a sign first in these rows, unless more wires cross then.

    The longest wires come last, and so stand outermost.
    """
    flat = slotted.flat
    into: Dict[int, List[int]] = {}
    for wire, each in enumerate(flat.wires):
        if each.target in flat.signs and wire not in slotted.back:
            into.setdefault(each.target, []).append(wire)
    lengths = {wire: len(slotted.routes[wire]) for wires in into.values() for wire in wires}
    skips = [
        wire
        for wires in into.values()
        for wire in wires
        if lengths[wire] > max(2, min(lengths[other] for other in wires))
    ]
    for wire in sorted(skips, key=lambda each: (lengths[each], each)):
        passing = set(slotted.routes[wire][1:-1])
        moved = [
            [slot for slot in row if slot in passing] + [slot for slot in row if slot not in passing]
            for row in slotted.rows
        ]
        if moved != slotted.rows and _crossings(slotted, moved) <= _crossings(slotted, slotted.rows):
            slotted.rows[:] = moved


def entered_aside(slotted: Slotted, straight: Sequence[int]) -> FrozenSet[int]:
    """The links that may enter a sign from its side: on each side one, the outermost, beside the straight one. Placing sees whether there is room."""
    place = slot_places(slotted.rows)
    axes = {slotted.links[index].lower: slotted.links[index].upper for index in straight}
    wired: Dict[int, List[Tuple[int, int]]] = {}
    for index, link in enumerate(slotted.links):
        if link.lower in slotted.flat.signs and link.net >= 0:
            wired.setdefault(link.lower, []).append((place[link.upper], index))
    found = set()
    for sign, entering in wired.items():
        if sign not in axes:
            continue
        first, last = min(entering), max(entering)
        if first[0] < place[axes[sign]]:
            found.add(first[1])
        if sign in slotted.flat.ended and last[0] > place[axes[sign]]:
            found.add(last[1])
    return frozenset(found)


def _crossings(slotted: Slotted, rows: List[List[int]]) -> int:
    """How many pairs of links cross with the slots in this order."""
    place = slot_places(rows)
    below: List[List[Tuple[int, int]]] = [[] for _ in rows]
    for link in slotted.links:
        below[slotted.row[link.upper]].append((place[link.upper], place[link.lower]))
    found = 0
    for links in below:
        ends: List[int] = []
        for _, end in sorted(links):
            found += len(ends) - bisect_right(ends, end)
            insort(ends, end)
    return found
