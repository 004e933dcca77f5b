"""Phase 5: decide which links run straight down. Slots joined by straight links form a block: one vertical line.

Before: every row is in its final order. After: blocks do not cross, and come in an order from left to right.

Source: the vertical alignment of Brandes and Köpf, Fast and simple horizontal coordinate assignment, 2001. They align
each slot with the median of its neighbours, four times from the four corners, and average the four layouts. That was
tried: the main line bends by a few pixels wherever a side branch pulls. So here there is one alignment, which takes
links greedily by how much flow runs through them, and the main line is straight from end to end.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import Dict, List, Set, Tuple

from ..flat import Block
from .slots import COLUMN, Slotted


def straight_links(slotted: Slotted, flow: List[int]) -> List[int]:
    """The indices of the straight links: at most one above and one below each slot, and none crosses another."""
    place = slot_places(slotted.rows)
    # Below each row, the straight links so far as (place in the row, place in the next), sorted. As they do not cross,
    # both numbers increase along the list, so a new link need only be compared with its two neighbours in it.
    lines: List[List[Tuple[int, int]]] = [[] for _ in slotted.rows]
    taken_below: Set[int] = set()
    taken_above: Set[int] = set()
    chosen = []
    for index in _by_merit(slotted, flow, place):
        link = slotted.links[index]
        if link.upper in taken_below or link.lower in taken_above:
            continue
        line = lines[slotted.row[link.upper]]
        pair = (place[link.upper], place[link.lower])
        at = bisect_left(line, pair)
        # It would cross a link on its left or on its right, or end where that ends.
        if (at and line[at - 1][1] >= pair[1]) or (at < len(line) and line[at][1] <= pair[1]):
            continue
        line.insert(at, pair)
        taken_below.add(link.upper)
        taken_above.add(link.lower)
        chosen.append(index)
    return chosen


def slot_places(rows: List[List[int]]) -> List[int]:
    """The place of each slot in its row."""
    result = [0] * sum(len(row) for row in rows)
    for row in rows:
        for place, slot in enumerate(row):
            result[slot] = place
    return result


def _by_merit(slotted: Slotted, flow: List[int], place: List[int]) -> List[int]:
    """The links in the order in which they may become straight.

    Data goes before control, more flow before less. Between links of one slot with equal flow, the middle one goes
    first: a box looks best centred above what it feeds.
    """
    weight: Dict[int, int] = {COLUMN: -1}  # net -> 1 if it has a data wire, else 0; what is not drawn comes last
    for wire, net in zip(slotted.flat.wires, slotted.nets):
        weight[net] = max(weight.get(net, 0), min(1, wire.weight))
    # (slot, whether the links are below it, flow) -> where those links lead, as sorted places.
    rivals: Dict[Tuple[int, bool, int], List[int]] = {}
    for index, link in enumerate(slotted.links):
        rivals.setdefault((link.upper, True, flow[index]), []).append(place[link.lower])
        rivals.setdefault((link.lower, False, flow[index]), []).append(place[link.upper])
    for ends in rivals.values():
        ends.sort()

    def middle(key: Tuple[int, bool, int], end: int) -> float:
        """How far from the middle a link is among its rivals; 0 is the middle one."""
        ends = rivals[key]
        return abs(bisect_left(ends, end) - (len(ends) - 1) / 2)

    def merit(index: int) -> Tuple[float, ...]:
        link = slotted.links[index]
        off = middle((link.upper, True, flow[index]), place[link.lower])
        off += middle((link.lower, False, flow[index]), place[link.upper])
        return (-weight[link.net], -flow[index], off, index)

    return sorted(range(len(slotted.links)), key=merit)


def blocks(slotted: Slotted, straight: List[int]) -> List[Block]:
    """The runs of slots joined by the `straight` links; a block comes after every block that stands left of it."""
    joint = {slotted.links[index].upper: index for index in straight}
    joined = {slotted.links[index].lower for index in straight}
    runs: List[Block] = []
    owner = [0] * len(slotted.row)
    # A block begins at each slot without a straight link above it.
    for head in (slot for row in slotted.rows for slot in row if slot not in joined):
        slots, links = [head], []
        while slots[-1] in joint:
            links.append(joint[slots[-1]])
            slots.append(slotted.links[links[-1]].lower)
        for slot in slots:
            owner[slot] = len(runs)
        runs.append(Block(tuple(slots), tuple(links)))
    return [runs[index] for index in _left_to_right(slotted.rows, owner, len(runs))]


def _left_to_right(rows: List[List[int]], owner: List[int], count: int) -> List[int]:
    """A topological order of the blocks by "stands left of"; there is no cycle, because blocks do not cross.

    `owner` is the block of each slot.
    """
    right: List[List[int]] = [[] for _ in range(count)]
    waiting = [0] * count
    for row in rows:
        for slot, following in zip(row, row[1:]):
            right[owner[slot]].append(owner[following])
            waiting[owner[following]] += 1
    ready = [block for block in range(count) if not waiting[block]]
    for block in ready:  # grows while it is walked
        for other in right[block]:
            waiting[other] -= 1
            if not waiting[other]:
                ready.append(other)
    return ready
