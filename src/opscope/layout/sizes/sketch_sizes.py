"""Where the chips, joints and lines of a small drawing in a closed card stand. All in pixels, from its upper left corner."""

from __future__ import annotations

from functools import lru_cache
from typing import List, NamedTuple, Sequence, Tuple, Union

from ..flat import Point
from ..scene.sketch import ChipPart, Sketch, SketchChip, SketchJoint, SketchSteps, SketchWord, begins_itself
from .text_width import Font, width

SKETCH_FONT = Font("regular", 10.5)
"""The smallest text of an overview."""
STEP_HIGH = 14.0
"""The height of a chip."""
PART_PAD = 5.0
"""Between the side of a part of a chip and its text."""
STRIPE_WIDE = 7.0
"""The width of a part that has a colour and no text."""
STEP_GAP = 8.0
"""From a chip to the next, along the line that joins them."""
COPY_GAP = 4.0
"""From the drawing of the first copy to that of the others."""
JOIN_GAP = 9.0
"""The same where a line between them leads from the end of the one to the beginning of the other."""
JOIN_ASIDE = 6.0
"""So far behind the first copy that line turns down, in what a card keeps free at its border."""
BRANCH_GAP = 3.0
"""From the chips of a branch to those of the next one."""
FORK_WIDE = 11.0
"""From where branches leave one tensor to their first chips."""
ARC_ABOVE = 5.0
"""So far above the chips runs the line of a branch without any."""
SIGN_RADIUS = 7.0
"""Of the circle around a sign."""
HEAD_LONG, HEAD_HALF = 5.0, 2.6
"""The length of the head of an arrow, and half its width."""
OUT_WIDE = 11.0
"""So long is the arrow behind the last chip, by which what is drawn goes on."""
_PAIR = 2
WORD_PAD = 3.0
"""Between the end of a line and the word on it."""
BLOCK_PAD = 6.0
"""Between the side of a joint that is a block and its text."""


class PlacedPart(NamedTuple):
    """A part of a chip, from the chip's left end."""

    x: float
    wide: float
    part: ChipPart


class PlacedChip(NamedTuple):
    """A chip: its left end and its middle."""

    x: float
    y: float
    wide: float
    parts: Tuple[PlacedPart, ...]


class PlacedJoint(NamedTuple):
    """A joint: its upper left corner and its size; the circle of a sign is as wide as it is high."""

    x: float
    y: float
    wide: float
    high: float
    joint: SketchJoint

    @property
    def is_sign(self) -> bool:
        """Whether it is a sign in a circle."""
        return self.wide == self.high == 2 * SIGN_RADIUS


class PlacedWord(NamedTuple):
    """A word on a line, by its middle."""

    x: float
    y: float
    text: str


class SketchHead(NamedTuple):
    """The head of an arrow, by its tip: it points to the right, or down."""

    x: float
    y: float
    down: bool = False


class PlacedSketch(NamedTuple):
    """A small drawing with the places of all its marks."""

    wide: float
    above: float
    """How far it reaches above the line on which it begins and ends."""
    below: float
    chips: Tuple[PlacedChip, ...] = ()
    joints: Tuple[PlacedJoint, ...] = ()
    lines: Tuple[Tuple[Point, ...], ...] = ()
    words: Tuple[PlacedWord, ...] = ()
    heads: Tuple[SketchHead, ...] = ()

    @property
    def high(self) -> float:
        """Its height."""
        return self.above + self.below

    def moved(self, x: float, y: float) -> "PlacedSketch":
        """The same so much further right and down. What it reaches is counted from its line, which moves as well."""
        return self._replace(
            chips=tuple([chip._replace(x=chip.x + x, y=chip.y + y) for chip in self.chips]),
            joints=tuple([joint._replace(x=joint.x + x, y=joint.y + y) for joint in self.joints]),
            lines=tuple([tuple([(a + x, b + y) for a, b in line]) for line in self.lines]),
            words=tuple([word._replace(x=word.x + x, y=word.y + y) for word in self.words]),
            heads=tuple([head._replace(x=head.x + x, y=head.y + y) for head in self.heads]),
        )


class SketchSize(NamedTuple):
    """The room that a small drawing takes."""

    width: float
    height: float


@lru_cache(maxsize=4096)  # a card is measured again in each drawing that is tried
def placed_sketch(sketch: Sketch) -> PlacedSketch:
    """The small drawing, with its upper left corner at (0, 0)."""
    if sketch.first:
        found = _of_copies(sketch)
    else:  # a mere chain has no line at its beginning, and none at its end
        branches = any(isinstance(step, SketchJoint) for step in sketch.steps)
        found = _going_on(_series(sketch.steps)) if branches else _series(sketch.steps)
    return found.moved(0.0, found.above)


def sketch_size(sketch: Sketch) -> SketchSize:
    """How large the small drawing is in its card."""
    placed = placed_sketch(sketch)
    return SketchSize(placed.wide * sketch.scale, placed.high * sketch.scale)


def _of_copies(sketch: Sketch) -> PlacedSketch:
    """The first copy above the others, each behind the word that says which copies it is of."""
    words = [_word(SketchWord(text)) for text in sketch.copies]
    left = max(word.wide for word in words)
    first, others = (_led_to(steps).moved(left, 0.0) for steps in (sketch.first, sketch.steps))
    gap = JOIN_GAP if sketch.joined else COPY_GAP
    down = first.below + gap + others.above
    end = left + first.wide
    parts = [words[0], first, words[1].moved(0.0, down), _going_on(others, left).moved(0.0, down)]
    lines: List[Tuple[Point, ...]] = []
    if sketch.joined:
        turn, between = end + JOIN_ASIDE, first.below + gap / 2
        lines.append(
            ((end, 0.0), (turn, 0.0), (turn, between), (left, between), (left, down), (left + FORK_WIDE / 2, down))
        )
    else:
        parts[1] = _going_on(first, left)
    return _together(left + max(first.wide, others.wide), parts, lines)._replace(
        above=first.above, below=down + others.below
    )


def _led_to(steps: SketchSteps) -> PlacedSketch:
    """The steps behind a line, which those that branch at once have anyway: so the chips of copies stand below each other."""
    if not isinstance(steps[0], SketchChip):
        return _series(steps)
    found = _series(steps).moved(FORK_WIDE, 0.0)
    return _together(FORK_WIDE + found.wide, [found], [((0.0, 0.0), (FORK_WIDE, 0.0))], [SketchHead(FORK_WIDE, 0.0)])


def _takes(steps: SketchSteps) -> bool:
    """Whether a line leads to the first of steps and ends there: not where it goes on into branches or begins with a word."""
    return bool(steps) and isinstance(steps[0], SketchChip) and not steps[0].is_made


def _going_on(placed: PlacedSketch, left: float = 0.0) -> PlacedSketch:
    """The same with an arrow behind its last chip or joint, which takes no room: it reaches into what a card keeps free at its border.

    `left` is where it begins.
    """
    last = left + placed.wide
    end = last + OUT_WIDE
    return _together(placed.wide, [placed], [((last, 0.0), (end - HEAD_LONG / 2, 0.0))], [SketchHead(end, 0.0)])


def _series(steps: SketchSteps) -> PlacedSketch:
    """SketchSteps from left to right, along a line at height 0 that begins at x = 0."""
    x, parts, lines = 0.0, [], []
    for place, step in enumerate(steps):
        if place:
            lines.append(((x, 0.0), (x + STEP_GAP, 0.0)))
            x += STEP_GAP
        part = _placed(step).moved(x, 0.0)
        parts.append(part)
        x += part.wide
    return _together(x, parts, lines)


def _placed(step: Union[SketchChip, SketchJoint, SketchWord]) -> PlacedSketch:
    if isinstance(step, SketchWord):
        return _word(step)
    return _chip(step) if isinstance(step, SketchChip) else _joint(step)


def _word(word: SketchWord) -> PlacedSketch:
    wide = float(-(-width(word.text, SKETCH_FONT) // 1)) + 2 * WORD_PAD
    return PlacedSketch(wide, STEP_HIGH / 2, STEP_HIGH / 2, words=(PlacedWord(wide / 2, 0.0, word.text),))


def _together(
    wide: float,
    parts: Sequence[PlacedSketch],
    lines: Sequence[Tuple[Point, ...]],
    heads: Sequence[SketchHead] = (),
) -> PlacedSketch:
    """Parts that are in their places, as one."""
    return PlacedSketch(
        wide,
        max([0.0, *(part.above for part in parts)]),
        max([0.0, *(part.below for part in parts)]),
        tuple([chip for part in parts for chip in part.chips]),
        tuple([joint for part in parts for joint in part.joints]),
        (*lines, *(line for part in parts for line in part.lines)),
        tuple([word for part in parts for word in part.words]),
        (*heads, *(head for part in parts for head in part.heads)),
    )


def _chip(chip: SketchChip) -> PlacedSketch:
    x, parts = 0.0, []
    for part in chip.parts:
        wide = float(-(-(width(part.text, SKETCH_FONT) + 2 * PART_PAD) // 1)) if part.text else STRIPE_WIDE
        parts.append(PlacedPart(x, wide, part))
        x += wide
    return PlacedSketch(x, STEP_HIGH / 2, STEP_HIGH / 2, (PlacedChip(0.0, 0.0, x, tuple(parts)),))


def _joint(joint: SketchJoint) -> PlacedSketch:
    filled = [branch for branch in joint.branches if branch]
    if len(joint.branches) == _PAIR and len(filled) == 1 and not begins_itself(filled[0]):
        return _shortcut(joint, _series(filled[0]))
    return _side_by_side(joint, [_series(branch) for branch in joint.branches])


def _mark(joint: SketchJoint, left: float, top: float, bottom: float) -> PlacedJoint:
    """The joint of branches that end between `top` and `bottom`: around a sign a circle, which is in their middle."""
    if len(joint.text) == 1 and len(joint.branches) == _PAIR:
        return PlacedJoint(left, (top + bottom) / 2 - SIGN_RADIUS, 2 * SIGN_RADIUS, 2 * SIGN_RADIUS, joint)
    wide = float(-(-(width(joint.text, SKETCH_FONT) + 2 * BLOCK_PAD) // 1))
    return PlacedJoint(left, top - STEP_HIGH / 2, wide, bottom - top + STEP_HIGH, joint)


def _shortcut(joint: SketchJoint, inner: PlacedSketch) -> PlacedSketch:
    """A branch along the line, and an arc over it for the other, which does nothing."""
    end = FORK_WIDE + inner.wide
    left = end + STEP_GAP
    arc, begin = max(inner.above, STEP_HIGH / 2) + ARC_ABOVE, FORK_WIDE / 2
    mark = _mark(joint, left, 0.0, 0.0)
    middle = left + mark.wide / 2
    into: Tuple[Point, ...] = ((middle, -arc), (middle, mark.y))
    lines = [
        ((0.0, 0.0), (FORK_WIDE, 0.0)),
        ((end, 0.0), (left, 0.0)),
        ((begin, 0.0), (begin, -arc), *into),
    ]
    around = PlacedSketch(0.0, max(-mark.y, arc + 1.0), mark.y + mark.high, joints=(mark,))
    through = next(branch for branch in joint.branches if branch)
    heads = [SketchHead(middle, mark.y, down=True), *([SketchHead(FORK_WIDE, 0.0)] if _takes(through) else [])]
    return _together(left + mark.wide, [inner.moved(FORK_WIDE, 0.0), around], lines, heads)


def _side_by_side(joint: SketchJoint, branches: Sequence[PlacedSketch]) -> PlacedSketch:
    """Branches one below the other, which begin at one point, but for those that begin themselves, and end at the joint."""
    led_to = [not begins_itself(steps) for steps in joint.branches]
    heights = _heights(branches)
    if led_to.count(True) == 1:  # what goes on runs straight
        heights = [height - heights[led_to.index(True)] for height in heights]
    begin = FORK_WIDE if any(led_to) else 0.0
    end = begin + max(branch.wide for branch in branches)
    fork = begin / 2
    lines: List[Tuple[Point, ...]] = [((0.0, 0.0), (fork, 0.0))] if any(led_to) else []
    ends: List[Point] = []
    for branch, y, is_led_to in zip(branches, heights, led_to):
        if is_led_to:
            lines.append(((fork, 0.0), (fork, y), (begin, y)) if y else ((fork, 0.0), (begin, 0.0)))
        ends.append((begin + branch.wide, y))
    left = end + STEP_GAP
    mark = _mark(joint, left, heights[0], heights[-1])
    if mark.is_sign:
        mark = mark._replace(y=-SIGN_RADIUS)
    for point in ends:
        straight = ((left, point[1]),)
        into = ((left + SIGN_RADIUS, point[1]), (left + SIGN_RADIUS, -SIGN_RADIUS if point[1] < 0 else SIGN_RADIUS))
        lines.append((point, *(into if mark.is_sign and point[1] else straight)))
    inner = [branch.moved(begin, y) for branch, y in zip(branches, heights)]
    above = max(branch.above - y for branch, y in zip(branches, heights))
    below = max(branch.below + y for branch, y in zip(branches, heights))
    around = PlacedSketch(0.0, max(above, -mark.y), max(below, mark.y + mark.high), joints=(mark,))
    heads = [SketchHead(begin, y) for y, steps in zip(heights, joint.branches) if _takes(steps)]
    return _together(left + mark.wide, [*inner, around], lines, heads)


def _heights(branches: Sequence[PlacedSketch]) -> List[float]:
    """Where the lines of branches run, so that what all leave is in the middle of the first and the last."""
    heights = [0.0]
    for one, two in zip(branches, branches[1:]):
        heights.append(heights[-1] + max(one.below, STEP_HIGH / 2) + BRANCH_GAP + max(two.above, STEP_HIGH / 2))
    middle = (heights[0] + heights[-1]) / 2
    return [height - middle for height in heights]
