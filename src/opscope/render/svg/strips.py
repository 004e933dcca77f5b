"""A tall drawing in columns side by side: where it can be cut without cutting a mark, and what each column shows."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING, Iterator, List, NamedTuple, Sequence, Tuple

from ...layout.scene.items import Box, Card
from ...layout.scene.labels import source_text
from ...layout.sizes.extents import (
    HEAT_BAR,
    HEAT_FONT,
    HEAT_GAP,
    HEAT_TEXT,
    NOTE_GAP,
    SMALL_FONT,
    STACK_STEP,
    behind,
    head_height,
    head_width,
)
from ...layout.sizes.text_width import width

if TYPE_CHECKING:
    from ...layout.picture import Drawn, Inside

LEAST_GAP = 8.0
"""A cut needs so many pixels free of marks."""
ROOM = 18.0
"""Between what a column shows and its edges."""
ABOVE = 10.0
"""... and above the first mark."""
BELOW_STACK = 5.0
"""Kept free beyond the cards that are seen behind a stack."""


class Occupied(NamedTuple):
    """A rectangle that holds a mark; one that is `whole` must not be cut, a piece of a wire or a card's side may be."""

    left: float
    top: float
    right: float
    bottom: float
    whole: bool


class Strip(NamedTuple):
    """A rectangle of the drawing, in the drawing's coordinates."""

    left: float
    top: float
    right: float
    bottom: float

    def shows(self, top: float, bottom: float) -> bool:
        """Whether anything between two heights is in the column."""
        return top < self.bottom and bottom > self.top


WHOLE_DRAWING = Strip(float("-inf"), float("-inf"), float("inf"), float("inf"))


def strips(root: "Drawn", most: int) -> List[Strip]:
    """At most so many columns of about one height, from left to right, each as wide as what it shows."""
    parts = list(_parts(root))
    first = root.inside.y - ABOVE if root.inside is not None else 0.0
    ends = [first, *_cuts(parts, root.body.height, most), root.body.height]
    return [_column(parts, top, bottom) for top, bottom in zip(ends, ends[1:])]


def _cuts(parts: Sequence[Occupied], height: float, most: int) -> List[float]:
    """The free heights nearest to equal columns."""
    free, bottom = [], 0.0
    for part in sorted((part for part in parts if part.whole), key=lambda part: part.top):
        if part.top - bottom >= LEAST_GAP and bottom:
            free.append((part.top + bottom) / 2)
        bottom = max(bottom, part.bottom)
    found: List[float] = []
    for number in range(1, most):
        wanted = height * number / most
        place = bisect_left(free, wanted)
        near = sorted(free[max(0, place - 1) : place + 1], key=lambda y: abs(y - wanted))
        if near and (not found or near[0] > found[-1]):
            found.append(near[0])
    return found


def _column(parts: Sequence[Occupied], top: float, bottom: float) -> Strip:
    shown = [part for part in parts if part.top < bottom and part.bottom > top]
    left = min((part.left for part in shown), default=0.0) - ROOM
    right = max((part.right for part in shown), default=0.0) + ROOM
    return Strip(left, top, right, bottom)


def _parts(root: "Drawn") -> Iterator[Occupied]:
    waiting: List[Tuple["Drawn", float, float]] = [(root, root.body.x, root.body.y)]
    while waiting:
        drawn, x, y = waiting.pop()
        if drawn is not root:
            yield _mark(drawn, x, y)
            if isinstance(drawn.item, Card) and drawn.item.source is not None:
                yield Occupied(x, y, x + drawn.body.width, y + head_height(drawn.item), whole=True)
        if drawn.inside is not None:
            left, top = x + drawn.inside.x, y + drawn.inside.y
            yield from _wires(drawn.inside, left, top)
            waiting += [(child, left + child.body.x, top + child.body.y) for child in drawn.inside.children]


def _mark(drawn: "Drawn", x: float, y: float) -> Occupied:
    """A box, a pill or a folded card with all that stands beside it; an open card's heading."""
    item, body = drawn.item, drawn.body
    left = x + min([0.0, *(chip.x for chip in drawn.chips)])
    top = y + min([0.0, *(chip.y for chip in drawn.chips)])
    right, bottom = x + body.width, y + max([body.height, *(chip.y + chip.height for chip in drawn.chips)])
    if isinstance(item, Box):
        note = item.heat.text if item.heat else item.note
        right += NOTE_GAP + width(note, SMALL_FONT) if note else 0.0
    elif isinstance(item, Card) and item.open:
        right, bottom = x + head_width(item, source_text(item.source)), y + head_height(item)
    elif isinstance(item, Card):
        heat = HEAT_GAP + HEAT_BAR + HEAT_TEXT + width(item.heat.text, HEAT_FONT) if item.heat else 0.0
        stack = BELOW_STACK + STACK_STEP * behind(item.repeat) if item.repeat > 1 else 0.0
        right, bottom = right + heat + stack, bottom + stack
    return Occupied(left, top, right, bottom, whole=True)


def _wires(inside: "Inside", left: float, top: float) -> Iterator[Occupied]:
    for path in inside.paths:
        for (a, b), (c, d) in zip(path.points, path.points[1:]):
            level = abs(b - d) < 1.0
            grow = LEAST_GAP if level else 0.0
            yield Occupied(
                left + min(a, c), top + min(b, d) - grow, left + max(a, c), top + max(b, d) + grow, whole=level
            )
    for label in inside.labels:
        wide = width(label.text, SMALL_FONT)
        start = left + label.x - (wide if label.left else 0.0)
        yield Occupied(start, top + label.y - 12, start + wide, top + label.y + 4, whole=True)
