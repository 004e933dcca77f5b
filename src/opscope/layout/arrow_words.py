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
HEAD_RISE = 3.0
"""How far the base line of the word is above the tip."""
HEAD_HIGH = 14.0
"""So far above the tip a word reaches: a wire that bends to the arrow no higher runs through a word on the side from which it comes."""


class _Tip(NamedTuple):
    """The tip of an arrow, and the word that belongs to it; empty for most."""

    x: float
    y: float
    word: str
    is_struck: bool = False
    """Whether the wire would run through a word right of it."""


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
            tip = _Tip(*path.points[-1], path.wire.head, _comes_from_right(path.points))
            into.setdefault(path.wire.target.child, []).append(tip)
    found = []
    for tips in into.values():
        if any(tip.word for tip in tips):
            found.extend(_of_one(_ends(tips)))
    return tuple(found)


def _ends(tips: Sequence[_Tip]) -> List[_Tip]:
    """The ends from left to right; several wires may share one."""
    struck: Dict[Tuple[float, float, str], bool] = {}
    for tip in tips:
        struck[tip[:3]] = struck.get(tip[:3], False) or tip.is_struck
    return [_Tip(*end, struck[end]) for end in sorted(struck)]


def _comes_from_right(points: Sequence[Tuple[float, float]]) -> bool:
    """Whether the wire runs in from the right at the height of the word."""
    return len(points) > 2 and points[-1][1] - points[-2][1] < HEAD_HIGH and points[-3][0] > points[-1][0]


def _of_one(tips: List[_Tip]) -> List[Label]:
    """The words above one card, whose arrows are sorted from left to right."""
    found: List[Label] = []
    run, free = 1, -math.inf  # `free`: from this x on there is neither an arrow nor a word on the left
    for (x, y, word, is_struck), after in zip(tips, [*tips[1:], _Tip(math.inf, 0.0, "")]):
        need = width(word, SMALL_FONT) + 2 * HEAD_GAP
        close = after.x - x < need
        if word and close and after.word == word:
            run += 1
            continue
        left = bool(word) and (close or is_struck) and x - free >= need
        if word:
            text = word if run == 1 else f"{run} wires: {word}"
            found.append(Label(x - HEAD_GAP if left else x + HEAD_GAP, y - HEAD_RISE, text, left))
        run, free = 1, x if left or not word else x + need
    return found
