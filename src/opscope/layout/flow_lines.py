"""Cuts a wide drawing from left to right into lines of flow, one below the other: what `strips` does with columns, axes exchanged."""

from __future__ import annotations

from typing import TYPE_CHECKING, Iterator, List, Tuple

from .scene.items import Card
from .sizes.extents import SMALL_FONT, Frame
from .sizes.text_width import width
from .strips import BELOW_STACK, TIGHT_GAP, Occupied, Strip, free_heights

if TYPE_CHECKING:
    from .picture import Drawn, Inside

LINE_ASIDE = 4.0
"""Between the marks of a line and its left and right edge."""
NEAR = 1.0
"""The width of lines is found as near as this."""
EDGE = 3.0
"""Between them and its upper and lower edge."""


def flow_lines(root: "Drawn", most: int, *, whole_cards: bool = False, wide: float = 0.0) -> List[Strip]:
    """At most `most` lines of about the same width, the first one first; fewer if they are no wider than `wide`.

    Each is as high as its marks need. With `whole_cards` no open card is cut.
    """
    parts = list(_parts(root, whole_cards=whole_cards))
    turned = [Occupied(part.top, part.left, part.bottom, part.right, part.whole) for part in parts]
    right = max([part.right for part in parts], default=0.0) + LINE_ASIDE
    free = [*free_heights(turned, TIGHT_GAP), right]
    most = min(most, len(_filled(free, wide)))
    narrow, enough = 0.0, right + LINE_ASIDE
    while enough - narrow > NEAR:  # the least width of which so many lines are enough
        middle = (narrow + enough) / 2
        narrow, enough = (narrow, middle) if len(_filled(free, middle)) <= most else (middle, enough)
    ends = [-LINE_ASIDE, *_filled(free, enough)]
    return [_line(parts, begin, end) for begin, end in zip(ends, ends[1:])]


def _filled(free: List[float], wide: float) -> List[float]:
    """Where lines end that are filled up to a width, of the places that are free for a cut; wider where there is none in that width."""
    ends: List[float] = []
    begin = -LINE_ASIDE
    for place, after in zip(free, [*free[1:], float("inf")]):
        if after - begin > wide:
            ends.append(place)
            begin = place
    return ends


def _line(parts: List[Occupied], begin: float, end: float) -> Strip:
    """The line between two distances from the left edge, as high as its marks need."""
    shown = [part for part in parts if part.left < end and part.right > begin]
    top = min((part.top for part in shown), default=0.0) - EDGE
    bottom = max((part.bottom for part in shown), default=0.0) + EDGE
    return Strip(begin, top, end, bottom, is_line=True)


def _parts(root: "Drawn", *, whole_cards: bool) -> Iterator[Occupied]:
    """The rectangles of all marks and wires."""
    waiting: List[Tuple["Drawn", float, float]] = [(root, root.body.x, root.body.y)]
    while waiting:
        drawn, x, y = waiting.pop()
        if drawn is not root:
            yield from _marks(drawn, x, y, whole=whole_cards or drawn.inside is None)
        if drawn.inside is not None:
            left, top = x + drawn.inside.x, y + drawn.inside.y
            yield from _wires(drawn.inside, left, top)
            waiting += [(child, left + child.body.x, top + child.body.y) for child in drawn.inside.children]


def _marks(drawn: "Drawn", x: float, y: float, *, whole: bool) -> Iterator[Occupied]:
    """The rectangle of an item with all around it. An open card may be cut, but not what it says."""
    room = drawn.room or Frame(0.0, 0.0, drawn.body.width, drawn.body.height)
    yield Occupied(x + room.x, y + room.y, x + room.x + room.width, y + room.y + room.height + BELOW_STACK, whole=whole)
    if not whole and isinstance(drawn.item, Card) and drawn.inside is not None:
        wide = min(drawn.body.width, 240.0)
        yield Occupied(x, y, x + wide, y + drawn.inside.y, whole=True)


def _wires(inside: "Inside", left: float, top: float) -> Iterator[Occupied]:
    """The rectangles of wires, piece by piece, and of labels. Upright pieces are `whole`."""
    for path in inside.paths:
        for (a, b), (c, d) in zip(path.points, path.points[1:]):
            upright = abs(a - c) < 1.0
            grow = TIGHT_GAP if upright else 0.0
            yield Occupied(left + min(a, c) - grow, top + min(b, d), left + max(a, c) + grow, top + max(b, d), upright)
    for label in (*inside.labels, *inside.heads):
        wide = width(label.text, SMALL_FONT)
        start = left + label.x - (wide if label.left else 0.0)
        yield Occupied(start, top + label.y - 10, start + wide, top + label.y + 4, whole=True)
