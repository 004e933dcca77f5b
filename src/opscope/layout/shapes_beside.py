"""Puts the shape that a row gives on the row's own line, behind its name, in a drawing with little room: below it there is only an arrow then."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Dict, Iterator, Mapping, Sequence, Tuple

from .picture import Label
from .place.spacing import WIRE_GAP
from .scene.items import Card, ChainRow, Pill
from .sizes.extents import SMALL_FONT
from .sizes.row_sizes import NAME_GAP
from .sizes.text_width import width

if TYPE_CHECKING:
    from .flat import Order, Placed
    from .sizes.extents import Extents

_TYPE = re.compile(r"(?:(?:[a-z]+\d+|bool|string) )?\([^()]*\)")
"""A label that says nothing but a type. What a tensor is for is said where its wire begins."""
_TEXT_DROP = 4.0
"""From the middle of a row down to the base line of such a shape."""


def shapes_beside(card: Card, order: Order, texts: Mapping[Tuple[int, int], str]) -> Dict[Tuple[int, int], str]:
    """The labels of wires in a card that stand behind what gives them, by (box, port).

    One does if what gives it is a row or an oval that gives nothing else, with nothing behind it at its height, and if no other label
    stands below: the gap would be as high for that. `texts` has all labels.
    """
    found: Dict[Tuple[int, int], str] = {}
    for slots in order.rows:
        boxes = [slot for slot in slots if slot < order.boxes]
        below = [(box, port) for box in boxes for port in order.bottoms[box].order if (box, port) in texts]
        if len(below) != 1 or below[0][0] != boxes[-1] or len(order.bottoms[boxes[-1]].order) != 1:
            continue
        if isinstance(card.children[boxes[-1]], (ChainRow, Pill)) and _TYPE.fullmatch(texts[below[0]]):
            found[below[0]] = texts[below[0]]
    return found


def in_room(
    wanted: Mapping[Tuple[int, int], str], measures: Sequence[Extents], placed: Placed, more: float
) -> Dict[Tuple[int, int], str]:
    """Those of the shapes for which a group has room where it was placed without them, or would be wider by no more than `more`."""
    found: Dict[Tuple[int, int], str] = {}
    for (box, port), text in wanted.items():
        x, y = placed.boxes[box]
        begin, middle = x + measures[box].size.right, y + measures[box].size.height / 2
        end = begin + NAME_GAP + width(text, SMALL_FONT)
        passed = any(begin <= at <= end + WIRE_GAP for at in _passing(placed, middle))
        if end <= placed.width + more and (more or not passed):
            found[box, port] = text
    return found


def _passing(placed: Placed, y: float) -> Iterator[float]:
    """Where wires pass a height."""
    for wire in placed.wires:
        yield from (a for (a, b), (c, d) in zip(wire, wire[1:]) if a == c and min(b, d) <= y <= max(b, d))


def shape_behind(text: str, measure: Extents, at: Tuple[float, float]) -> Label:
    """A shape behind an item that is measured so, and whose axis and top are `at`."""
    return Label(at[0] + measure.size.right + NAME_GAP, at[1] + measure.size.height / 2 + _TEXT_DROP, text, left=False)
