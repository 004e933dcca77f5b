"""Phase 2: give every box a row, so that wires lead downwards and are short.

Before: it is known which wires run upwards (`acyclic`). After: each of these leads at least one row up, except from a
box to itself, and every other wire leads at least one row down. In each connected component the wires, with those from
and to the group's border, are as short in total as they can be (network simplex), but for those that let high boxes
stand side by side. Components stand side by side; if
that would be too wide, they are wrapped onto several shelves, like words onto lines.
"""

from __future__ import annotations

from math import ceil, sqrt
from typing import Dict, FrozenSet, List, NamedTuple, Tuple

from ...graph.closure import all_reached
from ..flat import BORDER, Flat
from .high_boxes import side_by_side
from .simplex import Arc, shortest_ranks

COLUMNS_PER_ROW = 0.62
"""How many columns a wrapped group has for each of its rows.

It is below 1 because a column is at least twice as wide as a row is high. Pictures become a little wider than high.
"""
FEWEST_COLUMNS = 10
"""A group of at most so many columns is never wrapped."""


class Ranks(NamedTuple):
    """The row of each box, and pairs (upper, lower) of boxes without wires that should stand above each other.

    Such boxes fill shelves. The pairs keep them in columns, like the cells of a table.
    """

    row: List[int]
    columns: List[Tuple[int, int]]


def ranks(flat: Flat, back: FrozenSet[int]) -> Ranks:
    """The rows of all boxes, from 0. Each connected component is solved by itself."""
    arcs = _arcs(flat, back)
    row = [0] * flat.boxes
    components = _components(flat.boxes, arcs)
    inner = {box: place for component in components for place, box in enumerate(component)}  # number in its component
    own: Dict[int, List[Arc]] = {component[0]: [] for component in components}
    first = {box: component[0] for component in components for box in component}
    for arc in arcs:  # both ends of an arc are in one component
        own[first[arc.tail]].append(Arc(inner[arc.tail], inner[arc.head], arc.weight))
    entered, left = _at_border(flat)
    for component in components:
        if len(component) > 1:  # a single box stays in row 0
            found = _rows(component, own[component[0]], entered, left)
            found = side_by_side(found, own[component[0]], [inner[box] for box in component if box in flat.high])
            for box, value in zip(component, found):
                row[box] = value
    return Ranks(row, _shelve(components, row))


def _at_border(flat: Flat) -> Tuple[Dict[int, int], Dict[int, int]]:
    """The boxes that are wired to the group's inputs, and those wired to its outputs, with the weight of these wires.

    Several wires from inputs add up; to outputs a box has the weight of one wire, however many lead there.
    """
    entered: Dict[int, int] = {}
    left: Dict[int, int] = {}
    for wire in flat.wires:
        if wire.source == BORDER and wire.target != BORDER:
            entered[wire.target] = min(8, entered.get(wire.target, 0) + 2)  # weights as in `_arcs`
        if wire.target == BORDER and wire.source != BORDER:
            left[wire.source] = 2
    return entered, left


def _rows(component: List[int], arcs: List[Arc], entered: Dict[int, int], left: Dict[int, int]) -> List[int]:
    """The rows of the boxes of one component, from 0.

    Two nodes are added for the group's border: `count` above all boxes and `count` + 1 below them. Wires from and to
    the border are arcs of these two, so that a box comes near the border that it is wired to. A box at the upper or
    lower end without such a wire gets an arc of weight 0, which only keeps it between the two.
    """
    count = len(component)
    heads, tails = {arc.head for arc in arcs}, {arc.tail for arc in arcs}
    bordered = list(arcs)
    for index, box in enumerate(component):
        if box in entered or index not in heads:
            bordered.append(Arc(count, index, entered.get(box, 0)))
        if box in left or index not in tails:
            bordered.append(Arc(index, count + 1, left.get(box, 0)))
    found = shortest_ranks(count + 2, bordered)[:count]
    lowest = min(found)  # 1 or more: the upper border has a rank too
    return [value - lowest for value in found]


def _arcs(flat: Flat, back: FrozenSet[int]) -> List[Arc]:
    """One arc for each pair of wired boxes, from the upper to the lower: wires that run upwards are reversed.

    A data wire weighs 2, another 1. The sum for a pair is limited to 8: a card with a hundred wires to another would
    otherwise outweigh all the rest of the group. Phases of a training step that no wire puts in order are put in order here.
    """
    weights: Dict[Tuple[int, int], int] = {}
    for index, wire in enumerate(flat.wires):
        if BORDER in (wire.source, wire.target) or wire.source == wire.target:
            continue
        pair = (wire.target, wire.source) if index in back else (wire.source, wire.target)
        weights[pair] = min(8, weights.get(pair, 0) + (2 if wire.weight else 1))
    for pair in flat.after:  # an order that no wire tells, directly or through other boxes, or contradicts
        if not _leads(weights, *pair) and not _leads(weights, *reversed(pair)):
            weights[pair] = 1
    return [Arc(tail, head, weight) for (tail, head), weight in sorted(weights.items())]


def _leads(weights: Dict[Tuple[int, int], int], start: int, end: int) -> bool:
    """Whether arcs lead from one box to another."""
    users: Dict[int, List[int]] = {}
    for tail, head in weights:
        users.setdefault(tail, []).append(head)
    return end in all_reached([start], users)


def _components(count: int, arcs: List[Arc]) -> List[List[int]]:
    """The boxes of each connected component, sorted; the components in the order of their first box."""
    neighbours: List[List[int]] = [[] for _ in range(count)]
    for arc in arcs:
        neighbours[arc.tail].append(arc.head)
        neighbours[arc.head].append(arc.tail)
    seen = [False] * count
    components = []
    for box in range(count):
        if not seen[box]:
            seen[box] = True
            found = [box]
            for member in found:  # grows while it is walked
                for other in neighbours[member]:
                    if not seen[other]:
                        seen[other] = True
                        found.append(other)
            components.append(sorted(found))
    return components


def _shelve(components: List[List[int]], row: List[int]) -> List[Tuple[int, int]]:
    """Fill shelves with components from left to right; return the pairs of single boxes that share a column.

    Every component was ranked from row 0. A component that does not fit on the shelf any more begins the next one, so
    its rows move down by the height of all shelves above.
    """
    shapes = []
    for component in components:
        counts: Dict[int, int] = {}
        for box in component:
            counts[row[box]] = counts.get(row[box], 0) + 1
        shapes.append((max(counts.values()), max(counts) + 1))  # columns and rows that the component takes
    area = sum(width * height for width, height in shapes)
    # With `widest` columns there are area / widest rows, so the square root makes their ratio COLUMNS_PER_ROW.
    widest = max([FEWEST_COLUMNS, ceil(sqrt(area * COLUMNS_PER_ROW)), *(width for width, _ in shapes)])
    columns: List[Tuple[int, int]] = []
    above: Dict[int, int] = {}  # column -> the single box that was last put there
    base = used = depth = 0
    for component, (width, height) in zip(components, shapes):
        if used + width > widest:
            base, used, depth = base + depth, 0, 0
        for box in component:
            row[box] += base
        if len(component) == 1:
            if used in above and row[above[used]] == base - 1:  # directly above: a shelf of one row lies there
                columns.append((above[used], component[0]))
            above[used] = component[0]
        used, depth = used + width, max(depth, height)
    return columns
