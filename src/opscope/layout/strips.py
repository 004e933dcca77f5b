"""Cuts a tall drawing into columns side by side: finds where no mark would be cut, and what each column shows."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING, Iterator, List, NamedTuple, Sequence, Tuple

from .density import TIGHT
from .scene.items import Box, Card, ChainRow
from .scene.labels import source_text
from .sizes.extents import (
    HEAT_BAR,
    HEAT_FONT,
    HEAT_GAP,
    HEAT_TEXT,
    NOTE_GAP,
    SMALL_FONT,
    head_height,
    head_width,
    seen_behind,
)
from .sizes.row_sizes import beside_width
from .sizes.text_width import width

if TYPE_CHECKING:
    from .picture import Drawn, Inside

LEAST_GAP, TIGHT_GAP = 8.0, 2.0
"""How many pixels have to be free of marks for a cut; in a tight drawing."""
LINE_ABOVE, LETTERS = 12.0, 8.5
"""From the base line of a label up to what is kept free above it; to its letters, in a tight drawing."""
ROOM, TIGHT_ROOM = 18.0, 13.0
"""Between the marks of a column and its left and right edge; in a tight drawing."""
ABOVE, TIGHT_ABOVE = 10.0, 4.0
"""Between the first mark and the upper edge, besides what the root keeps free; in a tight drawing."""
TIGHT_BELOW = 3.0
"""Between the last mark of a tight drawing and the lower edge."""
BELOW_STACK = 5.0
"""Kept free below and right of the cards that are seen behind a stack."""


class Occupied(NamedTuple):
    """A rectangle that a mark takes. If it is `whole`, it must not be cut; an upright piece of a wire may be."""

    left: float
    top: float
    right: float
    bottom: float
    whole: bool


class Strip(NamedTuple):
    """The rectangle of the drawing that one column shows, in the drawing's coordinates."""

    left: float
    top: float
    right: float
    bottom: float
    is_line: bool = False
    """Whether it is a line of flow, one of several below each other that a drawing from left to right is cut into."""

    def shows(self, begin: float, end: float) -> bool:
        """Whether the column shows any of what lies between two heights; a line: between two distances from the left edge."""
        return begin < self.right and end > self.left if self.is_line else begin < self.bottom and end > self.top


WHOLE_DRAWING = Strip(float("-inf"), float("-inf"), float("inf"), float("inf"))
"""The only column of a drawing that is not cut."""


def strips(root: "Drawn", most: int, *, whole_cards: bool = False, tight: bool = False) -> List[Strip]:
    """At most `most` columns, from left to right, of about the same height. Each is as wide as its marks need.

    With `whole_cards` no open card is cut. A `tight` drawing has little room between its rows, with labels in it.
    """
    gap, room, above = (TIGHT_GAP, TIGHT_ROOM, TIGHT_ABOVE) if tight else (LEAST_GAP, ROOM, ABOVE)
    parts = list(_parts(root, gap, whole_cards=whole_cards))
    first = root.inside.y - above if root.inside is not None else 0.0
    # The root's border is not drawn: a tight drawing needs no more room inside of it than the last mark's own line.
    last = root.body.height - (TIGHT.inside - TIGHT_BELOW if tight and root.inside is not None else 0.0)
    ends = [first, *_cuts(parts, root.body.height, most, gap), last]
    return [_column(parts, top, bottom, room) for top, bottom in zip(ends, ends[1:])]


def free_heights(parts: Sequence[Occupied], least: float) -> List[float]:
    """The heights where no mark is in the way of a cut."""
    free, bottom = [], 0.0
    for part in sorted((part for part in parts if part.whole), key=lambda part: part.top):
        # All marks so far end at `bottom`, so what follows is free. (The space above the first mark is no place for a
        # cut.)
        if part.top - bottom >= least and bottom:
            free.append((part.top + bottom) / 2)
        bottom = max(bottom, part.bottom)
    return free


def _cuts(parts: Sequence[Occupied], height: float, most: int, least: float) -> List[float]:
    """The heights at which to cut: of those where no mark is in the way, the nearest to equal parts of the height."""
    free = free_heights(parts, least) if most > 1 else []
    found: List[float] = []
    for number in range(1, most):
        wanted = height * number / most
        place = bisect_left(free, wanted)
        # The free heights just above and just below the wanted one; the nearer of them is taken.
        near = sorted(free[max(0, place - 1) : place + 1], key=lambda y: abs(y - wanted))
        if near and (not found or near[0] > found[-1]):
            found.append(near[0])
    return found


def _column(parts: Sequence[Occupied], top: float, bottom: float, room: float) -> Strip:
    """The strip between two heights, as wide as its marks need with `room` at their sides."""
    shown = [part for part in parts if part.top < bottom and part.bottom > top]
    left = min((part.left for part in shown), default=0.0) - room
    right = max((part.right for part in shown), default=0.0) + room
    return Strip(left, top, right, bottom)


def flow_at(root: "Drawn", place: float, *, along: int = 1) -> "float | None":
    """Where the main flow crosses a cut between the outermost items: that of the shortest wire; ``None`` if none crosses it.

    `along` is the axis along which wires run: 1 downwards, so that the cut is a height and the answer an x; 0 to the right.
    """
    if root.inside is None:
        return None
    origin = (root.body.x + root.inside.x, root.body.y + root.inside.y)
    across = 1 - along
    found = [
        (path.points[-1][along] - path.points[0][along], start[across])
        for path in root.inside.paths
        for start, end in zip(path.points, path.points[1:])
        if origin[along] + start[along] <= place <= origin[along] + end[along]
    ]
    return origin[across] + min(found)[1] if found else None


def _parts(root: "Drawn", gap: float, *, whole_cards: bool) -> Iterator[Occupied]:
    """The rectangles of all marks and wires."""
    waiting: List[Tuple["Drawn", float, float]] = [(root, root.body.x, root.body.y)]
    while waiting:
        drawn, x, y = waiting.pop()
        if drawn is not root:
            yield _mark(drawn, x, y)
            if whole_cards and drawn.inside is not None:
                behind_it = _seen_behind(drawn.item) if isinstance(drawn.item, Card) else 0.0
                bottom = y + drawn.body.height + behind_it
                yield Occupied(x, y, x + drawn.body.width + behind_it, bottom, whole=True)
            if isinstance(drawn.item, Card) and drawn.item.source is not None:
                # The source line stands at the right edge of the card.
                yield Occupied(x, y, x + drawn.body.width, y + head_height(drawn.item), whole=True)
        if drawn.inside is not None:
            left, top = x + drawn.inside.x, y + drawn.inside.y
            yield from _wires(drawn.inside, left, top, gap)
            waiting += [(child, left + child.body.x, top + child.body.y) for child in drawn.inside.children]


def _mark(drawn: "Drawn", x: float, y: float) -> Occupied:
    """The rectangle of a box, pill or folded card with what stands beside it. Of an open card, that of its head."""
    item, body = drawn.item, drawn.body
    # Chips stand left of the body and may reach above and below it.
    left = x + min([0.0, *(chip.x for chip in drawn.chips)])
    top = y + min([0.0, *(chip.y for chip in drawn.chips)])
    right, bottom = x + body.width, y + max([body.height, *(chip.y + chip.height for chip in drawn.chips)])
    if isinstance(item, Box):
        note = item.heat.text if item.heat else item.note
        right += NOTE_GAP + width(note, SMALL_FONT) if note else 0.0
    elif isinstance(item, ChainRow):
        right += beside_width(item)
    elif isinstance(item, Card) and item.open:
        right, bottom = x + head_width(item, source_text(item.source)), y + head_height(item)
    elif isinstance(item, Card):
        heat = HEAT_GAP + HEAT_BAR + HEAT_TEXT + width(item.heat.text, HEAT_FONT) if item.heat else 0.0
        stack = _seen_behind(item)
        right, bottom = right + heat + stack, bottom + stack
    if drawn.beside is not None:
        right = max(right, x - body.x + drawn.beside.x + width(drawn.beside.text, SMALL_FONT))
    return Occupied(left, top, right, bottom, whole=True)


def _seen_behind(card: Card) -> float:
    """How much further down and right the cards behind a stack are seen."""
    return BELOW_STACK + seen_behind(card) if card.repeat > 1 else 0.0


def _wires(inside: "Inside", left: float, top: float, gap: float) -> Iterator[Occupied]:
    """The rectangles of wires, piece by piece, and of labels. Level pieces are `whole`, with room above and below."""
    for path in inside.paths:
        for (a, b), (c, d) in zip(path.points, path.points[1:]):
            level = abs(b - d) < 1.0
            grow = gap if level else 0.0
            yield Occupied(
                left + min(a, c), top + min(b, d) - grow, left + max(a, c), top + max(b, d) + grow, whole=level
            )
    for label in inside.labels:
        wide = width(label.text, SMALL_FONT)
        start = left + label.x - (wide if label.left else 0.0)
        # From above the letters to below them; y is the base line.
        above = LETTERS if gap < LEAST_GAP else LINE_ABOVE
        yield Occupied(start, top + label.y - above, start + wide, top + label.y + 4, whole=True)
