"""Which items of an overview have a line of figures, and at which height."""

from __future__ import annotations

from typing import List, NamedTuple, Sequence, Set, Tuple

from ...graph.vocabulary import FLOW_KINDS
from ..picture import Drawn
from ..rightward import with_figures
from ..scene.items import Card, Item, Pill
from ..sizes.extents import LINE_ONE, seen_behind, text_top

LEAST = 14.0
"""Two lines of figures are at least so far apart, from base line to base line."""


class FigureLine(NamedTuple):
    """A line of figures: what it is about, and the height of its middle in the drawing."""

    item: Item
    y: float
    x: float = 0.0
    """Where it is from left to right, for lines at one height."""
    inner: Tuple[FigureLine, ...] = ()
    """The lines of what is in an open card, which has one of its own for all of it."""


def lines(root: Drawn) -> List[FigureLine]:
    """The lines of figures of a drawing, from the top down.

    A card that is open has the lines of what is in it, unless two of them would be at one height, or another open card stands beside it, whose
    lines would stand among them: then it has one line for all, as a stack or a loop has, and those of what is in it are parts of that.
    """
    return sorted(_within(root, root.body.y), key=lambda line: (line.y, line.x))


def lines_below(root: Drawn) -> List[FigureLine]:
    """The lines of figures of a drawing from left to right: each below the middle of its item, `y` is where the item ends."""
    wanted = {id(item) for item in with_figures(root.item)} if isinstance(root.item, Card) else set()
    found: List[FigureLine] = []
    waiting = [(root, root.body.x, root.body.y)]
    while waiting:
        drawn, x, y = waiting.pop()
        if id(drawn.item) in wanted:
            end = y + drawn.body.height + (seen_behind(drawn.item) if isinstance(drawn.item, Card) else 0.0)
            found.append(FigureLine(drawn.item, end, x + drawn.body.width / 2))
        elif drawn.inside is not None:
            left, top = x + drawn.inside.x, y + drawn.inside.y
            waiting += [(child, left + child.body.x, top + child.body.y) for child in drawn.inside.children]
    return sorted(found, key=lambda line: (line.x, line.y))


def _within(drawn: Drawn, y: float) -> List[FigureLine]:
    found: List[FigureLine] = []
    if drawn.inside is None:
        return found
    top = y + drawn.inside.y
    beside = _beside_each_other(drawn.inside.children)
    for place, child in enumerate(drawn.inside.children):
        found += _of(child, top + child.body.y, together=place in beside)
    return found


def _beside_each_other(children: Sequence[Drawn]) -> Set[int]:
    """The open cards that share a height with another one."""
    cards = [
        (place, child.body.y, child.body.y + child.body.height)
        for place, child in enumerate(children)
        if isinstance(child.item, Card) and child.item.open
    ]
    return {
        place
        for place, top, bottom in cards
        if any(other != place and top < low and high < bottom for other, high, low in cards)
    }


def _of(drawn: Drawn, top: float, *, together: bool) -> List[FigureLine]:
    """The lines of one item; `top` is where its body begins. An open card has one for all of it, if they are told `together`."""
    item = drawn.item
    if isinstance(item, Pill):
        return []
    if not isinstance(item, Card) or not item.open:
        return [FigureLine(item, top + drawn.body.height / 2, drawn.body.x)]
    inner = sorted(_within(drawn, top), key=lambda line: (line.y, line.x))
    clear = inner and all(below.y - above.y >= LEAST for above, below in zip(inner, inner[1:]))
    if clear and item.repeat == 1 and item.kind not in FLOW_KINDS and not together:
        return inner
    return [FigureLine(item, top + text_top(item) + LINE_ONE - 5.0, drawn.body.x, tuple(inner))]
