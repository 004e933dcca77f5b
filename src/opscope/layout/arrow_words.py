"""Places the words at the arrow heads of wires into stacks: which of them each copy takes."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Dict, List, NamedTuple, Sequence, Tuple

from .flat import BORDER
from .picture import Label
from .sizes.extents import SMALL_FONT
from .sizes.text_width import width

if TYPE_CHECKING:
    from .picture import Path

HEAD_GAP = 6.0
"""From the tip of an arrow to the word beside it, in pixels."""
HEAD_RISE = 4.5
"""How far the base line of the word is above the tip."""
HEAD_HIGH = 14.0
"""So far above the tip a word reaches: a wire that bends to the arrow no higher runs through a word on the side from which it comes."""

LONG_SIDE = 3.0
"""So many times as long as a word is the part of a wire that runs sideways to the arrow, if the word stands on that."""


class _Tip(NamedTuple):
    """The tip of an arrow, and the word that belongs to it; empty for most."""

    x: float
    y: float
    word: str
    struck_to: float = -math.inf
    """Where the wire turns that would run through a word right of the tip; that is at `struck_at`."""
    struck_at: float = 0.0


def arrow_words(paths: "Sequence[Path]") -> Tuple[Label, ...]:
    """The words at the ends of some wires: right of the arrow head, or left of it where only there is room, or where the wire comes from the right.

    Arrows with the same word may stand so close that there is room for it at the last of them only. It says of how many
    it is true: ``3 wires: each``.
    """
    if not any(path.wire.head for path in paths):
        return ()
    into: Dict[int, List[_Tip]] = {}
    for path in paths:
        if path.wire.target.child != BORDER:
            tip = _Tip(*path.points[-1], path.wire.head, *_from_right(path.points))
            into.setdefault(path.wire.target.child, []).append(tip)
    found = []
    for tips in into.values():
        if any(tip.word for tip in tips):
            found.extend(_of_one(_ends(tips)))
    return tuple(found)


def _ends(tips: Sequence[_Tip]) -> List[_Tip]:
    """The ends from left to right; several wires may share one."""
    ends: Dict[Tuple[float, float, str], _Tip] = {}
    for tip in tips:
        ends[tip[:3]] = max(tip, ends.get(tip[:3], tip))
    return [ends[end] for end in sorted(ends)]


def _from_right(points: Sequence[Tuple[float, float]]) -> Tuple[float, float]:
    """From where the wire runs in from the right at the height of the word, if it does."""
    comes = len(points) > 2 and points[-1][1] - points[-2][1] < HEAD_HIGH and points[-3][0] > points[-1][0]
    return points[-3] if comes else (-math.inf, 0.0)


def _of_one(tips: List[_Tip]) -> List[Label]:
    """The words above one card, whose arrows are sorted from left to right."""
    found: List[Label] = []
    run, free = 1, -math.inf  # `free`: from this x on there is neither an arrow nor a word on the left
    for (x, y, word, corner, side), after in zip(tips, [*tips[1:], _Tip(math.inf, 0.0, "")]):
        need = width(word, SMALL_FONT) + 2 * HEAD_GAP
        close = after.x - x < need
        if word and close and after.word == word:
            run += 1
            continue
        is_struck = corner > x
        left = bool(word) and (close or is_struck) and x - free >= need
        if word:
            text = word if run == 1 else f"{run} wires: {word}"
            if is_struck and not left and corner - x >= LONG_SIDE * need:
                found.append(Label(corner - HEAD_GAP, side - HEAD_RISE, text, True))  # on the wire, before it turns
                run, free = 1, x
                continue
            found.append(Label(x - HEAD_GAP if left else x + HEAD_GAP, y - HEAD_RISE, text, left))
        run, free = 1, x if left or not word else x + need
    return found
