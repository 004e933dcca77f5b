"""Phase 2: give every box a row, so that wires lead downwards and are short; wrap what would be too wide.

Before: the wires that run upwards are known (`acyclic`). After: every other wire leads at least one row down; those from and to
the group's border count when wires are made short; what is not connected stands side by side, on as many shelves as the aspect asks for.
"""

from __future__ import annotations

from math import ceil, sqrt
from typing import Dict, FrozenSet, List, NamedTuple, Tuple

from ..flat import BORDER, Flat
from .simplex import Arc, shortest_ranks

COLUMNS_PER_ROW = 0.62
"""Shelves are this many times as many columns wide as rows high: boxes are wide and low, pictures a little wider than high."""
FEWEST_COLUMNS = 10
"""A group that is no wider than this is never wrapped."""


class Ranks(NamedTuple):
    """The row of each box, and pairs (upper, lower) of unconnected boxes that stand in one column of a shelf."""

    row: List[int]
    columns: List[Tuple[int, int]]


def ranks(flat: Flat, back: FrozenSet[int]) -> Ranks:
    """The rows of all boxes, from 0."""
    arcs = _arcs(flat, back)
    row = [0] * flat.boxes
    components = _components(flat.boxes, arcs)
    inner = {box: place for component in components for place, box in enumerate(component)}
    own: Dict[int, List[Arc]] = {component[0]: [] for component in components}
    first = {box: component[0] for component in components for box in component}
    for arc in arcs:
        own[first[arc.tail]].append(Arc(inner[arc.tail], inner[arc.head], arc.weight))
    entered, left = _at_border(flat)
    for component in components:
        if len(component) > 1:
            found = _rows(component, own[component[0]], entered, left)
            for box, value in zip(component, found):
                row[box] = value
    return Ranks(row, _shelve(components, row))


def _at_border(flat: Flat) -> Tuple[Dict[int, int], Dict[int, int]]:
    """The boxes that wires from the group's inputs enter, and those that wires to its outputs leave, with their weights."""
    entered: Dict[int, int] = {}
    left: Dict[int, int] = {}
    for wire in flat.wires:
        if wire.source == BORDER and wire.target != BORDER:
            entered[wire.target] = min(8, entered.get(wire.target, 0) + 2)
        if wire.target == BORDER and wire.source != BORDER:
            left[wire.source] = 2
    return entered, left


def _rows(component: List[int], arcs: List[Arc], entered: Dict[int, int], left: Dict[int, int]) -> List[int]:
    """The rows of connected boxes; the group's border, above and below them all, draws those that are wired to it."""
    count = len(component)
    heads, tails = {arc.head for arc in arcs}, {arc.tail for arc in arcs}
    bordered = list(arcs)
    for index, box in enumerate(component):
        if box in entered or index not in heads:
            bordered.append(Arc(count, index, entered.get(box, 0)))
        if box in left or index not in tails:
            bordered.append(Arc(index, count + 1, left.get(box, 0)))
    found = shortest_ranks(count + 2, bordered)[:count]
    lowest = min(found)
    return [value - lowest for value in found]


def _arcs(flat: Flat, back: FrozenSet[int]) -> List[Arc]:
    """One arc for each pair of connected boxes, upper first; a data wire weighs twice a control wire."""
    weights: Dict[Tuple[int, int], int] = {}
    for index, wire in enumerate(flat.wires):
        if BORDER in (wire.source, wire.target) or wire.source == wire.target:
            continue
        pair = (wire.target, wire.source) if index in back else (wire.source, wire.target)
        weights[pair] = min(8, weights.get(pair, 0) + (2 if wire.weight else 1))
    return [Arc(tail, head, weight) for (tail, head), weight in sorted(weights.items())]


def _components(count: int, arcs: List[Arc]) -> List[List[int]]:
    """The boxes of each connected component, both in the order of their lowest box."""
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
            for member in found:
                for other in neighbours[member]:
                    if not seen[other]:
                        seen[other] = True
                        found.append(other)
            components.append(sorted(found))
    return components


def _shelve(components: List[List[int]], row: List[int]) -> List[Tuple[int, int]]:
    """Move components down onto shelves where one row would be too wide; return the pairs that share a column."""
    shapes = []
    for component in components:
        counts: Dict[int, int] = {}
        for box in component:
            counts[row[box]] = counts.get(row[box], 0) + 1
        shapes.append((max(counts.values()), max(counts) + 1))
    area = sum(width * height for width, height in shapes)
    widest = max([FEWEST_COLUMNS, ceil(sqrt(area * COLUMNS_PER_ROW)), *(width for width, _ in shapes)])
    columns: List[Tuple[int, int]] = []
    above: Dict[int, int] = {}
    base = used = depth = 0
    for component, (width, height) in zip(components, shapes):
        if used + width > widest:
            base, used, depth = base + depth, 0, 0
        for box in component:
            row[box] += base
        if len(component) == 1:
            if used in above and row[above[used]] == base - 1:
                columns.append((above[used], component[0]))
            above[used] = component[0]
        used, depth = used + width, max(depth, height)
    return columns
