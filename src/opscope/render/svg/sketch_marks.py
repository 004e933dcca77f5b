"""Writes the small drawing in a closed card of an overview: chips in the colours of their layers, joints, and the lines between them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Iterator, Optional

from ...layout.sizes.extents import Frame, sketch_place
from ...layout.sizes.sketch_sizes import HEAD_HALF, HEAD_LONG, STEP_HIGH, placed_sketch
from . import marks
from .marks import coordinate, rectangle, text_mark
from .wire_paths import line_through

if TYPE_CHECKING:
    from ...layout.picture import Drawn
    from ...layout.scene.items import Card
    from ...layout.sizes.sketch_sizes import PlacedChip, PlacedJoint, SketchHead
    from .marks import Naming
    from .symbols import Piece

ROUND = 4.0
"""The radius of the corners of a chip."""
TEXT_DROP = 3.7
"""From the middle of a chip down to the base line of its text."""


def sketched_card(
    drawn: "Drawn", item: "Card", links: Optional[str], *, headed: bool = True, named: "Naming" = marks.unnamed
) -> "Iterator[Piece]":
    """A card as `marks.card` writes it, with the small drawing of what it holds, if it has one."""
    return marks.card(drawn, item, links, headed=headed, named=named, held=_sketch(drawn, item))


def _sketch(drawn: "Drawn", item: "Card") -> Iterator[str]:
    if item.sketch is None:
        return
    scale = item.sketch.scale
    x, y = sketch_place(item)
    x, y = drawn.body.x + x, drawn.body.y + y
    placed = placed_sketch(item.sketch)
    if scale > 1.0:
        yield f'<g transform="translate({coordinate(x)} {coordinate(y)}) scale({scale:.4g})">'
    else:
        placed = placed.moved(x, y)
    yield f'<path class="wire" d="{"".join(line_through(line, 0.0) for line in placed.lines)}"/>'
    if placed.heads:
        yield f'<path class="tip" d="{"".join(map(_head, placed.heads))}"/>'
    for chip in placed.chips:
        yield from _chip(chip)
    for joint in placed.joints:
        yield from _joint(joint)
    for word in placed.words:
        yield text_mark("small", word.x, word.y + TEXT_DROP, word.text)
    if scale > 1.0:
        yield "</g>"


def _head(head: "SketchHead") -> str:
    """The path data of the head of an arrow."""
    begin = f"M{coordinate(head.x)} {coordinate(head.y)}"
    if head.down:
        return f"{begin}l-{HEAD_HALF} -{HEAD_LONG}h{2 * HEAD_HALF}z"
    return f"{begin}l-{HEAD_LONG} -{HEAD_HALF}v{2 * HEAD_HALF}z"


def _chip(chip: "PlacedChip") -> Iterator[str]:
    """A chip: its parts side by side, of which the outer corners are round."""
    top, last = chip.y - STEP_HIGH / 2, len(chip.parts) - 1
    for place, part in enumerate(chip.parts):
        ground = f"f-{part.part.family}" if part.part.family else "card"
        left, right = (ROUND if end else 0.0 for end in (not place, place == last))
        yield f'<path class="{ground}" d="{_outline(chip.x + part.x, top, part.wide, left, right)}"/>'
        if part.part.text:
            yield text_mark("small", chip.x + part.x + part.wide / 2, chip.y + TEXT_DROP, part.part.text)


def _outline(x: float, y: float, wide: float, left: float, right: float) -> str:
    """A rectangle as high as a chip, with round corners of these radii at its left and right."""
    corners = (
        f"M{coordinate(x + left)} {coordinate(y)}H{coordinate(x + wide - right)}",
        f"q{coordinate(right)} 0 {coordinate(right)} {coordinate(right)}" if right else "",
        f"v{coordinate(STEP_HIGH - 2 * right)}",
        f"q0 {coordinate(right)} {coordinate(-right)} {coordinate(right)}" if right else "",
        f"H{coordinate(x + left)}",
        f"q{coordinate(-left)} 0 {coordinate(-left)} {coordinate(-left)}" if left else "",
        f"v{coordinate(-(STEP_HIGH - 2 * left))}",
        f"q0 {coordinate(-left)} {coordinate(left)} {coordinate(-left)}" if left else "",
    )
    return "".join([*corners, "z"])


def _joint(joint: "PlacedJoint") -> Iterator[str]:
    """A joint: a circle around a sign, else a block as high as its branches stand apart."""
    frame = Frame(joint.x, joint.y, joint.wide, joint.high)
    ground = f"f-{joint.joint.family}" if joint.joint.family else "card"
    yield rectangle(ground, frame, joint.high / 2 if joint.is_sign else ROUND)
    yield text_mark("small", joint.x + joint.wide / 2, joint.y + joint.high / 2 + TEXT_DROP, joint.joint.text)
